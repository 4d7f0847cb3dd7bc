// What goes over System B's routes: its payloads as it sent them, parsed at this door, and the shapes of the answers.

import { z } from "zod";
import { roleSchema, sectionSchema } from "../domain/deliberation.ts";
import type { RunId } from "../domain/ids.ts";
import { recoveryWhySchema } from "../domain/recovery.ts";
import type { PipelineDetail } from "../views/pipeline-detail.ts";
import type { PipelineStatus } from "../views/pipeline.ts";
import { modelIdText } from "./wire.ts";

const id = z.string().min(1).max(200);
const as = z.string().max(80).optional();
/** A text, or an object that is kept as its JSON. */
const details = z
  .union([z.string().max(20_000), z.record(z.string(), z.unknown())])
  .default("")
  .transform((given) => (typeof given === "string" ? given : JSON.stringify(given)));

/** B-121. An `error_type` that System B did not know is kept in the words. */
export const recordErrorSchema = z.strictObject({
  pipeline_id: id,
  error_type: z.string().min(1).max(100),
  severity: z.enum(["low", "medium", "high", "critical"]).default("medium"),
  details,
  /** Whose error it is; an agent's own, where it tells it itself. */
  agent: roleSchema.exactOptional(),
});

/** B-122. `agents`: all of them where absent. */
export const revokeSchema = z.strictObject({
  pipeline_id: id,
  reason: z.string().min(1).max(1_000),
  details,
  agents: z.array(z.string().max(16)).min(1).max(9).exactOptional(),
});

/** B-87, B-123: fields that are not used here are let pass, because every orchestrator adds its own. */
export const failureContextSchema = z.looseObject({
  pipeline_id: id,
  task_id: z.string().max(200).optional(),
  failure_reason: z.string().min(1).max(200),
  recovery_hint: z.string().max(2_000).optional(),
});

/** B-124. */
export const pipelineLogSchema = z.strictObject({
  pipeline_id: id,
  message: z.string().trim().min(1).max(4_000),
  level: z.string().max(20).default("info"),
});

export const recoverSchema = z.strictObject({
  why: recoveryWhySchema.default("policy"),
  /** For every seat, with `escalate`. */
  model: modelIdText.exactOptional(),
  as,
});
export type RecoverBody = z.input<typeof recoverSchema>;
export type RecoverOrder = z.output<typeof recoverSchema>;

export const acceptSchema = z.strictObject({
  /** What comes nearest to an agreement, where absent. */
  section: sectionSchema.exactOptional(),
  key: z.string().min(1).max(64).exactOptional(),
  version: z.number().int().min(1).exactOptional(),
  reason: z.string().max(4_000).default(""),
  as,
});
export type AcceptBody = z.input<typeof acceptSchema>;

export type RecordedBody = {
  /** False: the same was recorded before, and counts once. */
  readonly recorded: boolean;
  readonly error_count: number;
  /** Agents that may do nothing more because of it. */
  readonly revoked: readonly string[];
};
export type RevokedBody = { readonly revoked: readonly string[] };

export type RecoveredBody = {
  readonly run: RunId;
  readonly attempt: number;
  readonly changes: readonly string[];
  /** False: it was claimed before, by whomever. */
  readonly isNew: boolean;
};

export type PartialBody = {
  readonly run: RunId;
  readonly section: string;
  readonly key: string;
  readonly version: number;
};

/** A line of the list. */
export type PipelineBody = {
  readonly pipeline_id: string;
  readonly run: RunId;
  readonly task_id: string;
  readonly status: PipelineStatus;
  readonly objective: string;
  readonly is_recovery: boolean;
  readonly recovery_attempt: number;
  readonly max_attempts: number;
  readonly root_pipeline: RunId;
  readonly prior_pipeline: RunId | null;
  readonly next_pipeline: RunId | null;
  /** The last run of those that followed from it. */
  readonly settled_by: RunId | null;
  readonly abort_reason: string | null;
  /** Epoch ms. */
  readonly created_at: number;
  readonly updated_at: number;
};
export type PipelinesBody = { readonly pipelines: readonly PipelineBody[] };

export type PipelineDetailBody = PipelineBody & {
  /** Every run of its chain, the first one first. */
  readonly chain: readonly { readonly run: RunId; readonly attempt: number; readonly status: PipelineStatus }[];
  readonly detail: Omit<PipelineDetail, "pipeline">;
};
