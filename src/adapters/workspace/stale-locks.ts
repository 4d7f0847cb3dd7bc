// Lock files in the run's own repository. Only processes Tutti started make any there, so an old one was left by a
// process that was killed. Locks in the person's repository are never removed.

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A git process that outlived its parent may still hold its lock; older than this, nobody does. */
const staleMs = 5_000;
const stepMs = 50;

/**
 * Waits until the lock is released, then gives up on its holder. Removing it is safe even if the holder lives: git
 * writes the lock file and renames it, so a holder without its lock fails and changes nothing.
 */
async function clear(path: string): Promise<void> {
  for (let waited = 0; waited < staleMs; waited += stepMs) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return;
    if (Date.now() - found.mtimeMs > staleMs) break;
    await pause(stepMs);
  }
  await rm(path, { force: true });
}

/** Clears every lock below `gitDir`, object store aside. Called by the run's owner before anything else runs. */
export async function clearStaleLocks(gitDir: string): Promise<void> {
  const folders = ["", "refs", "worktrees"];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(gitDir, folder), { recursive: folder !== "" }).catch(() => []);
      return names.filter((name) => name.endsWith(".lock")).map((name) => join(gitDir, folder, name));
    }),
  );
  await Promise.all(found.flat().map(clear));
}
