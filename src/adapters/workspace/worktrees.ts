// Worktrees of one run: made one at a time, found again after a crash, moved away whole, leftovers reconciled.
// A worktree is complete once its base is noted; anything less never held a worker's work.

import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PreparedAttempt } from "../../engine/ports.ts";
import { removeTree } from "../remove-tree.ts";
import { gitFault } from "./git.ts";
import { createTurns, type InTurn } from "./in-turn.ts";
import type { OwnRepository } from "./own-repository.ts";
import { attemptRef, integrationRef, shortBranch } from "./run-names.ts";

/** `made`: branch and worktree are new, as against found again. */
export type Prepared = { readonly attempt: PreparedAttempt; readonly made: boolean };

export type Worktrees = {
  /** The attempt's worktree, made from the integration branch's head where it is not there. */
  prepare(name: string): Promise<Prepared>;
  find(name: string): Promise<PreparedAttempt | undefined>;
  /** The attempt's worktree anew, on its branch at `base` and with the files of `from`; what lay there is gone. */
  remake(name: string, at: { readonly base: string; readonly from: string }): Promise<PreparedAttempt>;
  /** The commit the attempt began at; known also after its worktree is gone. */
  baseOf(name: string): Promise<string | undefined>;
  /** A throw-away checkout of `commit` beside the attempt's own worktree. */
  checkOut(name: string, commit: string): Promise<string>;
  discardCheckout(name: string): Promise<void>;
  /** Every worktree, with what it holds. */
  discardAll(): Promise<void>;
  /** What the checkout is called among the worktrees. */
  checkoutName(name: string): string;
  /** Removes folder and metadata. What the folder holds is gone. */
  discard(name: string): Promise<void>;
  /** Removes the metadata and keeps the folder; returns where it is now. */
  quarantine(name: string): Promise<string>;
  /** Makes folders and metadata agree again after a crash; deletes nothing a worker may have written. */
  reconcile(): Promise<void>;
};

const mergePrefix = "merge-";

/** Puts into a new worktree what its commit does not hold. */
type Furnish = (root: string) => Promise<void>;

type Room = { readonly own: OwnRepository; readonly inTurn: InTurn; readonly furnish: Furnish };

/** Where a run's worktrees and what is noted of them lie. */
export type WorktreeFolders = Pick<OwnRepository, "run" | "dir" | "gitDir">;

const rootOf = (own: WorktreeFolders, name: string): string => join(own.dir, "worktrees", name);
const metadataOf = (own: WorktreeFolders, name: string): string => join(own.gitDir, "worktrees", name);

const noteOf = (own: WorktreeFolders, name: string): string => join(own.dir, "attempts", name);

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A path beside the worktrees that nothing has yet. */
async function freePath(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let n = 1; ; n += 1) {
    const path = join(folder, n === 1 ? name : `${name}.${n}`);
    if (!(await isThere(path))) return path;
  }
}

const moveIfThere = async (from: string, to: string): Promise<boolean> => {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return false;
    if (code !== "EACCES") throw error;
    // A folder its worker made read-only cannot change its parent.
    await chmod(from, 0o700);
    await rename(from, to);
    return true;
  }
};

/** The folder goes first: metadata without a folder is harmless, a folder without metadata is kept for a person. */
async function setAside(own: OwnRepository, name: string, to: string): Promise<readonly string[]> {
  const root = await freePath(to, name);
  await moveIfThere(rootOf(own, name), root);
  const metadata = await freePath(to, `${name}.git`);
  await moveIfThere(metadataOf(own, name), metadata);
  return [root, metadata];
}

const remove = async (paths: readonly string[]): Promise<void> => {
  await Promise.all(paths.map(removeTree));
};

/** Renamed away in turn, since `git worktree add` reads its neighbours; the slow deletion comes after. */
async function discard({ own, inTurn }: Room, name: string): Promise<void> {
  await remove(await inTurn(() => setAside(own, name, join(own.dir, "trash"))));
}

async function quarantine({ own, inTurn }: Room, name: string): Promise<string> {
  const [root = ""] = await inTurn(() => setAside(own, name, join(own.dir, "quarantine")));
  return root;
}

/** Known also after the worktree is gone. */
export async function baseOf(own: WorktreeFolders, name: string): Promise<string | undefined> {
  const note = await readFile(noteOf(own, name), "utf8").catch(() => "");
  return note.trim() || undefined;
}

/** Changes nothing. */
export async function findWorktree(own: WorktreeFolders, name: string): Promise<PreparedAttempt | undefined> {
  const root = rootOf(own, name);
  const base = await baseOf(own, name);
  if (base === undefined || !(await isThere(root)) || !(await isThere(metadataOf(own, name)))) return undefined;
  return { root, base, branch: shortBranch(attemptRef(own.run, name)) };
}

type Added = { readonly base: string; readonly made: boolean };

/** Adds the worktree on its branch; a branch that an earlier try left is taken up as it is, with what it holds. */
async function addOnBranch(own: OwnRepository, name: string, noted: string | undefined): Promise<Added> {
  const head = await own.head();
  const branch = shortBranch(attemptRef(own.run, name));
  const root = rootOf(own, name);
  const fresh = ["worktree", "add", "--quiet", "--no-track", "-b", branch, root, head];
  const made = await own.git.run(fresh, own.bare);
  if (made.code === 0) return { base: head, made: true };
  if (!made.err.includes("already exists")) throw gitFault(fresh, made);
  await own.git.read(["worktree", "add", "--quiet", root, branch], own.bare);
  const common = async (): Promise<string> => own.git.read(["merge-base", integrationRef(own.run), branch], own.bare);
  return { base: noted ?? (await common()).trim(), made: false };
}

async function noteBase(own: OwnRepository, name: string, base: string): Promise<void> {
  const note = noteOf(own, name);
  await mkdir(join(own.dir, "attempts"), { recursive: true });
  await writeFile(`${note}.new`, `${base}\n`, { flush: true });
  await rename(`${note}.new`, note);
}

async function prepare({ own, inTurn, furnish }: Room, name: string): Promise<Prepared> {
  return inTurn(async () => {
    const known = await findWorktree(own, name);
    if (known !== undefined) return { attempt: known, made: false };
    await remove(await setAside(own, name, join(own.dir, "trash")));
    const noted = await baseOf(own, name);
    await rm(noteOf(own, name), { force: true });
    const { base, made } = await addOnBranch(own, name, noted);
    await furnish(rootOf(own, name));
    await noteBase(own, name, base);
    return { attempt: { root: rootOf(own, name), base, branch: shortBranch(attemptRef(own.run, name)) }, made };
  });
}

async function remake(room: Room, name: string, at: { base: string; from: string }): Promise<PreparedAttempt> {
  const { own, inTurn, furnish } = room;
  const root = rootOf(own, name);
  const branch = shortBranch(attemptRef(own.run, name));
  return inTurn(async () => {
    await remove(await setAside(own, name, join(own.dir, "trash")));
    await rm(noteOf(own, name), { force: true });
    await own.git.read(["worktree", "add", "--quiet", "--no-checkout", "-B", branch, root, at.base], own.bare);
    await own.git.read(["read-tree", "--reset", "-u", at.from], own.inTree(name, root));
    await furnish(root);
    await noteBase(own, name, at.base);
    return { root, base: at.base, branch };
  });
}

async function checkOut(room: Room, name: string, commit: string): Promise<string> {
  const { own, inTurn, furnish } = room;
  const root = rootOf(own, mergePrefix + name);
  await discard(room, mergePrefix + name);
  await inTurn(() => own.git.read(["worktree", "add", "--quiet", "--detach", root, commit], own.bare));
  await furnish(root);
  return root;
}

const list = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

async function reconcile(room: Room): Promise<void> {
  const { own } = room;
  const described = await list(join(own.gitDir, "worktrees"));
  for (const name of described) {
    const whole = (await findWorktree(own, name)) !== undefined;
    if (!whole || name.startsWith(mergePrefix)) await discard(room, name);
  }
  for (const name of await list(join(own.dir, "worktrees"))) {
    if (described.includes(name)) continue;
    await (name.startsWith(mergePrefix) ? discard(room, name) : quarantine(room, name));
  }
  for (const folder of ["trash", "outbox", "repo.git.new"]) {
    await removeTree(join(own.dir, folder));
  }
}

async function discardAll(room: Room): Promise<void> {
  const { dir, gitDir } = room.own;
  const names = [...(await list(join(gitDir, "worktrees"))), ...(await list(join(dir, "worktrees")))];
  for (const name of new Set(names)) await discard(room, name);
}

export function createWorktrees(own: OwnRepository, furnish: Furnish): Worktrees {
  const room: Room = { own, inTurn: createTurns(), furnish };
  return {
    prepare: (name) => prepare(room, name),
    find: (name) => findWorktree(own, name),
    remake: (name, at) => remake(room, name, at),
    baseOf: (name) => baseOf(own, name),
    checkOut: (name, commit) => checkOut(room, name, commit),
    checkoutName: (name) => mergePrefix + name,
    discardCheckout: (name) => discard(room, mergePrefix + name),
    discardAll: () => discardAll(room),
    discard: (name) => discard(room, name),
    quarantine: (name) => quarantine(room, name),
    reconcile: () => reconcile(room),
  };
}
