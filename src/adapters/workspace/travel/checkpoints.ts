// A checkpoint: the whole worktree of an attempt as a commit beside its branch, on top of the one before. Its message
// says which duty left the worktree so and where the attempt began. The attempt's own index and branch stay untouched.

import { randomUUID } from "node:crypto";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AttemptRef, RunId } from "../../../domain/ids.ts";
import { diffIndex, forget, stageMost, type Attempt } from "../commit-attempt.ts";
import { gitlinkMode } from "../changed-paths.ts";
import { makeCommitMessage, toTrailerValue } from "../commit-message.ts";
import { commitTree } from "../integrate.ts";
import type { OwnRepository } from "../own-repository.ts";

export type Checkpoint = {
  readonly commit: string;
  /** Commit the attempt began at. */
  readonly base: string;
  /** The duty that left the worktree so. */
  readonly key: string;
};

const baseTrailer = "Tutti-Base";
const keyTrailer = "Tutti-Duty";
const claimTrailer = "Tutti-Claim";

/** The key that no duty has: a machine claims the attempt with the worktree as it was. */
export const claimKey = "claim";

const readValue = (text: string): string => {
  if (!text.startsWith('"')) return text;
  const value: unknown = JSON.parse(text);
  return typeof value === "string" ? value : text;
};

/** `title`: of two machines that say the same in the same second, each makes a commit of its own. */
const messageOf = (title: string, key: string, base: string): string =>
  `${title}\n\n${baseTrailer}: ${base}\n${keyTrailer}: ${toTrailerValue(key)}\n`;

/** An attempt's checkpoints, the newest first, down to the one it began with. */
export async function* readCheckpoints(own: OwnRepository, newest: string): AsyncGenerator<Checkpoint> {
  const value = (key: string): string => `%(trailers:key=${key},valueonly,separator=%x00)`;
  const format = `--format=%H%n${value(baseTrailer)}%n${value(keyTrailer)}`;
  for (let next: string | undefined = newest; next !== undefined;) {
    const args: readonly string[] = ["log", "-1", format, "--end-of-options", next, "--"];
    const [commit = "", base = "", key = ""]: readonly string[] = (await own.git.read(args, own.bare)).split("\n");
    if (base === "" || key === "") return;
    yield { commit, base, key: readValue(key) };
    const parent = await own.git.run(["rev-parse", "--verify", "--quiet", `${commit}^`], own.bare);
    next = parent.code === 0 && parent.out.trim() !== base ? parent.out.trim() : undefined;
  }
}

export const newestCheckpoint = async (own: OwnRepository, ref: string): Promise<Checkpoint | undefined> => {
  const at = await own.readRef(ref);
  if (at === undefined) return undefined;
  for await (const checkpoint of readCheckpoints(own, at)) return checkpoint;
  return undefined;
};

/** Where a machine that takes the attempt over begins: `from` is a checkpoint or, where none is fit, the base. */
export async function chooseCheckpoint(
  own: OwnRepository,
  ref: string,
  liveKey: string,
): Promise<{ readonly newest: string; readonly from: string; readonly base: string } | undefined> {
  const newest = await own.readRef(ref);
  if (newest === undefined) return undefined;
  let base: string | undefined;
  for await (const checkpoint of readCheckpoints(own, newest)) {
    if (checkpoint.key !== liveKey) return { newest, from: checkpoint.commit, base: checkpoint.base };
    base = checkpoint.base;
  }
  return base === undefined ? undefined : { newest, from: base, base };
}

/** The files of `from`, claimed: no other machine's commit is this one. */
export const commitClaim = (
  own: OwnRepository,
  { from, base, key, claim }: Pick<Checkpoint, "base" | "key"> & { readonly from: string; readonly claim: number },
): Promise<string> => {
  const message = `${messageOf(`Claim ${randomUUID()}`, key, base)}${claimTrailer}: ${claim}\n`;
  return commitTree(own, `${from}^{tree}`, [from], message);
};

/** The number of the claim that `newest` stands on; 0 where there is none. */
export async function readClaim(
  own: OwnRepository,
  { newest, base }: { readonly newest: string; readonly base: string },
): Promise<number> {
  const format = `--format=%(trailers:key=${claimTrailer},valueonly)`;
  const args = ["log", "-1", format, `--grep=^${claimTrailer}: `, "--end-of-options", newest, `^${base}`, "--"];
  return Number((await own.git.read(args, own.bare)).trim());
}

export type Shot = {
  /** Undefined where the worktree is as `last` has it. */
  readonly commit: string | undefined;
  readonly unread: readonly string[];
};

/** The index is this side's own, beside the worktree's: a worker cannot have put anything into it. */
export async function takeCheckpoint(
  own: OwnRepository,
  attempt: Attempt,
  { last, key, isFirst }: { readonly last: string; readonly key: string; readonly isFirst: boolean },
): Promise<Shot> {
  const folder = join(own.dir, "checkpoints");
  const index = join(folder, attempt.name);
  if (isFirst) {
    await mkdir(folder, { recursive: true });
    // Only so that unchanged files need not be read again; a worker may have taken it away.
    const copied = copyFile(join(own.gitDir, "worktrees", attempt.name, "index"), index);
    await copied.catch(() => rm(index, { force: true }));
  }
  const inTree: OwnRepository["inTree"] = (name, root) => ({
    ...own.inTree(name, root),
    env: { GIT_INDEX_FILE: index },
  });
  const aside: OwnRepository = { ...own, inTree };
  // Copied from the worktree's index, it may hold what a worker smuggled in; afterwards it does not.
  const shot: Attempt = { ...attempt, fresh: !isFirst };
  const refused = await stageMost(aside, shot);
  const changes = await diffIndex(aside, shot, last);
  const links = changes.filter(({ newMode }) => newMode === gitlinkMode).map(({ path }) => path);
  await forget(aside, shot, links);
  const unread = [...new Set([...refused, ...links])];
  if (changes.length === links.length) return { commit: undefined, unread };
  const tree = (await own.git.read(["write-tree"], inTree(attempt.name, attempt.root))).trim();
  return { commit: await commitTree(own, tree, [last], messageOf("Checkpoint", key, attempt.base)), unread };
}

/** The newest checkpoint's work as one commit on the attempt's base; undefined where it has changed nothing. */
export async function commitLeft(
  own: OwnRepository,
  { commit, base }: Checkpoint,
  { run, ref }: { readonly run: RunId; readonly ref: AttemptRef },
): Promise<string | undefined> {
  const same = await own.git.run(["diff", "--quiet", base, commit, "--"], own.bare);
  if (same.code === 0) return undefined;
  const message = makeCommitMessage(`Left by attempt ${ref.attempt}, not merged`, { run, ref });
  return commitTree(own, `${commit}^{tree}`, [base], message);
}
