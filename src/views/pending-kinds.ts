// Open approvals by kind, so that a program can tell which of them it is looking at.

import { trustOf } from "../core/clutch.ts";
import type { RunState } from "../core/state.ts";
import type { ApprovalId } from "../domain/ids.ts";

export type PendingKinds = {
  /** The plan wants a signature. */
  readonly plan: readonly ApprovalId[];
  /** A worker is about to start. */
  readonly spawn: readonly ApprovalId[];
  /** A worker in step mode is between two steps: before a tool runs, or before its output is seen. */
  readonly step: readonly ApprovalId[];
  /** A tool call that the policy asks about. */
  readonly tool: readonly ApprovalId[];
  /** A call that no budget allows. */
  readonly budget: readonly ApprovalId[];
  /** Something only a person can know: a worker's question, or a call of which nobody knows whether it ran. */
  readonly question: readonly ApprovalId[];
};

export function pendingKindsOf(state: RunState): PendingKinds {
  const kinds = {
    plan: [] as ApprovalId[],
    spawn: [] as ApprovalId[],
    step: [] as ApprovalId[],
    tool: [] as ApprovalId[],
    budget: [] as ApprovalId[],
    question: [] as ApprovalId[],
  };
  for (const { id, gate, index } of state.approvals.values()) {
    if (gate === "budget") kinds.budget.push(id);
    else if (index === null) kinds.plan.push(id);
    else if (gate === "spawn") kinds.spawn.push(id);
    else if (gate === "question" || gate === "unknown") kinds.question.push(id);
    else {
      const isStep = trustOf(state, index) === "step";
      kinds[isStep ? "step" : "tool"].push(id);
    }
  }
  return kinds;
}
