// Consults in a run with bounds: the worst case of each call is held back before it is made.

import { giveUpConsult } from "./answer-consult.ts";
import { judgeCall, refusedWords } from "./budget.ts";
import { refuseCycle } from "./deliberation/answer-cycle.ts";
import { emit, type Draft } from "./draft.ts";
import { consultSpender } from "./ledger.ts";
import { holdPlanning } from "./planning.ts";
import type { Consult } from "./state.ts";
import { worstConsult } from "./worst-case.ts";

/** Further rounds and tries of consults under way. */
export function fundConsults(draft: Draft): void {
  for (const { id } of draft.state.consults.values()) {
    const consult = draft.state.consults.get(id);
    // Nothing more is planned while a person is asked what planning may cost.
    if (consult === undefined || !consult.isUnfunded || consult.isParked || isPlanningHeld(draft)) continue;
    const reserved = worstConsult(draft.state, consult);
    const spender = consultSpender(draft.state, consult);
    const verdict = judgeCall(draft.state, spender, { ...reserved, turns: consult.try === 1 ? 1 : 0 });
    if (verdict.kind === "fits") {
      const { round, try: count } = consult;
      emit(draft, { type: "consult.reserved", consult: id, round, try: count, reserved });
    } else if (verdict.kind === "refused") refuseConsult(draft, consult, verdict.why);
  }
}

const isPlanningHeld = ({ state }: Draft): boolean => state.phase !== "running" && state.approvals.size > 0;

/** A person decides what planning may cost; the work goes on without any other answer. */
export function refuseConsult(draft: Draft, consult: Consult, why: string): void {
  if (consult.purpose === "tracks" || consult.purpose === "tickets") {
    holdPlanning(draft, consult.model, why);
    return;
  }
  if (consult.deliberation !== null) {
    refuseCycle(draft, consult, why);
    return;
  }
  const detail = refusedWords(`The call for a ${consult.purpose} to ${consult.model}`, why);
  emit(draft, { type: "consult.ended", consult: consult.id, result: "given_up", detail });
  giveUpConsult(draft, consult, detail);
}
