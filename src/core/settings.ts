// From files and flags to the one configuration a run is made with. The person's own settings and flags may widen;
// what a repository says may only choose among what is allowed, and tighten.

import { defaultShare } from "../domain/config.ts";
import type { Archetype, Budgets, Caps, Mode, Project, Prompt, RunConfig, Tier } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import type { ArchetypeSetting, ProjectConfig } from "../domain/project-config.ts";
import type { LimitsSetting } from "../domain/settings-fields.ts";
import { ownPromptName } from "../domain/prompts.ts";
import { defaultArchetype } from "../domain/ticket-fields.ts";
import type { Plan } from "../domain/ticket-file.ts";
import type { Ticket, Trust } from "../domain/ticket.ts";
import { askTool, finishTool } from "../domain/tool.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import { byFlag, firstNamed, within } from "./settle.ts";
import type { Origin, Settled, SettingsFile } from "./settle.ts";
import { defaultTrust, stricter, tighten, trustNote } from "./tighten.ts";
import type { Held } from "./tighten.ts";

/** What the person said on the command line; it outranks every file. */
export type RunFlags = {
  readonly title?: string | undefined;
  /** Ladder for every ticket that names none itself. */
  readonly models?: readonly ModelId[] | undefined;
  /** Ladders of the tiers that plan: 1 (tracks) and 2 (tickets). */
  readonly planner?: readonly ModelId[] | undefined;
  readonly lead?: readonly ModelId[] | undefined;
  /** Overrides every ticket's and archetype's trust. */
  readonly trust?: Trust | undefined;
  readonly mode?: Mode | undefined;
  readonly lanes?: number | undefined;
  readonly limits?: LimitsSetting | undefined;
  /** Scope by scope in place of what the files say. */
  readonly budgets?: Budgets | undefined;
  readonly workspace?: RunConfig["workspace"] | undefined;
  readonly sandbox?: RunConfig["sandbox"] | undefined;
  readonly attended: boolean;
  readonly scenario?: string | undefined;
};

export type RunSources = {
  readonly plan: Plan;
  /** The ticket file lies in the repository: it is the repository's word then, not the person's. */
  readonly planFromRepository: boolean;
  readonly projectConfig: ProjectConfig;
  readonly userDefaults: UserDefaults;
  readonly flags: RunFlags;
  readonly project: Project;
  /** Undefined: the tickets are the plan, and tiers 1 and 2 make none. */
  readonly goal?: RunConfig["goal"];
  /** Every prompt there is, the worker's among them. */
  readonly prompts: readonly Prompt[];
  /** Every tool a worker may have. */
  readonly tools: readonly string[];
  /** By name, `ask` and `finish` too: bytes of a tool's specification as a model is given it. */
  readonly toolBytes?: Readonly<Record<string, number>>;
  /** Hex sha-256. */
  readonly digest: (text: string) => string;
};

/** `place` says which setting, for example "archetypes.worker.tools"; `file` where it stands in a settings file. */
export type SettingsFault = {
  readonly file?: SettingsFile;
  readonly path?: readonly string[];
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
};

export type MadeRunConfig =
  | {
      readonly ok: true;
      readonly config: RunConfig;
      /** The plan's tickets, their trust held to what the person allows. */
      readonly tickets: readonly Ticket[];
      /** What was asked for and does not count, in sentences for the person. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly SettingsFault[] };

/** Ladder: ticket, flag, plan, archetype, tier, agents.toml's fallback, the person's default. */
export function makeRunConfig(sources: RunSources): MadeRunConfig {
  const { plan, projectConfig, userDefaults, flags, project } = sources;
  const held = tighten(userDefaults, projectConfig, project.root);
  const archetypes = makeArchetypes(sources, held);
  const faults = [
    ...findUnknownArchetypes(plan, archetypes),
    ...findUnknownTools(projectConfig, sources.tools),
    ...findMissingLadders(plan, archetypes),
    ...(sources.goal === undefined ? [] : findMissingTiers(sources, archetypes)),
    ...findRefusedModels(sources),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const ceiling = sources.planFromRepository ? held.trust : "auto";
  const tickets = plan.tickets.map((ticket) => holdTicket(ticket, ceiling));
  const config: RunConfig = {
    title: flags.title ?? plan.title ?? titleOf(plan),
    ...(sources.goal !== undefined && { goal: sources.goal }),
    ...whereSome("tiers", tiersOf(sources)),
    planning: { replan: held.planning.replan, diagnosis: held.planning.diagnosis },
    ...whereSome("budgets", withFlags(held.budgets, flags.budgets ?? {})),
    prompts: [...sources.prompts, ...ownPrompts(sources)],
    project,
    workspace: flags.workspace ?? "git",
    sandbox: flags.sandbox ?? "bwrap",
    mode: flags.mode ?? userDefaults.mode ?? "async",
    ...(flags.trust !== undefined && { trust: flags.trust }),
    attended: flags.attended,
    lanes: { ...held.lanes, run: flags.lanes ?? held.lanes.run },
    limits: { ...held.limits, ...flags.limits },
    archetypes: archetypes.filter(({ models }) => models.length > 0),
    rules: [...userDefaults.rules],
    verify: [...projectConfig.tutti.verify, ...plan.verify],
    share: [...(projectConfig.tutti.share ?? defaultShare)],
    ...(flags.scenario !== undefined && { scenario: flags.scenario }),
  };
  const loosened = plan.tickets.filter((ticket, index) => ticket.trust !== tickets[index]?.trust);
  const notes = [
    ...plan.notes,
    ...held.notes,
    ...loosened.map((ticket) => trustNote(`ticket ${ticket.id}`, ticket.trust, held.trust)),
  ];
  return { ok: true, config, tickets, notes };
}

/** A flag takes the place of the bound it names, and of no other. */
function withFlags(held: Budgets, flags: Budgets): Budgets {
  const { tiers: tierFlags = {}, ...scopes } = flags;
  const merged: Record<string, Caps> = Object.fromEntries(
    Object.entries(scopes).map(([scope, caps]) => [scope, { ...held[scope as keyof typeof scopes], ...caps }]),
  );
  const tiers = Object.fromEntries(
    Object.entries({ ...held.tiers, ...tierFlags }).map(([tier, caps]) => [tier, { ...held.tiers?.[tier], ...caps }]),
  );
  return { ...held, ...merged, ...(Object.keys(tiers).length > 0 && { tiers }) };
}

/** A ticket that says nothing stays silent: its archetype speaks. */
function holdTicket(ticket: Ticket, ceiling: Trust): Ticket {
  return ticket.trust === undefined ? ticket : { ...ticket, trust: stricter(ticket.trust, ceiling) };
}

// ---- archetypes ------------------------------------------------------------------------------------------------

const plainWorker: ArchetypeSetting = {
  name: defaultArchetype,
  tier: 3,
  models: [],
  trust: undefined,
  tools: undefined,
  prompt: "",
  review: undefined,
  strategy: undefined,
};

/** There is always a plain worker. */
export function archetypeSettings({ agents }: ProjectConfig): readonly ArchetypeSetting[] {
  const named = agents.archetypes;
  return named.some(({ name }) => name === defaultArchetype) ? named : [plainWorker, ...named];
}

function makeArchetypes(sources: RunSources, held: Held): Archetype[] {
  const { projectConfig, userDefaults, tools, toolBytes } = sources;
  return archetypeSettings(projectConfig).map((setting) => {
    // Where every ticket of a kind names its own models, the kind needs none; the run's record wants one all the same.
    const { value: ladder } = ladderOf(setting, sources);
    const review = isReviewed(setting, userDefaults, held);
    return {
      name: setting.name,
      tier: setting.tier,
      ...(review && { review }),
      ...(setting.strategy !== undefined && { strategy: setting.strategy }),
      ...(setting.labels !== undefined && { labels: [...setting.labels] }),
      models: [...(ladder.length > 0 ? ladder : ownLaddersOnly(setting.name, sources.plan.tickets))],
      trust: stricter(setting.trust ?? userDefaults.trust ?? defaultTrust, held.trust),
      tools: [...(setting.tools ?? tools)],
      prompt: workerText(sources.prompts, setting),
      ...(toolBytes !== undefined && { overheadBytes: bytesOfTools(setting.tools ?? tools, toolBytes) }),
    };
  });
}

const bytesOfTools = (granted: readonly string[], bytes: Readonly<Record<string, number>>): number =>
  [...new Set([...granted, askTool, finishTool])].reduce((sum, name) => sum + (bytes[name] ?? 0), 0);

/** The person's "off" stands for every archetype. */
export const isReviewed = (
  { review }: ArchetypeSetting,
  { planning }: Pick<UserDefaults, "planning">,
  held: Pick<Held, "planning">,
): boolean => planning.review !== false && (review ?? held.planning.review);

type LadderSources = Pick<RunSources, "projectConfig" | "userDefaults" | "flags"> & {
  readonly plan: Pick<Plan, "models">;
};

/** Of an archetype's tickets that name no models themselves. */
export function ladderOf(setting: ArchetypeSetting, sources: LadderSources): Settled<readonly ModelId[]> {
  const { plan, flags } = sources;
  return firstNamed([
    [flags.models ?? [], byFlag],
    [plan.models, byFlag],
    [setting.models, within("agents.toml", "archetypes", setting.name, "models")],
    ...tierLadders(setting.tier, sources),
    [sources.userDefaults.models, within("config.toml", "defaults", "models")],
  ]);
}

type NamedLadder = readonly [models: readonly ModelId[], origin: Origin];

const tierLadders = (tier: Tier, { projectConfig, userDefaults }: LadderSources): readonly NamedLadder[] => [
  [projectConfig.tutti.tiers[tier], within("tutti.toml", "tiers", String(tier), "models")],
  [projectConfig.agents.fallback[tier], within("agents.toml", tier === 4 ? "default_cheap" : "default_expensive")],
  [userDefaults.tiers[tier], within("config.toml", "tiers", String(tier), "models")],
];

/** A tier that is consulted only where somebody named models for it; to plan, tiers 1 and 2 take what workers take. */
export function consultLadder(
  tier: 1 | 2 | 4,
  isPlanning: boolean,
  sources: LadderSources,
): Settled<readonly ModelId[]> {
  const { flags, userDefaults } = sources;
  const flagged = tier === 1 ? flags.planner : tier === 2 ? flags.lead : undefined;
  const fallback: readonly NamedLadder[] =
    isPlanning && tier !== 4
      ? [
          [flags.models ?? [], byFlag],
          [userDefaults.models, within("config.toml", "defaults", "models")],
        ]
      : [];
  return firstNamed([[flagged ?? [], byFlag], ...tierLadders(tier, sources), ...fallback]);
}

function tiersOf(sources: RunSources): Record<string, ModelId[]> {
  const ladders = ([1, 2, 4] as const).map((tier): [string, ModelId[]] => [
    String(tier),
    [...consultLadder(tier, sources.goal !== undefined, sources).value],
  ]);
  return Object.fromEntries(ladders.filter(([, models]) => models.length > 0));
}

const whereSome = <K extends string, T extends object>(key: K, value: T): Partial<Record<K, T>> =>
  Object.keys(value).length === 0 ? {} : ({ [key]: value } as Record<K, T>);

// ---- prompts ---------------------------------------------------------------------------------------------------

function workerPrompt(prompts: readonly Prompt[]): Prompt {
  const found = prompts.find(({ name }) => name === "worker");
  if (found === undefined) throw new Error("the prompts of a run have none for its workers");
  return found;
}

const workerText = (prompts: readonly Prompt[], { prompt }: ArchetypeSetting): string => {
  const { text } = workerPrompt(prompts);
  return prompt === "" ? text : `${text}\n\n${prompt}`;
};

/** An archetype with words of its own works by a prompt of its own: the worker's, then those words. */
function ownPrompts({ projectConfig, prompts, digest }: RunSources): Prompt[] {
  const { version } = workerPrompt(prompts);
  return archetypeSettings(projectConfig)
    .filter(({ prompt }) => prompt !== "")
    .map((setting) => {
      const text = workerText(prompts, setting);
      return { name: ownPromptName(setting.name), version, hash: digest(text), text };
    });
}

function ownLaddersOnly(archetype: string, tickets: readonly Ticket[]): readonly ModelId[] {
  const own = tickets.filter((ticket) => ticket.archetype === archetype);
  return own.every(({ models }) => models.length > 0) ? (own[0]?.models ?? []) : [];
}

// ---- faults ----------------------------------------------------------------------------------------------------

function findUnknownArchetypes(plan: Plan, archetypes: readonly Archetype[]): SettingsFault[] {
  const known = new Set(archetypes.map(({ name }) => name));
  return plan.tickets.flatMap(({ id, archetype }) =>
    known.has(archetype)
      ? []
      : [
          {
            place: `ticket ${id}: archetype`,
            problem: `"${archetype}" is no archetype of agents.toml${didYouMean(archetype, known)}`,
            remedy: `Add [archetypes.${archetype}] to agents.toml, or use one of: ${[...known].join(", ")}.`,
          },
        ],
  );
}

function findUnknownTools(projectConfig: ProjectConfig, tools: readonly string[]): SettingsFault[] {
  return projectConfig.agents.archetypes.flatMap((archetype) =>
    (archetype.tools ?? [])
      .filter((tool) => !tools.includes(tool))
      .map((tool) => ({
        file: "agents.toml" as const,
        path: ["archetypes", archetype.name, "tools"],
        place: `archetypes.${archetype.name}.tools`,
        problem: `"${tool}" is not a tool there is${didYouMean(tool, tools)}`,
        remedy: `Known tools: ${tools.join(", ")}.`,
      })),
  );
}

function findMissingLadders(plan: Plan, archetypes: readonly Archetype[]): SettingsFault[] {
  const bare = archetypes.filter(({ models }) => models.length === 0).map(({ name }) => name);
  const used = bare.filter((name) =>
    plan.tickets.some((ticket) => ticket.archetype === name && ticket.models.length === 0),
  );
  return used.map((name) => ({
    place: `archetype ${name}`,
    problem: "no model is named for it",
    remedy: `Say --model <provider>/<model>, or set models under [defaults] in your config.toml or [archetypes.${name}] in agents.toml.`,
  }));
}

/** Without a plan nobody knows yet which kinds of worker it will name: the plain one has to have a model. */
function findMissingTiers(sources: RunSources, archetypes: readonly Archetype[]): SettingsFault[] {
  const flagOf = { 1: "--planner", 2: "--lead" } as const;
  const worker = archetypes.find(({ name }) => name === defaultArchetype);
  return [
    ...([1, 2] as const)
      .filter((tier) => consultLadder(tier, true, sources).value.length === 0)
      .map((tier) => ({
        place: `tier ${tier}`,
        problem:
          tier === 1 ? "no model is named to divide the goal into tracks" : "no model is named to plan the tickets",
        remedy: `Say ${flagOf[tier]} <provider>/<model>, or --model for every tier, or set models under [tiers.${tier}] in your config.toml or tutti.toml.`,
      })),
    ...(worker?.models.length === 0
      ? [
          {
            place: `archetype ${defaultArchetype}`,
            problem: "no model is named for it, and the plan will need workers",
            remedy: `Say --model <provider>/<model>, or set models under [defaults] in your config.toml or [archetypes.${defaultArchetype}] in agents.toml.`,
          },
        ]
      : []),
  ];
}

/** `allowed`: ids, or prefixes that end in "*". */
export const isAllowedModel = (allowed: readonly string[], model: ModelId): boolean =>
  allowed.some((entry) => (entry.endsWith("*") ? model.startsWith(entry.slice(0, -1)) : model === entry));

/** The person's flags and defaults are their own word; models that files name must be among the allowed ones. */
function findRefusedModels({ plan, projectConfig, userDefaults }: RunSources): SettingsFault[] {
  const allowed = userDefaults.allowedModels;
  if (allowed === undefined) return [];
  const { agents, tutti } = projectConfig;
  return [
    ...plan.models.map((model) => ({ model, place: "ticket file: models" })),
    ...plan.tickets.flatMap(({ id, models }) => models.map((model) => ({ model, place: `ticket ${id}: models` }))),
    ...agents.archetypes.flatMap(({ name, models }) =>
      models.map((model) => inFile(model, "agents.toml", ["archetypes", name, "models"])),
    ),
    ...[...new Set(Object.values(agents.fallback).flat())].map((model) =>
      inFile(model, "agents.toml", [model === agents.fallback[4][0] ? "default_cheap" : "default_expensive"]),
    ),
    ...Object.entries(tutti.tiers).flatMap(([tier, models]) =>
      models.map((model) => inFile(model, "tutti.toml", ["tiers", tier, "models"])),
    ),
  ]
    .filter(({ model }) => !isAllowedModel(allowed, model))
    .map(({ model, ...where }) => ({
      ...where,
      problem: `"${model}" is not among the models your config allows`,
      remedy: `Use one of ${allowed.join(", ")}, or add it to [allow] models in your config.toml.`,
    }));
}

const inFile = (model: ModelId, file: SettingsFile, path: readonly string[]) => ({
  model,
  file,
  path,
  place: path.join("."),
});

const titleOf = (plan: Plan): string => {
  const more = plan.tickets.length - 1;
  const first = plan.tickets[0]?.title ?? "";
  return more > 0 ? `${first} and ${more} more` : first;
};
