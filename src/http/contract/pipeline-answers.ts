// What is told of pipelines, as schemas: runs that are one deliberation, under System B's names.

import { z } from "zod";
import { deliberationOutcomeSchema } from "../../domain/deliberation.ts";
import { recoveryWhySchema } from "../../domain/recovery.ts";
import { pipelineStatuses, type Pipeline } from "../../views/pipeline.ts";
import type { PipelineDetail } from "../../views/pipeline-detail.ts";
import type {
  PartialBody,
  PipelineBody,
  PipelineDetailBody,
  PipelinesBody,
  RecordedBody,
  RecoveredBody,
  RevokedBody,
} from "../pipeline-wire.ts";
import { count, epochMs, runId } from "./parts.ts";

const status = z
  .enum(pipelineStatuses)
  .describe(
    "`rebooting`: another run recovers from it. `failed`: for good, by a crash or at the end of its chain. Lists give the status of the last run that followed, once that is over.",
  );
const attempt = z.number().int().min(1).describe("Which run of its chain it is; 1 for the first.");
const part = z.number().min(0).max(1);
const isoTime = z.string().describe("ISO 8601, UTC.");

export const pipeline = z.strictObject({
  id: z.string().describe("`PIPELINE_ID` of whoever started it, else the run's id."),
  task: z.string(),
  status,
  objective: z.string(),
  outcome: deliberationOutcomeSchema.nullable(),
  detail: z.string(),
  attempt,
  attempts: count.describe("How many runs a chain may have."),
  root: runId,
  prior: runId.nullable(),
  next: z.strictObject({ run: runId, why: recoveryWhySchema, changes: z.array(z.string()) }).nullable(),
  became: z
    .strictObject({ run: runId, attempt, status, outcome: deliberationOutcomeSchema.nullable() })
    .nullable()
    .describe("The last of the runs that followed from it; null: nothing followed, or this answer does not tell."),
  changes: z.array(z.string()).describe("What was other than in the run before."),
  recovery: z.enum(["auto", "ask", "none"]),
  isHandedOff: z.boolean(),
  accepted: z.strictObject({ section: z.string(), key: z.string(), version: count }).nullable(),
  isOpenToChoice: z.boolean().describe("A person may recover from it now, or take what there is."),
}) satisfies z.ZodType<Pipeline>;

const line = {
  pipeline_id: z.string(),
  run: runId,
  task_id: z.string(),
  status,
  objective: z.string(),
  is_recovery: z.boolean(),
  recovery_attempt: attempt,
  max_attempts: count,
  root_pipeline: runId,
  prior_pipeline: runId.nullable(),
  next_pipeline: runId.nullable(),
  settled_by: runId.nullable().describe("The last run of those that followed from it."),
  abort_reason: z.string().nullable(),
  created_at: epochMs,
  updated_at: epochMs,
};

export const pipelines = z.strictObject({
  pipelines: z.array(z.strictObject(line) satisfies z.ZodType<PipelineBody>),
}) satisfies z.ZodType<PipelinesBody>;

const failureContext = z.strictObject({
  pipeline_id: z.string(),
  task_id: z.string(),
  failure_reason: z.string(),
  failure_time: isoTime,
  iteration_count: count,
  elapsed_ms: z.number(),
  metrics: z.strictObject({
    task_id: z.string(),
    start_time: epochMs,
    end_time: epochMs.nullable(),
    total_messages: count,
    direct_messages: count,
    blackboard_writes: count,
    blackboard_reads: count,
    conflicts_detected: count,
    conflicts_resolved: count,
    gamma_spawned: z.boolean(),
    gamma_spawn_reason: z.string().nullable(),
    gamma_spawn_time: epochMs.nullable(),
    final_consensus: z.boolean(),
    performance_score: part,
  }),
  gamma_spawned: z.boolean(),
  error_count: count,
  recovery_hint: z.string(),
});

const told = {
  iteration_count: count,
  max_iterations: count,
  gamma_active: z.boolean(),
  agent_states: z.array(
    z.strictObject({
      role: z.string(),
      status: z.string(),
      phase: z.string(),
      progress: part,
      confidence: part,
      blocked_reason: z.string().nullable(),
      errors: count.describe("That count in its budget of errors, the latest ones."),
      last_activity: isoTime,
    }),
  ),
  error_budget: z
    .strictObject({ errors: count, window_seconds: z.number() })
    .nullable()
    .describe("At so many errors within so much of the deliberation's time an agent is revoked."),
  errors: z.array(
    z.strictObject({
      error_type: z.string(),
      severity: z.string(),
      details: z.string(),
      reported_by: z.string(),
      agent: z.string().nullable().describe("Whose error it is, where it is one agent's."),
      time: isoTime,
    }),
  ),
  failure_context: failureContext.nullable(),
  keys: z
    .array(
      z.strictObject({
        key: z.string(),
        kind: z.enum(["hash", "string"]),
        ttl_seconds: count.nullable().describe("In a store that forgets. Null: kept as long as the run."),
        value: z.record(z.string(), z.string()).nullable(),
        href: z.string().nullable().describe("Where the document is read that is its value."),
      }),
    )
    .describe("The earlier system's keys, and what they hold."),
};

export const pipelineOfRun = z.strictObject({ pipeline, ...told }) satisfies z.ZodType<PipelineDetail>;

export const pipelineDetail = z.strictObject({
  ...line,
  chain: z.array(z.strictObject({ run: runId, attempt, status })).describe("The first run first."),
  detail: z.strictObject(told),
}) satisfies z.ZodType<PipelineDetailBody>;

export const recorded = z.strictObject({
  recorded: z.boolean().describe("False: the same was told before, and counts once."),
  error_count: count,
  revoked: z.array(z.string()).describe("Agents that may do nothing more because of it."),
}) satisfies z.ZodType<RecordedBody>;

export const revoked = z.strictObject({
  revoked: z.array(z.string()).describe("Those who were not before."),
}) satisfies z.ZodType<RevokedBody>;

export const recovered = z.strictObject({
  run: runId,
  attempt,
  changes: z.array(z.string()).describe("What is other than in the run before; never empty."),
  isNew: z.boolean().describe("False: somebody had asked for it before. There is one."),
}) satisfies z.ZodType<RecoveredBody>;

export const partial = z.strictObject({
  run: runId,
  section: z.string(),
  key: z.string(),
  version: count,
}) satisfies z.ZodType<PartialBody>;
