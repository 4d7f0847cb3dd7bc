// Events of the run as a whole, its plan, its budgets and its tickets; see event.ts.

import { z } from "zod";
import { budgetScopeSchema } from "./budget.ts";
import { capsSchema, modelCardSchema, modeSchema, runConfigSchema, tierSchema } from "./config.ts";
import { deliberationIdSchema } from "./deliberation.ts";
import { liveRuleSchema } from "./live-rule.ts";
import { failureCauseSchema, runOutcomeSchema } from "./outcome.ts";
import { trackSchema } from "./plan.ts";
import { planPatchSchema } from "./plan-patch.ts";
import { textSchema } from "./text.ts";
import { modelIdSchema, ticketIdSchema, ticketSchema, trustSchema } from "./ticket.ts";
import type { ApprovalId, RunId } from "./ids.ts";

const whole = z.number().int().nonnegative();
const attempt = { ticket: ticketIdSchema, attempt: z.number().int().min(1) };
const approvalId = z.string() as unknown as z.ZodType<ApprovalId>;

export const runEvents = [
  z.strictObject({
    type: z.literal("run.created"),
    run: z.string() as unknown as z.ZodType<RunId>,
    config: runConfigSchema,
  }),
  z.strictObject({
    type: z.literal("plan.tracked"),
    tracks: z.array(trackSchema),
    /** The version of a synthesis whose plan this is; nothing: tier 1 made the tracks. */
    deliberated: z
      .strictObject({ deliberation: deliberationIdSchema, key: z.string(), version: z.number().int().min(1) })
      .optional(),
  }),
  z.strictObject({ type: z.literal("plan.added"), tickets: z.array(ticketSchema), track: z.string().optional() }),
  /** What was drafted so far no longer counts: a person puts another plan in its place. */
  z.strictObject({ type: z.literal("plan.cleared"), reason: z.string() }),
  z.strictObject({ type: z.literal("plan.accepted"), tickets: whole }),
  /** Tier 2's answer to a block, before the person's; `approval` is the number of the request that follows. */
  z.strictObject({
    type: z.literal("plan.proposed"),
    approval: approvalId,
    blocked: ticketIdSchema,
    patch: planPatchSchema,
  }),
  z.strictObject({
    type: z.literal("plan.patched"),
    patch: planPatchSchema,
    /** The ticket whose block tier 2 wrote it for; nothing: a person wrote it of their own accord. */
    blocked: ticketIdSchema.optional(),
    /** The gate at which it was signed, or written anew. */
    approval: approvalId.optional(),
  }),
  /** A process took the run over; steps in flight before it are void. */
  z.strictObject({ type: z.literal("run.adopted"), token: whole, owner: z.string() }),
  /** From here on it is a run of its own: what stands before was copied from `from`, records 1 to `at`. */
  z.strictObject({
    type: z.literal("run.forked"),
    run: z.string() as unknown as z.ZodType<RunId>,
    from: z.string() as unknown as z.ZodType<RunId>,
    at: z.number().int().min(1),
    /** Whole, with what was changed for this run. */
    config: runConfigSchema,
    guidance: z.array(z.strictObject({ ticket: ticketIdSchema, text: textSchema })),
    /** Tickets that get another ladder of models. */
    models: z.array(z.strictObject({ ticket: ticketIdSchema, models: z.array(modelIdSchema) })),
    /** Bounds that are other than they stood; what is not named stays. */
    bounds: z.array(z.strictObject({ scope: budgetScopeSchema, caps: capsSchema })),
    /** What is other than in the run it came from, in words. */
    changes: z.array(z.string()),
  }),
  z.strictObject({ type: z.literal("run.paused"), reason: z.string(), drain: z.boolean() }),
  z.strictObject({ type: z.literal("run.resumed") }),
  z.strictObject({ type: z.literal("run.mode_changed"), mode: modeSchema }),
  z.strictObject({ type: z.literal("run.trust_changed"), trust: trustSchema.nullable() }),
  /** A person's toggle of one ticket's worker; null: as configured again. */
  z.strictObject({ type: z.literal("ticket.trust_changed"), ticket: ticketIdSchema, trust: trustSchema.nullable() }),
  /** From the next attempt, or the next question to this tier, on. A ticket's own ladder comes before it. */
  z.strictObject({
    type: z.literal("run.models_changed"),
    tier: tierSchema,
    models: z.array(modelIdSchema).min(1),
    cards: z.record(z.string(), modelCardSchema),
  }),
  z.strictObject({ type: z.literal("run.lanes_changed"), lanes: whole }),
  z.strictObject({ type: z.literal("run.attended_changed"), attended: z.boolean() }),
  z.strictObject({ type: z.literal("run.aborted"), reason: z.string() }),
  z.strictObject({ type: z.literal("run.ended"), outcome: runOutcomeSchema, reason: z.string() }),
] as const;

export const ruleEvents = [
  /** A person's rule for this run, from here on. */
  z.strictObject({ type: z.literal("rule.added"), id: z.string(), rule: liveRuleSchema }),
  z.strictObject({ type: z.literal("rule.removed"), id: z.string() }),
] as const;

export const budgetEvents = [
  /** A person's new bounds; what is not named stays. */
  z.strictObject({ type: z.literal("budget.raised"), scope: budgetScopeSchema, caps: capsSchema }),
  /** Another tier was not asked because no budget allows it; the work goes on without its answer. */
  z.strictObject({
    type: z.literal("budget.passed_over"),
    purpose: z.string(),
    ticket: ticketIdSchema.optional(),
    attempt: z.number().int().min(1).optional(),
    detail: z.string(),
  }),
] as const;

export const ticketEvents = [
  z.strictObject({
    type: z.literal("ticket.completed"),
    ...attempt,
    commit: z.string().nullable(),
    summary: textSchema,
  }),
  z.strictObject({
    type: z.literal("ticket.blocked"),
    ticket: ticketIdSchema,
    cause: failureCauseSchema,
    detail: z.string(),
  }),
  z.strictObject({
    type: z.literal("ticket.failed"),
    ticket: ticketIdSchema,
    cause: failureCauseSchema,
    detail: z.string(),
  }),
  /** Its merge is under way: how that came out decides whether the ticket is cancelled or completed. */
  z.strictObject({ type: z.literal("ticket.abort_requested"), ...attempt, reason: z.string() }),
  z.strictObject({ type: z.literal("ticket.cancelled"), ticket: ticketIdSchema, reason: z.string() }),
  /** A person's word to the ticket's worker: told before its next call, and in the brief of every later attempt. */
  z.strictObject({ type: z.literal("ticket.steered"), ticket: ticketIdSchema, text: textSchema }),
  /** Its step under way ends; none follows, and no attempt starts, until it is resumed. */
  /** From its next attempt on, which begins at the first of them. `cards`: what is known of models that are new here. */
  z.strictObject({
    type: z.literal("ticket.models_changed"),
    ticket: ticketIdSchema,
    models: z.array(modelIdSchema).min(1),
    cards: z.record(z.string(), modelCardSchema),
  }),
  z.strictObject({ type: z.literal("ticket.paused"), ticket: ticketIdSchema, reason: z.string() }),
  z.strictObject({ type: z.literal("ticket.resumed"), ticket: ticketIdSchema }),
  z.strictObject({ type: z.literal("ticket.reopened"), ticket: ticketIdSchema, guidance: textSchema.optional() }),
] as const;
