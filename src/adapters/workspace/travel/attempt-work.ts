// An attempt's work on its way into the refs that all machines share: merged under a fence, or left on its branch.

import type { AttemptRef } from "../../../domain/ids.ts";
import type { Ticket } from "../../../domain/ticket.ts";
import { Fault, type MergeOutcome, type PublishedMerge } from "../../../engine/ports.ts";
import { findAttempt, missing, saveLeft, type MergeOptions, type Room, type Work } from "../attempt-room.ts";
import { commitAttempt } from "../commit-attempt.ts";
import { makeCommitMessage } from "../commit-message.ts";
import { findPublished, makeCandidate } from "../integrate.ts";
import { attemptName, attemptRef, integrationRef, shortBranch } from "../run-names.ts";
import { commitLeft, newestCheckpoint } from "./checkpoints.ts";
import type { RefChange, SharedRefs } from "./shared-refs.ts";
import { acceptedRef, checkpointRef, fenceRef } from "./travel-refs.ts";

export type SharedRoom = Room & {
  readonly refs: SharedRefs;
  /** Commit the run began at. */
  readonly start: string;
};

/** Whoever loses the swap to another has seen that one publish: so many may do so at once. */
const maxRounds = 50;

/** How the attempt came into the integration branch; of what was fetched last. */
export async function findAccepted(
  { own, worktrees, start }: SharedRoom,
  name: string,
): Promise<PublishedMerge | undefined> {
  const accepted = await own.readRef(acceptedRef(own.run, name));
  if (accepted === undefined) return undefined;
  return findPublished(own, accepted, (await worktrees.baseOf(name)) ?? start);
}

export type FencedMerge = {
  readonly ref: AttemptRef;
  readonly ticket: Ticket;
  readonly options: MergeOptions;
  readonly fence: string;
};

/** As the port's `merge`, published at the shared refs. The worktree must be here. */
export async function mergeShared(room: SharedRoom, merge: FencedMerge): Promise<MergeOutcome> {
  const { ref, ticket, options } = merge;
  const { own, refs } = room;
  if (options.signal.aborted) return { kind: "cancelled" };
  const name = attemptName(options.index, ref.attempt);
  await refs.fetch({ name, left: false });
  const earlier = await findAccepted(room, name);
  if (earlier !== undefined) return earlier;
  const attempt = await findAttempt(room, name);
  if (attempt === undefined) throw missing(ref);
  const message = makeCommitMessage(options.message, { run: own.run, ref });
  const committed = await commitAttempt(own, attempt, { message, touches: ticket.touches });
  if (committed.kind === "forbidden") return { kind: "outside_touches", files: committed.files };
  if (committed.kind === "unchanged") {
    room.settled.add(name);
    return { kind: "published", commit: null, verified: "none" };
  }
  const work = { name, base: attempt.base, commit: committed.commit };
  const outcome = await room.mergeInTurn(() => publishFenced(room, work, merge));
  if (outcome.kind === "published") room.settled.add(name);
  return outcome;
}

async function publishFenced(room: SharedRoom, work: Work, merge: FencedMerge): Promise<MergeOutcome> {
  const { own, worktrees, refs } = room;
  const { run } = own;
  const { message, verify, signal } = merge.options;
  for (let round = 0; round < maxRounds; round += 1) {
    if (signal.aborted) return { kind: "cancelled" };
    if ((await own.readRef(fenceRef(run, work.name))) !== merge.fence) return { kind: "cancelled" };
    const head = await own.head();
    const candidate = await makeCandidate(own, worktrees, { ...work, ref: merge.ref, message, verify, signal }, head);
    if (candidate.kind !== "candidate") return candidate;
    if (signal.aborted) return { kind: "cancelled" };
    const { commit, verified } = candidate;
    const isDone = await refs.change([
      { ref: integrationRef(run), to: commit, expected: head },
      { ref: acceptedRef(run, work.name), to: work.commit, expected: null },
      { ref: fenceRef(run, work.name), to: null, expected: merge.fence },
    ]);
    if (isDone) return { kind: "published", commit, verified };
    await refs.fetch({ name: work.name, left: false });
    const already = await findAccepted(room, work.name);
    if (already !== undefined) return already;
  }
  throw new Fault("integration_contended", `Others keep moving ${shortBranch(integrationRef(run))}.`, {
    remedy: "Let fewer machines work on this run, or find out what else pushes to its branch; then resume it.",
  });
}

/** What a worktree held: a commit, none where it changed nothing, or a folder where git cannot hold it. */
type Left = { readonly commit: string | undefined; readonly aside: string | undefined } | { readonly folder: string };

/** Takes the worktree away; undefined where there is none. */
async function takeLeft(room: SharedRoom, name: string, ref: AttemptRef): Promise<Left | undefined> {
  const { own, worktrees } = room;
  const attempt = await findAttempt(room, name);
  const isSettled = room.settled.delete(name);
  if (attempt === undefined) return undefined;
  if (!isSettled && !(await saveLeft(room, attempt, ref))) return { folder: await worktrees.quarantine(name) };
  const branch = attemptRef(own.run, name);
  const [commit, aside] = await Promise.all([own.readRef(branch), own.readRef(`${branch}-detached`)]);
  await worktrees.discard(name);
  return { commit: commit === attempt.base ? undefined : commit, aside };
}

type Ending = { readonly name: string; readonly ref: AttemptRef; readonly left: Left | undefined };

/** What has to change at the shared refs for the attempt to be over, as far as they were just fetched. */
async function changesToEnd(room: SharedRoom, { name, ref, left }: Ending): Promise<readonly RefChange[]> {
  const { own } = room;
  const branch = attemptRef(own.run, name);
  const checkpoint = await newestCheckpoint(own, checkpointRef(own.run, name));
  const changes: RefChange[] = [];
  const keep = async (at: string, to: string | undefined): Promise<void> => {
    const expected = (await own.readRef(at)) ?? null;
    if (to !== undefined && to !== expected) changes.push({ ref: at, to, expected });
  };
  if ((await findAccepted(room, name)) === undefined) {
    const isTaken = left !== undefined && "commit" in left;
    const last = checkpoint && !isTaken ? await commitLeft(own, checkpoint, { run: own.run, ref }) : undefined;
    await keep(branch, isTaken ? left.commit : last);
    await keep(`${branch}-detached`, isTaken ? left.aside : undefined);
  }
  if (checkpoint !== undefined) {
    changes.push({ ref: checkpointRef(own.run, name), to: null, expected: checkpoint.commit });
  }
  return changes;
}

/** As the port's `dispose`; `isHere`: the worktree that lies here is this machine's own and not out of date. */
export async function disposeShared(
  room: SharedRoom,
  { ref, index, isHere }: { readonly ref: AttemptRef; readonly index: number; readonly isHere: boolean },
): Promise<{ quarantined?: string }> {
  const { own, worktrees, refs } = room;
  const name = attemptName(index, ref.attempt);
  const left = isHere ? await takeLeft(room, name, ref) : undefined;
  if (!isHere) await worktrees.discard(name);
  for (let round = 0; round < maxRounds; round += 1) {
    await refs.fetch({ name, left: true });
    const changes = await changesToEnd(room, { name, ref, left });
    if (changes.length > 0 && !(await refs.change(changes))) continue;
    if (left !== undefined && "folder" in left) return { quarantined: left.folder };
    const branch = attemptRef(own.run, name);
    const isKept = changes.some((change) => change.ref === branch) || (await isUnmerged(room, name));
    return isKept ? { quarantined: shortBranch(branch) } : {};
  }
  throw new Fault("place_lost", `Other machines keep working on attempt ${ref.attempt} of ticket ${ref.ticket}.`, {
    remedy: "End the other machines that conduct this run; then resume it.",
  });
}

/** Whether its branch holds what the integration branch does not. */
async function isUnmerged({ own }: SharedRoom, name: string): Promise<boolean> {
  const tip = await own.readRef(attemptRef(own.run, name));
  if (tip === undefined) return false;
  const merged = await own.git.run(["merge-base", "--is-ancestor", tip, await own.head()], own.bare);
  return merged.code !== 0;
}
