// Reports about consults: an answer that cannot be used goes back with everything that is wrong with it, a bounded
// number of times.

import type { CommandOf } from "../domain/command.ts";
import type { Purpose } from "../domain/event.ts";
import { providerOf } from "../domain/ids.ts";
import { answerConsult, giveUpConsult } from "./answer-consult.ts";
import { overdue } from "./diagnosing.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { refuseConsult } from "./fund-consults.ts";
import { holdProvider, park } from "./provider-waits.ts";
import { afterCallFailure } from "./retry.ts";
import { configOf, type Consult, type RunState } from "./state.ts";

/** The consult, if it awaits exactly this round and this try: the fence against ghosts. */
function awaited(
  state: RunState,
  report: CommandOf<"report.consulted" | "report.consult_failed" | "report.consult_refused">,
): Consult | undefined {
  const consult = state.consults.get(report.consult);
  const isAwaited = consult?.round === report.round && consult.try === report.try && !consult.isUnfunded;
  return state.phase !== "ended" && isAwaited ? consult : undefined;
}

export function reportConsulted(draft: Draft, report: CommandOf<"report.consulted">): Refused {
  const consult = awaited(draft.state, report);
  if (consult === undefined) return undefined;
  const { input, text, usage, ms } = report;
  emit(draft, {
    type: "consult.replied",
    consult: consult.id,
    round: consult.round,
    try: consult.try,
    input,
    text,
    finish: report.finish,
    ...(report.calledTools ? { calledTools: true } : {}),
    usage,
    ms,
  });
  const problems = answerConsult(draft, consult, report);
  if (problems.length > 0) returnConsult(draft, consult, problems);
  // A reader that could not take a sound answer has ended the consult and said why.
  else if (draft.state.consults.has(consult.id))
    emit(draft, { type: "consult.ended", consult: consult.id, result: "used", detail: "" });
  return undefined;
}

/** Rounds beyond the first; a hint that cannot be used is not asked for twice. */
const roundsOf = (state: RunState, purpose: Purpose): number =>
  purpose === "diagnosis" ? 1 : (configOf(state).limits.planRounds ?? 3);

function returnConsult(draft: Draft, consult: Consult, problems: readonly string[]): void {
  if (consult.round < roundsOf(draft.state, consult.purpose)) {
    emit(draft, { type: "consult.returned", consult: consult.id, round: consult.round, problems: [...problems] });
    return;
  }
  const tries = consult.round === 1 ? "the answer" : `${consult.round} answers`;
  giveUp(draft, consult, { detail: `${tries} could not be used`, problems });
}

function giveUp(
  draft: Draft,
  consult: Consult,
  why: { readonly detail: string; readonly problems: readonly string[] },
): void {
  const detail = [why.detail, ...why.problems].join("\n").slice(0, 8_000);
  emit(draft, { type: "consult.ended", consult: consult.id, result: "given_up", detail });
  giveUpConsult(draft, consult, detail);
}

/** The bound of all runs of this day, kept outside of this one: the call was not made. */
export function reportConsultRefused(draft: Draft, report: CommandOf<"report.consult_refused">): Refused {
  const consult = awaited(draft.state, report);
  if (consult === undefined) return undefined;
  const { id, round, try: count } = consult;
  emit(draft, { type: "consult.refused", consult: id, round, try: count, detail: report.detail });
  refuseConsult(draft, consult, report.detail);
  return undefined;
}

export function reportConsultFailed(draft: Draft, report: CommandOf<"report.consult_failed">): Refused {
  const consult = awaited(draft.state, report);
  if (consult === undefined) return undefined;
  const { at, chance } = draft.circumstances;
  const { code, detail, usage, ms } = report;
  const after = afterCallFailure(
    { code, try: consult.try, failed: consult.failed, retryAfterMs: report.retryAfterMs, chance },
    configOf(draft.state).limits,
  );
  const provider = providerOf(consult.model);
  const retryAt = after.kind === "wait" ? at + after.ms : null;
  const { id, round } = consult;
  emit(draft, { type: "consult.failed", consult: id, round, try: consult.try, code, detail, retryAt, usage, ms });
  // The run does not wait for a person over a hint.
  const isOver = after.kind === "fail" || (after.kind === "park" && consult.purpose === "diagnosis");
  if (isOver) giveUp(draft, consult, { detail: `${consult.model}: ${code}: ${detail}`, problems: [] });
  else if (after.kind === "park") park(draft, `${provider} answered ${code}: ${detail}`);
  else if (code === "rate_limited") holdProvider(draft, provider, { until: at + after.ms, reason: detail });
  return undefined;
}

/** Diagnoses that would keep their workers waiting. */
export function giveUpOverdue(draft: Draft): void {
  for (const consult of draft.state.consults.values()) {
    const detail = overdue(draft.state, consult, draft.circumstances.at);
    if (detail !== undefined) giveUp(draft, consult, { detail, problems: [] });
  }
}
