// A person's answer at the gate `plan`: sign, write another plan, turn it down, or abort the run.

import type { CommandOf } from "../domain/command.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import { wholeFile } from "../domain/ticket-file.ts";
import { emitAnswer } from "./emit-answer.ts";
import { abortRun } from "./decide-run.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { checkPlan } from "./plan-rules.ts";
import { findStrangers } from "./check-draft.ts";
import { acceptPlan, addTickets, draftedTickets } from "./planning.ts";
import { answerProposal } from "./replanning.ts";
import { configOf, type RunApproval, type RunState } from "./state.ts";

type Answer = CommandOf<"approval.answer">;

export function answerPlan(draft: Draft, approval: RunApproval, answer: Answer): Refused {
  const proposal = draft.state.proposals.get(approval.id);
  if (proposal !== undefined) return answerProposal(draft, { approval, proposal }, answer);
  const tickets = answer.decision === "edit" ? answer.tickets : draftedTickets(draft.state);
  if (tickets === undefined) return { code: "edit_missing", approval: approval.id };
  const isSigned = answer.decision === "approve" || answer.decision === "edit";
  const strangers = answer.decision === "edit" ? findStrangers(configOf(draft.state), tickets) : [];
  const unplanned = answer.decision === "approve" ? findUnplanned(draft.state) : [];
  const problems = isSigned ? [...unplanned, ...strangers, ...checkPlan(tickets)] : [];
  if (problems.length > 0) return { code: "invalid_plan", problems };
  emitAnswer(draft, approval, answer);
  if (answer.decision === "abort")
    return abortRun(draft, {
      type: "run.abort",
      reason: answer.reason || "a person aborted it at the gate of its plan",
    });
  if (answer.decision === "reject") {
    const reason = answer.reason || "the plan was turned down";
    emit(draft, { type: "run.ended", outcome: "cancelled", reason });
    return undefined;
  }
  if (answer.decision === "edit") {
    emit(draft, { type: "plan.cleared", reason: "a person wrote the plan anew" });
    addTickets(draft, tickets);
  }
  acceptPlan(draft);
  return undefined;
}

/** Tracks that tier 2 gave no tickets for: what was drafted is a part of a plan, which is edited, not signed. */
const findUnplanned = ({ tracks, draftedTracks }: RunState): PlanProblem[] =>
  (tracks ?? [])
    .filter(({ id }) => !draftedTracks.has(id))
    .map(({ id }) => ({
      index: wholeFile,
      field: "tickets",
      problem: `track ${id} has no tickets yet`,
      remedy: "Write them, or the plan without that track, by editing it.",
    }));
