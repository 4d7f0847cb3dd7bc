// Tier 2's answer after a block: checked like a person's patch, then put to the person, who may write another.
// PATCH rules in docs/SPEC.md.

import type { CommandOf } from "../domain/command.ts";
import type { ApprovalId, TicketId } from "../domain/ids.ts";
import { takeJson } from "../domain/plan-answer.ts";
import type { PatchRequest, PlanPatch } from "../domain/plan-patch.ts";
import { parsePatchFile } from "../domain/plan-patch-file.ts";
import { describePlanProblem } from "../domain/plan-problem.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import { ticketFileCaps } from "../domain/ticket-fields.ts";
import type { Ticket } from "../domain/ticket.ts";
import { askRunGate } from "./clutch.ts";
import { applyPatch } from "./decide-patch.ts";
import { abortRun } from "./decide-run.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { emitAnswer } from "./emit-answer.ts";
import { findTicket } from "./graph.ts";
import { fault, shortened } from "./patch-fault.ts";
import { checkPatch, type CheckedPatch } from "./plan-patch.ts";
import {
  configOf,
  isDropped,
  planLength,
  ticketAt,
  type Consult,
  type Proposal,
  type RunApproval,
  type RunState,
} from "./state.ts";
import { at } from "./vector.ts";

/** Takes tier 2's patch as far as the gate `plan` lets it, or says everything that is wrong with it. */
export function readReplan(draft: Draft, consult: Consult, answer: string): readonly string[] {
  const ticket = consult.ticket;
  if (ticket === null) throw new Error(`consult ${consult.id} re-plans and names no ticket`);
  const taken = takeJson(answer);
  if (!taken.ok) return [taken.problem];
  const read = parsePatchFile(taken.json);
  if (!read.ok) return read.problems.map(describePlanProblem);
  const { add, drop, rewire, split } = read.patch;
  if (add.length + drop.length + rewire.length + split.length === 0) {
    giveUp(draft, consult, `tier 2 knows no other plan: ${read.patch.reason}`);
    return [];
  }
  const checked = checkTierTwo(draft.state, ticket, read.patch);
  if (!checked.ok) return checked.problems.map(describePlanProblem);
  const gate = askRunGate(draft.state, "plan");
  if (gate.kind === "pass") applyPatch(draft, checked.patch, { blocked: ticket });
  else if (gate.kind === "hold") propose(draft, ticket, checked.patch);
  else giveUp(draft, consult, `the patch needs a person's signature and ${gate.rule}`);
  return [];
}

const giveUp = (draft: Draft, { id }: Consult, detail: string): void =>
  emit(draft, { type: "consult.ended", consult: id, result: "given_up", detail });

const defaultPlanTickets = 500;

/** What a person may do and tier 2 may not: stop a worker, or leave the block as it is. */
function checkTierTwo(state: RunState, blocked: TicketId, request: PatchRequest): CheckedPatch {
  const index = findTicket(state.graph, blocked);
  const { track } = index === undefined ? {} : ticketAt(state, index);
  const planned = (ticket: Ticket): Ticket => toPlanned(ticket, track);
  const checked = checkPatch(
    state,
    {
      ...request,
      add: request.add.map(planned),
      split: request.split.map(({ ticket, into }) => ({ ticket, into: into.map(planned) })),
    },
    Math.max(configOf(state).limits.planTickets ?? defaultPlanTickets, planLength(state)),
  );
  const leaving = [...request.drop, ...request.split.map(({ ticket }) => ticket)];
  const problems: PlanProblem[] = checked.ok ? [] : [...checked.problems];
  if (!leaving.includes(blocked)) {
    const remedy = "Split it, into one part or more, or drop it and rewire what waits for it.";
    problems.push(fault("patch", `leaves ${shortened(blocked)} blocked as it is`, remedy));
  }
  for (const ticket of leaving) {
    const running = findTicket(state.graph, ticket);
    if (running !== undefined && state.attempts.has(running))
      problems.push(fault("patch", `stops the worker that is on ${shortened(ticket)}`, "Leave running tickets alone."));
  }
  return problems.length > 0 ? { ok: false, problems } : checked;
}

/** A model plans work; who does it, with what trust, is the person's configuration to say. */
function toPlanned(ticket: Ticket, track: string | undefined): Ticket {
  const { trust: _trust, strategy: _strategy, labels: _labels, ...rest } = ticket;
  return { ...rest, models: [], startRung: 0, ...(track === undefined ? {} : { track }) };
}

/** `tool` tells it from the signature under a first plan; `shown` names what an approval signs: the patch, by its digest. */
function propose(draft: Draft, ticket: TicketId, patch: PlanPatch): void {
  const { digest } = draft.circumstances;
  const { reason, add, drop, rewire } = patch;
  const counts = { add: add.length, drop: drop.length, rewire: rewire.length };
  const shown = JSON.stringify({ ticket, reason, ...counts, digest: digest(JSON.stringify(patch)) });
  // The number of the request that follows.
  const approval = `A${draft.state.seq + 2}` as ApprovalId;
  emit(draft, { type: "plan.proposed", approval, blocked: ticket, patch });
  emit(draft, {
    type: "approval.requested",
    approval,
    gate: "plan",
    turn: 0,
    call: 0,
    tool: "replan",
    shown,
    digest: digest(shown),
  });
}

/** Questions about a block that is over are void: the ticket was opened again, or left the plan. */
export function voidStaleReplans(draft: Draft): void {
  for (const { id, purpose, ticket } of draft.state.consults.values()) {
    const over = purpose === "replan" && ticket !== null ? whyOver(draft.state, ticket) : undefined;
    if (over !== undefined) emit(draft, { type: "consult.ended", consult: id, result: "void", detail: over });
  }
  for (const [approval, { ticket }] of draft.state.proposals) {
    const reason = whyOver(draft.state, ticket);
    if (reason !== undefined) emit(draft, { type: "approval.voided", approval, reason });
  }
}

function whyOver(state: RunState, ticket: TicketId): string | undefined {
  const index = findTicket(state.graph, ticket);
  const own = index === undefined ? undefined : at(state.tickets, index);
  if (own === undefined || own.status === "blocked" || own.status === "failed") return undefined;
  return isDropped(own) ? `${ticket} is no longer in the plan` : `${ticket} is no longer blocked`;
}

// ---- a person's answer -----------------------------------------------------------------------------------------

export function answerProposal(
  draft: Draft,
  asked: { readonly approval: RunApproval; readonly proposal: Proposal },
  answer: CommandOf<"approval.answer">,
): Refused {
  const { approval, proposal } = asked;
  if (answer.decision === "edit" && answer.patch === undefined) return { code: "edit_missing", approval: approval.id };
  const checked = checkAnswered(draft.state, proposal.patch, answer);
  if (checked?.ok === false) return { code: "invalid_patch", problems: checked.problems };
  emitAnswer(draft, approval, answer);
  if (checked !== undefined) applyPatch(draft, checked.patch, { blocked: proposal.ticket, approval: approval.id });
  if (answer.decision !== "abort") return undefined;
  return abortRun(draft, {
    type: "run.abort",
    reason: answer.reason === "" ? "aborted at the gate plan" : answer.reason,
  });
}

/** The plan may have changed since it was shown: what is signed is exactly what was shown, or nothing. */
function checkAnswered(
  state: RunState,
  patch: PlanPatch,
  { decision, patch: written }: CommandOf<"approval.answer">,
): CheckedPatch | undefined {
  if (decision === "edit" && written !== undefined) return checkPatch(state, written, ticketFileCaps.tickets);
  if (decision !== "approve") return undefined;
  const checked = checkPatch(state, { ...patch, split: [] }, ticketFileCaps.tickets);
  return checked.ok ? { ok: true, patch } : checked;
}
