// Serves the API of a run this process conducts, and says in the run's folder where and with which token.

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createPrivateFile, readIfThere } from "../adapters/run-files.ts";
import type { AppOptions } from "../http/app.ts";

export type ServedRun = { readonly close: () => Promise<void> };

/** `server.json`: enough for another terminal of the same user, and for nobody else. */
export type ServerFile = { readonly port: number; readonly token: string; readonly pid: number };

export const makeToken = (): string => randomBytes(32).toString("base64url");

/** The caller owns the run, so a file that is there is a dead process's. Throws Fault `state_unwritable`. */
export async function serveRun(file: string, options: Omit<AppOptions, "port" | "token">): Promise<ServedRun> {
  // Loaded here and not at the start: the first step of a resumed run does not wait for it.
  const [{ createApp }, { listen }] = await Promise.all([import("../http/app.ts"), import("../http/listen.ts")]);
  const token = makeToken();
  let port = 0;
  const app = createApp({ ...options, token, port: () => port });
  const listening = await listen(app);
  ({ port } = listening);
  rmSync(file, { force: true });
  createPrivateFile(file, JSON.stringify({ port, token, pid: process.pid } satisfies ServerFile));
  return {
    close: async () => {
      rmSync(file, { force: true });
      await listening.close();
    },
  };
}

/** Undefined where no process serves the run, or its file is not yet whole. */
export function readServerFile(file: string): ServerFile | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    const { port, token, pid } = JSON.parse(text) as Partial<ServerFile>;
    if (typeof port !== "number" || typeof token !== "string" || typeof pid !== "number") return undefined;
    return { port, token, pid };
  } catch {
    return undefined;
  }
}
