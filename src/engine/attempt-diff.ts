// What an attempt has changed, for whoever looks on: in its worktree while that stands, in commits afterwards.

import type { AttemptDiff } from "../domain/check-question.ts";
import type { EventOf, Recorded } from "../domain/event.ts";
import type { AttemptRef } from "../domain/ids.ts";
import type { RunState } from "../core/state.ts";
import { Fault, type Ports, type Workspace } from "./ports.ts";

type Asked = {
  readonly state: RunState;
  readonly ref: AttemptRef;
  /** The ticket's, in order; others are passed over. */
  readonly records: Iterable<Recorded>;
};

/** Throws Fault `ticket_unknown`, or `attempt_gone` where neither a worktree nor a commit of it is left. */
export async function loadAttemptDiff(
  { workspace }: Pick<Ports, "workspace">,
  { state, ref, records }: Asked,
): Promise<AttemptDiff> {
  const index = state.graph.indexOf.get(ref.ticket);
  if (index === undefined)
    throw new Fault("ticket_unknown", `The plan has no ticket ${JSON.stringify(ref.ticket)}.`, {
      remedy: "GET .../plan has all of them.",
    });
  if (workspace === undefined)
    throw gone(ref, "This run works without git.", "Its tools' records tell which files were written.");
  const standing = await diffStanding(workspace, ref, index);
  if (standing !== undefined) return standing;
  const told = readTold(ref, records);
  if (told.prepared === null)
    throw gone(ref, "It has no worktree yet.", "Ask again once its record attempt.prepared is there.");
  const noted = { base: told.prepared.base, merged: told.merged };
  const left = await workspace.diffLeft(ref, index, noted);
  if (left !== undefined) return isKeptAside(told.kept) ? { ...left, unread: [...left.unread, told.kept] } : left;
  if (isKeptAside(told.kept)) throw gone(ref, "git could not hold what it left.", `It is kept in ${told.kept}`);
  throw gone(
    ref,
    "The run's repository no longer has its commits.",
    "What was merged and published is in your own repository: the commit stands in the record merge.published.",
  );
}

/** Undefined where there is no worktree, also where it went while it was read. */
async function diffStanding(workspace: Workspace, ref: AttemptRef, index: number): Promise<AttemptDiff | undefined> {
  if ((await workspace.find(ref, index)) === undefined) return undefined;
  try {
    return await workspace.diff(ref, index);
  } catch (error) {
    if ((await workspace.find(ref, index)) === undefined) return undefined;
    throw error;
  }
}

type Told = {
  readonly prepared: EventOf<"attempt.prepared"> | null;
  readonly merged: string | null;
  /** Branch or folder in which work that nobody merged is kept. */
  readonly kept: string | undefined;
};

function readTold({ ticket, attempt }: AttemptRef, records: Iterable<Recorded>): Told {
  let told: Told = { prepared: null, merged: null, kept: undefined };
  for (const { event } of records) {
    if (!("attempt" in event) || event.attempt !== attempt || event.ticket !== ticket) continue;
    if (event.type === "attempt.prepared") told = { ...told, prepared: event };
    else if (event.type === "merge.published") told = { ...told, merged: event.commit };
    else if (event.type === "attempt.disposed") told = { ...told, kept: event.quarantined };
  }
  return told;
}

/** A folder; a branch is no path. */
const isKeptAside = (kept: string | undefined): kept is string => kept?.startsWith("/") === true;

const gone = ({ ticket, attempt }: AttemptRef, why: string, remedy: string): Fault =>
  new Fault("attempt_gone", `Nothing can be read of attempt ${attempt} of ${ticket}. ${why}`, { remedy });
