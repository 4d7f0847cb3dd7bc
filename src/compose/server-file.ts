// `server.json` in a run's folder: where its conducting process is spoken to, and with which token. Enough for another
// terminal of the same user, and for nobody else.

import { rmSync } from "node:fs";
import { createPrivateFile, readIfThere } from "../adapters/run-files.ts";

export type ServerFile = { readonly port: number; readonly token: string; readonly pid: number };

/** The caller owns the run, so a file that is there is a dead process's. Throws Fault `state_unwritable`. */
export function writeServerFile(file: string, server: ServerFile): void {
  rmSync(file, { force: true });
  createPrivateFile(file, JSON.stringify(server));
}

export const removeServerFile = (file: string): void => rmSync(file, { force: true });

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
