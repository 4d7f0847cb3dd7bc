// Pieces that the person's and the repository's settings files share: lanes, limits, tiers, budgets, ladders, and how
// faults are told.

import { z } from "zod";
import type { Budgets, Caps, Limits, Tier } from "./config.ts";
import type { ModelId } from "./ids.ts";
import { nearestName } from "./nearest-name.ts";
import { modelList } from "./ticket-fields.ts";

/** One fault of a settings file. `path` leads to the setting: `["limits", "turns"]`. */
export type SettingsProblem = {
  readonly path: readonly string[];
  readonly problem: string;
  readonly remedy: string;
};

export type ParsedSettings<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] };

const count = (least: number) =>
  z
    .number({ error: "must be a whole number" })
    .int({ error: "must be a whole number" })
    .min(least, { error: `must be ${least} or more` });

const seconds = z
  .number({ error: "must be a number of seconds" })
  .positive({ error: "must be more than 0 seconds" })
  .max(30 * 24 * 3600, { error: "must be at most 30 days" });

/** A model id, or a ladder of them. */
export const ladder = z
  .preprocess((value) => (typeof value === "string" ? [value] : value), modelList)
  .refine((models) => models.length > 0, { error: "must name at least one model" })
  .transform((models) => models as ModelId[]);

export const lanesTable = z.strictObject({
  run: count(1).optional(),
  tiers: z
    .strictObject({ 1: count(1).optional(), 2: count(1).optional(), 3: count(1).optional(), 4: count(1).optional() })
    .optional(),
  providers: z.record(z.string(), count(1)).optional(),
});

export type LanesSetting = {
  readonly run?: number | undefined;
  readonly tiers: Readonly<Record<string, number>>;
  readonly providers: Readonly<Record<string, number>>;
};

export const toLanes = (table: z.infer<typeof lanesTable> | undefined): LanesSetting => ({
  run: table?.run,
  tiers: Object.fromEntries(
    Object.entries(table?.tiers ?? {}).flatMap(([tier, lanes]) => (lanes ? [[tier, lanes]] : [])),
  ),
  providers: table?.providers ?? {},
});

export const limitsTable = z.strictObject({
  attempts: count(1).optional(),
  turns: count(1).optional(),
  verify_rounds: count(0).optional(),
  calls_per_turn: count(1).optional(),
  provider_tries: count(1).optional(),
  attempt_seconds: seconds.optional(),
  turn_seconds: seconds.optional(),
  idle_seconds: seconds.optional(),
  command_seconds: seconds.optional(),
  held: count(1).optional(),
  max_output_tokens: count(1).optional(),
  compact_at: count(1).max(100, { error: "must be per cent of the window, at most 100" }).optional(),
  plan_rounds: count(1).optional(),
  plan_tickets: count(1).optional(),
  replans: count(0).optional(),
  review_rounds: count(0).optional(),
});

type LimitName = keyof z.infer<typeof limitsTable>;
export type LimitsSetting = { readonly [K in keyof Limits]?: number };

/** Names in a file to fields of `Limits`; files speak in seconds, the program in ms. */
export const limitFields: Readonly<Record<LimitName, { readonly field: keyof Limits; readonly factor: number }>> = {
  attempts: { field: "attempts", factor: 1 },
  turns: { field: "turns", factor: 1 },
  verify_rounds: { field: "verifyRounds", factor: 1 },
  calls_per_turn: { field: "callsPerTurn", factor: 1 },
  provider_tries: { field: "providerTries", factor: 1 },
  attempt_seconds: { field: "attemptMs", factor: 1_000 },
  turn_seconds: { field: "turnMs", factor: 1_000 },
  idle_seconds: { field: "idleMs", factor: 1_000 },
  command_seconds: { field: "commandMs", factor: 1_000 },
  held: { field: "held", factor: 1 },
  max_output_tokens: { field: "maxOutputTokens", factor: 1 },
  compact_at: { field: "compactAt", factor: 1 },
  plan_rounds: { field: "planRounds", factor: 1 },
  plan_tickets: { field: "planTickets", factor: 1 },
  replans: { field: "replans", factor: 1 },
  review_rounds: { field: "reviewRounds", factor: 1 },
};

export const toLimits = (table: z.infer<typeof limitsTable> | undefined): LimitsSetting =>
  Object.fromEntries(
    Object.entries(limitFields).flatMap(([name, { field, factor }]) => {
      const value = table?.[name as LimitName];
      return value === undefined ? [] : [[field, factor === 1 ? value : Math.max(1, Math.round(value * factor))]];
    }),
  );

// ---- tiers and what they do ------------------------------------------------------------------------------------

const tierTable = z.strictObject({ models: ladder }).optional();

export const tiersTable = z.strictObject({ 1: tierTable, 2: tierTable, 3: tierTable, 4: tierTable });

/** Ladders by tier; empty where a file names none. */
export type TierLadders = Readonly<Record<Tier, readonly ModelId[]>>;

export const noLadders: TierLadders = { 1: [], 2: [], 3: [], 4: [] };

export const toLadders = (table: z.infer<typeof tiersTable> | undefined): TierLadders => ({
  1: table?.[1]?.models ?? [],
  2: table?.[2]?.models ?? [],
  3: table?.[3]?.models ?? [],
  4: table?.[4]?.models ?? [],
});

const onOff = z.boolean({ error: "must be true or false" }).optional();

/** What the tiers beside the workers do; undefined: the file does not say. */
export const planningTable = z.strictObject({ replan: onOff, review: onOff, diagnosis: onOff });
export type PlanningSetting = { readonly [K in keyof z.infer<typeof planningTable>]?: boolean | undefined };

// ---- budgets ---------------------------------------------------------------------------------------------------

const amount = (of: string) =>
  z
    .number({ error: `must be a number of ${of}` })
    .min(0, { error: "must be 0 or more" })
    .max(1e9, { error: "must be at most 1000000000" });

const capsTable = z
  .strictObject({
    usd: amount("US dollars").optional(),
    tokens: count(0).optional(),
    turns: count(0).optional(),
    minutes: amount("minutes").optional(),
    spawns: count(0).optional(),
  })
  .optional();

export const budgetsTable = z.strictObject({
  run: capsTable,
  ticket: capsTable,
  track: capsTable,
  tiers: z.strictObject({ 1: capsTable, 2: capsTable, 3: capsTable, 4: capsTable }).optional(),
  day: capsTable,
});

/** Names in a file to fields of `Caps`; files speak in dollars, the program in millionths of one. */
export const capFields: Readonly<Record<string, { readonly field: keyof Caps; readonly factor: number }>> = {
  usd: { field: "costMicros", factor: 1_000_000 },
  tokens: { field: "tokens", factor: 1 },
  turns: { field: "turns", factor: 1 },
  minutes: { field: "minutes", factor: 1 },
  spawns: { field: "spawns", factor: 1 },
};

const toCaps = (table: z.infer<typeof capsTable>): Caps =>
  Object.fromEntries(
    Object.entries(table ?? {}).flatMap(([name, value]) => {
      const known = capFields[name];
      if (known === undefined || value === undefined) return [];
      return [[known.field, known.factor === 1 ? value : Math.round(value * known.factor)]];
    }),
  );

/** Scopes without a bound are left out. */
export function toBudgets(table: z.infer<typeof budgetsTable> | undefined): Budgets {
  const { tiers = {}, ...scopes } = table ?? {};
  const some = (caps: readonly (readonly [string, z.infer<typeof capsTable>])[]): Record<string, Caps> =>
    Object.fromEntries(
      caps.flatMap(([name, each]) => {
        const made = toCaps(each);
        return Object.keys(made).length === 0 ? [] : [[name, made]];
      }),
    );
  const byTier = some(Object.entries(tiers));
  return { ...some(Object.entries(scopes)), ...(Object.keys(byTier).length > 0 && { tiers: byTier }) };
}

/** Checks a parsed file against its shape; every fault at once, unknown names with the nearest known one. */
export function parseSettings<S extends z.ZodType>(schema: S, value: unknown): ParsedSettings<z.infer<S>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => toProblems(schema, issue)) };
}

function toProblems(schema: z.ZodType, issue: z.core.$ZodIssue): SettingsProblem[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") {
    return [
      {
        path,
        problem: (issue.code === "invalid_key" ? (issue.issues[0] ?? issue) : issue).message.replace(
          /^Invalid input: /,
          "",
        ),
        remedy: `Correct ${path.join(".")}, or remove it.`,
      },
    ];
  }
  const known = knownNames(schema, path);
  return issue.keys.map((key) => {
    const nearest = nearestName(key, known);
    const problem = `is not a known setting${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`;
    return {
      path: [...path, key],
      problem,
      remedy: nearest === undefined ? `Known here: ${known.join(", ")}.` : `Write ${nearest}.`,
    };
  });
}

/** The names an object of the schema knows, found by walking to where the fault is. */
function knownNames(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let at: unknown = unwrapped(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrapped((at.shape as Record<string, unknown>)[step]);
    else if (at instanceof z.ZodRecord) at = unwrapped(at.valueType);
    else if (at instanceof z.ZodArray) at = unwrapped(at.element);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

const unwrapped = (schema: unknown): unknown => (schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema);
