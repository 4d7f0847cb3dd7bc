// A person's answer at a gate. First answer wins; an answer binds to the digest of what was shown.

import type { CommandOf } from "../domain/command.ts";
import type { Text } from "../domain/text.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { offeredAt } from "./clutch.ts";
import { requestApproval } from "./advance.ts";
import { cancelTicket, failAttempt } from "./end.ts";
import { openCall } from "./open-call.ts";
import { emitAnswer } from "./emit-answer.ts";
import { answerBudget } from "./decide-budget.ts";
import { answerPlan } from "./decide-plan.ts";
import { type Approval, type Attempt, type AttemptApproval } from "./state.ts";
import type { ApprovalId } from "../domain/ids.ts";

type Answer = CommandOf<"approval.answer">;

export function answerApproval(draft: Draft, answer: Answer): Refused {
  const approval = draft.state.approvals.get(answer.approval);
  if (approval === undefined) return refuseClosed(draft, answer.approval);
  const refused = refuseAnswer(approval, answer);
  if (refused !== undefined) return refused;
  if (approval.gate === "budget") return answerBudget(draft, approval, answer);
  if (approval.index === null) return answerPlan(draft, approval, answer);
  const attempt = draft.state.attempts.get(approval.index);
  if (attempt === undefined) throw new Error(`approval ${approval.id} is open for an attempt that is over`);
  emitAnswer(draft, approval, answer);
  if (answer.decision === "abort")
    cancelTicket(draft, approval.index, answer.reason === "" ? "aborted at a gate" : answer.reason);
  else apply(draft, { approval, attempt, answer });
  return undefined;
}

function refuseAnswer(approval: Approval, answer: Answer): Refused {
  const offered: readonly string[] = offeredAt[approval.gate];
  if (!offered.includes(answer.decision)) return { code: "decision_not_offered", approval: approval.id, offered };
  if (answer.decision === "edit" && answer.edited === undefined) return { code: "edit_missing", approval: approval.id };
  if (answer.decision !== "edit" && answer.edited !== undefined) {
    return {
      code: "edit_invalid",
      approval: approval.id,
      problem: "an edited text goes with the decision edit and no other",
    };
  }
  if (answer.digest !== undefined && answer.digest !== approval.digest)
    return { code: "digest_mismatch", approval: approval.id };
  return undefined;
}

function refuseClosed(draft: Draft, id: ApprovalId): Refused {
  const settled = draft.state.settled.get(id);
  if (settled === undefined) return { code: "approval_unknown", approval: id };
  return settled.void
    ? { code: "approval_void", approval: id, reason: settled.decision }
    : { code: "approval_answered", approval: id, by: settled.by, decision: settled.decision };
}

type Answered = { readonly approval: AttemptApproval; readonly attempt: Attempt; readonly answer: Answer };

/** What an approve or edit releases follows in settle; here stands what else an answer means. */
function apply(draft: Draft, answered: Answered): void {
  switch (answered.approval.gate) {
    case "spawn":
      return answerSpawn(draft, answered);
    case "call":
      return answerCall(draft, answered);
    case "result":
      return answerResult(draft, answered);
    case "unknown":
      return answerUnknown(draft, answered);
    case "question":
      return answerQuestion(draft, answered);
    case "plan":
      throw new Error("the gate plan holds a run, not an attempt");
    case "budget":
      throw new Error("answered before: its abort is of the run");
    default:
      return answered.approval.gate satisfies never;
  }
}

const said = (answer: Answer): string => (answer.reason === "" ? "" : `: ${answer.reason}`);

function answerSpawn(draft: Draft, { approval, attempt, answer }: Answered): void {
  const ref = { ticket: approval.ticket, attempt: approval.attempt };
  if (answer.decision === "reject") {
    failAttempt(draft, attempt, {
      cause: "user_rejected",
      detail: `the start of this worker was rejected${said(answer)}`,
    });
  } else if (answer.decision === "edit" && answer.edited !== undefined)
    emit(draft, { type: "brief.edited", ...ref, prompt: answer.edited });
}

function answerCall(draft: Draft, { approval, answer }: Answered): void {
  if (answer.decision === "reject") {
    refuse(draft, approval, `REJECTED by the person${said(answer)}. The call was not run; do not repeat it unchanged.`);
  }
}

function answerResult(draft: Draft, { approval, answer }: Answered): void {
  if (answer.decision === "approve") return;
  const output: Text =
    answer.decision === "edit" && answer.edited !== undefined ? answer.edited : `WITHHELD by the person${said(answer)}`;
  const { ticket, attempt, turn, call } = approval;
  emit(draft, { type: "result.edited", ticket, attempt, turn, call, output, reason: answer.reason });
}

function answerUnknown(draft: Draft, { approval, answer }: Answered): void {
  if (answer.decision === "edit" && answer.edited !== undefined) supply(draft, approval, answer.edited);
  else if (answer.decision === "reject") {
    refuse(
      draft,
      approval,
      `UNKNOWN: this call may have run wholly, partly or not at all; a person decided not to run it again${said(answer)}.`,
    );
  }
}

function answerQuestion(draft: Draft, { approval, answer }: Answered): void {
  if (answer.decision === "edit" && answer.edited !== undefined) supply(draft, approval, answer.edited);
  else
    refuse(
      draft,
      approval,
      `The person did not answer${said(answer)}. Decide yourself and say what you assumed, or finish as blocked.`,
    );
}

const supply = (draft: Draft, approval: AttemptApproval, output: Text): void => {
  const { ticket, attempt, turn, call } = approval;
  emit(draft, { type: "tool.returned", ticket, attempt, turn, call, ok: true, output, ms: 0, changed: [] });
};

const refuse = (draft: Draft, approval: AttemptApproval, output: string): void => {
  const { ticket, attempt, turn, call } = approval;
  emit(draft, { type: "tool.refused", ticket, attempt, turn, call, output, by: "person" });
};

/** The memory mutator: from here on the model has written this. Calls already run cannot be unwritten. */
export function editMessage(draft: Draft, command: CommandOf<"message.edit">): Refused {
  const approval = draft.state.approvals.get(command.approval);
  if (approval === undefined) return refuseClosed(draft, command.approval);
  const attempt = approval.index === null ? undefined : draft.state.attempts.get(approval.index);
  const reply = attempt?.items.findLast((item) => item.kind === "reply");
  if (attempt === undefined || reply?.kind !== "reply" || reply.turn !== approval.turn || approval.gate === "unknown") {
    return {
      code: "edit_invalid",
      approval: approval.id,
      problem: `there is no message to rewrite at the ${approval.gate} gate`,
    };
  }
  const done = reply.calls.slice(0, openCall(attempt)?.at ?? reply.calls.length);
  const calls = command.calls ?? reply.calls;
  const isKept = done.every((call, place) => calls[place]?.tool === call.tool && calls[place]?.args === call.args);
  if (!isKept) {
    return {
      code: "edit_invalid",
      approval: approval.id,
      problem: `the first ${done.length} calls have been run and must stay as they are`,
    };
  }
  const ref = { ticket: attempt.ticket, attempt: attempt.attempt };
  emit(draft, {
    type: "message.edited",
    ...ref,
    turn: approval.turn,
    text: command.text,
    calls: [...calls],
    reason: command.reason,
  });
  askAnew(draft, { approval, attempt }, "the message was rewritten");
  return undefined;
}

/** The result that was held is still unseen by the model. */
function askAnew(
  draft: Draft,
  { approval, attempt }: { readonly approval: Approval; readonly attempt: Attempt },
  reason: string,
): void {
  const ref = { ticket: attempt.ticket, attempt: attempt.attempt };
  emit(draft, { type: "approval.voided", ...ref, approval: approval.id, reason });
  if (approval.gate !== "result") return;
  const { turn, call, tool, shown } = approval;
  requestApproval(draft, attempt, { gate: "result", turn, call, tool, shown });
}

/** The model has written what it wrote. Calls that a rewriting brought in and that have run cannot be taken back. */
export function restoreMessage(draft: Draft, command: CommandOf<"message.restore">): Refused {
  const approval = draft.state.approvals.get(command.approval);
  if (approval === undefined) return refuseClosed(draft, command.approval);
  const attempt = approval.index === null ? undefined : draft.state.attempts.get(approval.index);
  const reply = attempt?.items.findLast((item) => item.kind === "reply");
  const original = reply?.kind === "reply" && reply.turn === approval.turn ? reply.original : undefined;
  if (attempt === undefined || reply?.kind !== "reply" || original === undefined || approval.gate === "unknown") {
    return { code: "edit_invalid", approval: approval.id, problem: "its message was not rewritten" };
  }
  const done = reply.calls.slice(0, openCall(attempt)?.at ?? reply.calls.length);
  const isKept = done.every(({ tool, args }, place) => {
    const was = original.calls[place];
    return was?.tool === tool && was.args === args;
  });
  if (!isKept) {
    const problem = "calls of the rewritten message have been run and cannot be taken back";
    return { code: "edit_invalid", approval: approval.id, problem };
  }
  emit(draft, {
    type: "message.restored",
    ticket: attempt.ticket,
    attempt: attempt.attempt,
    turn: approval.turn,
    text: original.text,
    calls: [...original.calls],
    reason: command.reason,
  });
  askAnew(draft, { approval, attempt }, "the message was restored");
  return undefined;
}
