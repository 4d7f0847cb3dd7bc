// The person's own config.toml, without its providers and vault (user-config.ts): defaults, limits, budgets, rules, and
// what a repository may choose. Only this file and the command line can widen anything.

import { z } from "zod";
import { modeSchema, ruleSchema } from "./config.ts";
import type { Budgets, Mode, ModelCard, Rule } from "./config.ts";
import {
  deliberationTable,
  emptyDeliberationSetting,
  toDeliberationSetting,
  type DeliberationSetting,
} from "./deliberation-setting.ts";
import type { ModelId } from "./ids.ts";
import {
  budgetsTable,
  ladder,
  lanesTable,
  limitsTable,
  noLadders,
  parseSettings,
  planningTable,
  tiersTable,
  toBudgets,
  toLadders,
  toLanes,
  toLimits,
} from "./settings-fields.ts";
import type { LanesSetting, LimitsSetting, ParsedSettings, PlanningSetting, TierLadders } from "./settings-fields.ts";
import { modelText, trustText } from "./ticket-fields.ts";
import type { Trust } from "./ticket.ts";

/** What the person knows of a model better than the price list; a missing part is the list's. */
export type ModelOverride = { readonly price?: NonNullable<ModelCard["price"]>; readonly window?: number };

export type UserDefaults = {
  /** Ladder where neither ticket, plan nor repository names one. */
  readonly models: readonly ModelId[];
  /** Where nothing else says; also the most a repository may choose, unless it is trusted. Undefined: not said. */
  readonly trust: Trust | undefined;
  readonly mode: Mode | undefined;
  readonly lanes: LanesSetting;
  readonly limits: LimitsSetting;
  /** Canonical paths of repositories whose files may choose "auto"; "*" is every one. */
  readonly trusted: readonly string[];
  /** Models that repository and ticket files may name: ids, or prefixes that end in "*". Undefined: any. */
  readonly allowedModels: readonly string[] | undefined;
  readonly rules: readonly Rule[];
  /** Ladders where the repository names none for the tier. */
  readonly tiers: TierLadders;
  readonly budgets: Budgets;
  readonly planning: PlanningSetting;
  readonly deliberation: DeliberationSetting;
  /** By model id. */
  readonly overrides: Readonly<Record<string, ModelOverride>>;
};

/** What an absent file says. */
export const emptyUserDefaults: UserDefaults = {
  models: [],
  trust: undefined,
  mode: undefined,
  lanes: { tiers: {}, providers: {} },
  limits: {},
  trusted: [],
  allowedModels: undefined,
  rules: [],
  tiers: noLadders,
  budgets: {},
  planning: {},
  deliberation: emptyDeliberationSetting,
  overrides: {},
};

const texts = (of: string) => z.array(z.string({ error: `must be ${of}` }), { error: `must be a list of ${of}` });

const ruleTable = z.strictObject({
  name: ruleSchema.shape.name.optional(),
  gate: z.enum(ruleSchema.shape.gate.options, { error: `must be one of ${ruleSchema.shape.gate.options.join(", ")}` }),
  tool: z.string({ error: 'must be the name of a tool, or "*"' }).optional(),
  decision: z.enum(ruleSchema.shape.decision.options, { error: 'must be "approve", "reject" or "ask"' }),
});

const perMillion = z
  .number({ error: "must be US dollars for a million tokens" })
  .min(0, { error: "must be 0 or more" })
  .max(1e6, { error: "must be at most 1000000" });

const modelTable = z
  .strictObject({
    input: perMillion.optional(),
    output: perMillion.optional(),
    cached_read: perMillion.optional(),
    cache_write: perMillion.optional(),
    window: z.number({ error: "must be a number of tokens" }).int().min(1, { error: "must be 1 or more" }).optional(),
  })
  .refine(({ input, output }) => (input === undefined) === (output === undefined), {
    error: "needs both input and output, or neither",
  })
  .refine((table) => table.input !== undefined || (table.cached_read ?? table.cache_write) === undefined, {
    error: "names a price of the cache without input and output",
  });

export const userTable = z.strictObject({
  /** These are checked by user-config.ts. */
  providers: z.unknown().optional(),
  vault: z.unknown().optional(),
  notify: z.unknown().optional(),
  store: z.unknown().optional(),
  remote: z.unknown().optional(),
  worker: z.unknown().optional(),
  defaults: z
    .strictObject({
      models: ladder.optional(),
      trust: trustText.optional(),
      mode: z.enum(modeSchema.options, { error: 'must be "async" or "linear"' }).optional(),
    })
    .optional(),
  lanes: lanesTable.optional(),
  limits: limitsTable.optional(),
  trusted: z.strictObject({ repositories: texts('absolute paths, or "*"') }).optional(),
  allow: z.strictObject({ models: texts("model ids") }).optional(),
  rules: z.array(ruleTable, { error: "must be tables like [[rules]]" }).optional(),
  tiers: tiersTable.optional(),
  budgets: budgetsTable.optional(),
  planning: planningTable.optional(),
  deliberation: deliberationTable.optional(),
  models: z.record(modelText, modelTable).optional(),
});

/** config.toml, already parsed as TOML. Provider tables are let through unchecked. */
export function parseUserDefaults(value: unknown): ParsedSettings<UserDefaults> {
  const parsed = parseSettings(userTable, value);
  if (!parsed.ok) return parsed;
  const {
    defaults,
    lanes,
    limits,
    trusted,
    allow,
    rules = [],
    tiers,
    budgets,
    planning,
    deliberation,
    models,
  } = parsed.value;
  return {
    ok: true,
    value: {
      models: defaults?.models ?? [],
      trust: defaults?.trust,
      mode: defaults?.mode,
      lanes: toLanes(lanes),
      limits: toLimits(limits),
      trusted: trusted?.repositories ?? [],
      allowedModels: allow?.models,
      rules: rules.map(({ name, gate, tool, decision }, index) => ({
        name: name ?? `rule-${index + 1}`,
        gate,
        tool: tool ?? "*",
        decision,
      })),
      tiers: toLadders(tiers),
      budgets: toBudgets(budgets),
      planning: planning ?? {},
      deliberation: toDeliberationSetting(deliberation),
      overrides: Object.fromEntries(Object.entries(models ?? {}).map(([id, table]) => [id, toOverride(table)])),
    },
  };
}

/** A cache whose price is not said costs what input costs: never too little. */
function toOverride({ input, output, cached_read, cache_write, window }: z.infer<typeof modelTable>): ModelOverride {
  const micros = (dollars: number): number => Math.round(dollars * 1_000_000);
  return {
    ...(input !== undefined &&
      output !== undefined && {
        price: {
          input: micros(input),
          output: micros(output),
          cachedRead: micros(cached_read ?? input),
          cacheWrite: micros(cache_write ?? input),
        },
      }),
    ...(window !== undefined && { window }),
  };
}
