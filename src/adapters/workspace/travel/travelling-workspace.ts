// The workspace of one run on a machine that has only a folder of its own and the run's remote. What lies here is a
// copy: an attempt is this machine's while the remote's checkpoint of it is the one this machine put there last.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "../../../domain/config.ts";
import type { AttemptRef } from "../../../domain/ids.ts";
import type { PreparedAttempt, Workspace } from "../../../engine/ports.ts";
import type { LiveDuty, TravellingWorkspace } from "../../../engine/machines/travelling.ts";
import { findAttempt, missing } from "../attempt-room.ts";
import { diffAttempt } from "../diff-attempt.ts";
import { diffLeft } from "../diff-left.ts";
import { createGit, type Git } from "../git.ts";
import { createTurns } from "../in-turn.ts";
import { attemptName } from "../run-names.ts";
import { ignoreShared, linkShared, type SharedFolder } from "../shared-folders.ts";
import { clearStaleLocks } from "../stale-locks.ts";
import { surveyHead } from "../survey.ts";
import { tryPatch } from "../try-patch.ts";
import { createWorktrees } from "../worktrees.ts";
import { disposeShared, findAccepted, mergeShared, type SharedRoom } from "./attempt-work.ts";
import { takeCheckpoint } from "./checkpoints.ts";
import { claimFirst, claimNewest, maxClaims, placeLost, type Claimed } from "./claims.ts";
import { openClone, type CloneOptions } from "./clone-run.ts";
import type { RemoteAddress } from "./remote-address.ts";
import { createRemoteRefs } from "./shared-refs.ts";
import { createTransport } from "./transport.ts";
import { checkpointRef, fenceRef } from "./travel-refs.ts";

export type TravellingOptions = CloneOptions & {
  readonly project: Project;
  readonly remote: RemoteAddress;
  readonly git?: Git;
  /** This machine's own; linked into every worktree. */
  readonly shared?: readonly SharedFolder[];
};

/** `tried`: pushed, without an answer. */
type Hold = { readonly last: string; readonly tried?: string; readonly isShot: boolean };

type TravelRoom = SharedRoom & { readonly held: Map<string, Hold> };

/** A worktree that this machine does not hold is out of date, whatever it has in it. */
const findHere = async ({ held, worktrees }: TravelRoom, name: string): Promise<PreparedAttempt | undefined> =>
  held.has(name) ? worktrees.find(name) : undefined;

async function leave({ own, worktrees, held, fresh, settled }: TravelRoom, name: string): Promise<void> {
  held.delete(name);
  fresh.delete(name);
  settled.delete(name);
  await worktrees.discard(name);
  await rm(join(own.dir, "checkpoints", name), { force: true });
}

/** The attempt is this machine's from here on. */
async function settle(room: TravelRoom, name: string, { commit, base, from }: Claimed): Promise<PreparedAttempt> {
  await leave(room, name);
  const made = await room.worktrees.remake(name, { base, from });
  room.held.set(name, { last: commit, isShot: false });
  room.fresh.add(name);
  return made;
}

type Wanted = { readonly index: number; readonly claim: number | undefined };

async function restore(room: TravelRoom, ref: AttemptRef, at: Wanted & { readonly liveKey: string }) {
  const name = attemptName(at.index, ref.attempt);
  const claimed = await claimNewest(room, ref, { name, liveKey: at.liveKey, claim: at.claim });
  return claimed === undefined ? undefined : settle(room, name, claimed);
}

async function prepare(
  room: TravelRoom,
  ref: AttemptRef,
  at: Wanted & { readonly key: string },
): Promise<PreparedAttempt> {
  const name = attemptName(at.index, ref.attempt);
  const here = await findHere(room, name);
  if (here !== undefined) return here;
  for (let round = 0; round < maxClaims; round += 1) {
    const restored = await restore(room, ref, { index: at.index, liveKey: at.key, claim: at.claim });
    if (restored !== undefined) return restored;
    const claimed = await claimFirst(room, name, { base: await room.own.head(), key: at.key, claim: at.claim });
    if (claimed !== undefined) return settle(room, name, claimed);
  }
  throw placeLost(ref);
}

async function checkpoint(room: TravelRoom, ref: AttemptRef, at: { index: number; key: string }) {
  const { own, refs, worktrees, held } = room;
  const name = attemptName(at.index, ref.attempt);
  const hold = await heldNow(room, name);
  const found = await worktrees.find(name);
  if (hold === undefined || found === undefined) throw placeLost(ref);
  const attempt = { ...found, name, fresh: false };
  // Cut short, it may leave its index with what a worker smuggled in: then the next one begins anew.
  held.set(name, { ...hold, isShot: false });
  const { commit, unread } = await takeCheckpoint(own, attempt, {
    last: hold.last,
    key: at.key,
    isFirst: !hold.isShot,
  });
  held.set(name, { ...hold, isShot: true, ...(commit === undefined ? {} : { tried: commit }) });
  if (commit === undefined) return { unread };
  if (!(await refs.change([{ ref: checkpointRef(own.run, name), to: commit, expected: hold.last }]))) {
    held.delete(name);
    throw placeLost(ref);
  }
  held.set(name, { last: commit, isShot: true });
  return { unread };
}

/** A push without an answer may have been done. */
async function heldNow({ own, refs, held }: TravelRoom, name: string): Promise<Hold | undefined> {
  const hold = held.get(name);
  if (hold?.tried === undefined) return hold;
  await refs.fetch({ name, left: false });
  const isDone = (await own.readRef(checkpointRef(own.run, name))) === hold.tried;
  return { last: isDone ? hold.tried : hold.last, isShot: hold.isShot };
}

function during(room: TravelRoom, { key, fence, claim }: LiveDuty): Workspace {
  const { own, refs, worktrees } = room;
  const find = async (ref: AttemptRef, index: number): Promise<PreparedAttempt | undefined> =>
    (await findHere(room, attemptName(index, ref.attempt))) ?? restore(room, ref, { index, liveKey: key, claim });
  return {
    find,
    prepare: (ref, index) => prepare(room, ref, { index, key, claim }),
    async diff(ref, index) {
      await find(ref, index);
      const attempt = await findAttempt(room, attemptName(index, ref.attempt));
      if (attempt === undefined) throw missing(ref);
      return diffAttempt(own, attempt);
    },
    async diffLeft(ref, index, noted) {
      const name = attemptName(index, ref.attempt);
      await refs.fetch({ name, left: !room.held.has(name) });
      return diffLeft(own, name, noted);
    },
    async merge(ref, ticket, options) {
      if (fence === undefined) throw new Error(`the merge order ${key} carries no fence`);
      if (options.signal.aborted) return { kind: "cancelled" };
      const name = attemptName(options.index, ref.attempt);
      const earlier = await findMerged(room, name);
      if (earlier !== undefined) return earlier;
      // Nothing is claimed for a merge that is not wanted any more.
      if ((await own.readRef(fenceRef(own.run, name))) !== fence) return { kind: "cancelled" };
      await find(ref, options.index);
      return mergeShared(room, { ref, ticket, options, fence });
    },
    findMerged: (ref, index) => findMerged(room, attemptName(index, ref.attempt)),
    async dispose(ref, index) {
      const name = attemptName(index, ref.attempt);
      const disposed = await disposeShared(room, { ref, index, isHere: room.held.has(name) });
      await leave(room, name);
      return disposed;
    },
    async tryPatch(name, patch, verify) {
      await refs.fetch();
      return tryPatch(own, worktrees, { name: `trial-${name}`, patch, verify });
    },
    async survey() {
      await refs.fetch();
      return surveyHead(own);
    },
    async head() {
      await refs.fetch();
      return own.head();
    },
    async publish() {},
  };
}

async function findMerged(room: TravelRoom, name: string) {
  await room.refs.fetch({ name, left: false });
  return findAccepted(room, name);
}

/**
 * Opens the run's workspace in `dir`, fetching its repository first where it is not there. Worktrees of an earlier
 * process are removed: what they held beyond their checkpoints nobody waits for. Throws Fault `remote_unreachable`,
 * `run_not_there`.
 */
export async function createTravellingWorkspace(options: TravellingOptions): Promise<TravellingWorkspace> {
  const git = options.git ?? createGit();
  const { shared = [], remote, project } = options;
  const transport = await createTransport(git, remote);
  const own = await openClone(git, transport, options);
  await ignoreShared(shared, own.gitDir);
  const worktrees = createWorktrees(own, (root) => linkShared(shared, root));
  await clearStaleLocks(own.gitDir);
  await worktrees.discardAll();
  await worktrees.reconcile();
  const room: TravelRoom = {
    own,
    worktrees,
    refs: createRemoteRefs(own, transport),
    start: project.base,
    mergeInTurn: createTurns(),
    fresh: new Set(),
    settled: new Set(),
    held: new Map(),
  };
  return {
    during: (duty) => during(room, duty),
    restore: (ref, index, liveKey, claim) => restore(room, ref, { index, liveKey, claim }),
    checkpoint: (ref, index, key) => checkpoint(room, ref, { index, key }),
    abandon: (ref, index) => leave(room, attemptName(index, ref.attempt)),
  };
}
