// The measures of a deliberation, with the earlier system's names for them, so that whoever read those can read these.

import { scoreOf, type Score } from "../core/deliberation/score.ts";
import type { Deliberation } from "../core/deliberation/state.ts";
import type { RunState } from "../core/state.ts";

/** Times in epoch ms. Every figure is a finite number from the first moment on. */
export type DeliberationMetrics = {
  readonly task_id: string;
  readonly start_time: number;
  /** Null while it goes on. */
  readonly end_time: number | null;
  readonly total_messages: number;
  readonly direct_messages: number;
  readonly blackboard_writes: number;
  readonly blackboard_reads: number;
  readonly conflicts_detected: number;
  readonly conflicts_resolved: number;
  readonly gamma_spawned: boolean;
  /** A condition's type, or FORCED; null where no mediator was seated. */
  readonly gamma_spawn_reason: string | null;
  readonly gamma_spawn_time: number | null;
  readonly final_consensus: boolean;
  /** 0 to 1. */
  readonly performance_score: number;
};

/** The deliberation that a run is; null for a run that has none, and before it is opened. */
export const mainDeliberation = ({ deliberations }: Pick<RunState, "deliberations">): Deliberation | null =>
  [...deliberations.values()].find(({ purpose }) => purpose === "question") ?? null;

export function metricsOf(task: string, deliberation: Deliberation): DeliberationMetrics {
  const { tally, mediator, result, openedAt, ending } = deliberation;
  return {
    task_id: task,
    start_time: openedAt,
    end_time: result?.at ?? null,
    total_messages: tally.messages,
    direct_messages: tally.direct,
    blackboard_writes: tally.writes,
    blackboard_reads: tally.reads,
    conflicts_detected: tally.conflicts,
    conflicts_resolved: tally.resolved,
    gamma_spawned: mediator !== null,
    gamma_spawn_reason: mediator === null ? null : mediator.why === "forced" ? "FORCED" : mediator.why,
    gamma_spawn_time: mediator?.at ?? null,
    final_consensus: result?.outcome === "consensus",
    performance_score: ending?.score ?? scoreOfDeliberation(deliberation).score,
  };
}

/** What the score is made of; while the deliberation goes on, as if it ended now without agreement. */
export function scoreOfDeliberation(deliberation: Deliberation): Score {
  const { tally, agents, result, ending, clock, setup } = deliberation;
  return scoreOf({
    outcome: result?.outcome ?? ending?.outcome ?? "deadlock",
    accepted: result?.accepted.length ?? 0,
    // Who was lost on the way had no voice in the end.
    seated: result === null ? agents.length : result.accepted.length + result.dissent.length,
    detected: tally.conflicts,
    resolved: tally.resolved,
    messages: tally.messages,
    elapsedMs: clock.ms,
    timeoutMs: setup.limits.timeoutMs,
  });
}
