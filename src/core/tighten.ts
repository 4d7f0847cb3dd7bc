// The person's settings, narrowed by the repository's. Nothing the repository says makes any of them wider.

import { defaultLanes, defaultLimits } from "../domain/config.ts";
import type { Budgets, Caps, Lanes, Limits } from "../domain/config.ts";
import type { ProjectConfig } from "../domain/project-config.ts";
import { capFields, limitFields } from "../domain/settings-fields.ts";
import type { PlanningSetting } from "../domain/settings-fields.ts";
import type { Trust } from "../domain/ticket.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import { byDefault, settleBound, settleSwitch, within } from "./settle.ts";
import type { Origin, Settled } from "./settle.ts";

/** A settled value under the name a file gives it, in the file's unit. */
export type SettledEntry = Settled<unknown> & { readonly name: string };

export type Held = {
  readonly lanes: Lanes;
  readonly limits: Limits;
  readonly budgets: Budgets;
  readonly planning: Readonly<Record<keyof PlanningSetting, boolean>>;
  /** The loosest trust a file of the repository may choose. */
  readonly trust: Trust;
  readonly trustOrigin: Origin;
  /** Lanes, limits, budgets and planning, one by one. */
  readonly entries: readonly SettledEntry[];
  /** What the repository asks for and does not get. */
  readonly notes: readonly string[];
};

/** Reads pass, the rest asks. */
export const defaultTrust: Trust = "ask";

export function tighten(userDefaults: UserDefaults, projectConfig: ProjectConfig, root: string): Held {
  const { agents, tutti } = projectConfig;
  const entries: SettledEntry[] = [];
  const keep = <T>(name: string, settled: Settled<T>, show: (value: T) => unknown = (value) => value): T => {
    const { value, origin, refused } = settled;
    const shown = refused === undefined ? {} : { refused: { asked: show(refused.asked), origin: refused.origin } };
    entries.push({ name, value: show(value), origin, ...shown });
    return value;
  };
  const lanes = narrowLanes(userDefaults, projectConfig, keep);
  const limits = narrowLimits(userDefaults, projectConfig, keep);
  const budgets = narrowBudgets(userDefaults.budgets, tutti.budgets, keep);
  const isOn = (name: keyof PlanningSetting, fallback: boolean): boolean => {
    const path = ["planning", name];
    const voices = { path, fallback, own: userDefaults.planning[name], asked: tutti.planning[name] };
    return keep(path.join("."), settleSwitch(voices));
  };
  const planning = { replan: isOn("replan", true), review: isOn("review", false), diagnosis: isOn("diagnosis", true) };
  const isTrusted = userDefaults.trusted.includes("*") || userDefaults.trusted.includes(root);
  const own = userDefaults.trust;
  const trust = isTrusted ? "auto" : (own ?? defaultTrust);
  const trustOrigin = isTrusted
    ? within("config.toml", "trusted", "repositories")
    : own === undefined
      ? byDefault
      : within("config.toml", "defaults", "trust");
  const loosened = agents.archetypes.flatMap(({ name, trust: asked }) =>
    asked !== undefined && stricter(asked, trust) !== asked
      ? [trustNote(`agents.toml: archetype ${name}`, asked, trust)]
      : [],
  );
  return {
    lanes,
    limits,
    budgets,
    planning,
    trust,
    trustOrigin,
    entries,
    notes: [...entries.flatMap(toNote), ...loosened],
  };
}

type Keep = <T>(name: string, settled: Settled<T>, show?: (value: T) => unknown) => T;

const toNote = ({ name, value, refused }: SettledEntry): string[] =>
  refused === undefined || refused.origin.from === "default" || refused.origin.from === "flag"
    ? []
    : [`${refused.origin.from} asks ${name} ${String(refused.asked)}; your ${String(value)} counts.`];

function narrowLimits(userDefaults: UserDefaults, { tutti }: ProjectConfig, keep: Keep): Limits {
  const limits: Record<string, number> = {};
  for (const [name, { field, factor }] of Object.entries(limitFields)) {
    const settled = settleBound<number>({
      path: ["limits", name],
      fallback: defaultLimits[field],
      own: userDefaults.limits[field],
      asked: tutti.limits[field],
    });
    limits[field] = keep(`limits.${name}`, settled, (value) => value / factor);
  }
  return limits as Limits;
}

function narrowLanes({ lanes: own }: UserDefaults, { tutti }: ProjectConfig, keep: Keep): Lanes {
  const asked = tutti.lanes;
  const narrow = (kind: "tiers" | "providers"): Record<string, number> =>
    Object.fromEntries(
      [...new Set([...Object.keys(own[kind]), ...Object.keys(asked[kind])])].flatMap((name) => {
        const voices = {
          path: ["lanes", kind, name],
          fallback: undefined,
          own: own[kind][name],
          asked: asked[kind][name],
        };
        const lanes = keep(`lanes.${kind}.${name}`, settleBound<number | undefined>(voices));
        return lanes === undefined ? [] : [[name, lanes]];
      }),
    );
  const voices = { path: ["lanes", "run"], fallback: defaultLanes.run, own: own.run, asked: asked.run };
  return {
    run: keep("lanes.run", settleBound<number>(voices)),
    tiers: narrow("tiers"),
    providers: narrow("providers"),
  };
}

/** Only bounds that somebody set; a scope without one is left out. */
function narrowBudgets(own: Budgets, asked: Budgets, keep: Keep): Budgets {
  const narrow = (path: readonly string[], mine: Caps = {}, theirs: Caps = {}): Caps =>
    Object.fromEntries(
      Object.entries(capFields).flatMap(([name, { field, factor }]) => {
        const voices = { path: [...path, name], fallback: undefined, own: mine[field], asked: theirs[field] };
        const settled = settleBound<number | undefined>(voices);
        if (settled.value === undefined) return [];
        return [[field, keep([...path, name].join("."), settled, (value) => (value ?? 0) / factor)]];
      }),
    );
  const scopes = (["run", "ticket", "track", "day"] as const).map(
    (scope) => [scope, narrow(["budgets", scope], own[scope], asked[scope])] as const,
  );
  const tiers = ["1", "2", "3", "4"].map(
    (tier) => [tier, narrow(["budgets", "tiers", tier], own.tiers?.[tier], asked.tiers?.[tier])] as const,
  );
  const bounded = (each: readonly (readonly [string, Caps])[]): Record<string, Caps> =>
    Object.fromEntries(each.filter(([, caps]) => Object.keys(caps).length > 0));
  const byTier = bounded(tiers);
  return { ...bounded(scopes), ...(Object.keys(byTier).length > 0 && { tiers: byTier }) };
}

const strictness: Readonly<Record<Trust, number>> = { step: 0, ask: 1, auto: 2 };

export const stricter = (asked: Trust | undefined, ceiling: Trust): Trust =>
  asked !== undefined && strictness[asked] < strictness[ceiling] ? asked : ceiling;

export const trustNote = (who: string, asked: Trust | undefined, ceiling: Trust): string =>
  `${who} asks for trust "${asked}"; "${ceiling}" counts, because your own config allows no more here.`;
