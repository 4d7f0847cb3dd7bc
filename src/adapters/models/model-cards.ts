// What is known of each model before it is called: the dearest price of its list entry, and its window. The person's own
// figures come first. An unknown price is null, never 0.

import type { ModelCard, Price } from "../../domain/config.ts";
import { providerOf, type ModelId } from "../../domain/ids.ts";
import type { UserConfig } from "../../domain/user-config.ts";
import type { ModelOverride } from "../../domain/user-defaults.ts";
import { listIdOf } from "./prices.ts";
import { kindOf } from "./provider-registry.ts";

export type CardSources = {
  readonly userConfig: UserConfig;
  readonly overrides: Readonly<Record<string, ModelOverride>>;
};

export async function loadModelCards(
  models: readonly ModelId[],
  { userConfig, overrides }: CardSources,
): Promise<Record<ModelId, ModelCard>> {
  const cards = await Promise.all(
    models.map(async (model): Promise<[ModelId, ModelCard]> => {
      const listed = await findListed(model, userConfig);
      const own = overrides[model];
      const isOwn = own?.price === undefined ? {} : { isOwn: true as const };
      return [model, { price: own?.price ?? listed.price, window: own?.window ?? listed.window, ...isOwn }];
    }),
  );
  return Object.fromEntries(cards);
}

const unknown: ModelCard = { price: null, window: null };
const free: Price = { input: 0, cachedRead: 0, cacheWrite: 0, output: 0 };

async function findListed(model: ModelId, userConfig: UserConfig): Promise<ModelCard> {
  // What a scenario costs is what the scenario says.
  if (model.startsWith("scripted/")) return unknown;
  const kind = kindOf(providerOf(model), userConfig);
  // Runs on the person's own machine.
  if (kind === "ollama") return { price: free, window: null };
  const providerId = listIdOf(kind);
  if (providerId === undefined) return unknown;
  // The list is large; a run with scripted models never needs it.
  const { calcPrice } = await import("@pydantic/genai-prices");
  const name = model.slice(providerOf(model).length + 1);
  const found = pricedBy(() => calcPrice({ input_tokens: 1, output_tokens: 1 }, name, { providerId }));
  if (found === undefined) return unknown;
  return { price: dearest(found.model.prices), window: found.model.context_window ?? null };
}

/** The list throws for some models it cannot price. */
function pricedBy<T>(find: () => T | null): T | undefined {
  try {
    return find() ?? undefined;
  } catch {
    return undefined;
  }
}

type Listed = Readonly<Record<string, number | { readonly base: number; readonly tiers: readonly Tier[] } | undefined>>;
type Tier = { readonly price: number };

/** By size of the request, by time of day, by date: whatever the price comes to, it is not above this one. */
export function dearest(prices: Listed | readonly { readonly prices: Listed }[]): Price | null {
  const lists = isConditional(prices) ? prices.map((each) => each.prices) : [prices];
  const most = (name: string): number | undefined => {
    const all = lists.flatMap((list) => {
      const price = list[name];
      if (price === undefined) return [];
      return typeof price === "number" ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
    });
    return all.length === 0 ? undefined : Math.max(...all) * 1_000_000;
  };
  const [input, output] = [most("input_mtok"), most("output_mtok")];
  if (input === undefined || output === undefined || ![input, output].every(Number.isFinite)) return null;
  return {
    input,
    cachedRead: most("cache_read_mtok") ?? input,
    cacheWrite: Math.max(most("cache_write_mtok") ?? input, input),
    output: Math.max(output, most("output_reasoning_mtok") ?? 0),
  };
}

const isConditional = (
  prices: Listed | readonly { readonly prices: Listed }[],
): prices is readonly { readonly prices: Listed }[] => Array.isArray(prices);
