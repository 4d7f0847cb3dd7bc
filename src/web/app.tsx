// The whole page around one connection.

import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { PageRouter } from "./router.tsx";
import { Locked } from "./shell/locked.tsx";
import type { Problem } from "./state/backend.ts";
import type { Connection } from "./state/connection.ts";
import { ConnectionContext } from "./state/hooks.ts";
import type { Entered } from "./state/session.ts";

type AppProps = {
  readonly router: PageRouter;
  readonly connection: Connection;
  /** Until it is known the page is drawn as for who is let in, as mostly they are. */
  readonly entering: Promise<Entered>;
};

export function App({ router, connection, entering }: AppProps) {
  const [refusal, setRefusal] = useState<Problem | null>(null);
  useEffect(() => {
    void entering.then((entered) => {
      if (entered.ok) return;
      connection.close();
      setRefusal(entered.problem);
    });
  }, [entering, connection]);
  if (refusal !== null) return <Locked problem={refusal} />;
  return (
    <ConnectionContext value={connection}>
      <RouterProvider router={router} />
    </ConnectionContext>
  );
}
