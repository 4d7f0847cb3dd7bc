// The models of each tier as a table: the ladders it calls, what it does now, what it has spent of what it may, and how
// many of its lanes are taken.

import { configOf, type RunState } from "../core/state.ts";
import type { ModelCard, Tier } from "../domain/config.ts";
import { providerOf, type ModelId } from "../domain/ids.ts";
import { totalTokens, addUsage, zeroUsage } from "../domain/usage.ts";
import { climbersOf, countOnRungs } from "./rungs-now.ts";
import { spendKey, spendOf } from "./spend.ts";
import { costInWords, tokensInWords } from "./words.ts";

export type TierLadder = {
  /** Kinds of worker that climb it; none: the tier's own questions. */
  readonly kinds: readonly string[];
  readonly models: readonly ModelId[];
  /** Of each rung: attempts or questions under way on it. */
  readonly now: readonly number[];
};

export type Lanes = { readonly used: number; readonly limit: number | null };

export type TierModels = {
  readonly tier: Tier;
  readonly name: string;
  readonly does: string;
  /** More than one where its kinds of worker differ; none: the tier is not asked in this run. */
  readonly ladders: readonly TierLadder[];
  /** Attempts or questions under way, by model, the most first. */
  readonly now: readonly { readonly model: ModelId; readonly count: number }[];
  readonly lanes: Lanes;
  readonly tokens: string;
  readonly cost: string;
  /** Of its bound on money; null: it has none. */
  readonly budget: { readonly words: string; readonly percent: number } | null;
};

export type ProviderLanes = Lanes & {
  readonly provider: string;
  /** Why it is not called now; null: it is. */
  readonly hold: string | null;
};

export type KnownModel = {
  readonly model: ModelId;
  /** For a million tokens in, and out. */
  readonly price: string;
  readonly window: string;
  readonly cost: string | null;
};

export const tiers = [1, 2, 3, 4] as const satisfies readonly Tier[];

export const tierWords: Readonly<Record<Tier, { readonly name: string; readonly does: string }>> = {
  1: { name: "Orchestrator", does: "Divides the goal into tracks" },
  2: { name: "Tech lead", does: "Plans tickets, reviews, plans around blocks" },
  3: { name: "Worker", does: "Does the tickets" },
  4: { name: "QA", does: "Turns a red check into a hint" },
};

export const tierModelsOf = (state: RunState): readonly TierModels[] =>
  state.config === null ? [] : tiers.map((tier) => tierOf(state, tier));

function tierOf(state: RunState, tier: Tier): TierModels {
  const line = spendOf(state).tiers.find((each) => each.tier === tier);
  const cap = state.caps.get(`tier:${tier}`)?.costMicros;
  return {
    tier,
    ...tierWords[tier],
    ladders: laddersOfTier(state, tier),
    now: nowOf(state, tier),
    lanes: {
      used: state.lanesByTier.get(String(tier)) ?? 0,
      limit: configOf(state).lanes.tiers[tier] ?? null,
    },
    tokens: tokensInWords(line === undefined ? 0 : totalTokens(line)),
    cost: line?.cost ?? costInWords(0),
    budget: cap === undefined ? null : budgetOfTier(line === undefined ? 0 : line.costMicros, cap),
  };
}

const budgetOfTier = (spent: number | null, cap: number) => ({
  words: `${costInWords(spent)} of ${costInWords(cap)}`,
  percent: cap === 0 ? 100 : Math.min(100, Math.round((100 * (spent ?? 0)) / cap)),
});

/** Ladders that are alike stand together. Tier 3 is never asked: its ladders are its workers'. */
function laddersOfTier(state: RunState, tier: Tier): readonly TierLadder[] {
  const { archetypes, tiers: asked = {} } = configOf(state);
  const own = tier === 3 ? undefined : asked[tier];
  const named: readonly (readonly [kind: string | null, models: readonly ModelId[]])[] = [
    ...(own === undefined ? [] : [[null, own] as const]),
    ...archetypes.filter((each) => each.tier === tier).map(({ name, models }) => [name, models] as const),
  ];
  const byLadder = Map.groupBy(named, ([, models]) => models.join("\n"));
  const climbers = climbersOf(state, tier);
  return [...byLadder.values()].map((alike) => {
    const models = alike[0]?.[1] ?? [];
    const whose = new Set(alike.map(([kind]) => kind));
    return {
      kinds: alike.flatMap(([kind]) => (kind === null ? [] : [kind])),
      models,
      now: countOnRungs(
        models,
        climbers.filter(({ kind }) => whose.has(kind)),
      ),
    };
  });
}

function nowOf({ attempts, consults }: RunState, tier: Tier): TierModels["now"] {
  const working = [...attempts.values(), ...consults.values()].filter((each) => each.tier === tier);
  return [...Map.groupBy(working, ({ model }) => model)]
    .map(([model, those]) => ({ model, count: those.length }))
    .toSorted((a, b) => b.count - a.count || (a.model < b.model ? -1 : 1));
}

/** Every provider that a ladder names, or that a lane is taken of. */
export function providerLanesOf(state: RunState): readonly ProviderLanes[] {
  if (state.config === null) return [];
  const { lanes } = configOf(state);
  const named = [
    ...tiers.flatMap((tier) => laddersOfTier(state, tier).flatMap(({ models }) => models.map(providerOf))),
    ...Object.keys(lanes.providers),
    ...state.lanesByProvider.keys(),
    ...state.providers.keys(),
  ];
  return [...new Set(named)].toSorted().map((provider) => ({
    provider,
    used: state.lanesByProvider.get(provider) ?? 0,
    limit: lanes.providers[provider] ?? null,
    hold: state.providers.get(provider)?.reason ?? null,
  }));
}

/** Every model the run has heard of, with what is known of it. */
export function knownModelsOf(state: RunState): readonly KnownModel[] {
  if (state.config === null) return [];
  const { cards = {} } = configOf(state);
  const spent = [...state.spend].map(([key, usage]) => ({ model: spendKey(key).model, usage }));
  const all = [
    ...tiers.flatMap((tier) => laddersOfTier(state, tier).flatMap(({ models }) => models)),
    ...(Object.keys(cards) as ModelId[]),
    ...spent.map(({ model }) => model),
  ];
  return [...new Set(all)].toSorted().map((model) => {
    const own = spent.filter((each) => each.model === model);
    const cost = own.reduce((sum, { usage }) => addUsage(sum, usage), zeroUsage).costMicros;
    return { model, ...cardWords(cards[model]), cost: own.length === 0 ? null : costInWords(cost) };
  });
}

const cardWords = (card: ModelCard | undefined): Pick<KnownModel, "price" | "window"> => ({
  price:
    card === undefined || card.price === null
      ? "price unknown"
      : `${perMillion(card.price.input)} in, ${perMillion(card.price.output)} out`,
  window: card === undefined || card.window === null ? "window unknown" : `${tokensInWords(card.window)} window`,
});

const perMillion = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;
