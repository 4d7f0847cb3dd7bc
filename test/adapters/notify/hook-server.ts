// A webhook on this machine: keeps what it is told, and answers as a test wants.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type Told = { readonly headers: IncomingHttpHeaders; readonly body: string };

export type HookServer = {
  readonly url: string;
  readonly told: readonly Told[];
  /** Statuses of the next answers; the last one repeats. 0: no answer at all. */
  answers: readonly number[];
  readonly close: () => Promise<void>;
};

export async function startHook(answers: readonly number[] = [204]): Promise<HookServer> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const status = hook.answers[Math.min(told.length, hook.answers.length - 1)] ?? 204;
      told.push({ headers: request.headers, body });
      if (status === 0) return;
      if (status >= 300 && status < 400) response.setHeader("location", "/elsewhere");
      response.writeHead(status).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const hook: HookServer = {
    url: `http://127.0.0.1:${port}/hook?token=CANARY`,
    told,
    answers,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return hook;
}
