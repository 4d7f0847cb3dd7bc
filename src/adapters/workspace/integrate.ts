// Brings one attempt's commit into the integration branch: merge in memory, verify a tree nobody has verified yet,
// publish by compare-and-swap. Until the swap nothing anyone else can see has changed.

import type { AttemptRef } from "../../domain/ids.ts";
import {
  Fault,
  type MergeOutcome,
  type PublishedMerge,
  type VerifyOutcome,
  type VerifyTree,
} from "../../engine/ports.ts";
import { makeCommitMessage, verifiedTrailer } from "./commit-message.ts";
import { describeConflict, parseConflict, type MergedTree } from "./conflict-brief.ts";
import { gitFault } from "./git.ts";
import type { OwnRepository } from "./own-repository.ts";
import { integrationRef } from "./run-names.ts";
import type { Worktrees } from "./worktrees.ts";

export type Integration = {
  readonly ref: AttemptRef;
  readonly name: string;
  readonly base: string;
  readonly commit: string;
  readonly message: string;
  readonly verify: VerifyTree;
  readonly signal: AbortSignal;
};

/** Only another process of the same run can win the swap from us; then that process owns the run. */
const maxRounds = 5;

/** How `commit` came into the integration branch, or undefined while it has not. Survives any crash: it asks the refs. */
export async function findPublished(
  own: OwnRepository,
  commit: string,
  base: string,
): Promise<PublishedMerge | undefined> {
  const format = `--format=%H %P %(trailers:key=${verifiedTrailer},valueonly,separator=%x2C)`;
  const args = ["log", "--first-parent", format, `${base}..${integrationRef(own.run)}`, "--"];
  for (const line of (await own.git.read(args, own.bare)).split("\n")) {
    const [merge = "", , second, verified] = line.split(" ");
    if (merge === commit) return { kind: "published", commit, verified: "attempt" };
    if (second !== commit) continue;
    return { kind: "published", commit: merge, verified: verified === "merged" ? "merged" : "none" };
  }
  return undefined;
}

async function mergeTrees(own: OwnRepository, head: string, commit: string): Promise<MergedTree> {
  const args = ["merge-tree", "--write-tree", "-z", "--messages", head, commit];
  const result = await own.git.run(args, { ...own.bare, config: [["merge.conflictStyle", "diff3"]] });
  if (result.code === 0) return { kind: "clean", tree: result.out.split("\0")[0] ?? "" };
  if (result.code !== 1) throw gitFault(args, result);
  return parseConflict(result.out);
}

export const commitTree = async (own: OwnRepository, tree: string, parents: readonly string[], message: string) => {
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  return (await own.git.read(args, { ...own.bare, input: message })).trim();
};

/** Verifies the merged tree in a checkout of its own, which is removed whatever happens. */
async function verifyMerged(worktrees: Worktrees, work: Integration, trial: string): Promise<VerifyOutcome> {
  const root = await worktrees.checkOut(work.name, trial);
  try {
    return await work.verify(root);
  } finally {
    await worktrees.discardCheckout(work.name);
  }
}

type Candidate =
  | { readonly kind: "candidate"; readonly commit: string; readonly verified: PublishedMerge["verified"] }
  | Exclude<MergeOutcome, { readonly kind: "published" }>;

export async function makeCandidate(
  own: OwnRepository,
  worktrees: Worktrees,
  work: Integration,
  head: string,
): Promise<Candidate> {
  const { commit, base } = work;
  // Nothing was merged since the attempt began: its own tree, already verified, is the merged tree.
  if (head === base) return { kind: "candidate", commit, verified: "attempt" };
  const merged = await mergeTrees(own, head, commit);
  if (merged.kind === "conflict") return describeConflict(own, merged, { head, commit, base });
  const parents = [head, commit];
  const message = (verified: string) => makeCommitMessage(work.message, { run: own.run, ref: work.ref, verified });
  const trial = await commitTree(own, merged.tree, parents, message("merged"));
  const verdict = await verifyMerged(worktrees, work, trial);
  if (verdict.kind !== "passed") return verdict;
  if (verdict.commands > 0) return { kind: "candidate", commit: trial, verified: "merged" };
  return { kind: "candidate", commit: await commitTree(own, merged.tree, parents, message("none")), verified: "none" };
}

/** Compare-and-swap of a ref of ours: true when `next` is there, false when someone else moved it. */
async function swap(own: OwnRepository, next: string, expected: string): Promise<boolean> {
  const args = ["update-ref", integrationRef(own.run), next, expected];
  const result = await own.git.run(args, own.bare);
  if (result.code === 0) return true;
  if ((await own.readRef(integrationRef(own.run))) === expected) throw gitFault(args, result);
  return false;
}

/** Calls of one run are made one after the other. A cancel is honoured up to the swap, never after it. */
export async function integrate(own: OwnRepository, worktrees: Worktrees, work: Integration): Promise<MergeOutcome> {
  for (let round = 0; round < maxRounds; round += 1) {
    if (work.signal.aborted) return { kind: "cancelled" };
    const head = await own.head();
    const candidate = await makeCandidate(own, worktrees, work, head);
    if (candidate.kind !== "candidate") return candidate;
    if (work.signal.aborted) return { kind: "cancelled" };
    const { commit, verified } = candidate;
    if (await swap(own, commit, head)) return { kind: "published", commit, verified };
    const already = await findPublished(own, work.commit, work.base);
    if (already !== undefined) return already;
  }
  throw new Fault("integration_contended", `Another process keeps moving ${integrationRef(own.run)}.`, {
    remedy: "End the other process that conducts this run; then resume it.",
  });
}
