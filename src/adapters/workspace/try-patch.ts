// A patch somebody proposes, applied in a throw-away checkout of the integration branch's head. Nothing of it is kept.

import type { TriedPatch, VerifyTree } from "../../engine/ports.ts";
import { gitFault, type GitCall } from "./git.ts";
import type { OwnRepository } from "./own-repository.ts";
import type { Worktrees } from "./worktrees.ts";

type Trial = { readonly name: string; readonly patch: string; readonly verify: VerifyTree };

const longestProblem = 2_000;

/** The checkout is removed however it ends; what a crash leaves of it goes when the workspace is opened again. */
export async function tryPatch(own: OwnRepository, worktrees: Worktrees, trial: Trial): Promise<TriedPatch> {
  const { name, patch, verify } = trial;
  const root = await worktrees.checkOut(name, await own.head());
  try {
    const problem = await apply(own, own.inTree(worktrees.checkoutName(name), root), patch);
    return problem === undefined ? await verify(root) : { kind: "unfit", detail: problem.slice(0, longestProblem) };
  } finally {
    await worktrees.discardCheckout(name);
  }
}

/** Counts in the heads of hunks are what models get wrong most often; git can tell them, but then misreads some sound ones. */
const ways = [[], ["--recount"]] as const;

/** All of the patch or nothing of it; why not, in git's own words. */
async function apply(own: OwnRepository, call: GitCall, patch: string): Promise<string | undefined> {
  const input = patch.endsWith("\n") ? patch : `${patch}\n`;
  const problems: string[] = [];
  for (const way of ways) {
    const args = ["apply", ...way, "--whitespace=nowarn", "-"];
    const applied = await own.git.run(args, { ...call, input });
    if (applied.code === 0) return undefined;
    if (applied.code !== 1 && applied.code !== 128) throw gitFault(args, applied);
    problems.push(applied.err.trim());
  }
  return problems[0];
}
