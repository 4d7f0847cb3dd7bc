// Turns what an attempt left in its worktree into one commit on the attempt's branch, after looking at every path.
// git is told repository, worktree and index outright: nothing a worker wrote can configure these calls.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PreparedAttempt } from "../../engine/ports.ts";
import { listForbidden, gitlinkMode, parseRawDiff, type Change } from "./changed-paths.ts";
import { gitFault, type GitCall } from "./git.ts";
import type { OwnRepository } from "./own-repository.ts";
import { attemptRef } from "./run-names.ts";

export type Committed =
  | { readonly kind: "unchanged" }
  | { readonly kind: "committed"; readonly commit: string }
  | { readonly kind: "forbidden"; readonly files: readonly string[] };

export type Attempt = PreparedAttempt & {
  readonly name: string;
  /** Made by this process and not staged before, so that its index and branch are known to be as made. */
  readonly fresh: boolean;
};

const call = (own: OwnRepository, attempt: Attempt): GitCall => own.inTree(attempt.name, attempt.root);

export const diffIndex = async (own: OwnRepository, attempt: Attempt, commit: string): Promise<readonly Change[]> => {
  const args = ["diff-index", "--cached", "--raw", "-z", "--no-renames", commit, "--"];
  return parseRawDiff(await own.git.read(args, call(own, attempt)));
};

/**
 * A nested repository in the index would make the next `git add` run that repository's own filters and fsmonitor
 * (seen with git 2.39), so it is taken out before anything else happens to the index.
 */
export async function forget(own: OwnRepository, attempt: Attempt, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const input = paths.map((path) => `${path}\0`).join("");
  await own.git.read(["update-index", "--force-remove", "-z", "--stdin"], { ...call(own, attempt), input });
}

async function forgetSmuggled(own: OwnRepository, attempt: Attempt): Promise<void> {
  const staged = (await own.git.read(["ls-files", "--stage", "-z"], call(own, attempt))).split("\0");
  const links = staged
    .filter((entry) => entry.startsWith(gitlinkMode))
    .map((entry) => entry.slice(entry.indexOf("\t") + 1));
  const known = new Set(own.submodules);
  await forget(
    own,
    attempt,
    links.filter((path) => !known.has(path)),
  );
}

/** git's words for a file that it cannot take: its name, its kind, its rights or the encoding its attributes name. */
const refusals = [
  /invalid path '(.+)'/g,
  /^error: (.+): can only add regular files/gm,
  /unable to index file '(.+)'/g,
  /BOM is (?:required|prohibited) in '(.+)' if encoded/g,
  /failed to encode '(.+)' from/g,
  /^warning: could not open directory '(.+)'/gm,
];

const namesIn = (words: string): readonly string[] =>
  refusals.flatMap((shape) => [...words.matchAll(shape)].map(([, path]) => path ?? ""));

/** What `git add` refuses the whole call over: a worker left it there, so it is not the repository's fault. */
async function listRefused(own: OwnRepository, attempt: Attempt, words: string): Promise<readonly string[]> {
  const out = await own.git.read(["ls-files", "--others", "--exclude-standard", "-z"], call(own, attempt));
  // A nested repository without a commit is listed as a folder.
  return [...new Set([...namesIn(words), ...out.split("\0").filter((path) => path.endsWith("/"))])];
}

/** Stages everything that is neither ignored nor among `besides`. Returns the paths that made that impossible. */
async function stage(
  own: OwnRepository,
  attempt: Attempt,
  besides: readonly string[] = [],
): Promise<readonly string[]> {
  if (!attempt.fresh) await forgetSmuggled(own, attempt);
  const spared = [...own.submodules, ...besides].map((path) => `:(exclude,top,literal)${path}`);
  const args = ["add", "--all", "--", ".", ...spared];
  const added = await own.git.run(args, call(own, attempt));
  // A folder it cannot look into is left out with a mere warning: the worker's files would be missing without a word.
  if (added.code === 0) return namesIn(added.err);
  const refused = await listRefused(own, attempt, added.err);
  if (refused.length === 0) throw gitFault(args, added);
  return refused;
}

/** A worktree whose HEAD was moved off its branch is put back; a commit made meanwhile stays reachable by name. */
async function holdBranch(own: OwnRepository, attempt: Attempt): Promise<void> {
  const branch = attemptRef(own.run, attempt.name);
  const head = (await readFile(join(own.gitDir, "worktrees", attempt.name, "HEAD"), "utf8")).trim();
  if (head === `ref: ${branch}`) return;
  const at = await own.git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], call(own, attempt));
  if (at.code === 0) await own.git.read(["update-ref", `${branch}-detached`, at.out.trim()], own.bare);
  await own.git.read(["symbolic-ref", "HEAD", branch], call(own, attempt));
}

async function commitIndex(own: OwnRepository, attempt: Attempt, message: string): Promise<string> {
  const args = ["commit", "--quiet", "--no-verify", "--cleanup=verbatim", "--file=-"];
  await own.git.read(args, { ...call(own, attempt), input: message });
  return headOf(own, attempt);
}

export async function headOf(own: OwnRepository, attempt: Attempt): Promise<string> {
  const head = await own.readRef(attemptRef(own.run, attempt.name));
  if (head === undefined) throw new Error(`branch ${attempt.branch} is gone from ${own.gitDir}`);
  return head;
}

export type Staged = {
  /** What git cannot take; then nothing else is known. */
  readonly refused: readonly string[];
  /** Since the attempt began. */
  readonly changes: readonly Change[];
  /** Nested repositories among them, taken out of the index again. */
  readonly links: readonly string[];
};

/** What git cannot take stays unstaged. Returns those paths. */
export async function stageMost(own: OwnRepository, attempt: Attempt): Promise<readonly string[]> {
  const refused = new Set<string>();
  for (;;) {
    // A round that was not the last may have put a nested repository into the index.
    const known = { ...attempt, fresh: attempt.fresh && refused.size === 0 };
    const found = (await stage(own, known, [...refused])).filter((path) => !refused.has(path));
    if (found.length === 0) return [...refused];
    for (const path of found) refused.add(path);
  }
}

export async function stageAll(own: OwnRepository, attempt: Attempt): Promise<Staged> {
  const refused = await stage(own, attempt);
  if (refused.length > 0) return { refused, changes: [], links: [] };
  const changes = await diffIndex(own, attempt, attempt.base);
  const links = changes.filter((change) => change.newMode === gitlinkMode).map((change) => change.path);
  await forget(own, attempt, links);
  return { refused, changes, links };
}

/**
 * `touches`: globs the attempt may change, or undefined to keep whatever is there (the way to quarantine). Forbidden
 * paths stop the commit; nested repositories do so always, since git would store a pointer and not their files.
 */
export async function commitAttempt(
  own: OwnRepository,
  attempt: Attempt,
  options: { readonly message: string; readonly touches: readonly string[] | undefined },
): Promise<Committed> {
  await holdBranch(own, attempt);
  const { refused, changes, links } = await stageAll(own, attempt);
  if (refused.length > 0) return { kind: "forbidden", files: refused };
  const files = options.touches === undefined ? links : listForbidden(changes, options.touches);
  if (files.length > 0) return { kind: "forbidden", files };
  const tip = attempt.fresh ? attempt.base : await headOf(own, attempt);
  const uncommitted = tip === attempt.base ? changes : await diffIndex(own, attempt, tip);
  if (uncommitted.length > 0) return { kind: "committed", commit: await commitIndex(own, attempt, options.message) };
  return changes.length === 0 ? { kind: "unchanged" } : { kind: "committed", commit: tip };
}
