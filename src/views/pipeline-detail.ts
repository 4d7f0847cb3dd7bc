// One pipeline in System B's own names: its keys with their lifetimes, its agents, and why it failed.

import { isAbort, type Deliberation } from "../core/deliberation/state.ts";
import { generationOf, questionOf } from "../core/recovery/next-run.ts";
import { recoveryHint } from "../core/recovery/hints.ts";
import type { RunState } from "../core/state.ts";
import { metricsOf, type DeliberationMetrics } from "./deliberation-metrics.ts";
import { pipelineOf, type Pipeline } from "./pipeline.ts";

/** B-115. A key without a lifetime is kept as long as the run. */
export const handoffSeconds = 86_400;

export type PipelineKey = {
  readonly key: string;
  readonly kind: "hash" | "string";
  /** In a store that forgets: refreshed while the chain goes on. Null: kept as long as the run. */
  readonly ttl_seconds: number | null;
  /** Texts, as the earlier system's hashes had them; null where the value is the handoff document itself. */
  readonly value: Readonly<Record<string, string>> | null;
  /** Where the document is read, where the value is one. */
  readonly href: string | null;
};

export type FailureContext = {
  readonly pipeline_id: string;
  readonly task_id: string;
  readonly failure_reason: string;
  readonly failure_time: string;
  readonly iteration_count: number;
  readonly elapsed_ms: number;
  readonly metrics: DeliberationMetrics;
  readonly gamma_spawned: boolean;
  readonly error_count: number;
  readonly recovery_hint: string;
};

export type PipelineAgent = {
  readonly role: string;
  readonly status: string;
  readonly phase: string;
  readonly progress: number;
  readonly confidence: number;
  readonly blocked_reason: string | null;
  /** That count in its budget of errors, the latest ones. */
  readonly errors: number;
  readonly last_activity: string;
};

export type PipelineDetail = {
  readonly pipeline: Pipeline;
  readonly iteration_count: number;
  readonly max_iterations: number;
  readonly gamma_active: boolean;
  readonly agent_states: readonly PipelineAgent[];
  /** At so many errors within so much of the deliberation's time an agent is revoked; null where none is counted. */
  readonly error_budget: { readonly errors: number; readonly window_seconds: number } | null;
  readonly errors: readonly {
    readonly error_type: string;
    readonly severity: string;
    readonly details: string;
    readonly reported_by: string;
    /** Whose error it is, where it is one agent's. */
    readonly agent: string | null;
    readonly time: string;
  }[];
  readonly failure_context: FailureContext | null;
  readonly keys: readonly PipelineKey[];
};

/** Null where the run is no deliberation. */
export function pipelineDetailOf(state: RunState): PipelineDetail | null {
  const pipeline = pipelineOf(state);
  const deliberation = questionOf(state);
  if (pipeline === null || deliberation === undefined) return null;
  return {
    pipeline,
    iteration_count: cyclesOf(deliberation),
    max_iterations: deliberation.setup.limits.rounds,
    gamma_active: deliberation.mediator !== null,
    agent_states: deliberation.agents.map((agent) => ({
      role: agent.role,
      status: agent.status,
      phase: agent.phase,
      progress: agent.progress,
      confidence: agent.confidence,
      blocked_reason: agent.blocked,
      errors: agent.errors.length,
      last_activity: timeOf(agent.lastActivity),
    })),
    error_budget: budgetOf(deliberation),
    errors: deliberation.incidents.map(({ kind, severity, detail, by, at, agent }) => ({
      error_type: kind,
      severity,
      details: detail,
      reported_by: by,
      agent,
      time: timeOf(at),
    })),
    failure_context: failureOf(pipeline, deliberation),
    keys: keysOf(state, pipeline, deliberation),
  };
}

function budgetOf({ setup }: Deliberation): PipelineDetail["error_budget"] {
  const { errors, errorWindowMs, timeoutMs } = setup.limits;
  return errors === undefined ? null : { errors, window_seconds: (errorWindowMs ?? timeoutMs) / 1_000 };
}

const timeOf = (at: number): string => new Date(at).toISOString();

const cyclesOf = ({ agents }: Deliberation): number =>
  Math.max(0, ...agents.filter(({ kind }) => kind === "proposer").map(({ cycle }) => cycle));

/** Notes in the log are no errors. */
export const errorsIn = ({ incidents }: Deliberation): number =>
  incidents.filter(({ kind, severity }) => kind !== "reported" || severity !== "low").length;

function failureOf(pipeline: Pipeline, deliberation: Deliberation): FailureContext | null {
  const { result, ending, openedAt, mediator } = deliberation;
  if (result === null || result.outcome === "consensus") return null;
  return {
    pipeline_id: pipeline.id,
    task_id: pipeline.task,
    failure_reason: ending?.failure?.reason ?? (isAbort(result.outcome) ? result.outcome : "consensus_failed"),
    failure_time: timeOf(result.at),
    iteration_count: cyclesOf(deliberation),
    elapsed_ms: result.at - openedAt,
    metrics: metricsOf(pipeline.task, deliberation),
    gamma_spawned: mediator !== null,
    error_count: errorsIn(deliberation),
    recovery_hint: ending?.failure?.hint ?? recoveryHint(result.outcome),
  };
}

/** B-114 to B-118, with the values these keys would hold. */
function keysOf(state: RunState, pipeline: Pipeline, deliberation: Deliberation): PipelineKey[] {
  const run = String(state.run);
  const { inheritance, recovery, result, handoff } = deliberation;
  const stored = handoff?.stored === true ? handoff : null;
  const href = `/api/pipeline/${run}/handoff`;
  const document = { kind: "string", ttl_seconds: handoffSeconds, value: null } as const;
  return [
    { key: `pipeline:${run}`, kind: "hash", ttl_seconds: null, value: hashOf(run, pipeline, deliberation), href: null },
    ...(stored === null ? [] : [{ key: `handoff:${run}:agents`, ...document, href }]),
    ...(inheritance === null
      ? []
      : [{ key: `handoff:${run}:inherited`, ...document, href: `/api/pipeline/${inheritance.prior}/handoff` }]),
    ...(result === null || result.outcome === "consensus"
      ? []
      : [
          {
            key: `recovery:${run}`,
            kind: "hash" as const,
            ttl_seconds: null,
            value: {
              // Counted at the chain's root: how often it was tried again up to now.
              retry_count: String(generationOf(deliberation) - 1 + (recovery === null ? 0 : 1)),
              abort_reason: result.outcome,
              handoff_ref: stored === null ? "" : `handoff:${run}:agents`,
              recovery_pipeline: recovery?.run ?? "",
            },
            href: null,
          },
        ]),
  ];
}

function hashOf(run: string, pipeline: Pipeline, deliberation: Deliberation): Record<string, string> {
  const { inheritance, handoff, setup, result } = deliberation;
  const inherited =
    inheritance === null
      ? {}
      : {
          inherited_handoff: `handoff:${run}:inherited`,
          prior_pipeline: inheritance.prior,
          prior_context: JSON.stringify({
            prior_pipeline: inheritance.prior,
            failure_reason: inheritance.outcome,
            handoff_key: `handoff:${inheritance.prior}:agents`,
            changes: inheritance.changes,
          }),
        };
  const left =
    handoff?.stored === true && result !== null
      ? { handoff_key: `handoff:${run}:agents`, handoff_time: timeOf(result.at) }
      : {};
  return {
    status: pipeline.status,
    root_pipeline: pipeline.root,
    is_recovery: String(inheritance !== null),
    recovery_attempt: String(pipeline.attempt),
    force_gamma: String(setup.mediatorAtOnce),
    ...inherited,
    ...left,
  };
}
