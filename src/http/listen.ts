// Puts the app on a port and takes it off again.

import { createServer as createTlsServer } from "node:https";
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import { Fault } from "../engine/ports.ts";
import type { Bind } from "./bind.ts";

/** What is still to be sent when the server closes has this long. */
const lastWordsMs = 300;

export type Listening = {
  readonly port: number;
  /** Ends connections, at once those that nothing is sent on. Idempotent. */
  readonly close: () => Promise<void>;
};

/** Absent: 127.0.0.1 and a port that the system chooses. A port of 0 is the system's choice too. */
export type ListenOptions = Partial<Pick<Bind, "host" | "tls">> & { readonly port?: number };

/** Rejects with Fault `port_taken`, `port_refused` or `tls_unusable`, or where no port can be had. */
export function listen(app: Hono, options: ListenOptions = {}): Promise<Listening> {
  const { host = "127.0.0.1", port = 0, tls = null } = options;
  return new Promise((resolve, reject) => {
    const secure = tls === null ? {} : { createServer: createTlsServer, serverOptions: tls };
    const onListening = (info: { port: number }): void => resolve({ port: info.port, close });
    let server: ReturnType<typeof serve>;
    try {
      server = serve({ fetch: app.fetch, hostname: host, port, ...secure }, onListening);
    } catch (cause) {
      reject(explain(cause, options));
      return;
    }
    server.once("error", (cause: unknown) => reject(explain(cause, options)));
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> =>
      (closed ??= new Promise((done) => {
        const cut = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), lastWordsMs);
        server.close(() => {
          clearTimeout(cut);
          done();
        });
      }));
  });
}

function explain(cause: unknown, { host = "127.0.0.1", port = 0 }: ListenOptions): unknown {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return new Fault("port_taken", `Another program listens on ${host}, port ${port}.`, {
      remedy: "Give another --port; if it is a Tutti of yours, `tutti link` prints its address.",
      cause,
    });
  if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new Fault("port_refused", `This machine does not let you listen on ${host}, port ${port} (${code}).`, {
      remedy: "Give another --port (above 1023) or another --host.",
      cause,
    });
  if (code.startsWith("ERR_OSSL") || code.startsWith("ERR_SSL") || code === "ERR_INVALID_ARG_TYPE")
    return new Fault("tls_unusable", `The certificate and the key cannot be used: ${message}.`, {
      remedy: "Both must be PEM files that belong together; the key must have no password.",
      cause,
    });
  return cause;
}
