// A deliberation: what is argued about, who sits at the table, and the rules it is held to. DLB rules in docs/SPEC.md.

import { z } from "zod";
import { modelIdSchema } from "./ticket.ts";
import { textSchema } from "./text.ts";

/** `D` and the sequence number of the event that opened it. */
export const deliberationIdSchema = z.string() as unknown as z.ZodType<DeliberationId>;
declare const brand: unique symbol;
export type DeliberationId = string & { readonly [brand]: "deliberation" };

/** ALPHA and BETA propose and GAMMA mediates, unless the person names others. */
export const roleSchema = z.string().regex(/^[A-Z][A-Z0-9_]{0,15}$/, {
  error: "must be capital letters, digits and _, at most 16, for example ALPHA",
});
export type Role = z.infer<typeof roleSchema>;

export const sections = ["problem", "solutions", "synthesis", "consensus"] as const;
export const sectionSchema = z.enum(sections);
export type Section = z.infer<typeof sectionSchema>;

export const conditionTypes = ["STUCK", "CONFLICT", "COMPLEXITY", "SUCCESS"] as const;
export const conditionTypeSchema = z.enum(conditionTypes);
export type ConditionType = z.infer<typeof conditionTypeSchema>;

/** `crashed`: no proposer is left. */
export const deliberationOutcomes = [
  "consensus",
  "majority_with_dissent",
  "deadlock",
  "stuck",
  "iteration_limit",
  "timeout",
  "budget",
  "cancelled",
  "crashed",
] as const;
export const deliberationOutcomeSchema = z.enum(deliberationOutcomes);
export type DeliberationOutcome = z.infer<typeof deliberationOutcomeSchema>;

export const agentStatuses = ["idle", "working", "waiting", "done", "lost", "revoked"] as const;
export const agentStatusSchema = z.enum(agentStatuses);
/** `waiting`: for another agent, by its own word. Waiting for its round, a person or a provider is no such thing. */
export type AgentStatus = z.infer<typeof agentStatusSchema>;

export const agentPhases = ["analyse", "propose", "critique", "synthesise", "vote"] as const;
export const agentPhaseSchema = z.enum(agentPhases);
export type AgentPhase = z.infer<typeof agentPhaseSchema>;

export const severitySchema = z.enum(["minor", "major", "blocking"]);
/** Of an objection. While a blocking one is open there is no consensus on the entry it is about. */
export type Severity = z.infer<typeof severitySchema>;

export const stanceSchema = z.enum(["accept", "reject", "abstain"]);
export type Stance = z.infer<typeof stanceSchema>;

export const seatSchema = z.strictObject({
  role: roleSchema,
  kind: z.enum(["proposer", "mediator"]),
  model: modelIdSchema,
  /** What this one is to look at in particular, in the person's words. */
  brief: z.string().max(4_000).optional(),
  /** Hex sha-256 of its capability token; missing: nobody outside of this process speaks for it. */
  capability: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type Seat = z.infer<typeof seatSchema>;

const ms = z.number().int().min(1);

/** At which value a condition is met. */
export const thresholdsSchema = z.strictObject({
  /** Agents that owe something and have done nothing for `idleMs`. */
  stuck: z.number().int().min(1),
  /** Open objections that are major or blocking. */
  conflicts: z.number().int().min(1),
  /** The highest complexity an analysis gives, 0 to 1. */
  complexity: z.number().min(0).max(1),
  /** The part of the living proposers that have nothing more to say, 0 to 1. */
  success: z.number().min(0).max(1),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

export const deliberationLimitsSchema = z.strictObject({
  /** Cycles of one proposer. */
  rounds: z.number().int().min(1).max(100),
  /** From the opening on, what is waited for a person excluded. */
  timeoutMs: ms,
  /** An agent that owes something and does nothing for so long is idle. */
  idleMs: ms,
  /** The deliberation ends as stuck when no agent has done anything for so long. */
  stuckMs: ms,
  /** How long an abort waits for cycles under way. */
  graceMs: z.number().int().min(0),
  /** How long the mediator's synthesis may take at an abort. */
  synthesisMs: ms,
  /** Messages kept on the bus for the agents to read; older ones stay in the log. */
  messages: z.number().int().min(1),
  /** Errors of one agent at which what it may do is revoked. Missing, in logs of before: none is counted. */
  errors: z.number().int().min(1).max(1_000).optional(),
  /** For so long an error counts, in time the deliberation works. Missing: to its end. */
  errorWindowMs: ms.optional(),
});
export type DeliberationLimits = z.infer<typeof deliberationLimitsSchema>;

export const setupSchema = z.strictObject({
  /** At least two proposers, at most one mediator. */
  seats: z.array(seatSchema).min(2).max(9),
  thresholds: thresholdsSchema,
  limits: deliberationLimitsSchema,
  /** The mediator's ruling counts where one required role agrees with it. */
  mediatorDecides: z.boolean(),
  /** The mediator is seated at the opening. */
  mediatorAtOnce: z.boolean(),
  recovery: z.enum(["auto", "ask", "none"]),
});
export type Setup = z.infer<typeof setupSchema>;

export const subtaskSchema = z.strictObject({
  id: z.string().min(1).max(80),
  description: z.string().min(1).max(2_000),
  dependsOn: z.array(z.string()),
});
export type Subtask = z.infer<typeof subtaskSchema>;

/** What is argued about. Only these words are the person's; whatever agents write is data. */
export const objectiveSchema = z.strictObject({
  text: textSchema,
  constraints: z.array(z.string().max(2_000)).max(50),
  success: z.array(z.string().max(2_000)).max(50),
  subtasks: z.array(subtaskSchema).max(100),
});
export type Objective = z.infer<typeof objectiveSchema>;

/** Where an entry came from, where it was not written here. Untrusted, like everything an agent wrote. */
export const provenanceSchema = z.strictObject({
  run: z.string(),
  /** The role that wrote it there. */
  author: z.string(),
  key: z.string(),
  version: z.number().int().min(1),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** What a recovery run begins with. */
export const inheritanceSchema = z.strictObject({
  /** The run before, the first run of the chain, and which run of the chain this one is; 1 where a person began it anew. */
  prior: z.string(),
  root: z.string(),
  generation: z.number().int().min(1).max(3),
  outcome: deliberationOutcomeSchema,
  /** Hex sha-256 of the handoff it was made from, and the last record of the prior run that counts in it. */
  handoff: z.string(),
  at: z.number().int().nonnegative(),
  /** What is other than in the run before, in words; never empty. */
  changes: z.array(z.string()).min(1),
  hints: z.array(z.string()),
  entries: z.array(
    z.strictObject({ section: sectionSchema, key: z.string(), text: textSchema, provenance: provenanceSchema }),
  ),
});
export type Inheritance = z.infer<typeof inheritanceSchema>;

/** In a run's configuration: this run is one deliberation and nothing else. */
export const deliberationConfigSchema = z.strictObject({
  objective: objectiveSchema,
  setup: setupSchema,
  inheritance: inheritanceSchema.optional(),
  /** `PIPELINE_ID` and `TASK_ID` of whoever started it. */
  pipeline: z.string().optional(),
  task: z.string().optional(),
});
export type DeliberationConfig = z.infer<typeof deliberationConfigSchema>;

export const defaultThresholds: Thresholds = { stuck: 1, conflicts: 3, complexity: 0.8, success: 1 };

export const defaultDeliberationLimits: { readonly [K in keyof DeliberationLimits]-?: number } = {
  rounds: 10,
  timeoutMs: 600_000,
  idleMs: 30_000,
  stuckMs: 60_000,
  graceMs: 5_000,
  synthesisMs: 30_000,
  messages: 200,
  errors: 10,
  errorWindowMs: 600_000,
};
