// What the run is told of an order whose machine is gone, where the order is not to be begun again by itself.

import type { Report } from "../../domain/command.ts";
import { zeroUsage } from "../../domain/usage.ts";
import type { AttemptDuty, DutyScope } from "../duty-scope.ts";
import { Fault } from "../ports.ts";
import type { OrderOutcome } from "./crew.ts";
import { toFailure } from "../run-attempt-duty.ts";

/**
 * A call that may have been charged is counted before it is made again. A tool's effects outside of its worktree, or in
 * one that no checkpoint brings back, are for a person to look at.
 */
export function isRepeatable(duty: AttemptDuty, { config, attempt }: DutyScope): boolean {
  if (duty.kind === "turn") return false;
  if (duty.kind !== "tool") return true;
  const isEffectful = attempt?.phase.at === "tool" && attempt.phase.class === "effectful";
  return !isEffectful || (config.workspace !== "none" && config.sandbox !== "none");
}

export function reportLost(duty: AttemptDuty, scope: DutyScope, problem: OrderOutcome["problem"]): Report {
  const { ref } = duty;
  if (problem !== undefined) {
    const { code, message, remedy } = problem;
    return toFailure(ref, new Fault(code, `no machine could do ${duty.key}: ${message}`, { remedy }));
  }
  if (duty.kind === "turn") {
    const { turn, try: count } = duty;
    const usage = { ...zeroUsage, costMicros: null, estimated: true };
    const detail = "the machine that made this call was lost";
    return { type: "report.turn_failed", ...ref, turn, try: count, code: "cut", detail, usage, ms: 0 };
  }
  if (duty.kind === "tool" && !isRepeatable(duty, scope))
    return { type: "report.tool_lost", ...ref, turn: duty.turn, call: duty.call };
  const message = `several machines were lost while they worked on ${duty.key}`;
  const remedy = "look at what it does to a machine (memory, disk), then reopen the ticket";
  return toFailure(ref, new Fault("machines_lost", message, { remedy }));
}
