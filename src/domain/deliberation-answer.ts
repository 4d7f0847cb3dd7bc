// What an agent of a deliberation answers in one cycle, as JSON: its state and its moves. Everything wrong is told at once.

import { z } from "zod";
import { roleSchema, sectionSchema, severitySchema, stanceSchema } from "./deliberation.ts";
import { planAnswerSchema, planValueSchema } from "./entry-plan.ts";

const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, { error: "must be a short name: a to z, 0 to 9, _ . -, at most 64" });
const words = (most: number) =>
  z
    .string()
    .trim()
    .min(1, { error: "must not be empty" })
    .max(most, { error: `is longer than ${most} characters` });
const part = z.number().min(0).max(1);

export const entryMoveSchema = z.strictObject({
  section: sectionSchema.exclude(["consensus"]),
  key,
  /** The version that was read and is replaced; 0 for a new entry. */
  base: z.number().int().min(0),
  text: words(60_000),
  /** A unified diff against the project as it stands; it is applied and checked, not read. */
  patch: z.string().max(200_000).optional(),
  /** Shell commands that have to succeed on the patched tree, beside the project's own checks. */
  tests: z.array(words(500)).max(5).optional(),
});

const mostEntries = 6;
const planned = entryMoveSchema.extend({
  /** The whole plan that this entry stands for, beside its words. */
  plan: planValueSchema.optional(),
});
export type EntryMove = z.infer<typeof planned>;

export const agentAnswerSchema = z.strictObject({
  /** `waiting` names whom it waits for; `done`: nothing to add unless others do. */
  status: z.enum(["working", "waiting", "done"]),
  waitingFor: roleSchema.optional(),
  /** Why it cannot go on, where it cannot. */
  blocked: z.string().max(500).optional(),
  progress: part,
  confidence: part,
  /** 0 to 1, with an analysis of the problem. */
  complexity: part.optional(),
  entries: z.array(entryMoveSchema).max(mostEntries).default([]),
  objections: z
    .array(
      z.strictObject({
        section: sectionSchema,
        key,
        version: z.number().int().min(1),
        severity: severitySchema,
        text: words(4_000),
      }),
    )
    .max(10)
    .default([]),
  /** Numbers of its own objections that are met. */
  settled: z.array(z.string()).max(50).default([]),
  messages: z
    .array(
      z.strictObject({
        to: z.string().regex(/^(?:all|[A-Z][A-Z0-9_]{0,15})$/, {
          error: 'must be the name of one at the table, for example ALPHA, or "all"',
        }),
        kind: z.enum(["question", "answer", "inform", "propose"]),
        text: words(4_000),
      }),
    )
    .max(10)
    .default([]),
  /** A vote is for one version of one entry of the synthesis, and counts for no other. */
  votes: z
    .array(
      z.strictObject({
        key,
        version: z.number().int().min(1),
        stance: stanceSchema,
        score: part.optional(),
        reasoning: words(4_000),
      }),
    )
    .max(10)
    .default([]),
});

/** The same of an agent at a table that makes a plan. */
export const planningCycleSchema = agentAnswerSchema.extend({
  entries: z.array(planned).max(mostEntries).default([]),
});
export type AgentAnswer = z.infer<typeof planningCycleSchema>;

/** As it is asked for, with every field of a plan. */
export const planningCycleOutput = () =>
  agentAnswerSchema.extend({
    entries: z
      .array(entryMoveSchema.extend({ plan: planAnswerSchema().optional() }))
      .max(mostEntries)
      .default([]),
  });

/** The mediator's last word at an abort: what is saved of the work. */
export const synthesisAnswerSchema = z.strictObject({
  key,
  text: words(60_000),
  /** What stood in the way of an agreement, and what another attempt should do differently. */
  open: z.array(words(1_000)).max(10).default([]),
  next: z.array(words(1_000)).max(10).default([]),
});

export const planningSynthesisSchema = synthesisAnswerSchema.extend({ plan: planValueSchema.optional() });
export const planningSynthesisOutput = () => synthesisAnswerSchema.extend({ plan: planAnswerSchema().optional() });
export type SynthesisAnswer = z.infer<typeof planningSynthesisSchema>;
