// Removes a folder that a worker's commands wrote into: also folders whose rights they took away (package caches do so
// by themselves) and trees deeper than a path is long. Links are removed, never followed.

import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const env = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/** Resolves also where nothing is there. Rejects with the system's error where something cannot be removed. */
export async function removeTree(path: string): Promise<void> {
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch {
    // Both programs walk by folder handles, so that no path gets too long; what they could not do, the last try tells.
    await run("find", [path, "-type", "d", "!", "-perm", "-700", "-execdir", "chmod", "u+rwx", "{}", ";"], {
      env,
    }).catch(ignore);
    await run("rm", ["-rf", "--", path], { env }).catch(ignore);
    await remove();
  }
}

const ignore = (): void => undefined;
