// What a prompt cache gave and saved, by tier.

import { describe, expect, it } from "vitest";
import { cacheEffectsOf, cacheInWords, cacheLines } from "../../src/views/cache-effect.ts";
import { reportOf } from "../../src/views/report.ts";
import type { RunState } from "../../src/core/state.ts";
import { makeMap } from "../../src/core/small-map.ts";
import { zeroUsage, type Usage } from "../../src/domain/usage.ts";
import { bareRun, ladder } from "../core/story.ts";

const price = { input: 3_000_000, cachedRead: 300_000, cacheWrite: 3_750_000, output: 15_000_000 };
const cards = Object.fromEntries(ladder.map((id) => [id, { price, window: null }]));

const usage = (input: number, cachedRead: number, cacheWrite: number): Usage => ({
  ...zeroUsage,
  input,
  cachedRead,
  cacheWrite,
});

const stateWith = (spend: Readonly<Record<string, Usage>>, changes = { cards }): RunState => ({
  ...bareRun(["A"], changes).state,
  spend: makeMap(Object.entries(spend)),
});

describe("the effect of the prompt cache", () => {
  const state = stateWith({
    "2|alpha/small": usage(1_000, 0, 0),
    "3|alpha/small": usage(10_000, 80_000, 10_000),
    "3|beta/large": usage(100_000, 0, 0),
  });

  it("WIN8 A-163 is told by tier and in all, classes apart, what writing costs counted in", () => {
    const { total, tiers } = cacheEffectsOf(state);
    // 80,000 at 2.70 less each, 10,000 at 0.75 more, per million.
    const savedMicros = 80_000 * 2.7 - 10_000 * 0.75;
    expect(tiers).toEqual([
      { tier: 2, input: 1_000, cachedRead: 0, cacheWrite: 0, percent: 0, savedMicros: 0 },
      { tier: 3, input: 110_000, cachedRead: 80_000, cacheWrite: 10_000, percent: 40, savedMicros },
    ]);
    expect(total).toEqual({ input: 111_000, cachedRead: 80_000, cacheWrite: 10_000, percent: 40, savedMicros });
    expect(cacheLines(cacheEffectsOf(state))).toEqual([
      "tier 3: 40 % read from the prompt cache (80.0k read, 10.0k written, 110k neither) and saved $0.21",
    ]);
  });

  it("WIN8 one that has only been written to has cost more so far, and says so", () => {
    const lines = cacheLines(cacheEffectsOf(stateWith({ "3|alpha/small": usage(0, 0, 100_000) })));
    expect(lines).toEqual([
      "tier 3: 0 % read from the prompt cache (0 read, 100k written, 0 neither) and cost $0.0750 more than it saved so far",
    ]);
  });

  it("WIN8 without a price what was saved is unknown; without a cache nothing is said", () => {
    const unpriced = stateWith({ "3|gamma/x": usage(10, 90, 0) });
    expect(cacheEffectsOf(unpriced).total).toMatchObject({ percent: 90, savedMicros: null });
    expect(cacheInWords(cacheEffectsOf(unpriced))).toBe(
      "the prompt cache gave 90 % of 100 tokens sent and saved an unknown amount",
    );
    const plain = cacheEffectsOf(stateWith({ "3|gamma/x": usage(10, 0, 0) }));
    expect(cacheInWords(plain)).toBeUndefined();
    expect(cacheLines(plain)).toEqual([]);
    expect(cacheEffectsOf(stateWith({})).total.percent).toBeNull();
  });

  it("WIN8 stands in the report", () => {
    expect(reportOf(state)).toContain("Of these the prompt cache gave 40 % of 201k tokens sent and saved $0.21.");
  });
});
