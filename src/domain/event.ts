// What happened: every event of a run's log, past tense, `noun.verb`. Schemas parse what comes back from disk.

import { z } from "zod";
import { findingSchema } from "./check-answers.ts";
import { promptRefSchema, tierSchema } from "./config.ts";
import { deliberationIdSchema, roleSchema } from "./deliberation.ts";
import { deliberationEvents } from "./deliberation-event.ts";
import { machineNameSchema } from "./machine.ts";
import { attemptFailureSchema, providerFaultCodeSchema } from "./outcome.ts";
import { budgetEvents, ruleEvents, runEvents, ticketEvents } from "./run-event.ts";
import { textSchema } from "./text.ts";
import { modelIdSchema, ticketIdSchema } from "./ticket.ts";
import { toolCallSchema } from "./tool.ts";
import { usageSchema } from "./usage.ts";
import type { Actor, ApprovalId, ConsultId } from "./ids.ts";

const whole = z.number().int().nonnegative();
const attempt = { ticket: ticketIdSchema, attempt: z.number().int().min(1) };
const turn = { ...attempt, turn: z.number().int().min(1) };
const call = { ...turn, call: whole };
const approvalId = z.string() as unknown as z.ZodType<ApprovalId>;

export const gateSchema = z.enum(["spawn", "call", "result", "unknown", "question", "plan", "budget"]);
export type Gate = z.infer<typeof gateSchema>;

export const decisionSchema = z.enum(["approve", "edit", "reject", "abort"]);
export type GateDecision = z.infer<typeof decisionSchema>;

/** The worst case of a model call, held back from every budget it counts against until the call has ended. */
export const reservationSchema = z.strictObject({ tokens: whole, costMicros: whole.nullable() });
export type Reservation = z.infer<typeof reservationSchema>;

const attemptEvents = [
  z.strictObject({ type: z.literal("attempt.started"), ...attempt, model: modelIdSchema, rung: whole }),
  /** The worktree stands and the brief is composed. */
  z.strictObject({
    type: z.literal("attempt.prepared"),
    ...attempt,
    base: z.string(),
    branch: z.string(),
    prompt: textSchema,
    /** What was left out of the brief, in words. */
    omitted: z.array(z.string()),
    /** Of the prompt, in bytes: views of files. */
    fileBytes: whole.optional(),
    /** Missing: the conductor's own process. */
    machine: machineNameSchema.optional(),
  }),
  z.strictObject({ type: z.literal("brief.edited"), ...attempt, prompt: textSchema }),
  /** Gave its lane back between two steps because the lanes shrank, or it is paused; its next step takes one again. */
  z.strictObject({ type: z.literal("attempt.parked"), ...attempt, why: z.literal("pause").optional() }),
  z.strictObject({ type: z.literal("attempt.failed"), ...attempt, failure: attemptFailureSchema }),
  z.strictObject({ type: z.literal("attempt.disposed"), ...attempt, quarantined: z.string().optional() }),
  /** A word to the worker that is not the model's own: a nudge, red verify output, a person's steering. */
  z.strictObject({
    type: z.literal("note.added"),
    ...attempt,
    kind: z.enum(["nudge", "verification", "steering", "adoption", "diagnosis", "review"]),
    text: textSchema,
    /** Of kind `diagnosis`: the hint alone. */
    hint: z.string().optional(),
    /** Of kind `steering`: the record of the `ticket.steered` that is told. */
    said: whole.optional(),
  }),
  /** From here on the turns up to `upTo` are told in short: what was long in them by its first words. */
  z.strictObject({
    type: z.literal("context.compacted"),
    ...attempt,
    upTo: z.number().int().min(1),
    /** Estimated tokens of the next call. */
    before: whole,
    after: whole,
    /** `limit`: the next call would fill too much of the window; `overflow`: the provider said so; `asked`: a person did. */
    why: z.enum(["limit", "overflow", "asked"]),
  }),
] as const;

const consult = { consult: z.string() as unknown as z.ZodType<ConsultId> };
const consultCall = { ...consult, round: z.number().int().min(1), try: z.number().int().min(1) };

/** What a tier is asked: one question, one answer, no tools. */
export const purposeSchema = z.enum([
  "tracks",
  "tickets",
  "replan",
  "review",
  "diagnosis",
  /** One cycle of an agent of a deliberation: a proposer's, the mediator's, the mediator's last word at an abort. */
  "deliberate",
  "mediate",
  "synthesise",
]);
export type Purpose = z.infer<typeof purposeSchema>;

const consultEvents = [
  z.strictObject({
    type: z.literal("consult.started"),
    ...consult,
    purpose: purposeSchema,
    tier: tierSchema,
    model: modelIdSchema,
    prompt: promptRefSchema,
    /** What it is about: a track, a ticket, or an attempt; nothing: the whole run. */
    track: z.string().optional(),
    ticket: ticketIdSchema.optional(),
    attempt: z.number().int().min(1).optional(),
    /** Whose cycle it is, where it is one. */
    deliberation: deliberationIdSchema.optional(),
    role: roleSchema.optional(),
    reserved: reservationSchema.optional(),
  }),
  z.strictObject({
    type: z.literal("consult.replied"),
    ...consultCall,
    /** The question as it was sent, and the answer. */
    input: textSchema,
    text: textSchema,
    finish: z.enum(["stop", "calls", "length", "refusal", "other"]).optional(),
    /** True where the model called tools although it had none. */
    calledTools: z.boolean().optional(),
    usage: usageSchema,
    ms: whole,
  }),
  z.strictObject({
    type: z.literal("consult.failed"),
    ...consultCall,
    code: providerFaultCodeSchema,
    detail: z.string(),
    retryAt: whole.nullable(),
    usage: usageSchema,
    ms: whole,
  }),
  /** The answer cannot be used; the question goes back with everything that is wrong with it. */
  z.strictObject({
    type: z.literal("consult.returned"),
    ...consult,
    round: z.number().int().min(1),
    problems: z.array(z.string()),
  }),
  /** The worst case of the next call of a consult under way: a further round, or a further try. */
  z.strictObject({ type: z.literal("consult.reserved"), ...consultCall, reserved: reservationSchema }),
  /** The call was not made: the bound of all runs of this day stands in its way. */
  z.strictObject({ type: z.literal("consult.refused"), ...consultCall, detail: z.string() }),
  z.strictObject({
    type: z.literal("consult.ended"),
    ...consult,
    /** `void`: what it was about is over. */
    result: z.enum(["used", "given_up", "void"]),
    detail: z.string(),
  }),
] as const;

const turnEvents = [
  z.strictObject({
    type: z.literal("turn.started"),
    ...turn,
    try: z.number().int().min(1),
    prompt: promptRefSchema.optional(),
    reserved: reservationSchema.optional(),
  }),
  z.strictObject({
    type: z.literal("turn.replied"),
    ...turn,
    text: textSchema,
    reasoning: textSchema.optional(),
    calls: z.array(toolCallSchema),
    finish: z.enum(["stop", "calls", "length", "refusal", "other"]),
    usage: usageSchema,
    ms: whole,
    /** Opaque provider data that has to be sent back (thought signatures and the like), as JSON text. */
    echo: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("turn.failed"),
    ...turn,
    try: z.number().int().min(1),
    code: providerFaultCodeSchema,
    detail: z.string(),
    /** Epoch ms before which the call is not tried again; null where it is not. */
    retryAt: whole.nullable(),
    usage: usageSchema,
    ms: whole,
  }),
  /** The call was not made: the bound of all runs of this day stands in its way. */
  z.strictObject({ type: z.literal("turn.refused"), ...turn, try: z.number().int().min(1), detail: z.string() }),
  z.strictObject({ type: z.literal("provider.held"), provider: z.string(), until: whole, reason: z.string() }),
  /** The model's last message, rewritten by a person at a gate. The original stays in `turn.replied`. */
  z.strictObject({
    type: z.literal("message.edited"),
    ...turn,
    text: textSchema,
    calls: z.array(toolCallSchema),
    reason: z.string(),
  }),
] as const;

const restoredEvents = [
  /** A person took their rewriting of the last message back: the model has written what it wrote. */
  z.strictObject({
    type: z.literal("message.restored"),
    ...turn,
    text: textSchema,
    calls: z.array(toolCallSchema),
    reason: z.string(),
  }),
] as const;

const toolEvents = [
  /** Intent: written before the tool starts. */
  z.strictObject({
    type: z.literal("tool.called"),
    ...call,
    tool: z.string(),
    args: textSchema,
    class: toolCallSchema.shape.class,
    digest: z.string(),
    /** The person's rule that let it run where it would have been asked about. */
    rule: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("tool.returned"),
    ...call,
    ok: z.boolean(),
    output: textSchema,
    ms: whole,
    changed: z.array(z.string()),
  }),
  /** Answered without running: unknown tool, bad arguments, refused at a gate. */
  z.strictObject({
    type: z.literal("tool.refused"),
    ...call,
    output: textSchema,
    by: z.enum(["check", "person", "rule"]),
  }),
  /** Was running when the process died; nobody can say whether its effect took place. */
  z.strictObject({ type: z.literal("tool.lost"), ...call }),
  /** The output the model sees, rewritten or withheld by a person. */
  z.strictObject({ type: z.literal("result.edited"), ...call, output: textSchema, reason: z.string() }),
] as const;

/** Absent where a gate is about the whole run. */
const subject = { ticket: ticketIdSchema.optional(), attempt: z.number().int().min(1).optional() };

const approvalEvents = [
  z.strictObject({
    type: z.literal("approval.requested"),
    ...subject,
    approval: approvalId,
    gate: gateSchema,
    turn: whole,
    call: whole,
    tool: z.string(),
    /** Exactly what an approval releases; `digest` is of these words. */
    shown: textSchema,
    digest: z.string(),
  }),
  z.strictObject({
    type: z.literal("approval.answered"),
    ...subject,
    approval: approvalId,
    decision: decisionSchema,
    reason: z.string(),
    edited: textSchema.optional(),
  }),
  z.strictObject({ type: z.literal("approval.voided"), ...subject, approval: approvalId, reason: z.string() }),
] as const;

const checkEvents = [
  z.strictObject({ type: z.literal("finish.reported"), ...attempt, summary: textSchema, evidence: textSchema }),
  z.strictObject({ type: z.literal("verify.passed"), ...attempt, ms: whole, commands: whole }),
  z.strictObject({
    type: z.literal("verify.failed"),
    ...attempt,
    ms: whole,
    command: z.string(),
    output: textSchema,
    fingerprint: z.string(),
  }),
  /** Tier 2 has read the result; `missed`: no review could be had, and `reason` says why. */
  z.strictObject({
    type: z.literal("review.closed"),
    ...attempt,
    verdict: z.enum(["approved", "sent_back", "missed"]),
    findings: z.array(findingSchema),
    reason: z.string(),
  }),
  z.strictObject({ type: z.literal("merge.queued"), ...attempt }),
  z.strictObject({
    type: z.literal("merge.published"),
    ...attempt,
    commit: z.string().nullable(),
    verified: z.enum(["attempt", "merged", "none"]),
    ms: whole,
  }),
] as const;

export const eventSchema = z.discriminatedUnion("type", [
  ...runEvents,
  ...budgetEvents,
  ...ruleEvents,
  ...ticketEvents,
  ...attemptEvents,
  ...consultEvents,
  ...turnEvents,
  ...restoredEvents,
  ...toolEvents,
  ...approvalEvents,
  ...checkEvents,
  ...deliberationEvents,
]);

export type Event = z.infer<typeof eventSchema>;
export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

export type ConsultEvent = Extract<Event, { type: `consult.${string}` }>;
export type PlanEvent = Extract<Event, { type: `plan.${string}` }>;

export type BudgetEvent = Extract<Event, { type: `budget.${string}` }>;

export type DeliberationEvent = Extract<Event, { type: `deliberation.${string}` }>;

export type RunEvent = Extract<Event, { type: `run.${string}` }>;

export type TicketEvent = Extract<Event, { type: `ticket.${string}` }>;

export type RuleEvent = Extract<Event, { type: `rule.${string}` }>;

export const isRuleEvent = (event: Event): event is RuleEvent => event.type.startsWith("rule.");
export const isTicketEvent = (event: Event): event is TicketEvent => event.type.startsWith("ticket.");
export const isRunEvent = (event: Event): event is RunEvent => event.type.startsWith("run.");
export const isBudgetEvent = (event: Event): event is BudgetEvent => event.type.startsWith("budget.");
export const isDeliberationEvent = (event: Event): event is DeliberationEvent => event.type.startsWith("deliberation.");
export const isConsultEvent = (event: Event): event is ConsultEvent => event.type.startsWith("consult.");
export const isPlanEvent = (event: Event): event is PlanEvent => event.type.startsWith("plan.");

/** An event in its place in the log. `seq` counts from 1 without gaps; `at` is epoch ms from the command. */
export type Recorded = {
  readonly seq: number;
  readonly at: number;
  readonly by: Actor;
  readonly event: Event;
};
