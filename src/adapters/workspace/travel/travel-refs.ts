// Refs of a run beside its branches, at its remote and in every copy of it.

import type { RunId } from "../../../domain/ids.ts";
import { attemptRef, runRefs } from "../run-names.ts";

/** `refs/tutti/<run>/`: what is no branch of the run. */
export const besideRefs = (run: RunId): string => runRefs(run).replace("refs/heads/", "refs/");

/** The newest state of an attempt's worktree. */
export const checkpointRef = (run: RunId, name: string): string => `${besideRefs(run)}checkpoints/${name}`;

/** While it stands, and only under the commit it stands at, the attempt may be published. */
export const fenceRef = (run: RunId, name: string): string => `${besideRefs(run)}fences/${name}`;

/** The attempt's commit that came into the integration branch. Made once, never moved. */
export const acceptedRef = (run: RunId, name: string): string => `${besideRefs(run)}accepted/${name}`;

/** A blob: what the person ignores in their own clone only. */
export const excludeRef = (run: RunId): string => `${besideRefs(run)}exclude`;

/** All refs of one attempt, as patterns that match longer names too: a pattern without a match is no error. */
export const refsOfAttempt = (run: RunId, name: string): readonly string[] =>
  [checkpointRef(run, name), fenceRef(run, name), acceptedRef(run, name)].map((ref) => `${ref}*`);

export const leftRefs = (run: RunId, name: string): string => `${attemptRef(run, name)}*`;
