// What answers are made of, as schemas. They describe and are held to the types; answers are not parsed by them.

import { z } from "zod";
import { modeSchema } from "../../domain/config.ts";
import type { ApprovalId, ModelId, RunId, TicketId } from "../../domain/ids.ts";
import { failureCauseSchema, runOutcomeSchema } from "../../domain/outcome.ts";
import { ticketStatuses } from "../../domain/ticket.ts";

export const runId = z.string() as unknown as z.ZodType<RunId>;
export const ticketId = z.string() as unknown as z.ZodType<TicketId>;
export const approvalId = z.string() as unknown as z.ZodType<ApprovalId>;
export const modelId = z.string() as unknown as z.ZodType<ModelId>;

export const count = z.number().int().nonnegative();
export const epochMs = z.number().int().describe("Epoch milliseconds.");
export const micros = count.nullable().describe("Millionths of a US dollar; null where a price is not known.");
export const ticketIds = z.array(ticketId);

export const mode = modeSchema;
export const cause = failureCauseSchema;
export const outcome = runOutcomeSchema.nullable();
export const ticketStatus = z.enum(ticketStatuses);
export const counts = z.strictObject({
  pending: count,
  ready: count,
  running: count,
  step_paused: count,
  blocked: count,
  completed: count,
  failed: count,
  cancelled: count,
});

export const pause = z.strictObject({ reason: z.string(), drain: z.boolean() }).nullable();

export const pendingKinds = z.strictObject({
  plan: z.array(approvalId),
  spawn: z.array(approvalId),
  step: z.array(approvalId),
  tool: z.array(approvalId),
  budget: z.array(approvalId),
  question: z.array(approvalId),
});

export const spread = z.strictObject({ low: z.number(), likely: z.number(), high: z.number() });
export const criticalPath = z.strictObject({ weight: z.number(), ids: ticketIds });
