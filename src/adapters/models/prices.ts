// What tokens cost, from the offline price list of @pydantic/genai-prices. An unknown price is null, never 0.

import type { ProviderKind } from "../../domain/user-config.ts";
import type { PriceTokens, TokenCounts } from "./token-usage.ts";

/** Price lookup by kind of provider and the provider's own name of the model. */
export type Prices = (kind: ProviderKind, model: string) => PriceTokens;

const listed: Partial<Record<ProviderKind, string>> = {
  anthropic: "anthropic",
  openai: "openai",
  google: "google",
  openrouter: "openrouter",
};

/** What the list calls a provider of this kind; undefined where it has none. */
export const listIdOf = (kind: ProviderKind): string | undefined => listed[kind];

/** Loads the list on first use: it is large, and a run with scripted models never needs it. */
export async function loadPrices(): Promise<Prices> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  return (kind, model) => {
    // Ollama runs on the person's own machine.
    if (kind === "ollama") return () => 0;
    const providerId = listed[kind];
    if (providerId === undefined) return () => null;
    return (tokens) => toMicros(() => calcPrice(toListUsage(tokens), model, { providerId })?.total_price);
  };
}

/** The list counts cached tokens within the input, and reasoning within the output. */
const toListUsage = (tokens: TokenCounts) => ({
  input_tokens: tokens.input + tokens.cachedRead + tokens.cacheWrite,
  cache_read_tokens: tokens.cachedRead,
  cache_write_tokens: tokens.cacheWrite,
  output_tokens: tokens.output + tokens.reasoning,
});

/** Rounded up: a budget is never undercounted. A model the list cannot price (it throws for some) has no price. */
export function toMicros(dollars: () => number | undefined): number | null {
  try {
    const price = dollars();
    if (price === undefined || !Number.isFinite(price) || price < 0) return null;
    return Math.ceil(Number((price * 1_000_000).toFixed(6)));
  } catch {
    return null;
  }
}

/** Whether the list has a price for a model, and the tokens that a request and its reply may have together. */
export async function knowModel(
  kind: ProviderKind,
  model: string,
): Promise<{ readonly isPriced: boolean; readonly window: number | undefined }> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  const providerId = listed[kind];
  if (providerId === undefined) return { isPriced: kind === "ollama", window: undefined };
  try {
    const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId });
    return { isPriced: found !== null, window: found?.model.context_window };
  } catch {
    // It throws for some models that it cannot price.
    return { isPriced: false, window: undefined };
  }
}
