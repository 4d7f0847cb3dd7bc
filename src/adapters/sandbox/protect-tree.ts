// Protected paths at the top of a worktree while a command runs. What is there is mounted read-only. What is not there
// cannot be: a mount needs something to lie on, and an empty `.npmrc` left in the tree for it would show in `git status`,
// be copied, be committed, and stay behind after a crash. So a name that was absent is made absent again once the last
// process has ended and before anyone is told the result: what a command writes there never outlives the command.

import { lstat, readdir, readlink, realpath, symlink } from "node:fs/promises";
import { join } from "node:path";
import { isProtectedAtTop } from "../../domain/protected-paths.ts";
import { removeTree } from "../remove-tree.ts";

export type ProtectedTree = {
  /** Arguments of bubblewrap that cover what is there. */
  readonly mounts: readonly string[];
  /** Undoes what could not be prevented. The names of what was undone, or could not be. Only when no process is left. */
  restore(): Promise<{ readonly undone: readonly string[]; readonly stuck: readonly string[] }>;
};

/** Undefined target: not a link. */
type Found = ReadonlyMap<string, string | undefined>;

export async function protectTree(root: string): Promise<ProtectedTree> {
  const before = await findProtected(root);
  const mounts: string[] = [];
  for (const [name, target] of before) {
    const path = join(root, name);
    const covered = target === undefined ? path : await insideTarget(root, path);
    if (covered !== undefined) mounts.push("--ro-bind", covered, covered);
  }
  return { mounts, restore: () => restore(root, before) };
}

async function findProtected(root: string): Promise<Found> {
  const names = (await readdir(root)).filter(isProtectedAtTop);
  const entries = names.map(async (name) => [name, await linkTarget(join(root, name))] as const);
  return new Map(await Promise.all(entries));
}

const linkTarget = async (path: string): Promise<string | undefined> =>
  (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;

/** A link cannot be mounted upon, what it leads to can. A target outside the root is not in the sandbox at all. */
async function insideTarget(root: string, link: string): Promise<string | undefined> {
  const target = await realpath(link).catch(() => undefined);
  return target?.startsWith(`${root}/`) === true ? target : undefined;
}

async function restore(root: string, before: Found): Promise<{ undone: readonly string[]; stuck: readonly string[] }> {
  const after = await findProtected(root);
  const undone: string[] = [];
  const stuck: string[] = [];
  const tidy = async (name: string, target: string | undefined): Promise<void> => {
    try {
      await removeTree(join(root, name));
      if (target !== undefined) await symlink(target, join(root, name));
      undone.push(name);
    } catch {
      stuck.push(name);
    }
  };
  for (const name of after.keys()) if (!before.has(name)) await tidy(name, undefined);
  for (const [name, target] of before) {
    if (target !== undefined && after.get(name) !== target) await tidy(name, target);
  }
  return { undone, stuck };
}
