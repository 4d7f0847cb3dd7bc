// What a deliberation without consensus leaves behind. The names are System B's, so that its readers find what they know.
// HOF rules in docs/SPEC.md.

import { z } from "zod";
import { deliberationOutcomeSchema, provenanceSchema, sectionSchema } from "./deliberation.ts";

const whole = z.number().int().nonnegative();
const part = z.number().min(0).max(1);
/** ISO 8601, UTC. */
const time = z.string();

/** Stands on the blackboard; `value` is the text as its author wrote it, cut only where `left_out` says so. */
const entrySchema = z.strictObject({
  /** Who wrote this version: a role, or `ORCHESTRATOR` for what was inherited. */
  agent: z.string(),
  key: z.string(),
  value: z.string(),
  version: z.number().int().min(1),
  timestamp: time,
  /** What running its patch and tests came to. */
  evidence: z.enum(["green", "red", "unfit", "skipped"]).optional(),
  /** Where it was written first, where that was not here. */
  provenance: provenanceSchema.optional(),
});
export type HandedEntry = z.infer<typeof entrySchema>;

const voteSchema = z.strictObject({
  role: z.string(),
  /** Of the version that was voted on. A vote for an older one counts for nothing and is told all the same. */
  version: z.number().int().min(1),
  stance: z.enum(["accept", "reject", "abstain"]),
  score: part.optional(),
  reasoning: z.string(),
});

const messageSchema = z.strictObject({ to: z.string(), kind: z.string(), text: z.string(), timestamp: time });

const agentSchema = z.strictObject({
  role: z.string(),
  status: z.string(),
  phase: z.string(),
  progress: part,
  confidence: part,
  blocked_reason: z.string().nullable(),
  /** What it was at last: phase and cycle, in words. */
  current_task: z.string(),
  /** Null: it never did anything. */
  last_activity: time.nullable(),
});

const objectionSchema = z.strictObject({
  role: z.string(),
  section: sectionSchema,
  key: z.string(),
  version: z.number().int().min(1),
  severity: z.string(),
  text: z.string(),
});

export const handoffSchema = z.strictObject({
  /** Of this document's shape. */
  format: z.literal(1),
  /** `PIPELINE_ID` of whoever started the run, else the run's own id; the same for `task_id` and `TASK_ID`. */
  pipeline_id: z.string(),
  task_id: z.string(),
  /** The run that left this, the first run of its chain, and which run of the chain it was, from 1. */
  from_pipeline: z.string(),
  root_pipeline: z.string(),
  attempt: z.number().int().min(1),
  deliberation: z.string(),
  /** The log up to this record is what the document is made of. */
  at: whole,
  dump_time: time,
  abort_reason: deliberationOutcomeSchema,
  detail: z.string(),
  /** The most cycles that one proposer finished, and how many it could have had. */
  iteration_count: whole,
  max_iterations: whole,
  gamma_active: z.boolean(),
  proposals: z.array(entrySchema),
  synthesis_attempts: z.array(entrySchema),
  consensus_state: z.array(
    z.strictObject({
      key: z.string(),
      value: z.union([z.string(), voteSchema]),
      author: z.string(),
      timestamp: time,
    }),
  ),
  problem_analysis: z.array(
    z.strictObject({ key: z.string(), value: z.string(), author: z.string(), provenance: provenanceSchema.optional() }),
  ),
  open_objections: z.array(objectionSchema),
  agent_states: z.array(agentSchema),
  /** `<role>_last_messages`, the role in small letters: the last ten of each, the oldest first. */
  message_summary: z.record(z.string(), z.array(messageSchema)),
  recovery_hints: z.array(z.string()),
  /** What was cut or left out to keep the document small, in words; all of it stands in the run's log. */
  left_out: z.array(z.string()),
  /** Hex sha-256 of the document without this field, as it is stored. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Handoff = z.infer<typeof handoffSchema>;

/** Characters of one text, entries of one section, and characters of all texts together. */
export const handoffBounds = { text: 16_000, entries: 40, all: 400_000, messages: 10, message: 2_000 } as const;

export type ReadHandoff =
  | { readonly ok: true; readonly handoff: Handoff }
  | { readonly ok: false; readonly problem: string };

/** `digest`: hex sha-256. A document that is not exactly as it was written is not believed. */
export function readHandoff(text: string, digest: (text: string) => string): ReadHandoff {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: "it is no JSON" };
  }
  const parsed = handoffSchema.safeParse(json);
  if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
  // The order of its fields is part of what the checksum is of.
  const { checksum, ...rest } = json as Handoff;
  if (digest(JSON.stringify(rest)) !== checksum) return { ok: false, problem: "its checksum is not that of its words" };
  return { ok: true, handoff: parsed.data };
}
