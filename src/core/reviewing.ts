// The review of a result by tier 2, before it merges: approved, sent back with findings a bounded number of times, or
// not to be had, which is said and holds nothing up.

import { readReviewAnswer, type Finding } from "../domain/check-answers.ts";
import { toDataBlock } from "../domain/data-block.ts";
import { askerOf } from "./diagnosing.ts";
import { emit, type Draft } from "./draft.ts";
import { failAttempt } from "./end.ts";
import { archetypeOf } from "./ladder.ts";
import { consultedModel, startConsult } from "./start-consult.ts";
import { configOf, ticketAt, type Attempt, type Consult, type RunState } from "./state.ts";
import { queueMerge } from "./tell-words.ts";

export const wantsReview = (state: RunState, { index }: Attempt): boolean =>
  archetypeOf(configOf(state), ticketAt(state, index)).review === true;

const refOf = ({ ticket, attempt }: Attempt): Pick<Attempt, "ticket" | "attempt"> => ({ ticket, attempt });

export function review(draft: Draft, attempt: Attempt): void {
  if (startConsult(draft, "review", refOf(attempt))) return;
  const hasModel = consultedModel(draft.state, "review") !== undefined;
  passUnreviewed(draft, attempt, hasModel ? "the budget has no room for it" : "no model is configured for tier 2");
}

function passUnreviewed(draft: Draft, attempt: Attempt, reason: string): void {
  emit(draft, { type: "review.closed", ...refOf(attempt), verdict: "missed", findings: [], reason });
  queueMerge(draft, attempt.index);
}

export function readReview(draft: Draft, consult: Consult, answer: string): readonly string[] {
  const read = readReviewAnswer(answer);
  if (!read.ok) return read.problems;
  const { verdict, findings } = read.value;
  const attempt = askerOf(draft.state, consult);
  // Before what follows of it, which may be the attempt's end.
  emit(draft, { type: "consult.ended", consult: consult.id, result: "used", detail: "" });
  if (verdict === "approve") {
    emit(draft, { type: "review.closed", ...refOf(attempt), verdict: "approved", findings, reason: "" });
    queueMerge(draft, attempt.index);
  } else sendBack(draft, attempt, findings);
  return [];
}

function sendBack(draft: Draft, attempt: Attempt, findings: Finding[]): void {
  emit(draft, { type: "review.closed", ...refOf(attempt), verdict: "sent_back", findings, reason: "" });
  const { digest } = draft.circumstances;
  const text = findings.map(findingLine).join("\n");
  if (attempt.sentBack < (configOf(draft.state).limits.reviewRounds ?? 0)) {
    const words = [
      "Your result passed its checks. A reviewer has read the change and sends it back for what follows.",
      toDataBlock("findings of the review", text, digest),
      "Mend each finding, or say in your summary why it does not apply. Keep to the ticket. Then finish again.",
    ];
    emit(draft, { type: "note.added", ...refOf(attempt), kind: "review", text: words.join("\n\n") });
    return;
  }
  const names = findings.map(({ name }) => name);
  failAttempt(draft, attempt, {
    cause: "review_rejected",
    detail: `the review sent it back for ${names.join(", ")}`,
    diagnosis: `A reviewer sent the last attempt's change back:\n${text}`,
    fingerprint: digest(`review:${names.toSorted().join("\n")}`).slice(0, 16),
  });
}

/** A finding as one line. */
export const findingLine = ({ name, severity, file, what }: Finding): string =>
  `- ${oneLine(name)} (${severity}${file.trim() === "" ? "" : `, ${oneLine(file)}`}): ${oneLine(what)}`;

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

export const giveUpReview = (draft: Draft, consult: Consult, detail: string): void =>
  passUnreviewed(draft, askerOf(draft.state, consult), detail.split("\n").slice(0, 2).join(" ").slice(0, 500));
