// An address that leads to another server when it is told to: a failover, as a client sees it.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export type SwitchedProxy = {
  readonly port: number;
  /** From now on; what is connected is cut off. */
  readonly switchTo: (port: number) => void;
  readonly close: () => Promise<void>;
};

export async function startProxy(first: number): Promise<SwitchedProxy> {
  let target = first;
  const open = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(target, "127.0.0.1");
    for (const socket of [from, to]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    from.pipe(to).pipe(from);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as { readonly port: number }).port,
    switchTo: (port) => {
      target = port;
      cut();
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
