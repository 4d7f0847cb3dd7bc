// What a duty of an attempt has to know of its run: no more than this, and all of it JSON, so that it may be fulfilled
// by a process that has never seen the run.

import type { Duty } from "../core/duties.ts";
import type { Attempt, TicketState } from "../core/state.ts";
import type { RunConfig } from "../domain/config.ts";
import type { Deliberated } from "../domain/deliberated.ts";
import type { Ticket } from "../domain/ticket.ts";

export type AttemptDuty = Extract<
  Duty,
  { kind: "prepare" | "turn" | "tool" | "verify" | "merge" | "withdraw" | "dispose" }
>;

export type DutyScope = {
  readonly config: RunConfig;
  readonly ticket: Ticket;
  /** Null once the attempt has ended and only its worktree is left. Its conversation is there for turns alone. */
  readonly attempt: Attempt | null;
  readonly history: TicketState["history"];
  /** For `prepare` alone. */
  readonly deliberated: readonly Deliberated[];
  /** Nobody else waits to merge: its result is shown to the person. */
  readonly isLastMerge: boolean;
};
