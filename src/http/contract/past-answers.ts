// What is told of a run's past: its state at a record, what stands out where, what an attempt has changed.

import { z } from "zod";
import { gateSchema } from "../../domain/event.ts";
import type { AttemptSpans } from "../../views/attempt-spans.ts";
import type { DiffBody, MarksBody, OutlineBody, PassageBody, SnapshotBody } from "../wire.ts";
import { log } from "./desk-answers.ts";
import { cause, count, epochMs, modelId, runId, ticketId } from "./parts.ts";

export const snapshot = z.strictObject({
  run: runId,
  seq: count,
  format: z.string().describe("Of `text`: two that differ cannot be read alike."),
  text: z.string(),
  head: count,
}) satisfies z.ZodType<SnapshotBody>;

export const passage = log.extend({
  run: runId,
  format: z.string().describe("Of `before`: two that differ cannot be read alike."),
  before: z.unknown().describe("A state, as the text of a snapshot has it."),
}) satisfies z.ZodType<PassageBody>;

export const outline = z.strictObject({
  run: runId,
  seq: count,
  head: count,
  format: z.string().describe("Of `state`: two that differ cannot be read alike."),
  plan: z.string().describe("Digest of the plan, to be named when the next outline is asked for."),
  state: z.unknown().describe("As the text of a snapshot has it; `plan` null where it is the one that was named."),
}) satisfies z.ZodType<OutlineBody>;

const mark = z.strictObject({
  kind: z.enum([
    "plan",
    "gate",
    "answer",
    "edit",
    "completed",
    "failed",
    "blocked",
    "setting",
    "pause",
    "fork",
    "takeover",
    "budget",
    "compaction",
    "end",
  ]),
  count,
  first: count,
});

export const marks = z.strictObject({
  stretches: z.array(z.strictObject({ from: count, to: count, at: epochMs, marks: z.array(mark) })),
  head: count,
}) satisfies z.ZodType<MarksBody>;

export const diff = z.strictObject({
  patch: z.string(),
  isCut: z.boolean(),
  files: z.array(z.string()),
  unread: z.array(z.string()),
}) satisfies z.ZodType<DiffBody>;

const hold = z.strictObject({ approval: z.string(), gate: gateSchema, from: epochMs, to: epochMs.nullable() });

export const spans = z.strictObject({
  seq: count,
  spans: z.array(
    z.strictObject({
      ticket: ticketId,
      attempt: count,
      model: modelId,
      rung: count,
      from: epochMs,
      to: epochMs.nullable(),
      end: z.enum(["completed", "failed", "cancelled", "dropped"]).nullable(),
      cause: cause.nullable(),
      holds: z.array(hold),
    }),
  ),
}) satisfies z.ZodType<AttemptSpans>;
