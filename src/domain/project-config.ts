// What a repository may say about its runs: agents.toml (who works) and tutti.toml (how). Shapes and old names only;
// what of it counts beside the person's own settings is decided in core/settings.ts.

import { z } from "zod";
import { tierSchema } from "./config.ts";
import {
  deliberationTable,
  emptyDeliberationSetting,
  toDeliberationSetting,
  type DeliberationSetting,
} from "./deliberation-setting.ts";
import type { Budgets, Tier } from "./config.ts";
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
import type {
  LanesSetting,
  LimitsSetting,
  ParsedSettings,
  PlanningSetting,
  SettingsProblem,
  TierLadders,
} from "./settings-fields.ts";
import { labelList, modelText, strategyText, trustText, verifyList } from "./ticket-fields.ts";
import type { ShellCommand, Strategy, Trust } from "./ticket.ts";

export type ArchetypeSetting = {
  readonly name: string;
  readonly tier: Tier;
  /** Empty: the tier's or the default ladder. */
  readonly models: readonly ModelId[];
  readonly trust: Trust | undefined;
  /** Undefined: every tool. */
  readonly tools: readonly string[] | undefined;
  readonly prompt: string;
  /** Undefined: as `[planning] review` says. */
  readonly review: boolean | undefined;
  readonly strategy: Strategy | undefined;
  readonly labels?: readonly string[];
};

export type AgentsFile = {
  readonly archetypes: readonly ArchetypeSetting[];
  /** Ladders made of A's two fallback models, by tier; empty where the file names none. */
  readonly fallback: TierLadders;
};

export type TuttiFile = {
  readonly verify: readonly ShellCommand[];
  /** Undefined where the file does not say. */
  readonly share: readonly string[] | undefined;
  readonly lanes: LanesSetting;
  readonly limits: LimitsSetting;
  readonly tiers: TierLadders;
  readonly budgets: Budgets;
  readonly planning: PlanningSetting;
  readonly deliberation: DeliberationSetting;
};

export type ProjectConfig = { readonly agents: AgentsFile; readonly tutti: TuttiFile };

/** What an absent file says. */
export const emptyProjectConfig: ProjectConfig = {
  agents: { archetypes: [], fallback: noLadders },
  tutti: {
    verify: [],
    share: undefined,
    lanes: { tiers: {}, providers: {} },
    limits: {},
    tiers: noLadders,
    budgets: {},
    planning: {},
    deliberation: emptyDeliberationSetting,
  },
};

const archetypeTable = z.strictObject({
  tier: tierSchema.optional(),
  models: ladder.optional(),
  model: ladder.optional(),
  trust: trustText.optional(),
  trust_level: trustText.optional(),
  tools: z
    .array(z.string({ error: "must be the name of a tool" }), { error: "must be a list of tool names" })
    .optional(),
  prompt: z
    .string({ error: "must be a text" })
    .max(64 * 1024, { error: "is longer than 65536 characters" })
    .optional(),
  review: z.boolean({ error: "must be true or false" }).optional(),
  strategy: strategyText.optional(),
  labels: labelList.optional(),
});

const singleModel = modelText.transform((model) => model as ModelId).optional();

export const agentsTable = z.strictObject({
  archetypes: z.record(z.string().min(1).max(200), archetypeTable).optional(),
  default_expensive: singleModel,
  default_cheap: singleModel,
});

/** Today's name and the old one for the same thing. */
const pairs = [
  ["models", "model"],
  ["trust", "trust_level"],
] as const;

/** agents.toml, already parsed as TOML. */
export function parseAgentsFile(value: unknown): ParsedSettings<AgentsFile> {
  const parsed = parseSettings(agentsTable, value);
  if (!parsed.ok) return parsed;
  const { archetypes = {}, default_expensive: expensive, default_cheap: cheap } = parsed.value;
  const twice = Object.entries(archetypes).flatMap(([name, table]) => saidTwice(name, table));
  if (twice.length > 0) return { ok: false, problems: twice };
  const high = expensive ?? cheap;
  const low = cheap ?? expensive;
  return {
    ok: true,
    value: {
      archetypes: Object.entries(archetypes).map(([name, table]) => toArchetype(name, table)),
      fallback:
        high === undefined || low === undefined
          ? noLadders
          : { 1: [high], 2: [high], 3: low === high ? [low] : [low, high], 4: [low] },
    },
  };
}

type ArchetypeTable = z.infer<typeof archetypeTable>;

const saidTwice = (name: string, table: ArchetypeTable): SettingsProblem[] =>
  pairs.flatMap(([today, old]) =>
    table[today] === undefined || table[old] === undefined
      ? []
      : [
          {
            path: ["archetypes", name, old],
            problem: `says again what ${today} says`,
            remedy: `Keep ${today}, remove ${old}.`,
          },
        ],
  );

const toArchetype = (name: string, table: ArchetypeTable): ArchetypeSetting => ({
  name,
  tier: table.tier ?? 3,
  models: table.models ?? table.model ?? [],
  trust: table.trust ?? table.trust_level,
  tools: table.tools,
  prompt: table.prompt ?? "",
  review: table.review,
  strategy: table.strategy,
  ...(table.labels !== undefined && { labels: table.labels }),
});

const sharedFolder = z
  .string({ error: "must be the name of a folder" })
  .refine(
    (name) =>
      /^[^/\\\0]/.test(name) &&
      name.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git"),
    {
      error: "must be a folder inside the repository, relative to its root",
    },
  );

export const tuttiTable = z.strictObject({
  share: z.array(sharedFolder, { error: "must be a list of folders" }).optional(),
  verify: z.preprocess((value) => (typeof value === "string" ? [value] : value), verifyList).optional(),
  lanes: lanesTable.optional(),
  limits: limitsTable.optional(),
  tiers: tiersTable.optional(),
  budgets: budgetsTable.optional(),
  planning: planningTable.optional(),
  deliberation: deliberationTable.optional(),
});

/** tutti.toml, already parsed as TOML. */
export function parseTuttiFile(value: unknown): ParsedSettings<TuttiFile> {
  const parsed = parseSettings(tuttiTable, value);
  if (!parsed.ok) return parsed;
  const { verify = [], share, lanes, limits, tiers, budgets, planning, deliberation } = parsed.value;
  return {
    ok: true,
    value: {
      verify,
      share,
      lanes: toLanes(lanes),
      limits: toLimits(limits),
      tiers: toLadders(tiers),
      budgets: toBudgets(budgets),
      planning: planning ?? {},
      deliberation: toDeliberationSetting(deliberation),
    },
  };
}
