// How attempts, tickets and the run end.

import type { AttemptFailure, FailureCause, RunOutcome } from "../domain/outcome.ts";
import type { Text } from "../domain/text.ts";
import { replansDue } from "./ask-replan.ts";
import { emit, type Draft } from "./draft.ts";
import { isConflictDue } from "./deliberation/conflict-due.ts";
import { openDeliberations } from "./deliberation/state.ts";
import { afterFailure } from "./retry.ts";
import { configOf, planLength, ticketAt, type Attempt, type RunState } from "./state.ts";
import { at } from "./vector.ts";

export type Failure = {
  readonly cause: FailureCause;
  readonly detail: string;
  readonly diagnosis?: Text;
  readonly fingerprint?: string;
};

/** Words that change from try to try (numbers, paths, spacing) do not make a failure a new one. */
const normalise = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[0-9]+/g, "0")
    .replace(/\s+/g, " ")
    .slice(0, 2_000);

/** Ends an attempt and decides by cause whether its ticket is tried again. */
export function failAttempt(draft: Draft, attempt: Attempt, failure: Failure): void {
  const { digest } = draft.circumstances;
  // A worker that gives up after a person said no to it, in whatever form, failed for the person's reason (DA-37).
  const isGivingUp = failure.cause === "worker_blocked" || failure.cause === "no_verdict";
  const cause = attempt.rejected && isGivingUp ? "user_rejected" : failure.cause;
  const recorded: AttemptFailure = {
    cause,
    detail: failure.detail,
    ...(failure.diagnosis === undefined ? {} : { diagnosis: failure.diagnosis }),
    fingerprint: failure.fingerprint ?? digest(`${cause}:${normalise(failure.detail)}`).slice(0, 16),
  };
  voidQuestions(draft, attempt, `attempt ${attempt.attempt} ended: ${cause}`);
  emit(draft, { type: "attempt.failed", ticket: attempt.ticket, attempt: attempt.attempt, failure: recorded });
  const { history } = at(draft.state.tickets, attempt.index);
  // Where both sides talk first, the next try is no repetition.
  const isOther = isConflictDue(draft.state, attempt.index, history.tries);
  const after = afterFailure(recorded, isOther ? { ...history, alike: 0 } : history, configOf(draft.state).limits);
  if (after.kind === "retry") return;
  const type = after.kind === "blocked" ? "ticket.blocked" : "ticket.failed";
  emit(draft, { type, ticket: attempt.ticket, cause, detail: after.why });
}

/** What was asked on this attempt's behalf, of a person or of another tier, is asked no longer. */
export function voidQuestions(draft: Draft, attempt: Attempt, reason: string): void {
  for (const consult of draft.state.consults.values()) {
    if (consult.ticket !== attempt.ticket || consult.attempt !== attempt.attempt) continue;
    emit(draft, { type: "consult.ended", consult: consult.id, result: "void", detail: reason });
  }
  for (const approval of draft.state.approvals.values()) {
    if (approval.index !== attempt.index) continue;
    emit(draft, {
      type: "approval.voided",
      ticket: attempt.ticket,
      attempt: attempt.attempt,
      approval: approval.id,
      reason,
    });
  }
}

/** Likewise what was asked about the run as a whole. */
export function voidRunQuestions(draft: Draft, reason: string): void {
  for (const consult of draft.state.consults.values())
    // A deliberation comes to its end in an order of its own.
    if (consult.deliberation === null)
      emit(draft, { type: "consult.ended", consult: consult.id, result: "void", detail: reason });
  for (const approval of draft.state.approvals.values())
    if (approval.index === null) emit(draft, { type: "approval.voided", approval: approval.id, reason });
}

/** A merge under way may have been published already: then only its report can say how the ticket ends (RUN14). */
export function abortAt(draft: Draft, index: number, reason: string): void {
  const attempt = draft.state.attempts.get(index);
  if (attempt === undefined || draft.state.mergeQueue[0] !== index) {
    cancelTicket(draft, index, draft.state.aborted ? `run aborted: ${reason}` : reason);
    return;
  }
  emit(draft, { type: "ticket.abort_requested", ticket: attempt.ticket, attempt: attempt.attempt, reason });
}

export function cancelTicket(draft: Draft, index: number, reason: string): void {
  const attempt = draft.state.attempts.get(index);
  if (attempt !== undefined) voidQuestions(draft, attempt, reason);
  emit(draft, { type: "ticket.cancelled", ticket: ticketAt(draft.state, index).id, reason });
}

/** An aborted run ends when every merge under way has said how it came out and every deliberation has handed over (RUN14). */
export function endAborted(draft: Draft, reason: string): void {
  const { phase, attempts } = draft.state;
  if (phase === "ended" || attempts.size > 0 || openDeliberations(draft.state).length > 0) return;
  emit(draft, { type: "run.ended", outcome: "aborted", reason });
}

/** RUN rules: a run ends when nothing runs, nothing is ready and nobody is asked. Disposal may still be owed. */
export function endRun(draft: Draft): void {
  const { state } = draft;
  if (openDeliberations(state).length > 0) return;
  if (state.attempts.size > 0 || state.counts.ready > 0 || state.consults.size > 0) return;
  // An open question about the run itself: its answer may bring new work.
  if (state.approvals.size > 0) return;
  // Likewise a question to tier 2 that a pause holds back.
  if (state.pause !== null && replansDue(state).length > 0) return;
  const { outcome, reason } = judge(state);
  emit(draft, { type: "run.ended", outcome, reason });
}

function judge(state: RunState): { outcome: RunOutcome; reason: string } {
  const { counts, dropped } = state;
  const total = planLength(state);
  const left = dropped === 0 ? "" : `; ${dropped} ${dropped === 1 ? "was" : "were"} dropped from the plan`;
  if (counts.completed === total) {
    const all = total === 1 ? "its ticket is completed" : `all ${total} tickets are completed`;
    return { outcome: "completed", reason: `${all}${left}` };
  }
  const parts = [
    `${counts.completed} of ${total} tickets are completed`,
    ...(counts.blocked > 0 ? [`${counts.blocked} blocked`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.cancelled > 0 ? [`${counts.cancelled} cancelled`] : []),
    ...(counts.pending > 0
      ? [`${counts.pending} ${counts.pending === 1 ? "waits" : "wait"} for a ticket that did not complete`]
      : []),
  ];
  const outcome = counts.blocked > 0 ? "blocked" : counts.failed > 0 ? "failed" : "cancelled";
  return { outcome, reason: `${parts.join(", ")}${left}` };
}
