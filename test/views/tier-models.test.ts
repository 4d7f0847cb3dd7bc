// The models of each tier as the page and its editor show them.

import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../src/domain/config.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import {
  addRung,
  isLadderReady,
  isSameLadder,
  mostRungs,
  moveRung,
  removeRung,
  rungProblem,
  setRung,
} from "../../src/views/ladder-draft.ts";
import { countOnDraft } from "../../src/views/rungs-now.ts";
import { knownModelsOf, providerLanesOf, tierModelsOf } from "../../src/views/tier-models.ts";
import { bareRun, failed, ladder, makeConfig, makeTicket, mara, model, replied } from "../core/story.ts";
import type { Taken } from "../support/given.ts";

const [coder] = makeConfig().archetypes;
if (coder === undefined) throw new Error("no worker");

const price = { input: 3_000_000, cachedRead: 300_000, cacheWrite: 0, output: 15_000_000 };

const priced: Partial<RunConfig> = {
  lanes: { run: 2, tiers: { "3": 5 }, providers: { alpha: 4 } },
  tiers: { "1": [model("gamma/wise")], "2": [model("beta/large")] },
  cards: {
    "alpha/small": { price, window: 200_000 },
    "alpha/middle": { price, window: null },
    "beta/large": { price, window: null },
    "gamma/wise": { price, window: null },
  },
  budgets: { tiers: { "3": { costMicros: 2_000_000 } } },
  archetypes: [
    coder,
    { ...coder, name: "scout" },
    { ...coder, name: "smith", models: [model("beta/large")] },
    { ...coder, name: "judge", tier: 2, models: [model("beta/large")] },
  ],
};

const tier = (story: Taken, number: 1 | 2 | 3 | 4) => {
  const found = tierModelsOf(story.state).find((each) => each.tier === number);
  if (found === undefined) throw new Error("no such tier");
  return found;
};

describe("the models of each tier", () => {
  it("TIER1 A-158 tells the ladders of a tier, those that are alike together, and none where it is not asked", () => {
    const story = bareRun(["A", "B", "C"], priced);
    expect(tierModelsOf(story.state).map((each) => each.tier)).toEqual([1, 2, 3, 4]);
    expect(tier(story, 1).ladders).toEqual([{ kinds: [], models: ["gamma/wise"], now: [0] }]);
    expect(tier(story, 2).ladders).toEqual([{ kinds: ["judge"], models: ["beta/large"], now: [0] }]);
    expect(tier(story, 3).ladders).toEqual([
      { kinds: ["coder", "scout"], models: ladder, now: [2, 0, 0] },
      { kinds: ["smith"], models: ["beta/large"], now: [0] },
    ]);
    expect(tier(story, 4).ladders).toEqual([]);
  });

  it("TIER1 A-158 tells what runs now, the lanes that are taken, and the spend of its bound", () => {
    const story = bareRun(["A", "B", "C"], priced);
    expect(tier(story, 3)).toMatchObject({
      now: [{ model: "alpha/small", count: 2 }],
      lanes: { used: 2, limit: 5 },
      cost: "$0.00",
      budget: { words: "$0.00 of $2.00", percent: 0 },
    });
    const spent = story.when(
      replied("A#1/1", [], { usage: { ...zeroUsage, input: 100_000, output: 10_000, costMicros: 500_000 } }),
    );
    expect(tier(spent, 3)).toMatchObject({
      tokens: "110k",
      cost: "$0.50",
      budget: { words: "$0.50 of $2.00", percent: 25 },
    });
    expect(tier(spent, 1)).toMatchObject({ now: [], lanes: { used: 0, limit: null }, budget: null });
  });

  it("TIER3 counts a model that stands on several rungs on the rung that calls it, and there alone", () => {
    const [small] = ladder;
    if (small === undefined) throw new Error("no model");
    const story = bareRun(["A", "B", "C"], {
      ...priced,
      tiers: { "1": [small], "4": [small] },
      archetypes: [
        { ...coder, models: [small, model("beta/large"), small] },
        { ...coder, name: "smith", models: [small, model("beta/large")] },
      ],
    });
    const [own, other] = tier(story, 3).ladders;
    expect([own?.now, other?.now]).toEqual([
      [2, 0, 0],
      [0, 0],
    ]);
    expect([tier(story, 1).ladders[0]?.now, tier(story, 4).ladders[0]?.now]).toEqual([[0], [0]]);
    const climbed = story.when(failed("A#1", "worker_blocked"));
    expect(tier(climbed, 3).ladders[0]?.now).toEqual([1, 1, 0]);
    const changed = story.when(
      { type: "run.set_models", tier: 3, models: [model("gamma/wise"), small], cards: {} },
      mara,
    );
    expect(tier(changed, 3).ladders[0]?.now).toEqual([0, 2]);
  });

  it("TIER3 a ladder that a ticket brought is none of its tier's rungs", () => {
    const story = bareRun([makeTicket("A", { models: [model("alpha/small")] }), "B"], priced);
    expect(tier(story, 3).now).toEqual([{ model: "alpha/small", count: 2 }]);
    expect(tier(story, 3).ladders[0]?.now).toEqual([1, 0, 0]);
  });

  it("TIER3 while rungs are written, each keeps its count where it is moved to, and a new one has none", () => {
    const ladders = [
      { models: [model("a/1"), model("b/2"), model("a/1")], now: [3, 0, 1] },
      { models: [model("a/1")], now: [2] },
    ];
    expect(countOnDraft(ladders, ["a/1", "b/2", "a/1"])).toEqual([5, 0, 1]);
    expect(countOnDraft(ladders, ["b/2", " a/1 ", "", "a/1", "a/1"])).toEqual([0, 5, 0, 1, 0]);
  });

  it("TIER1 knows every provider a ladder names, and every model with its price, its window and what it cost", () => {
    const story = bareRun(["A"], priced).when(
      replied("A#1/1", [], { usage: { ...zeroUsage, input: 1, costMicros: 250_000 } }),
    );
    expect(providerLanesOf(story.state)).toEqual([
      { provider: "alpha", used: 1, limit: 4, hold: null },
      { provider: "beta", used: 0, limit: null, hold: null },
      { provider: "gamma", used: 0, limit: null, hold: null },
    ]);
    const known = knownModelsOf(story.state);
    expect(known.map((each) => each.model)).toEqual(["alpha/middle", "alpha/small", "beta/large", "gamma/wise"]);
    expect(known[1]).toEqual({
      model: "alpha/small",
      price: "$3.00 in, $15.00 out",
      window: "200k window",
      cost: "$0.25",
    });
    expect(known[2]).toMatchObject({ window: "window unknown", cost: null });
    const unknown = knownModelsOf(bareRun(["A"]).state);
    expect(unknown.map((each) => each.price)).toEqual(["price unknown", "price unknown", "price unknown"]);
  });

  it("TIER1 follows a change of a tier's models, and says nothing of a run that has not begun", () => {
    const story = bareRun(["A"], priced).when(
      { type: "run.set_models", tier: 3, models: [model("beta/large")], cards: {} },
      mara,
    );
    expect(tier(story, 3).ladders).toEqual([{ kinds: ["coder", "scout", "smith"], models: ["beta/large"], now: [0] }]);
    const empty = { ...story.state, config: null };
    expect([tierModelsOf(empty), providerLanesOf(empty), knownModelsOf(empty)]).toEqual([[], [], []]);
  });
});

describe("a ladder while it is edited", () => {
  it("TIER2 says what is wrong with a rung, and takes no ladder with such a one, an empty one or one too long", () => {
    expect(rungProblem("anthropic/claude-sonnet-5")).toBeNull();
    expect(rungProblem(" openrouter/meta/llama-4 ")).toBeNull();
    expect(rungProblem("")).toContain("Name a model");
    for (const bad of ["sonnet", "/x", "a/", "a/b c", "-a/b"]) expect(rungProblem(bad)).toContain("provider/model");
    expect(rungProblem(`a/${"x".repeat(300)}`)).toContain("at most 300");
    expect(isLadderReady([])).toBe(false);
    expect(isLadderReady(["a/b", ""])).toBe(false);
    expect(isLadderReady(Array.from({ length: mostRungs }, (_, at) => `a/m${at}`))).toBe(true);
    expect(isLadderReady(Array.from({ length: mostRungs + 1 }, (_, at) => `a/m${at}`))).toBe(false);
  });

  it("TIER2 rungs are added, renamed, removed and moved by one place; the ends stay", () => {
    const rungs = ["a/1", "b/2", "c/3"];
    expect(moveRung(rungs, 0, 1)).toEqual(["b/2", "a/1", "c/3"]);
    expect(moveRung(rungs, 2, -1)).toEqual(["a/1", "c/3", "b/2"]);
    expect([moveRung(rungs, 0, -1), moveRung(rungs, 2, 1), moveRung(rungs, 9, 1)]).toEqual([rungs, rungs, rungs]);
    expect(removeRung(rungs, 1)).toEqual(["a/1", "c/3"]);
    expect(setRung(rungs, 1, "d/4")).toEqual(["a/1", "d/4", "c/3"]);
    expect(addRung(rungs)).toEqual(["a/1", "b/2", "c/3", ""]);
    expect(isSameLadder(rungs, ["a/1 ", "b/2", "c/3"])).toBe(true);
    expect(isSameLadder(rungs, ["b/2", "a/1", "c/3"])).toBe(false);
  });
});
