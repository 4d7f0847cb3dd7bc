// An error nobody expected: its details go to a file, one line of it to the person.

import { join } from "node:path";
import { createPrivateFile, findHomes, makePrivateFolder } from "../adapters/run-files.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { hideSecrets } from "../domain/secrets.ts";
import type { Environment } from "./place.ts";

/** Returns the line to print. Never throws. */
export function recordCrash(error: unknown, env: Environment): string {
  const reason = toPrintableLine(hideSecrets(error instanceof Error ? error.message : String(error))).slice(0, 300);
  const details = error instanceof Error ? `${error.stack ?? error.message}\n${describeCause(error)}` : String(error);
  try {
    const folder = join(findHomes(env).state, "crashes");
    makePrivateFolder(folder);
    const file = join(folder, `${new Date().toISOString().replaceAll(":", "-")}-${process.pid}.txt`);
    createPrivateFile(
      file,
      `${new Date().toISOString()} node ${process.version} ${process.platform}\n${hideSecrets(details)}\n`,
    );
    return `error: Tutti itself failed: ${reason}. Details are in ${file}; a run it conducted can be resumed.`;
  } catch {
    return `error: Tutti itself failed: ${reason}. Set TUTTI_DEBUG=1 to see where; a run it conducted can be resumed.`;
  }
}

const describeCause = (error: Error): string =>
  error.cause instanceof Error ? `caused by: ${error.cause.stack ?? error.cause.message}` : "";
