// The conductor's side of a run whose attempts travel. Its own repository takes the machines' pushes; or the person's
// own remote does, and is then fetched from before anything is looked at.

import { randomUUID } from "node:crypto";
import type { AttemptRef } from "../../../domain/ids.ts";
import { Fault, type PreparedAttempt, type Workspace } from "../../../engine/ports.ts";
import type { HostWorkspace } from "../../../engine/machines/travelling.ts";
import { missing } from "../attempt-room.ts";
import { diffSpan } from "../diff-left.ts";
import { createGit } from "../git.ts";
import { openRoom, workspaceIn, type GitWorkspaceOptions } from "../git-workspace.ts";
import { commitTree } from "../integrate.ts";
import type { OwnRepository } from "../own-repository.ts";
import { attemptName, attemptRef, integrationRef, shortBranch } from "../run-names.ts";
import { disposeShared, findAccepted, mergeShared, type SharedRoom } from "./attempt-work.ts";
import { newestCheckpoint } from "./checkpoints.ts";
import { shareExclude } from "./clone-run.ts";
import { bringHome, findHome, forgetHome, keepHomes } from "./homes.ts";
import { openToMachines } from "./receive-rules.ts";
import type { RemoteAddress } from "./remote-address.ts";
import { createSeenWorktrees, type SeenWorktrees } from "./seen-worktrees.ts";
import { createLocalRefs, createRemoteRefs, type RefChange, type SharedRefs } from "./shared-refs.ts";
import { createTransport, type Transport } from "./transport.ts";
import { checkpointRef, excludeRef, fenceRef } from "./travel-refs.ts";

export type HostOptions = GitWorkspaceOptions & {
  /** The person's own; without it machines push to the run's repository on this machine. */
  readonly remote?: RemoteAddress;
};

type HostRoom = SharedRoom & {
  /** What works here as if there were no other machine. */
  readonly here: Workspace;
  readonly seen: SeenWorktrees;
  readonly isRemote: boolean;
};

const isAncestor = async ({ git, bare }: OwnRepository, old: string, young: string): Promise<boolean> =>
  (await git.run(["merge-base", "--is-ancestor", old, young], bare)).code === 0;

const movedElsewhere = (own: OwnRepository, transport: Transport, at: string): Fault => {
  const branch = shortBranch(integrationRef(own.run));
  return new Fault(
    "integration_moved",
    `${branch} is at ${at.slice(0, 12)} at ${transport.shown}, aside of this run.`,
    {
      remedy: `Find out who moved it there; delete that branch there (git push <remote> :${branch}) to push the run's own.`,
    },
  );
};

/** The remote and this side agree on where the integration branch is: whoever is behind catches up. */
async function begin(own: OwnRepository, refs: SharedRefs, transport: Transport): Promise<void> {
  const ref = integrationRef(own.run);
  const exclude = await shareExclude(own);
  for (let round = 0; round < 5; round += 1) {
    const there = await transport.list([ref, excludeRef(own.run)]);
    const here = await own.head();
    const at = there.get(ref) ?? null;
    const changes: RefChange[] = [];
    if (at === null || (at !== here && (await isAncestor(own, at, here))))
      changes.push({ ref, to: here, expected: at });
    // Afterwards it stays as it was: a conductor on another machine knows nothing of the person's clone.
    if (at === null && exclude !== undefined) {
      changes.push({ ref: excludeRef(own.run), to: exclude, expected: there.get(excludeRef(own.run)) ?? null });
    }
    if (changes.length > 0 && !(await refs.change(changes))) continue;
    await refs.fetch();
    const now = await own.head();
    if (await isAncestor(own, here, now)) return;
    await own.git.read(["update-ref", ref, here], own.bare);
    throw movedElsewhere(own, transport, now);
  }
  throw movedElsewhere(own, transport, "another commit each time");
}

const newestOf = async ({ own, refs }: HostRoom, name: string) => {
  await refs.fetch({ name, left: false });
  return newestCheckpoint(own, checkpointRef(own.run, name));
};

async function find(room: HostRoom, ref: AttemptRef, index: number): Promise<PreparedAttempt | undefined> {
  const name = attemptName(index, ref.attempt);
  const here = await findHome(room, name);
  if (here !== undefined) return here;
  const checkpoint = await newestOf(room, name);
  if (checkpoint === undefined) {
    await room.seen.forget(name);
    return undefined;
  }
  const root = await room.seen.show(name, checkpoint.commit);
  return { root, base: checkpoint.base, branch: shortBranch(attemptRef(room.own.run, name)) };
}

/** Unique, and without a file of its own: any commit does. */
const makeFence = async (own: OwnRepository): Promise<string> =>
  commitTree(own, `${await own.head()}^{tree}`, [], `Fence ${randomUUID()}\n`);

const mostTries = 50;

/** Puts the fence where it is to be, whatever it is now. */
async function setFence({ own, refs }: SharedRoom, name: string, to: string | null): Promise<void> {
  const ref = fenceRef(own.run, name);
  for (let tries = 0; tries < mostTries; tries += 1) {
    await refs.fetch({ name, left: false });
    const expected = (await own.readRef(ref)) ?? null;
    if (expected === to || (await refs.change([{ ref, to, expected }]))) return;
  }
  throw new Fault("fence_contended", `The fence of attempt ${name} keeps being moved.`, {
    remedy: "End the other process that conducts this run; then resume it.",
  });
}

async function fence(room: HostRoom, name: string): Promise<string> {
  const made = await makeFence(room.own);
  await setFence(room, name, made);
  return made;
}

/** Work on this machine itself is fenced and marked like everyone's: whoever was allowed to publish it is no more. */
async function mergeHere(room: HostRoom, ...[ref, ticket, options]: Parameters<Workspace["merge"]>) {
  const name = attemptName(options.index, ref.attempt);
  const isBranchAlone = !room.isRemote && (await room.worktrees.find(name)) === undefined;
  if (isBranchAlone) {
    await setFence(room, name, null);
    return (await findAccepted(room, name)) ?? room.here.merge(ref, ticket, options);
  }
  const merged = await mergeShared(room, { ref, ticket, options, fence: await fence(room, name) });
  await setFence(room, name, null);
  return merged;
}

function hostWorkspace(room: HostRoom): HostWorkspace {
  const { own, refs, here, seen, worktrees } = room;
  const fetched = async <T>(task: () => Promise<T>): Promise<T> => {
    await refs.fetch();
    return task();
  };
  return {
    find: (ref, index) => find(room, ref, index),
    async prepare(ref, index) {
      const name = attemptName(index, ref.attempt);
      // A machine may have begun to prepare it, and is gone.
      const began = (await findHome(room, name)) ?? (await bringHome(room, ref, { index, liveKey: "" }));
      return began ?? fetched(() => here.prepare(ref, index));
    },
    restore: (ref, index, liveKey, claim) => bringHome(room, ref, { index, liveKey, claim }),
    async diff(ref, index) {
      const name = attemptName(index, ref.attempt);
      if ((await findHome(room, name)) !== undefined) return here.diff(ref, index);
      const checkpoint = await newestOf(room, name);
      const diff = checkpoint && (await diffSpan(own, { from: checkpoint.base, to: checkpoint.commit }));
      if (diff === undefined) throw missing(ref);
      return diff;
    },
    async diffLeft(ref, index, noted) {
      const name = attemptName(index, ref.attempt);
      await refs.fetch({ name, left: (await worktrees.find(name)) === undefined });
      return here.diffLeft(ref, index, noted);
    },
    merge: (ref, ticket, options) => mergeHere(room, ref, ticket, options),
    async findMerged(ref, index) {
      const name = attemptName(index, ref.attempt);
      await refs.fetch({ name, left: false });
      return (await findAccepted(room, name)) ?? here.findMerged(ref, index);
    },
    async dispose(ref, index) {
      const name = attemptName(index, ref.attempt);
      await seen.forget(name);
      const isHere = (await findHome(room, name)) !== undefined;
      const disposed = await disposeShared(room, { ref, index, isHere });
      await forgetHome(room, name);
      return disposed;
    },
    tryPatch: (name, patch, verify) => fetched(() => here.tryPatch(name, patch, verify)),
    survey: () => fetched(() => here.survey()),
    head: () => fetched(() => here.head()),
    async publish() {
      await refs.fetch();
      await here.publish();
      await seen.sweep(async (name) => (await newestOf(room, name)) === undefined);
    },
    fence: (ref, index) => fence(room, attemptName(index, ref.attempt)),
    unfence: (ref, index) => setFence(room, attemptName(index, ref.attempt), null),
  };
}

/**
 * As `createGitWorkspace`, and open to the machines of the run. Throws what that throws, and with a `remote` Fault
 * `remote_unreachable`, `remote_refused`, or `integration_moved` where its branch of the run is another one.
 */
export async function createHostWorkspace(options: HostOptions): Promise<HostWorkspace> {
  const room = await openRoom(options.git ?? createGit(), options);
  const { own, worktrees } = room;
  const here = workspaceIn(room, options.project);
  const seen = createSeenWorktrees(own, worktrees);
  const common = { ...room, here, seen, start: options.project.base };
  if (options.remote === undefined) {
    await openToMachines(own);
    await shareExclude(own);
    return open({ ...common, refs: createLocalRefs(own), isRemote: false });
  }
  const transport = await createTransport(own.git, options.remote);
  const refs = createRemoteRefs(own, transport);
  await begin(own, refs, transport);
  return open({ ...common, refs, isRemote: true });
}

async function open(room: HostRoom): Promise<HostWorkspace> {
  await keepHomes(room);
  return hostWorkspace(room);
}
