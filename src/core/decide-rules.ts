// A person makes a rule, or takes one back. What is open already it answers only where they said so.

import type { CommandOf } from "../domain/command.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { ruleProblem } from "../domain/live-rule.ts";
import { offeredAt } from "./clutch.ts";
import { answerApproval } from "./decide-approval.ts";
import { refuseEnded } from "./decide-run.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { findTicket } from "./graph.ts";
import { decisionOf, ruledQuestion } from "./live-rules.ts";
import { overrideOf } from "./clutch.ts";
import { openArgs } from "./open-call.ts";
import type { RunState } from "./state.ts";
import type { LiveRule } from "../domain/live-rule.ts";

/** Rules of one run; more than anybody reads. */
const mostRules = 200;

export function addRule(draft: Draft, command: CommandOf<"rule.add">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  const { rule, answer } = command;
  const problem =
    ruleProblem(rule) ?? (draft.state.rules.length >= mostRules ? `is one of more than ${mostRules}` : undefined);
  if (problem !== undefined) return { code: "rule_invalid", problem };
  if (rule.ticket !== undefined && findTicket(draft.state.graph, rule.ticket) === undefined)
    return { code: "ticket_unknown", ticket: rule.ticket };
  const id = `R${draft.state.seq + 1}`;
  emit(draft, { type: "rule.added", id, rule });
  for (const approval of answer) {
    const decision = answerOf(draft.state, rule, approval);
    if (decision === undefined) continue;
    const refused = answerApproval(draft, { type: "approval.answer", approval, decision, reason: `by rule ${id}` });
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** What the rule would answer to a question that is open; undefined: nothing. */
export function answerOf(state: RunState, rule: LiveRule, id: ApprovalId): "approve" | "reject" | undefined {
  const approval = state.approvals.get(id);
  const attempt = approval === undefined || approval.index === null ? undefined : state.attempts.get(approval.index);
  if (approval === undefined || attempt === undefined) return undefined;
  const { gate, tool } = approval;
  const decision = decisionOf(
    rule,
    ruledQuestion(state, attempt.index, { gate, tool, args: openArgs(attempt, approval) }),
  );
  const offered: readonly string[] = offeredAt[gate];
  if (decision === undefined || decision === "ask" || !offered.includes(decision)) return undefined;
  return decision === "approve" && overrideOf(state, attempt.index) === "step" ? undefined : decision;
}

export function removeRule(draft: Draft, { id }: CommandOf<"rule.remove">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  if (!draft.state.rules.some((each) => each.id === id)) return { code: "rule_unknown", rule: id };
  emit(draft, { type: "rule.removed", id });
  return undefined;
}
