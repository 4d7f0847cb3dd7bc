// The one writable folder of a command has to be what it says, an existing folder by its canonical path, and stay open.

import { chmod, realpath, stat } from "node:fs/promises";
import { Fault } from "../../engine/ports.ts";

/** Throws Fault `sandbox_root`. */
export async function checkRoot(root: string): Promise<void> {
  const real = await realpath(root).catch(() => undefined);
  const problem =
    real === undefined
      ? "is not there"
      : real !== root || root === "/"
        ? "is not the canonical path of a folder below /"
        : (await stat(root)).isDirectory()
          ? undefined
          : "is not a folder";
  if (problem === undefined) return;
  throw new Fault("sandbox_root", `a command cannot run: its folder ${JSON.stringify(root)} ${problem}`, {
    remedy: "someone moved or removed the worktree; reopen the ticket to start a fresh attempt",
  });
}

/** Once a command has ended: one that locked its own top folder would lock out everything that comes after it. */
export async function unlockRoot(root: string): Promise<void> {
  const { mode } = await stat(root);
  if ((mode & 0o700) !== 0o700) await chmod(root, mode | 0o700);
}
