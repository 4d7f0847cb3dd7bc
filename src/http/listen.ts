// Puts the app on a loopback port and takes it off again.

import { serve } from "@hono/node-server";
import type { Hono } from "hono";

export type Listening = {
  readonly port: number;
  /** Ends open streams and connections. Idempotent. */
  readonly close: () => Promise<void>;
};

/** Listens on 127.0.0.1 and a port the system chooses. Rejects where no port can be had. */
export function listen(app: Hono): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => resolve({ port, close }));
    server.once("error", reject);
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> =>
      (closed ??= new Promise((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }));
  });
}
