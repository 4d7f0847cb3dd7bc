// The Workspace port on the git program: one repository of the run's own, a worktree and branch per attempt, a merge
// queue, and one ref in the person's repository. What has been done is asked of refs and folders, never remembered.

import type { Project } from "../../domain/config.ts";
import type { AttemptRef, RunId } from "../../domain/ids.ts";
import type { Ticket } from "../../domain/ticket.ts";
import { Fault, type MergeOutcome, type PublishedMerge, type Workspace } from "../../engine/ports.ts";
import { commitAttempt, type Attempt } from "./commit-attempt.ts";
import { makeCommitMessage } from "./commit-message.ts";
import { diffAttempt } from "./diff-attempt.ts";
import { diffLeft } from "./diff-left.ts";
import { createGit, type Git } from "./git.ts";
import { createTurns, type InTurn } from "./in-turn.ts";
import { findPublished, integrate } from "./integrate.ts";
import { openOwnRepository, type OwnRepository } from "./own-repository.ts";
import { createPublisher } from "./publish-run.ts";
import { attemptName, attemptRef, shortBranch } from "./run-names.ts";
import { ignoreShared, linkShared, type SharedFolder } from "./shared-folders.ts";
import { surveyHead } from "./survey.ts";
import { clearStaleLocks } from "./stale-locks.ts";
import { tryPatch } from "./try-patch.ts";
import { createWorktrees, type Worktrees } from "./worktrees.ts";

export type GitWorkspaceOptions = {
  readonly project: Project;
  readonly run: RunId;
  /** The run's folder in the state folder; repository, worktrees and quarantine are made in it. */
  readonly dir: string;
  readonly git?: Git;
  /** Linked into every worktree; see shared-folders.ts. */
  readonly shared?: readonly SharedFolder[];
};

type MergeOptions = Parameters<Workspace["merge"]>[2];

type Room = {
  readonly own: OwnRepository;
  readonly worktrees: Worktrees;
  readonly mergeInTurn: InTurn;
  /** Attempts this process made and has not staged yet: their index and branch need no look. */
  readonly fresh: Set<string>;
  /** Attempts whose worktree holds nothing that their published commit does not. */
  readonly settled: Set<string>;
};

type Work = { readonly name: string; readonly base: string; readonly commit: string };

/** From here on the attempt's index and branch may have changed, so it counts as fresh only once. */
async function findAttempt({ worktrees, fresh }: Room, name: string): Promise<Attempt | undefined> {
  const found = await worktrees.find(name);
  return found === undefined ? undefined : { ...found, name, fresh: fresh.delete(name) };
}

const missing = (ref: AttemptRef): Fault =>
  new Fault("attempt_missing", `Nothing is left of attempt ${ref.attempt} of ticket ${ref.ticket}.`, {
    remedy: "Reopen the ticket, so that it is tried again.",
  });

/** What the attempt's branch holds beyond its base, if anything; the worktree may be gone. */
async function readWork({ own, worktrees }: Room, name: string): Promise<Work | undefined> {
  const [base, commit] = await Promise.all([worktrees.baseOf(name), own.readRef(attemptRef(own.run, name))]);
  return base === undefined || commit === undefined ? undefined : { name, base, commit };
}

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

/** Puts what is left in the worktree on its branch. False where git cannot hold it; then the folder itself is kept. */
async function saveLeft({ own }: Room, attempt: Attempt, ref: AttemptRef): Promise<boolean> {
  const message = makeCommitMessage(`Left by attempt ${ref.attempt}, not merged`, { run: own.run, ref });
  try {
    return (await commitAttempt(own, attempt, { message, touches: undefined })).kind !== "forbidden";
  } catch (error) {
    if (error instanceof Fault && error.code === "git_failed") return false;
    throw error;
  }
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

async function openRoom(git: Git, options: GitWorkspaceOptions): Promise<Room> {
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
  const room = await openRoom(options.git ?? createGit(), options);
  const { own, worktrees, fresh } = room;
  const publisher = createPublisher(own, options.project);
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
