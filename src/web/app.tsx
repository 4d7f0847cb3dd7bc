// The whole page around one connection.

import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { RunId } from "../domain/ids.ts";
import { createPageRouter } from "./router.tsx";
import { Locked } from "./shell/locked.tsx";
import type { Backend } from "./state/backend.ts";
import { createConnection, type Connection } from "./state/connection.ts";
import { ConnectionContext } from "./state/hooks.ts";
import type { Entered } from "./state/session.ts";

type AppProps = {
  readonly backend: Backend;
  /** Null: not known yet, and mostly so. */
  readonly entered: Entered | null;
  readonly entering: Promise<Entered>;
};

export function App({ backend, entered: atFirst, entering }: AppProps) {
  const [entered, setEntered] = useState(atFirst);
  useEffect(() => void entering.then(setEntered), [entering]);
  return entered?.ok === false ? <Locked problem={entered.problem} /> : <Page backend={backend} />;
}

type PageRouter = ReturnType<typeof createPageRouter>;

/** The run that the address names as the page begins: its stream is opened first, and the only one. */
function runInAddress(router: PageRouter): RunId | undefined {
  const { run } = router.matchRoutes(router.latestLocation).at(-1)?.params ?? {};
  return run as RunId | undefined;
}

function Page({ backend }: { readonly backend: Backend }) {
  const [router] = useState(() => createPageRouter(backend.isOffline));
  const [connection, setConnection] = useState<Connection | null>(null);
  useEffect(() => {
    const made = createConnection(backend, runInAddress(router));
    setConnection(made);
    return made.close;
  }, [backend, router]);
  if (connection === null) return null;
  return (
    <ConnectionContext value={connection}>
      <RouterProvider router={router} />
    </ConnectionContext>
  );
}
