// From files and flags to the one configuration a run is made with. The person's own settings and flags may widen;
// what a repository says may only choose among what is allowed, and tighten.

import { defaultLanes, defaultLimits, defaultShare } from "../domain/config.ts";
import type { Archetype, Lanes, Limits, Mode, Project, RunConfig, Tier } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import type { ArchetypeSetting, ProjectConfig } from "../domain/project-config.ts";
import type { LanesSetting, LimitsSetting } from "../domain/settings-fields.ts";
import { defaultArchetype } from "../domain/ticket-fields.ts";
import type { Plan } from "../domain/ticket-file.ts";
import type { Ticket, Trust } from "../domain/ticket.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";

/** What the person said on the command line; it outranks every file. */
export type RunFlags = {
  readonly title?: string | undefined;
  /** Ladder for every ticket that names none itself. */
  readonly models?: readonly ModelId[] | undefined;
  /** Overrides every ticket's and archetype's trust. */
  readonly trust?: Trust | undefined;
  readonly mode?: Mode | undefined;
  readonly lanes?: number | undefined;
  readonly limits?: LimitsSetting | undefined;
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
  /** Every worker's prompt and tools, where its archetype narrows neither. */
  readonly worker: { readonly prompt: string; readonly tools: readonly string[] };
};

/** `place` says which file and setting, for example "agents.toml: archetypes.worker.tools". */
export type SettingsFault = { readonly place: string; readonly problem: string; readonly remedy: string };

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
  const archetypes = makeArchetypes(sources, held.trust);
  const faults = [
    ...findUnknownArchetypes(plan, archetypes),
    ...findUnknownTools(projectConfig, sources.worker.tools),
    ...findMissingLadders(plan, archetypes),
    ...findRefusedModels(sources),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const ceiling = sources.planFromRepository ? held.trust : "auto";
  const tickets = plan.tickets.map((ticket) => holdTicket(ticket, ceiling));
  const config: RunConfig = {
    title: flags.title ?? plan.title ?? titleOf(plan),
    project,
    workspace: flags.workspace ?? "git",
    sandbox: flags.sandbox ?? "bwrap",
    mode: flags.mode ?? userDefaults.mode,
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

// ---- tighten ---------------------------------------------------------------------------------------------------

export type Held = {
  readonly lanes: Lanes;
  readonly limits: Limits;
  /** The loosest trust a file of the repository may choose. */
  readonly trust: Trust;
  readonly notes: readonly string[];
};

/** The person's settings, narrowed by the repository's. Nothing the repository says makes any of them wider. */
export function tighten(userDefaults: UserDefaults, projectConfig: ProjectConfig, root: string): Held {
  const { agents, tutti } = projectConfig;
  const notes: string[] = [];
  const least = (name: string, own: number, asked: number | undefined): number => {
    if (asked !== undefined && asked > own)
      notes.push(`tutti.toml: ${name} ${asked} is above your ${own}; ${own} counts.`);
    return asked === undefined ? own : Math.min(own, asked);
  };
  const own: Record<keyof Limits, number> = { ...defaultLimits, ...userDefaults.limits };
  const limits: Record<keyof Limits, number> = { ...own };
  for (const [field, asked] of Object.entries(tutti.limits) as [keyof Limits, number][]) {
    limits[field] = least(`limit ${field}`, own[field], asked);
  }
  const lanes = narrowLanes(userDefaults.lanes, tutti.lanes, least);
  const isTrusted = userDefaults.trusted.includes("*") || userDefaults.trusted.includes(root);
  const trust = isTrusted ? "auto" : userDefaults.trust;
  for (const archetype of agents.archetypes) {
    if (stricter(archetype.trust, trust) !== archetype.trust && archetype.trust !== undefined) {
      notes.push(trustNote(`agents.toml: archetype ${archetype.name}`, archetype.trust, trust));
    }
  }
  return { lanes, limits, trust, notes };
}

type Least = (name: string, own: number, asked: number | undefined) => number;

function narrowLanes(own: LanesSetting, asked: LanesSetting, least: Least): Lanes {
  const narrow = (
    kind: string,
    mine: Readonly<Record<string, number>>,
    theirs: Readonly<Record<string, number>>,
  ): Record<string, number> =>
    Object.fromEntries(
      [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].map((name) => [
        name,
        least(`lanes.${kind}.${name}`, mine[name] ?? Number.MAX_SAFE_INTEGER, theirs[name]),
      ]),
    );
  return {
    run: least("lanes.run", own.run ?? defaultLanes.run, asked.run),
    tiers: narrow("tiers", own.tiers, asked.tiers),
    providers: narrow("providers", own.providers, asked.providers),
  };
}

const strictness: Readonly<Record<Trust, number>> = { step: 0, ask: 1, auto: 2 };

const stricter = (asked: Trust | undefined, ceiling: Trust): Trust =>
  asked !== undefined && strictness[asked] < strictness[ceiling] ? asked : ceiling;

const trustNote = (who: string, asked: Trust | undefined, ceiling: Trust): string =>
  `${who} asks for trust "${asked}"; "${ceiling}" counts, because your own config allows no more here.`;

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
};

function makeArchetypes(sources: RunSources, ceiling: Trust): Archetype[] {
  const { plan, projectConfig, userDefaults, worker } = sources;
  const named = projectConfig.agents.archetypes;
  const all = named.some(({ name }) => name === defaultArchetype) ? named : [plainWorker, ...named];
  return all.map((setting) => ({
    name: setting.name,
    tier: setting.tier,
    models: [...ladderFor(setting, sources, plan.tickets)],
    trust: stricter(setting.trust ?? userDefaults.trust, ceiling),
    tools: [...(setting.tools ?? worker.tools)],
    prompt: setting.prompt === "" ? worker.prompt : `${worker.prompt}\n\n${setting.prompt}`,
  }));
}

function ladderFor(setting: ArchetypeSetting, sources: RunSources, tickets: readonly Ticket[]): readonly ModelId[] {
  const { plan, projectConfig, userDefaults, flags } = sources;
  const tier: Tier = setting.tier;
  const ladders = [
    flags.models ?? [],
    plan.models,
    setting.models,
    projectConfig.tutti.tiers[tier],
    projectConfig.agents.fallback[tier],
    userDefaults.models,
    // Where every ticket of a kind names its own models, the kind needs none; the run's record wants one all the same.
    ownLaddersOnly(setting.name, tickets),
  ];
  return ladders.find((models) => models.length > 0) ?? [];
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
        place: `agents.toml: archetypes.${archetype.name}.tools`,
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

/** The person's flags and defaults are their own word; models that files name must be among the allowed ones. */
function findRefusedModels({ plan, projectConfig, userDefaults }: RunSources): SettingsFault[] {
  const allowed = userDefaults.allowedModels;
  if (allowed === undefined) return [];
  const isAllowed = (model: ModelId): boolean =>
    allowed.some((entry) => (entry.endsWith("*") ? model.startsWith(entry.slice(0, -1)) : model === entry));
  const { agents, tutti } = projectConfig;
  const named: readonly (readonly [place: string, models: readonly ModelId[]])[] = [
    ["ticket file: models", plan.models],
    ...plan.tickets.map((ticket) => [`ticket ${ticket.id}: models`, ticket.models] as const),
    ...agents.archetypes.map(({ name, models }) => [`agents.toml: archetypes.${name}.models`, models] as const),
    ["agents.toml: default_expensive, default_cheap", Object.values(agents.fallback).flat()],
    ...Object.entries(tutti.tiers).map(([tier, models]) => [`tutti.toml: tiers.${tier}.models`, models] as const),
  ];
  return named.flatMap(([place, models]) =>
    [...new Set(models)]
      .filter((model) => !isAllowed(model))
      .map((model) => ({
        place,
        problem: `"${model}" is not among the models your config allows`,
        remedy: `Use one of ${allowed.join(", ")}, or add it to [allow] models in your config.toml.`,
      })),
  );
}

const titleOf = (plan: Plan): string => {
  const more = plan.tickets.length - 1;
  const first = plan.tickets[0]?.title ?? "";
  return more > 0 ? `${first} and ${more} more` : first;
};
