// What a duty of an attempt has to know of its run: no more than this, and all of it JSON, so that it may be fulfilled
// by a process that has never seen the run.

import type { Duty } from "../core/duties.ts";
import { configOf, ticketAt, type Attempt, type RunState, type TicketState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { RunConfig } from "../domain/config.ts";
import type { Deliberated } from "../domain/deliberated.ts";
import type { Ticket } from "../domain/ticket.ts";
import { deliberatedBefore } from "./agreed-before.ts";
import type { Ports } from "./ports.ts";

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
};

const kinds: ReadonlySet<Duty["kind"]> = new Set<AttemptDuty["kind"]>([
  "prepare",
  "turn",
  "tool",
  "verify",
  "merge",
  "withdraw",
  "dispose",
]);

export const isAttemptDuty = (duty: Duty): duty is AttemptDuty => kinds.has(duty.kind);

/** Throws Fault `blob_missing` or `blob_corrupt`. */
export async function scopeOf(ports: Pick<Ports, "log">, state: RunState, duty: AttemptDuty): Promise<DutyScope> {
  const ticket = ticketAt(state, duty.index);
  return {
    config: configOf(state),
    ticket,
    attempt: attemptOf(state, duty),
    history: at(state.tickets, duty.index).history,
    deliberated: duty.kind === "prepare" ? await deliberatedBefore(ports, state, ticket.id) : [],
  };
}

function attemptOf(state: RunState, duty: AttemptDuty): Attempt | null {
  const attempt = state.attempts.get(duty.index);
  // Its ticket may be at its next attempt when the worktree of an earlier one goes.
  if (attempt === undefined || attempt.attempt !== duty.ref.attempt) return null;
  return duty.kind === "turn" ? attempt : { ...attempt, items: [] };
}
