// The whole page around one connection.

import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { createPageRouter } from "./router.tsx";
import { Locked } from "./shell/locked.tsx";
import type { Backend } from "./state/backend.ts";
import { createConnection, type Connection } from "./state/connection.ts";
import { ConnectionContext } from "./state/hooks.ts";
import type { Entered } from "./state/session.ts";

export function App({ backend, entered }: { readonly backend: Backend; readonly entered: Entered }) {
  return entered.ok ? <Page backend={backend} /> : <Locked problem={entered.problem} />;
}

function Page({ backend }: { readonly backend: Backend }) {
  const [router] = useState(() => createPageRouter(backend.isOffline));
  const [connection, setConnection] = useState<Connection | null>(null);
  useEffect(() => {
    const made = createConnection(backend);
    setConnection(made);
    return made.close;
  }, [backend]);
  if (connection === null) return null;
  return (
    <ConnectionContext value={connection}>
      <RouterProvider router={router} />
    </ConnectionContext>
  );
}
