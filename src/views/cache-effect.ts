// What the providers' prompt caches did: which share of what was sent came from them, and what that saved, by tier.

import type { RunState } from "../core/state.ts";
import type { ModelCard } from "../domain/config.ts";
import type { Usage } from "../domain/usage.ts";
import { spendKey } from "./spend.ts";
import { costInWords, tokensInWords } from "./words.ts";

export type CacheEffect = {
  /** Tokens of all requests: neither read from nor written to a cache, read, written. */
  readonly input: number;
  readonly cachedRead: number;
  readonly cacheWrite: number;
  /** Per cent of all of them that was read from a cache; null where nothing was sent. */
  readonly percent: number | null;
  /** Against the price without a cache, what writing to it costs counted in; below 0 it cost more. Null: a price is not known. */
  readonly savedMicros: number | null;
};

export type CacheEffects = {
  readonly total: CacheEffect;
  readonly tiers: readonly (CacheEffect & { readonly tier: number })[];
};

const nothing: CacheEffect = { input: 0, cachedRead: 0, cacheWrite: 0, percent: null, savedMicros: 0 };

export function cacheEffectsOf(state: RunState): CacheEffects {
  const tiers = new Map<number, CacheEffect>();
  let total = nothing;
  for (const [key, usage] of state.spend) {
    const { tier, model } = spendKey(key);
    const effect = effectOf(usage, state.config?.cards?.[model]);
    tiers.set(tier, add(tiers.get(tier) ?? nothing, effect));
    total = add(total, effect);
  }
  return { total, tiers: [...tiers].toSorted(([a], [b]) => a - b).map(([tier, effect]) => ({ tier, ...effect })) };
}

const effectOf = ({ input, cachedRead, cacheWrite }: Usage, card: ModelCard | undefined): CacheEffect =>
  withPercent({ input, cachedRead, cacheWrite, percent: null, savedMicros: savedBy({ cachedRead, cacheWrite }, card) });

function savedBy(
  { cachedRead, cacheWrite }: Pick<Usage, "cachedRead" | "cacheWrite">,
  card: ModelCard | undefined,
): number | null {
  if (cachedRead + cacheWrite === 0) return 0;
  const price = card?.price ?? null;
  if (price === null) return null;
  const saved = cachedRead * (price.input - price.cachedRead) - cacheWrite * (price.cacheWrite - price.input);
  return Math.round(saved / 1_000_000);
}

const add = (a: CacheEffect, b: CacheEffect): CacheEffect =>
  withPercent({
    input: a.input + b.input,
    cachedRead: a.cachedRead + b.cachedRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    percent: null,
    savedMicros: a.savedMicros === null || b.savedMicros === null ? null : a.savedMicros + b.savedMicros,
  });

function withPercent(effect: CacheEffect): CacheEffect {
  const all = effect.input + effect.cachedRead + effect.cacheWrite;
  return all === 0 ? effect : { ...effect, percent: Math.round((effect.cachedRead * 100) / all) };
}

/** For example `the prompt cache gave 62 % of 1.20M tokens sent and saved $1.84`; undefined where none was used. */
export function cacheInWords({ total }: CacheEffects): string | undefined {
  const { input, cachedRead, cacheWrite, percent } = total;
  if (percent === null || cachedRead + cacheWrite === 0) return undefined;
  return `the prompt cache gave ${percent} % of ${tokensInWords(input + cachedRead + cacheWrite)} tokens sent ${savedInWords(total)}`;
}

/** One line for each tier that used a cache. */
export const cacheLines = ({ tiers }: CacheEffects): readonly string[] =>
  tiers
    .filter(({ cachedRead, cacheWrite }) => cachedRead + cacheWrite > 0)
    .map(
      (effect) =>
        `tier ${effect.tier}: ${effect.percent ?? 0} % read from the prompt cache (${tokensInWords(effect.cachedRead)} read, ${tokensInWords(effect.cacheWrite)} written, ${tokensInWords(effect.input)} neither) ${savedInWords(effect)}`,
    );

function savedInWords({ savedMicros }: CacheEffect): string {
  if (savedMicros === null) return "and saved an unknown amount";
  return savedMicros < 0
    ? `and cost ${costInWords(-savedMicros)} more than it saved so far`
    : `and saved ${costInWords(savedMicros)}`;
}
