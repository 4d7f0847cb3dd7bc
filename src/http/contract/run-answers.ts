// How a run stands: its board, its summary and what is expected of it.

import { z } from "zod";
import { findingSchema } from "../../domain/check-answers.ts";
import type { ConsultId } from "../../domain/ids.ts";
import { deliberationIdSchema } from "../../domain/deliberation.ts";
import { machineNameSchema } from "../../domain/machine.ts";
import { usageSchema } from "../../domain/usage.ts";
import type { Board, BoardTicket, WaitsFor } from "../../views/board.ts";
import type { Forecast } from "../../views/forecast.ts";
import type { MmaStatus } from "../../views/mma-status.ts";
import type { Summary } from "../../views/summary.ts";
import type { RunCard } from "../run-card.ts";
import type { ForecastBody, StatusBody } from "../wire.ts";
import * as part from "./parts.ts";
import { pipeline } from "./pipeline-answers.ts";

const { count, epochMs, micros, modelId, ticketId, ticketIds, spread } = part;

const waitsFor = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tickets"), ids: ticketIds }),
  z.strictObject({ kind: z.literal("never"), ids: ticketIds }),
  z.strictObject({ kind: z.literal("lane") }),
  z.strictObject({ kind: z.literal("person"), approval: part.approvalId }),
  z.strictObject({ kind: z.literal("provider"), provider: z.string(), until: epochMs, reason: z.string() }),
  z.strictObject({ kind: z.literal("merge"), ahead: count }),
  z.strictObject({ kind: z.literal("pause"), reason: z.string(), own: z.literal(true).exactOptional() }),
]) satisfies z.ZodType<WaitsFor>;

const gauge = z.strictObject({
  tokens: count,
  window: count.nullable(),
  percent: z.number().nullable(),
  colour: z.enum(["green", "yellow", "red", "unknown"]),
});

const review = z.strictObject({
  attempt: count,
  verdict: z.enum(["approved", "sent_back", "missed"]),
  findings: z.array(findingSchema),
  reason: z.string(),
});

const boardTicket = z.strictObject({
  index: count,
  id: ticketId,
  title: z.string(),
  status: part.ticketStatus,
  attempt: count,
  model: modelId,
  rung: count,
  tier: count.nullable(),
  step: z.string().nullable(),
  waitsFor: waitsFor.nullable(),
  paused: z.string().nullable(),
  cause: part.cause.nullable(),
  reason: z.string().nullable(),
  usage: usageSchema.nullable(),
  tokens: count,
  costMicros: micros,
  context: gauge.nullable(),
  since: epochMs.nullable(),
  machine: machineNameSchema.nullable(),
  commit: z.string().nullable(),
  review: review.nullable(),
  rank: z.number(),
}) satisfies z.ZodType<BoardTicket>;

const asked = z
  .strictObject({
    consult: z.string() as unknown as z.ZodType<ConsultId>,
    tier: count,
    model: modelId,
    since: epochMs,
    round: count,
    held: z.string().nullable(),
  })
  .nullable();

const planning = z.strictObject({
  asked,
  tracks: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        status: z.enum(["waiting", "asked", "planned"]),
        tickets: count,
        needs: z.array(z.string()),
        asked,
      }),
    )
    .nullable(),
  table: z.strictObject({ deliberation: deliberationIdSchema, words: z.string() }).nullable(),
});

export const phase = z.enum(["empty", "planning", "running", "ended"]);

const lineage = z.strictObject({ kind: z.enum(["fork", "recovery"]), from: part.runId, seq: count });

export const board = z.strictObject({
  seq: count,
  run: part.runId.nullable(),
  lineage: lineage.nullable(),
  title: z.string(),
  root: z.string(),
  phase,
  planning: planning.nullable(),
  asks: z.string().nullable(),
  mode: part.mode,
  attended: z.boolean(),
  pause: part.pause,
  outcome: part.outcome,
  reason: z.string().nullable(),
  counts: part.counts,
  total: count,
  dropped: count,
  lanes: z.strictObject({ used: count, limit: count }),
  criticalPath: part.criticalPath,
  spend: usageSchema,
  attempts: count,
  merged: count,
  providers: z.array(z.strictObject({ provider: z.string(), until: epochMs, reason: z.string() })),
  approvals: count,
  startedAt: epochMs,
  lastAt: epochMs,
  tickets: z.array(boardTicket),
  hidden: part.counts,
}) satisfies z.ZodType<Board>;

const summary = z.strictObject({
  run: part.runId,
  tickets: z.strictObject({ completed: count, failed: count, blocked: count }),
  cancelled: count,
  dropped: count,
  attempts: count,
  merged: count,
  verify: z.enum(["passed", "failed"]).nullable(),
  events: count,
  seconds: z.number(),
  outcome: part.outcome,
  reason: z.string(),
  branch: z.string(),
}) satisfies z.ZodType<Summary>;

const way = z.strictObject({
  lanes: count,
  ms: spread,
  attempts: spread,
  tokens: z.strictObject({ input: spread, cachedRead: spread, cacheWrite: spread, output: spread, reasoning: spread }),
  costMicros: spread.nullable(),
});

export const forecast = z.strictObject({
  tickets: count,
  chosen: z.enum(["parallel", "linear"]),
  parallel: way,
  linear: way,
  speedUp: z.number(),
  isWorthIt: z.boolean(),
  usefulLanes: count,
  criticalPath: z.strictObject({ ids: ticketIds, ms: spread }),
  basis: z.strictObject({
    runs: count,
    passedOver: count,
    models: z.array(
      z.strictObject({
        tier: count,
        model: modelId,
        ground: z.enum(["own", "others", "stated"]),
        attempts: z.number(),
      }),
    ),
    unpriced: z.array(modelId),
  }),
}) satisfies z.ZodType<Forecast>;

export const forecastCompared = z.strictObject({
  run: z.string(),
  isDone: z.boolean(),
  rows: z.array(z.strictObject({ name: z.string(), forecast: z.string(), fact: z.string(), verdict: z.string() })),
}) satisfies z.ZodType<ForecastBody>;

export const status = z.strictObject({
  run: z.string(),
  board,
  summary,
  pending: part.pendingKinds,
  forecast: forecast.nullable(),
}) satisfies z.ZodType<StatusBody>;

export const runCard = z.strictObject({
  run: part.runId,
  project: z.strictObject({ key: z.string(), root: z.string(), name: z.string() }),
  title: z.string(),
  goal: z.string().nullable().describe("The beginning of the person's own words."),
  createdAt: epochMs,
  lastAt: epochMs,
  ms: z.number().describe("Working time so far in milliseconds."),
  phase,
  outcome: part.outcome,
  reason: z.string().nullable(),
  conducted: z.enum(["here", "elsewhere", "nobody"]),
  mode: part.mode,
  isPaused: z.boolean(),
  counts: part.counts,
  total: count,
  needsYou: count.describe("Open approvals."),
  spend: usageSchema,
  attempts: count,
  lineage: lineage.nullable(),
  pipeline: pipeline.nullable().describe("Of a run that is one deliberation."),
  isImported: z.boolean().describe("Brought in from a file: it can be looked at and forked, nothing else."),
  problem: z.string().nullable().describe("Why its log cannot be read."),
}) satisfies z.ZodType<RunCard>;

const tierUsage = z.strictObject({ input: count, output: count, model: z.string() });

export const mmaStatus = z.strictObject({
  revision: count.describe("Number of the run's last record: wait for it to grow rather than for time to pass."),
  mma_status: z.enum(["running", "done", "blocked"]),
  active_tier: z.string().nullable(),
  mode: z.string(),
  track: z.strictObject({ id: z.string(), title: z.string() }),
  tickets: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      status: z.string(),
      attempts: count,
      depends_on: z.array(z.string()),
      reason: z.string().nullable(),
    }),
  ),
  tier_usage: z.strictObject({
    "Tier 1": tierUsage,
    "Tier 2": tierUsage,
    "Tier 3": tierUsage,
    "Tier 4": tierUsage,
  }),
  active: z.array(z.strictObject({ ticket: z.string(), attempt: count, model: z.string(), phase: z.string() })),
  mma_streams: z.record(z.string(), z.string()).describe("By `Tier 3 (Worker): <ticket>` and the tiers' names."),
  pending_tool_approval: z.boolean(),
  pending_step_approval: z.boolean(),
  pending_spawn_approval: z.boolean(),
  pending: part.pendingKinds,
}) satisfies z.ZodType<MmaStatus>;
