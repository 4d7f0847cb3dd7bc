// What is known of models before they are called.

import { describe, expect, it } from "vitest";
import { dearest, loadModelCards } from "../../../src/adapters/models/model-cards.ts";
import type { ModelId } from "../../../src/domain/ids.ts";
import type { ModelOverride } from "../../../src/domain/user-defaults.ts";
import { emptyUserConfig } from "../../../src/domain/user-config.ts";

const load = async (model: string, overrides: Record<string, ModelOverride> = {}) =>
  (await loadModelCards([model as ModelId], { userConfig: emptyUserConfig, overrides }))[model as ModelId];

describe("model cards", () => {
  it("BUD15 the dearest price of the list counts: a long request costs more than a short one", async () => {
    const card = await load("anthropic/claude-sonnet-4-5");
    expect(card).toMatchObject({
      price: { input: 6_000_000, output: 22_500_000, cacheWrite: 7_500_000, cachedRead: 600_000 },
    });
    expect(card?.window).toBeGreaterThan(100_000);
  });

  it("BUD15 the person's own price and window come first, each by itself", async () => {
    const price = { input: 1, cachedRead: 1, cacheWrite: 1, output: 2 };
    const own = await load("anthropic/claude-sonnet-4-5", { "anthropic/claude-sonnet-4-5": { price } });
    expect(own).toMatchObject({ price, isOwn: true });
    expect(own?.window).toBeGreaterThan(100_000);
    const wide = await load("anthropic/claude-sonnet-4-5", { "anthropic/claude-sonnet-4-5": { window: 7 } });
    expect(wide).toMatchObject({ price: { input: 6_000_000 }, window: 7 });
    expect(wide).not.toHaveProperty("isOwn");
  });

  it("BUD15 what nobody lists has no price, never a price of 0; the person's own machine is free", async () => {
    expect(await load("openai/no-such-model")).toEqual({ price: null, window: null });
    expect(await load("local/anything")).toEqual({ price: null, window: null });
    expect(await load("scripted/one")).toEqual({ price: null, window: null });
    expect(await load("ollama/llama3")).toMatchObject({ price: { input: 0, output: 0 } });
  });

  it("BUD15 of prices by date or time of day the highest counts, and half a price is none", () => {
    const early = { input_mtok: 1, output_mtok: 9, cache_write_mtok: 0.5 };
    const late = { input_mtok: 2, output_mtok: 3, output_reasoning_mtok: 12 };
    expect(dearest([{ prices: early }, { prices: late }])).toEqual({
      input: 2_000_000,
      cachedRead: 2_000_000,
      cacheWrite: 2_000_000,
      output: 12_000_000,
    });
    expect(dearest({ input_mtok: 1 })).toBeNull();
  });
});
