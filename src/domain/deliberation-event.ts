// Events of deliberations; see event.ts.

import { z } from "zod";
import {
  agentPhaseSchema,
  agentStatusSchema,
  conditionTypeSchema,
  deliberationIdSchema,
  deliberationOutcomeSchema,
  inheritanceSchema,
  objectiveSchema,
  provenanceSchema,
  roleSchema,
  sectionSchema,
  setupSchema,
  severitySchema,
  stanceSchema,
} from "./deliberation.ts";
import { entryPlanSchema } from "./plan.ts";
import { recoveryWhySchema } from "./recovery.ts";
import { blobRefSchema, textSchema } from "./text.ts";
import type { RunId } from "./ids.ts";
import { modelIdSchema, ticketIdSchema } from "./ticket.ts";

const whole = z.number().int().nonnegative();
const part = z.number().min(0).max(1);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const about = { deliberation: deliberationIdSchema };
const agent = { ...about, role: roleSchema };
/** A place on the blackboard, and one version of what stands there. */
const entry = { section: sectionSchema, key: z.string() };
const entryVersion = { ...entry, version: z.number().int().min(1) };

/** System B's names of what can go wrong, and how grave it is. */
export const incidentSchema = z.strictObject({
  kind: z.enum([
    "iteration_timeout",
    "iteration_limit",
    "agent_failure",
    "orchestrator_aborted",
    "consensus_failure",
    "orchestrator_failure",
    "reported",
  ]),
  severity: z.enum(["low", "medium", "high", "critical"]),
  detail: z.string().max(4_000),
});
export type Incident = z.infer<typeof incidentSchema>;

export const deliberationEvents = [
  z.strictObject({
    type: z.literal("deliberation.opened"),
    ...about,
    /** `question`: the run is this deliberation. */
    purpose: z.enum(["question", "plan", "ticket", "conflict"]),
    ticket: ticketIdSchema.optional(),
    objective: objectiveSchema,
    setup: setupSchema,
    inheritance: inheritanceSchema.optional(),
  }),
  /** The mediator takes its seat, once, and this is why. `forced`: by the person or a recovery, not by a measure. */
  z.strictObject({
    type: z.literal("deliberation.mediated"),
    ...agent,
    why: z.union([conditionTypeSchema, z.literal("forced")]),
    detail: z.string(),
  }),
  z.strictObject({
    type: z.literal("deliberation.condition_met"),
    ...about,
    condition: conditionTypeSchema,
    value: z.number().nonnegative(),
    threshold: z.number().nonnegative(),
    detail: z.string(),
  }),
  /** An agent after a cycle, or after its word that it is still at work (`heard`). */
  z.strictObject({
    type: z.literal("deliberation.agent_changed"),
    ...agent,
    status: agentStatusSchema,
    phase: agentPhaseSchema,
    /** Cycles it has finished. */
    cycle: whole,
    progress: part,
    confidence: part,
    waitingFor: roleSchema.optional(),
    blocked: z.string().optional(),
    complexity: part.optional(),
  }),
  /** Bytes of its answer come in: it is at work. Recorded now and then, not for every byte. */
  z.strictObject({ type: z.literal("deliberation.heard"), ...agent }),
  /** Its calls came to nothing for good: it sits at the table no more. */
  z.strictObject({ type: z.literal("deliberation.agent_lost"), ...agent, detail: z.string() }),
  z.strictObject({
    type: z.literal("deliberation.written"),
    ...about,
    /** A role, or `ORCHESTRATOR` for what the run itself put there. */
    author: z.string(),
    ...entryVersion,
    text: textSchema,
    /** Of the text, so that equal ones are seen without reading them. */
    digest,
    patch: textSchema.optional(),
    tests: z.array(z.string()).optional(),
    /** At a table that makes a plan: the plan that the text ends with, read. */
    plan: entryPlanSchema.optional(),
    provenance: provenanceSchema.optional(),
  }),
  /** Somebody else had written there since; its words are kept and it is told. */
  z.strictObject({
    type: z.literal("deliberation.write_refused"),
    ...agent,
    ...entry,
    base: whole,
    /** The version that stands there. */
    current: whole,
    text: textSchema,
  }),
  z.strictObject({
    type: z.literal("deliberation.messaged"),
    ...about,
    /** A role, or `person:<name>`. */
    from: z.string(),
    to: z.union([roleSchema, z.literal("all")]),
    kind: z.enum(["question", "answer", "inform", "propose", "steer"]),
    text: textSchema,
  }),
  z.strictObject({
    type: z.literal("deliberation.objected"),
    ...agent,
    /** `O` and the sequence number of this event. */
    objection: z.string(),
    ...entryVersion,
    severity: severitySchema,
    text: textSchema,
  }),
  z.strictObject({
    type: z.literal("deliberation.objection_settled"),
    ...agent,
    objection: z.string(),
    /** `withdrawn` by word; `met`: whoever raised it accepts a later version; `gone`: its agent is lost. */
    how: z.enum(["withdrawn", "met", "gone"]),
  }),
  z.strictObject({
    type: z.literal("deliberation.voted"),
    ...agent,
    key: z.string(),
    version: z.number().int().min(1),
    stance: stanceSchema,
    score: part.optional(),
    reasoning: textSchema,
  }),
  /** Every living proposer has finished this round. */
  z.strictObject({
    type: z.literal("deliberation.round_closed"),
    ...about,
    round: z.number().int().min(1),
    /** 0 to 1: how near they are to agreeing; see SPEC. */
    convergence: part,
  }),
  /** Its patch was applied in a throw-away worktree and its tests were run. */
  z.strictObject({
    type: z.literal("deliberation.evidence_checked"),
    ...about,
    ...entryVersion,
    result: z.enum(["green", "red", "unfit", "skipped"]),
    /** The command that failed, why the patch could not be applied, or why nothing was run. */
    detail: textSchema,
    ms: whole,
  }),
  z.strictObject({
    type: z.literal("deliberation.incident"),
    ...about,
    incident: incidentSchema,
    by: z.string(),
    /** Whose error it is, where it is one agent's: it counts in that agent's budget of errors. */
    agent: roleSchema.optional(),
  }),
  /** Agents are told to stop; cycles under way may come in until the grace is over. */
  z.strictObject({
    type: z.literal("deliberation.aborting"),
    ...about,
    outcome: deliberationOutcomeSchema,
    detail: z.string(),
    /** Epoch ms. */
    graceUntil: whole,
  }),
  /** The mediator's last word, or why there is none. */
  z.strictObject({
    type: z.literal("deliberation.synthesised"),
    ...about,
    result: z.enum(["written", "missed", "skipped"]),
    detail: z.string(),
  }),
  /** The log up to `at` is what the handoff is made of. */
  z.strictObject({
    type: z.literal("deliberation.handed_off"),
    ...about,
    at: whole,
    handoff: blobRefSchema,
  }),
  /** It could not be stored: then nothing is revoked, and nobody recovers from it. */
  z.strictObject({ type: z.literal("deliberation.handoff_failed"), ...about, problem: z.string() }),
  /** Its capability is worth nothing any more; what it still says is not heard. */
  z.strictObject({
    type: z.literal("deliberation.revoked"),
    ...agent,
    reason: z.string(),
    /** Of itself: its errors came to what is allowed. */
    dismissed: z.literal(true).optional(),
  }),
  /** The measures as they stood; nothing moves after this. */
  z.strictObject({ type: z.literal("deliberation.measured"), ...about, score: part }),
  z.strictObject({
    type: z.literal("deliberation.failure_recorded"),
    ...about,
    reason: z.enum(["stuck", "iteration_limit", "timeout", "budget", "cancelled", "consensus_failed", "crashed"]),
    hint: z.string(),
  }),
  z.strictObject({
    type: z.literal("deliberation.ended"),
    ...about,
    outcome: deliberationOutcomeSchema,
    detail: z.string(),
    /** What was agreed, or what most agreed on. */
    agreed: z.strictObject({ key: z.string(), version: z.number().int().min(1) }).optional(),
    /** Who stood for it and who did not. */
    accepted: z.array(roleSchema),
    dissent: z.array(z.strictObject({ role: roleSchema, reasoning: textSchema })),
  }),
  /** Exactly one run recovers from this one: whoever records this first. */
  z.strictObject({
    type: z.literal("deliberation.recovery_claimed"),
    ...about,
    run: z.string() as unknown as z.ZodType<RunId>,
    /** 1: a person began the chain anew. */
    generation: z.number().int().min(1).max(3),
    why: recoveryWhySchema,
    /** Of every seat, where the person named one. */
    model: modelIdSchema.optional(),
    changes: z.array(z.string()).min(1),
  }),
  /** The person takes what there is. */
  z.strictObject({
    type: z.literal("deliberation.partial_accepted"),
    ...about,
    ...entryVersion,
    reason: z.string(),
  }),
] as const;

export type DeliberationEvent = z.infer<(typeof deliberationEvents)[number]>;
