// Every setting a run would have here: its value, where that comes from, and what was asked for and refused.

import { defaultShare } from "../domain/config.ts";
import { emptyDeliberationSetting } from "../domain/deliberation-setting.ts";
import type { ArchetypeSetting, ProjectConfig } from "../domain/project-config.ts";
import { capFields, limitFields } from "../domain/settings-fields.ts";
import type { UserConfig } from "../domain/user-config.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import { settleDeliberation } from "./deliberation-settings.ts";
import { archetypeSettings, consultLadder, isReviewed, ladderOf, type RunFlags } from "./settings.ts";
import { byDefault, byFlag, within, type Origin } from "./settle.ts";
import { defaultTrust, stricter, tighten, type Held, type SettledEntry } from "./tighten.ts";

export type EffectiveSources = {
  readonly projectConfig: ProjectConfig;
  readonly userDefaults: UserDefaults;
  readonly userConfig: UserConfig;
  readonly flags: RunFlags;
  /** Canonical top folder of the repository. */
  readonly root: string;
  /** Every tool a worker may have. */
  readonly tools: readonly string[];
};

/** In a fixed order. Keys are references, never what they refer to. */
export function effectiveSettings(sources: EffectiveSources): readonly SettledEntry[] {
  const { projectConfig, userDefaults, flags, root } = sources;
  const held = tighten(userDefaults, projectConfig, root);
  return [
    ...runEntries(sources, held),
    ...held.entries.filter(({ name }) => !isReplaced(name, flags)).map((entry) => overruled(entry, flags)),
    ...flaggedBudgets(flags),
    ...tierEntries(sources),
    ...archetypeSettings(projectConfig).flatMap((setting) => archetypeEntries(setting, sources, held)),
    ...deliberationEntries(sources),
    ...permissionEntries(sources),
    ...modelEntries(sources),
  ];
}

/** A value that is said in one place alone, or is the default. */
const plain = <T>(name: string, said: T | undefined, fallback: T, origin: Origin): SettledEntry => ({
  name,
  value: said ?? fallback,
  origin: said === undefined ? byDefault : origin,
});

function runEntries({ projectConfig, userDefaults, flags }: EffectiveSources, held: Held): readonly SettledEntry[] {
  const ownMode = plain("mode", userDefaults.mode, "async", within("config.toml", "defaults", "mode"));
  const { tutti } = projectConfig;
  return [
    flags.mode === undefined ? ownMode : { ...ownMode, value: flags.mode, origin: byFlag },
    flags.trust === undefined
      ? plain("trust", userDefaults.trust, defaultTrust, within("config.toml", "defaults", "trust"))
      : { name: "trust", value: flags.trust, origin: byFlag },
    { name: "trust.repository", value: held.trust, origin: held.trustOrigin },
    { name: "sandbox", value: flags.sandbox ?? "bwrap", origin: flags.sandbox === "none" ? byFlag : byDefault },
    {
      name: "verify",
      value: tutti.verify,
      origin: tutti.verify.length === 0 ? byDefault : within("tutti.toml", "verify"),
    },
    plain("share", tutti.share, defaultShare, within("tutti.toml", "share")),
  ];
}

/** Flags stand in place of what the files say; they outrank every one of them. */
function overruled(entry: SettledEntry, flags: RunFlags): SettledEntry {
  const said = flagOf(entry.name, flags);
  return said === undefined ? entry : { name: entry.name, value: said, origin: byFlag };
}

function flagOf(name: string, { lanes, limits }: RunFlags): number | undefined {
  if (name === "lanes.run") return lanes;
  const known = Object.entries(limitFields).find(([limit]) => name === `limits.${limit}`)?.[1];
  const value = known && limits?.[known.field];
  return value === undefined || known === undefined ? undefined : value / known.factor;
}

/** A scope that a flag bounds is bounded by the flag alone. */
const isReplaced = (name: string, { budgets = {} }: RunFlags): boolean =>
  Object.keys(budgets).some((scope) => name.startsWith(`budgets.${scope}.`));

function flaggedBudgets({ budgets = {} }: RunFlags): readonly SettledEntry[] {
  const { tiers = {}, ...scopes } = budgets;
  const all = [
    ...Object.entries(scopes),
    ...Object.entries(tiers).map(([tier, caps]) => [`tiers.${tier}`, caps] as const),
  ];
  return all.flatMap(([scope, caps]) =>
    Object.entries(capFields).flatMap(([name, { field, factor }]) => {
      const value = caps?.[field];
      return value === undefined ? [] : [{ name: `budgets.${scope}.${name}`, value: value / factor, origin: byFlag }];
    }),
  );
}

const noPlan = { models: [] };

function tierEntries(sources: EffectiveSources): readonly SettledEntry[] {
  return ([1, 2, 4] as const).map((tier) => ({
    name: `tiers.${tier}.models`,
    ...consultLadder(tier, true, { ...sources, plan: noPlan }),
  }));
}

/** A ladder said on the command line is every seat's model. */
function deliberationEntries({ projectConfig, userDefaults, flags }: EffectiveSources): readonly SettledEntry[] {
  const said = { ...emptyDeliberationSetting, model: flags.models?.[0] };
  return settleDeliberation({ projectConfig, userDefaults, flags, said: [said] }).entries;
}

function archetypeEntries(setting: ArchetypeSetting, sources: EffectiveSources, held: Held): readonly SettledEntry[] {
  const { userDefaults, flags, tools } = sources;
  const name = `archetypes.${setting.name}`;
  const own = (field: string): Origin => within("agents.toml", "archetypes", setting.name, field);
  const review = isReviewed(setting, userDefaults, held);
  const byPlanning = held.entries.find((entry) => entry.name === "planning.review")?.origin ?? byDefault;
  const isRefused = setting.review === true && !review;
  return [
    { name: `${name}.models`, ...ladderOf(setting, { ...sources, plan: noPlan }) },
    flags.trust === undefined
      ? trustEntry(setting, userDefaults, held)
      : { name: `${name}.trust`, value: flags.trust, origin: byFlag },
    plain(`${name}.tools`, setting.tools, tools, own("tools")),
    {
      name: `${name}.review`,
      value: review,
      origin: setting.review === undefined || isRefused ? byPlanning : own("review"),
      ...(isRefused && { refused: { asked: true, origin: own("review") } }),
    },
  ];
}

function trustEntry(setting: ArchetypeSetting, userDefaults: UserDefaults, held: Held): SettledEntry {
  const name = `archetypes.${setting.name}.trust`;
  const { trust: asked } = setting;
  const mine = userDefaults.trust ?? defaultTrust;
  const ownOrigin = userDefaults.trust === undefined ? byDefault : within("config.toml", "defaults", "trust");
  if (asked === undefined) return { name, value: stricter(mine, held.trust), origin: ownOrigin };
  const theirs = within("agents.toml", "archetypes", setting.name, "trust");
  const value = stricter(asked, held.trust);
  return value === asked
    ? { name, value, origin: theirs }
    : { name, value, origin: held.trustOrigin, refused: { asked, origin: theirs } };
}

function permissionEntries({ userDefaults }: EffectiveSources): readonly SettledEntry[] {
  const { allowedModels, trusted, rules } = userDefaults;
  return [
    plain("allow.models", allowedModels, ["*"], within("config.toml", "allow", "models")),
    {
      name: "trusted.repositories",
      value: trusted,
      origin: trusted.length === 0 ? byDefault : within("config.toml", "trusted", "repositories"),
    },
    ...rules.map(({ name, gate, tool, decision }, index) => ({
      name: `rules.${index}`,
      value: `${name}: ${gate} ${tool} ${decision}`,
      origin: within("config.toml", "rules", String(index)),
    })),
  ];
}

function modelEntries({ userConfig, userDefaults }: EffectiveSources): readonly SettledEntry[] {
  const providers = Object.entries(userConfig.providers).flatMap(([name, provider]) =>
    Object.entries(provider).map(([field, value]) => ({
      name: `providers.${name}.${field}`,
      value,
      origin: within("config.toml", "providers", name, field),
    })),
  );
  const vault = Object.entries(userConfig.vault ?? {}).map(([field, value]) => ({
    name: `vault.${field}`,
    value,
    origin: within("config.toml", "vault", field),
  }));
  // The address may hold a secret of its own: that it is set is what is shown.
  const notify = Object.entries(userConfig.notify ?? {}).map(([field, value]) => ({
    name: `notify.${field}`,
    value: field === "webhook" ? new URL(value).origin : value,
    origin: within("config.toml", "notify", field),
  }));
  const { gitVia, ...working } = userConfig.worker ?? {};
  const worker = Object.entries({ ...working, ...(gitVia === undefined ? {} : { git_via: gitVia }) }).map(
    ([field, value]) => ({ name: `worker.${field}`, value, origin: within("config.toml", "worker", field) }),
  );
  const { remote } = userConfig;
  const travels =
    remote === undefined ? [] : [{ name: "remote", value: remote, origin: within("config.toml", "remote") }];
  const overrides = Object.entries(userDefaults.overrides).flatMap(([model, { price, window }]) => {
    const entry = (field: string, value: number): SettledEntry => ({
      name: `models."${model}".${field}`,
      value,
      origin: within("config.toml", "models", model, field),
    });
    return [
      ...(price === undefined
        ? []
        : [
            entry("input", price.input / 1e6),
            entry("output", price.output / 1e6),
            entry("cached_read", price.cachedRead / 1e6),
            entry("cache_write", price.cacheWrite / 1e6),
          ]),
      ...(window === undefined ? [] : [entry("window", window)]),
    ];
  });
  return [...providers, ...vault, ...notify, ...travels, ...worker, ...overrides];
}
