// A red check on an attempt's own tree: tier 4 may compress it to a hint before its worker, or the next one, is told.
// Whatever becomes of that question, the ticket goes on as it would have without it.

import { toDataBlock } from "../domain/data-block.ts";
import { readHintAnswer } from "../domain/check-answers.ts";
import { providerOf, type TicketId } from "../domain/ids.ts";
import { headOf, type Text } from "../domain/text.ts";
import { emit, type Draft } from "./draft.ts";
import { failAttempt } from "./end.ts";
import { afterFailure, alikeWith } from "./retry.ts";
import { consultedModel, startConsult } from "./start-consult.ts";
import { configOf, type Attempt, type Consult, type RedCheck, type RunState } from "./state.ts";
import { at } from "./vector.ts";

/** Calls of one diagnosis, and how long one may have to wait before it is made. */
const mostTries = 2;
const longestWaitMs = 10_000;
/** Characters of the output that stand beside a hint for the next attempt. */
const tailLength = 1_200;

const redOf = (attempt: Attempt): RedCheck => {
  if (attempt.red === null) throw new Error(`${attempt.ticket} has no red check`);
  return attempt.red;
};

/** Tier 4 is asked where the run has one, where somebody will read the hint, and where it can answer soon. */
export function wantsDiagnosis(draft: Draft, attempt: Attempt): boolean {
  const { state } = draft;
  const model = consultedModel(state, "diagnosis");
  if (model === undefined || configOf(state).planning?.diagnosis === false) return false;
  if (attempt.activeMs > configOf(state).limits.attemptMs) return false;
  const hold = state.providers.get(providerOf(model));
  if (hold !== undefined && hold.until > draft.circumstances.at + longestWaitMs) return false;
  return hasRoundLeft(state, attempt) || isTriedAgain(state, attempt);
}

const hasRoundLeft = (state: RunState, attempt: Attempt): boolean =>
  attempt.verifyRounds <= configOf(state).limits.verifyRounds;

function isTriedAgain(state: RunState, attempt: Attempt): boolean {
  const { fingerprint } = redOf(attempt);
  const { history } = at(state.tickets, attempt.index);
  const failure = { cause: "verification_failed", detail: "", fingerprint } as const;
  const after = { ...history, alike: alikeWith(history, fingerprint) };
  return afterFailure(failure, after, configOf(state).limits).kind === "retry";
}

export function diagnose(draft: Draft, attempt: Attempt): void {
  const { ticket, attempt: number } = attempt;
  if (!wantsDiagnosis(draft, attempt) || !startConsult(draft, "diagnosis", { ticket, attempt: number }))
    settleRed(draft, attempt);
}

/** The worker is told what is red, a bounded number of times; then the attempt fails and the next one is told. */
export function settleRed(draft: Draft, attempt: Attempt, hint?: string): void {
  const red = redOf(attempt);
  const ref = { ticket: attempt.ticket, attempt: attempt.attempt };
  if (hasRoundLeft(draft.state, attempt)) {
    if (hint === undefined)
      emit(draft, { type: "note.added", ...ref, kind: "verification", text: redNote(draft, red) });
    else emit(draft, { type: "note.added", ...ref, kind: "diagnosis", text: hintNote(draft, red, hint), hint });
    return;
  }
  failAttempt(draft, attempt, {
    cause: "verification_failed",
    detail: `${red.command} is red`,
    diagnosis: hint === undefined ? red.output : hintAndTail(red, hint),
    fingerprint: red.fingerprint,
  });
}

/** What a program printed is data to the worker, whoever wrote the words. Output in a blob is longer than checks give. */
const redNote = (draft: Draft, { command, output }: RedCheck): Text =>
  typeof output === "string"
    ? `A check failed. Mend what it shows, then call finish again.\n\n${toDataBlock(`output of ${command.slice(0, 200)}`, output, draft.circumstances.digest)}`
    : output;

const hintNote = (draft: Draft, red: RedCheck, hint: string): string =>
  [
    "A check of your result is red. Instead of its output you get a hint about it, made by another model from the output and the code it names; it may be wrong.",
    toDataBlock("hint of another model about the red check", `$ ${red.command}\n${hint}`, draft.circumstances.digest),
    "To see the output itself, run the command. Mend the cause, then finish again.",
  ].join("\n\n");

const hintAndTail = (red: RedCheck, hint: string): string =>
  `Hint of another model about it, which may be wrong: ${hint}\n\nThe end of its output:\n${tailOf(red.output)}`;

/** By whole lines where there are any. Of a text that lies beside the log only the beginning is at hand. */
function tailOf(output: Text): string {
  if (typeof output !== "string") return headOf(output);
  if (output.length <= tailLength) return output;
  const end = output.slice(-tailLength).toWellFormed();
  const line = end.indexOf("\n");
  return `[…]\n${line < 0 ? end : end.slice(line + 1)}`;
}

// ---- answers ---------------------------------------------------------------------------------------------------

export function readDiagnosis(draft: Draft, consult: Consult, answer: string): readonly string[] {
  const read = readHintAnswer(answer);
  if (!read.ok) return read.problems;
  // Before what follows of it, which may be the attempt's end.
  emit(draft, { type: "consult.ended", consult: consult.id, result: "used", detail: "" });
  settleRed(draft, askerOf(draft.state, consult), read.value);
  return [];
}

export const giveUpDiagnosis = (draft: Draft, consult: Consult): void =>
  settleRed(draft, askerOf(draft.state, consult));

/** The attempt on whose behalf a tier is asked: it stands as long as the question does. */
export function askerOf(state: RunState, { ticket, attempt }: Consult): Attempt {
  const index = state.graph.indexOf.get(ticket ?? ("" as TicketId));
  const asker = index === undefined ? undefined : state.attempts.get(index);
  if (asker === undefined || asker.attempt !== attempt) throw new Error(`nobody asked about ${ticket}#${attempt}`);
  return asker;
}

/** Why this diagnosis is waited for no longer; undefined where it is. A worker stands idle meanwhile. */
export function overdue(state: RunState, consult: Consult, now: number): string | undefined {
  if (consult.purpose !== "diagnosis") return undefined;
  if (consult.try > mostTries) return `no answer after ${mostTries} tries`;
  const hold = state.providers.get(providerOf(consult.model))?.until ?? 0;
  const wait = Math.max(consult.notBefore, hold) - now;
  return wait > longestWaitMs ? `the next try would be in ${Math.round(wait / 1000)} s` : undefined;
}
