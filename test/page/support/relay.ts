// A relay between a browser and the server that can be cut and mended: the page's way through a bad network.

import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export type Relay = {
  /** For a browser's proxy setting. */
  readonly address: string;
  /** Ends everything that is open, and takes nothing more. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
};

export async function startRelay(): Promise<Relay> {
  let isCut = false;
  const server = createServer((incoming, outgoing) => {
    if (isCut) {
      outgoing.destroy();
      return;
    }
    const { method, headers, url = "" } = incoming;
    const onward = request(url, { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.on("error", () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    cut: () => {
      isCut = true;
      server.closeAllConnections();
    },
    mend: () => {
      isCut = false;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
