// The one object a run ends with, for scripts: what `--json` prints last.

import type { RunState } from "../core/state.ts";
import type { RunId } from "../domain/ids.ts";
import type { RunOutcome } from "../domain/outcome.ts";
import { lostTickets } from "./lost-tickets.ts";

export type Summary = {
  readonly run: RunId;
  readonly tickets: {
    readonly completed: number;
    readonly failed: number;
    /** Blocked ones, and those that wait for a ticket that did not complete. */
    readonly blocked: number;
  };
  readonly cancelled: number;
  /** Tickets that left the plan while it was worked on. */
  readonly dropped: number;
  readonly attempts: number;
  readonly merged: number;
  /** `passed`: every ticket is merged and passed its checks; or what a caller found out. Null while the run can go on, or was only planned. */
  readonly verify: "passed" | "failed" | null;
  readonly events: number;
  readonly seconds: number;
  /** Null while the run can go on. */
  readonly outcome: RunOutcome | null;
  readonly reason: string;
  readonly branch: string;
};

/** There is something to land; what a fork came with counts. */
export const hasMerged = ({ totals, origin }: RunState): boolean => totals.merged + (origin?.totals.merged ?? 0) > 0;

/** Where the result stands in the person's repository. */
export const branchOf = (run: RunId): string => `tutti/${run}/integration`;

/** Expects a run that was created. `verify`: the outcome of checking the merged result as a whole, where that was done. */
export function summaryOf(state: RunState, known: { readonly verify?: "passed" | "failed" } = {}): Summary {
  if (state.run === null) throw new Error("there is no summary of a run that was never created");
  const { counts, ended, run } = state;
  const lost = lostTickets(state);
  const waiting = lost.size - counts.blocked - counts.failed - counts.cancelled;
  return {
    run,
    tickets: { completed: counts.completed, failed: counts.failed, blocked: counts.blocked + waiting },
    cancelled: counts.cancelled,
    dropped: state.dropped,
    attempts: state.totals.attempts,
    merged: state.totals.merged,
    verify:
      known.verify ??
      (ended === null || ended.outcome === "planned" ? null : ended.outcome === "completed" ? "passed" : "failed"),
    events: state.seq,
    seconds: Math.round((state.lastAt - state.startedAt) / 100) / 10,
    outcome: ended?.outcome ?? null,
    reason: ended?.reason ?? state.pause?.reason ?? "",
    branch: branchOf(run),
  };
}
