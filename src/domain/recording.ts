// A recording: what the models of one run said, and what a person answered, so that the run can be played again without
// a key. Everything of the world (files, commands, checks, merges) happens anew.

import { z } from "zod";
import { runConfigSchema } from "./config.ts";
import { decisionSchema, gateSchema } from "./event.ts";
import { parseJsonText } from "./json-text.ts";
import { scenarioSchema } from "./scenario.ts";
import { ticketIdSchema, ticketSchema } from "./ticket.ts";

export const recordingFormat = "tutti-recording/1";

const whole = z.number().int().nonnegative();

const recordedAnswerSchema = z.strictObject({
  gate: gateSchema,
  /** Null, both, at a gate of the whole run. */
  ticket: ticketIdSchema.nullable(),
  attempt: z.number().int().min(1).nullable(),
  turn: whole,
  call: whole,
  /** How many records the log had when it was given. */
  after: whole,
  /** Undefined: the model's message was rewritten instead. */
  decision: decisionSchema.optional(),
  reason: z.string(),
  edited: z.string().optional(),
  message: z
    .strictObject({ text: z.string(), calls: z.array(z.strictObject({ tool: z.string(), args: z.string() })) })
    .optional(),
});
export type RecordedAnswer = z.infer<typeof recordedAnswerSchema>;

export const recordingSchema = z.strictObject({
  format: z.literal(recordingFormat),
  /** Of the run; the path of its repository is left out. */
  config: runConfigSchema,
  /** Empty for a run that began with a goal. */
  tickets: z.array(ticketSchema),
  scenario: scenarioSchema,
  /** In the order they were given. */
  answers: z.array(recordedAnswerSchema),
  /** What of the run cannot be played again, in sentences. */
  notes: z.array(z.string()),
});
export type Recording = z.infer<typeof recordingSchema>;

export type ParsedRecording =
  | { readonly ok: true; readonly recording: Recording }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Never throws; all problems at once, each with its place. */
export function parseRecording(text: string): ParsedRecording {
  const read = parseJsonText(text);
  if (!read.ok) {
    const { line, column, problem } = read.fault;
    return { ok: false, problems: [`line ${line}, column ${column}: not JSON: ${problem}`] };
  }
  const format = z.looseObject({ format: z.string() }).safeParse(read.value);
  if (!format.success) return { ok: false, problems: [`it is no recording: "format" is not "${recordingFormat}"`] };
  if (format.data.format !== recordingFormat)
    return {
      ok: false,
      problems: [`its format is ${JSON.stringify(format.data.format)}; this program plays "${recordingFormat}"`],
    };
  const parsed = recordingSchema.safeParse(read.value);
  if (parsed.success) return { ok: true, recording: parsed.data };
  return { ok: false, problems: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) };
}
