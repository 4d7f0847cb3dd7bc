// The Workspace port on the git program: one repository of the run's own, a worktree and branch per attempt, a merge
// queue, and one ref in the person's repository. What has been done is asked of refs and folders, never remembered.

import type { Project } from "../../domain/config.ts";
import type { AttemptRef, RunId } from "../../domain/ids.ts";
import type { Ticket } from "../../domain/ticket.ts";
import type { MergeOutcome, PublishedMerge, Workspace } from "../../engine/ports.ts";
import { findAttempt, missing, readWork, saveLeft, type MergeOptions, type Room, type Work } from "./attempt-room.ts";
import { commitAttempt } from "./commit-attempt.ts";
import { makeCommitMessage } from "./commit-message.ts";
import { diffAttempt } from "./diff-attempt.ts";
import { diffLeft } from "./diff-left.ts";
import { createGit, type Git } from "./git.ts";
import { createTurns } from "./in-turn.ts";
import { findPublished, integrate } from "./integrate.ts";
import { openOwnRepository } from "./own-repository.ts";
import { createPublisher } from "./publish-run.ts";
import { attemptName, attemptRef, shortBranch } from "./run-names.ts";
import { ignoreShared, linkShared, type SharedFolder } from "./shared-folders.ts";
import { surveyHead } from "./survey.ts";
import { clearStaleLocks } from "./stale-locks.ts";
import { tryPatch } from "./try-patch.ts";
import { createWorktrees } from "./worktrees.ts";

export type GitWorkspaceOptions = {
  readonly project: Project;
  readonly run: RunId;
  /** The run's folder in the state folder; repository, worktrees and quarantine are made in it. */
  readonly dir: string;
  readonly git?: Git;
  /** Linked into every worktree; see shared-folders.ts. */
  readonly shared?: readonly SharedFolder[];
};

async function integrateInTurn(room: Room, work: Work, ref: AttemptRef, options: MergeOptions): Promise<MergeOutcome> {
  const { message, verify, signal } = options;
  const integration = { ...work, ref, message, verify, signal };
  const outcome = await room.mergeInTurn(() => integrate(room.own, room.worktrees, integration));
  if (outcome.kind === "published") room.settled.add(work.name);
  return outcome;
}

/** Merge of an attempt whose worktree is gone: what counts is on its branch. */
async function mergeBranch(room: Room, ref: AttemptRef, options: MergeOptions): Promise<MergeOutcome> {
  const work = await readWork(room, attemptName(options.index, ref.attempt));
  if (work === undefined) throw missing(ref);
  if (work.commit === work.base) return { kind: "published", commit: null, verified: "none" };
  return (await findPublished(room.own, work.commit, work.base)) ?? integrateInTurn(room, work, ref, options);
}

async function merge(room: Room, ref: AttemptRef, ticket: Ticket, options: MergeOptions): Promise<MergeOutcome> {
  const { own } = room;
  if (options.signal.aborted) return { kind: "cancelled" };
  const name = attemptName(options.index, ref.attempt);
  const attempt = await findAttempt(room, name);
  if (attempt === undefined) return mergeBranch(room, ref, options);
  const before = attempt.fresh ? undefined : await readWork(room, name);
  const earlier = before && (await findPublished(own, before.commit, before.base));
  if (earlier !== undefined) return earlier;
  const message = makeCommitMessage(options.message, { run: own.run, ref });
  const committed = await commitAttempt(own, attempt, { message, touches: ticket.touches });
  if (committed.kind === "forbidden") return { kind: "outside_touches", files: committed.files };
  if (committed.kind === "unchanged") {
    room.settled.add(name);
    return { kind: "published", commit: null, verified: "none" };
  }
  return integrateInTurn(room, { name, base: attempt.base, commit: committed.commit }, ref, options);
}

async function findMerged(room: Room, name: string): Promise<PublishedMerge | undefined> {
  const work = await readWork(room, name);
  return work === undefined || work.commit === work.base ? undefined : findPublished(room.own, work.commit, work.base);
}

/** Where work that was never merged can be found, if there is any. */
async function findUnmerged(room: Room, name: string): Promise<{ quarantined?: string }> {
  const work = await readWork(room, name);
  if (work === undefined || work.commit === work.base) return {};
  const published = await findPublished(room.own, work.commit, work.base);
  return published === undefined ? { quarantined: shortBranch(attemptRef(room.own.run, name)) } : {};
}

async function dispose(room: Room, ref: AttemptRef, index: number): Promise<{ quarantined?: string }> {
  const name = attemptName(index, ref.attempt);
  const attempt = await findAttempt(room, name);
  const settled = room.settled.delete(name);
  if (attempt !== undefined && !settled && !(await saveLeft(room, attempt, ref))) {
    return { quarantined: await room.worktrees.quarantine(name) };
  }
  await room.worktrees.discard(name);
  return settled ? {} : findUnmerged(room, name);
}

export async function openRoom(git: Git, options: GitWorkspaceOptions): Promise<Room> {
  const own = await openOwnRepository(git, options);
  const { shared = [] } = options;
  await ignoreShared(shared, own.gitDir);
  const worktrees = createWorktrees(own, (root) => linkShared(shared, root));
  await clearStaleLocks(own.gitDir);
  await worktrees.reconcile();
  return { own, worktrees, mergeInTurn: createTurns(), fresh: new Set(), settled: new Set() };
}

/**
 * Opens the run's workspace in `dir`, making it at first, reconciling what a crash left otherwise. The caller owns the
 * run: two live owners are kept apart by the run store, not here. Throws Fault `base_missing` and what locating the
 * repository throws.
 */
export async function createGitWorkspace(options: GitWorkspaceOptions): Promise<Workspace> {
  return workspaceIn(await openRoom(options.git ?? createGit(), options), options.project);
}

export function workspaceIn(room: Room, project: Project): Workspace {
  const { own, worktrees, fresh } = room;
  const publisher = createPublisher(own, project);
  return {
    async prepare(ref, index) {
      const name = attemptName(index, ref.attempt);
      const prepared = await worktrees.prepare(name);
      if (prepared.made) fresh.add(name);
      return prepared.attempt;
    },
    find: (ref, index) => worktrees.find(attemptName(index, ref.attempt)),
    async diff(ref, index) {
      const attempt = await findAttempt(room, attemptName(index, ref.attempt));
      if (attempt === undefined) throw missing(ref);
      return diffAttempt(own, attempt);
    },
    diffLeft: (ref, index, noted) => diffLeft(own, attemptName(index, ref.attempt), noted),
    merge: (ref, ticket, mergeOptions) => merge(room, ref, ticket, mergeOptions),
    findMerged: (ref, index) => findMerged(room, attemptName(index, ref.attempt)),
    dispose: (ref, index) => dispose(room, ref, index),
    tryPatch: (name, patch, verify) => tryPatch(own, worktrees, { name: `trial-${name}`, patch, verify }),
    survey: () => surveyHead(own),
    head: () => own.head(),
    publish: () => publisher.publish(),
  };
}
