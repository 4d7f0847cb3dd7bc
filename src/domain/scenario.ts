// A scenario: what the scripted model says, per ticket, attempt and turn. Drives the demo, tests and load.

import { z } from "zod";
import { deliberationTable } from "./deliberation-setting.ts";
import { objectiveCaps, subtaskList } from "./deliberation-words.ts";
import { parseJsonText } from "./json-text.ts";
import { providerFaultCodeSchema } from "./outcome.ts";
import { budgetsTable } from "./settings-fields.ts";
import { usageSchema } from "./usage.ts";

const ms = z.number().int().nonnegative();

const scriptedCallSchema = z.strictObject({
  /** The provider's id of the call; made up where it is missing. May be empty or repeated on purpose. */
  id: z.string().optional(),
  tool: z.string(),
  /** An object is sent as its JSON text; a string is sent as it stands, broken JSON included. */
  args: z.union([z.record(z.string(), z.unknown()), z.string()]),
});
export type ScriptedCall = z.infer<typeof scriptedCallSchema>;

const scriptedFaultSchema = z.strictObject({
  code: providerFaultCodeSchema,
  retryAfterMs: ms.optional(),
  detail: z.string().optional(),
  usage: usageSchema.partial().optional(),
});
export type ScriptedFault = z.infer<typeof scriptedFaultSchema>;

const scriptedTurnSchema = z.strictObject({
  text: z.string().optional(),
  /** In the place of `text`: sent as its JSON text. */
  answer: z.record(z.string(), z.unknown()).optional(),
  reasoning: z.string().optional(),
  calls: z.array(scriptedCallSchema).optional(),
  /** Without it: `calls` where there are calls, else `stop`. */
  finish: z.enum(["stop", "calls", "length", "refusal", "other"]).optional(),
  /** Silence before the first byte. */
  delayMs: ms.optional(),
  /** In how many pieces the text streams, and how long each takes. */
  chunks: z.number().int().min(1).optional(),
  chunkMs: ms.optional(),
  usage: usageSchema.partial().optional(),
  /** Opaque provider data that is sent back, as JSON text. */
  echo: z.string().optional(),
  /** Given out on tries 1, 2 ... of this turn; the try after the last one gets the reply. */
  faults: z.array(scriptedFaultSchema).optional(),
});
export type ScriptedTurn = z.infer<typeof scriptedTurnSchema>;

const scriptedAttemptSchema = z.strictObject({ turns: z.array(scriptedTurnSchema) });
export type ScriptedAttempt = z.infer<typeof scriptedAttemptSchema>;

const attemptsSchema = z.array(scriptedAttemptSchema).min(1);

const lines = z.array(z.string().min(1).max(objectiveCaps.line)).max(objectiveCaps.lines).optional();

/** A deliberation that a scenario brings along; the command line outranks it. */
const scriptedDeliberationSchema = deliberationTable.extend({
  objective: z.string().min(1),
  constraints: lines,
  success: lines,
  subtasks: subtaskList.optional(),
  budgets: budgetsTable.optional(),
});
export type ScriptedDeliberation = z.infer<typeof scriptedDeliberationSchema>;

export const scenarioSchema = z.strictObject({
  /** It plays every model of the run, whatever its name, and word for word: `{{ticket}}` is no template then. */
  recorded: z.boolean().optional(),
  /** By ticket id. The last attempt plays for all later ones. */
  tickets: z.record(z.string(), attemptsSchema).default({}),
  /** For every ticket that is not named. */
  default: attemptsSchema.optional(),
  /**
   * Answers of the other tiers, a round each, by what they are asked: `tracks`, `tickets:<track>`, `review:<ticket>` ... An
   * agent's of a deliberation, `deliberate:<role>`, are a cycle each; `deliberate:<role>#<cycle>` holds the rounds of one.
   */
  consults: z.record(z.string(), z.array(scriptedTurnSchema).min(1)).optional(),
  /** For `tutti deliberate`; seats that name no model are played by this scenario. */
  deliberation: scriptedDeliberationSchema.optional(),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export type ScenarioProblem = {
  /** For example `tickets.T1[0].turns[2].calls[0].args`, or `line 3, column 7`. */
  readonly where: string;
  readonly problem: string;
};

export type ParsedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/** Reads a scenario's JSON text; all problems at once, each with its place. */
export function parseScenario(json: string): ParsedScenario {
  const read = parseJsonText(json);
  if (!read.ok) {
    const { line, column, problem } = read.fault;
    return { ok: false, problems: [{ where: `line ${line}, column ${column}`, problem: `not JSON: ${problem}` }] };
  }
  const parsed = scenarioSchema.safeParse(read.value);
  if (parsed.success) return { ok: true, scenario: parsed.data };
  const problems = parsed.error.issues.map((issue) => ({ where: toPath(issue.path), problem: toProblem(issue) }));
  return { ok: false, problems };
}

const toPath = (path: readonly PropertyKey[]): string => {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.length === 0 ? "whole file" : steps.join("").replace(/^\./, "");
};

const toProblem = (issue: z.core.$ZodIssue): string => {
  if (issue.code === "invalid_union") return "must be an object of arguments, or a string to send as it stands";
  if (issue.code === "unrecognized_keys")
    return `unknown ${issue.keys.map((key) => `"${key}"`).join(", ")}; remove it or check the spelling`;
  return issue.message.replace(/^Invalid (input|option): /, "");
};
