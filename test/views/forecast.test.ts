// Forecasts: what they rest on, what bounds them, and what a log says for the next one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeGraph } from "../../src/core/graph.ts";
import type { ModelCard, RunConfig } from "../../src/domain/config.ts";
import { priorsSchema, type Measure, type Priors } from "../../src/domain/priors.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { zeroUsage, type Usage } from "../../src/domain/usage.ts";
import { forecastFactOf, forecastOfRun } from "../../src/views/forecast-fact.ts";
import { forecastFactLines, forecastLines, shortForecastLines } from "../../src/views/forecast-lines.ts";
import { forecastOf, type Forecast } from "../../src/views/forecast.ts";
import { blend, measured, noMeasure, together } from "../../src/views/measure.ts";
import { observeRun } from "../../src/views/observe-run.ts";
import {
  adopt,
  answer,
  bareRun,
  failed,
  finish,
  gitRun,
  makeConfig,
  makeTicket,
  mara,
  merged,
  model,
  pause,
  prepared,
  replied,
  resume,
  trusted,
  verified,
} from "../core/story.ts";
import { start, type Taken } from "../support/given.ts";

const one = model("alpha/small");
const coder = makeConfig().archetypes[0] ?? {
  name: "coder",
  tier: 3,
  models: [],
  trust: "auto",
  tools: [],
  prompt: "",
};
const oneModel: Partial<RunConfig> = {
  workspace: "git",
  archetypes: [{ ...coder, models: [one] }],
};

const forecastFor = (lines: readonly (string | Ticket)[], changes: Partial<RunConfig> = {}): Forecast =>
  forecastOf(
    makeConfig({ ...oneModel, ...changes }),
    makeGraph(lines.map((line) => (typeof line === "string" ? makeTicket(line) : line))),
  );

const lanes = (run: number): Partial<RunConfig> => ({ lanes: { run, tiers: {}, providers: {} } });

const card: ModelCard = { price: { input: 3e6, cachedRead: 3e5, cacheWrite: 4e6, output: 15e6 }, window: null };
const used: Usage = { ...zeroUsage, input: 1_000, cachedRead: 8_000, output: 300, costMicros: 9_000 };

/** A past in which `count` attempts of the model all took 60 s and the usage above. */
function pastOf(count: number, changes: Partial<Usage> = {}): Priors {
  let story: Taken = gitRun(
    Array.from({ length: count }, (_, place) => `T${place}`),
    { ...oneModel, verify: [], ...lanes(1) },
  );
  let now = start;
  for (let place = 0; place < count; place += 1) {
    const name = `T${place}#1`;
    story = story
      .when(prepared(name), { at: now })
      .when(replied(`${name}/1`, [finish()], { usage: { ...used, ...changes } }), { at: (now += 60_000) })
      .when(merged(name), { at: (now += 2_000) });
  }
  return priorsSchema.parse({ runs: 1, passedOver: 0, work: observeRun(story.records).work });
}

describe("what a forecast rests on", () => {
  it("FORE1 the same plan, settings and past give the same forecast; low, likely and high are in order", () => {
    const plan = ["A", "B: A", "C: A", "D: B C"];
    const forecast = forecastFor(plan);
    expect(forecastFor(plan)).toEqual(forecast);
    for (const way of [forecast.parallel, forecast.linear]) {
      for (const { low, likely, high } of [way.ms, way.attempts, ...Object.values(way.tokens)]) {
        expect(low).toBeLessThanOrEqual(likely);
        expect(likely).toBeLessThanOrEqual(high);
      }
    }
    expect(forecast.parallel.attempts.low).toBeGreaterThanOrEqual(4);
  });

  it("FORE2 without a past run the stated figures count, and it says so; with one, its attempts", () => {
    expect(forecastFor(["A"]).basis).toMatchObject({
      runs: 0,
      models: [{ model: one, ground: "stated", attempts: 0 }],
    });
    const learned = forecastFor(["A"], { priors: pastOf(12) });
    expect(learned.basis).toMatchObject({ runs: 1, models: [{ model: one, ground: "own", attempts: 12 }] });
    expect(learned.parallel.ms.likely).toBeGreaterThan(50_000);
    expect(learned.parallel.ms.likely).toBeLessThan(90_000);
    expect(learned.parallel.tokens.cachedRead.likely).toBeGreaterThan(6_500);
    expect(learned.parallel.tokens.cachedRead.likely).toBeLessThan(11_000);
  });

  it("FORE2 a model nobody tried is judged by others of its tier; scripted attempts say nothing of real ones", () => {
    const priors = pastOf(6);
    const other = { archetypes: [{ ...coder, models: [model("beta/large")] }], priors };
    expect(forecastFor(["A"], other).basis.models).toMatchObject([{ ground: "others", attempts: 6 }]);
    const scripted = { archetypes: [{ ...coder, models: [model("scripted/one")] }], priors };
    expect(forecastFor(["A"], scripted).basis.models).toMatchObject([{ ground: "stated", attempts: 0 }]);
  });

  it("FORE2 the more attempts were seen, the narrower the spread", () => {
    const width = (count: number): number => {
      const past = count === 0 ? {} : { priors: pastOf(count) };
      const { low, high } = forecastFor(["A", "B: A", "C: B"], past).parallel.ms;
      return high / low;
    };
    expect(width(2)).toBeLessThan(width(0));
    expect(width(20)).toBeLessThan(width(2));
  });

  it("FORE2 what is stated and what was seen are weighed by how sure each is", () => {
    const stated = { middle: 100, scatter: 0.5 };
    const seen = Array.from({ length: 50 }).reduce<typeof noMeasure>((sum) => measured(sum, 1_000), noMeasure);
    const nothing = blend(stated, noMeasure);
    const little = blend(stated, measured(noMeasure, 1_000));
    const much = blend(stated, seen);
    expect(Math.expm1(nothing.middle)).toBeCloseTo(100);
    expect(Math.expm1(little.middle)).toBeGreaterThan(200);
    expect(Math.expm1(little.middle)).toBeLessThan(1_000);
    expect(Math.expm1(much.middle)).toBeGreaterThan(980);
    expect(much.doubt).toBeLessThan(little.doubt);
    expect(little.doubt).toBeLessThan(nothing.doubt);
    expect(blend({ middle: 0, scatter: 0.1 }, noMeasure)).toEqual({ middle: 0, doubt: 0, scatter: 0 });
  });

  it("FORE2 measures put together are what one measure of everything is", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000)), fc.array(fc.nat(1_000_000)), (left, right) => {
        const measure = (values: readonly number[]) => values.reduce(measured, noMeasure);
        const [joined, whole] = [together(measure(left), measure(right)), measure([...left, ...right])];
        expect(joined.count).toBe(whole.count);
        expect(joined.mean).toBeCloseTo(whole.mean, 6);
        expect(joined.squares).toBeCloseTo(whole.squares, 4);
      }),
    );
  });

  it("FORE5 a price comes from the model's card, else from what its attempts cost, else it is unknown and never 0", () => {
    expect(forecastFor(["A"]).parallel.costMicros).toBeNull();
    expect(forecastFor(["A"]).basis.unpriced).toEqual([one]);
    const priors = pastOf(12);
    const past = forecastFor(["A"], { priors });
    expect(past.basis.unpriced).toEqual([]);
    expect(past.parallel.costMicros?.likely).toBeGreaterThan(8_000);
    expect(past.parallel.costMicros?.likely).toBeLessThan(13_000);
    const carded = forecastFor(["A"], { cards: { [one]: card } });
    const { tokens, costMicros } = carded.parallel;
    const likely = 3 * tokens.input.likely + 0.3 * tokens.cachedRead.likely + 4 * tokens.cacheWrite.likely;
    expect(costMicros?.likely).toBeGreaterThan(likely);
    expect(costMicros?.likely).toBeLessThan(2 * likely);
    // One rung without a price is enough: an attempt may climb to it.
    const ladder = [{ ...coder, models: [one, model("beta/large")] }];
    expect(forecastFor(["A"], { archetypes: ladder, cards: { [one]: card } }).parallel.costMicros).toBeNull();
  });
});

describe("parallel against linear", () => {
  it("FORE4 a chain gains nothing from lanes, and independent tickets gain what there are", () => {
    const chain = forecastFor(["A", "B: A", "C: B", "D: C"], lanes(4));
    expect(chain).toMatchObject({ isWorthIt: false, usefulLanes: 1, speedUp: 1 });
    expect(chain.parallel.ms).toEqual(chain.linear.ms);
    expect(chain.criticalPath.ids).toEqual(["A", "B", "C", "D"]);
    const wide = forecastFor(
      Array.from({ length: 40 }, (_, place) => `T${place}`),
      lanes(4),
    );
    expect(wide.isWorthIt).toBe(true);
    expect(wide.speedUp).toBeGreaterThan(3);
    expect(wide.speedUp).toBeLessThanOrEqual(4);
    expect(forecastFor(["A", "B"], { mode: "linear" }).chosen).toBe("linear");
  });

  it("FORE4 only what is done beside other work can conflict and be done again", () => {
    const plan = Array.from({ length: 60 }, (_, place) => `T${place}`);
    const wide = forecastFor(plan, { ...lanes(4), cards: { [one]: card } });
    expect(wide.parallel.attempts.likely).toBeGreaterThan(wide.linear.attempts.likely);
    expect(wide.parallel.costMicros?.likely).toBeGreaterThan(wide.linear.costMicros?.likely ?? Infinity);
    const single = forecastFor(plan, lanes(1));
    expect(single.parallel.attempts).toEqual(single.linear.attempts);
  });

  it("FORE3 lanes of a tier and of a provider hold as those of the run do", () => {
    const plan = Array.from({ length: 20 }, (_, place) => `T${place}`);
    const free = forecastFor(plan, lanes(10)).parallel.ms.likely;
    const byTier = { lanes: { run: 10, tiers: { "3": 2 }, providers: {} } };
    const byProvider = { lanes: { run: 10, tiers: {}, providers: { alpha: 2 } } };
    expect(forecastFor(plan, byTier).parallel.ms.likely).toBeGreaterThan(2 * free);
    expect(forecastFor(plan, byProvider).parallel).toEqual({ ...forecastFor(plan, byTier).parallel });
  });

  it("FORE1 a ticket that weighs more takes more, and the unit of weights means nothing", () => {
    const plan = (weight: number, unit = 1): Ticket[] =>
      ["A", "B", "C"].map((id) => makeTicket(id, { weight: (id === "C" ? weight : 1) * unit }));
    const likely = [2, 4, 8].map((weight) => forecastFor(plan(weight)).parallel.ms.likely);
    expect(likely).toEqual(likely.toSorted((a, b) => a - b));
    expect(likely[2]).toBeGreaterThan(likely[0] ?? Infinity);
    expect(forecastFor(plan(4, 30))).toEqual(forecastFor(plan(4)));
  });
});

describe("a large plan", () => {
  it("FORE3 10,000 tickets in one chain, or all waiting for one, are forecast without recursion", () => {
    const chain = Array.from({ length: 10_000 }, (_, place) => (place === 0 ? "T0" : `T${place}: T${place - 1}`));
    expect(forecastFor(chain).criticalPath.ids).toHaveLength(10_000);
    const fan = Array.from({ length: 10_000 }, (_, place) => (place === 0 ? "T0" : `T${place}: T0`));
    expect(forecastFor(fan).parallel.attempts.low).toBeGreaterThan(10_000);
  });
});

const middleOf = (measure: Measure | undefined): number => Math.expm1(measure?.mean ?? Number.NaN);

describe("what a log says", () => {
  const minute = 60_000;
  /** When a story's second command is taken. */
  const begun = start + 1_000;
  const later = (minutes: number) => ({ at: begun + minutes * minute });

  it("FORE6 an attempt's time is its own: not a person's, not that of a pause or of a dead process, not the merge queue's", () => {
    const held = bareRun(["A"], { ...oneModel, workspace: "none", ...trusted("step") });
    const asked = held.when(answer(held, "approve"), { ...mara, ...later(30) });
    const done = asked
      .when(pause(), later(31))
      .when(resume, later(41))
      .when(adopt(), later(50))
      .when(replied("A#1/1", [finish()], { usage: used, try: 2 }), later(52));
    const { facts, work } = observeRun(done.records);
    // 30 minutes at the gate, 10 of pause, 9 without a process: 3 are left.
    expect(facts).toMatchObject({ attempts: 1, ms: 3 * minute });
    expect(work).toMatchObject([{ tier: 3, model: one, attempts: 1, failed: 0 }]);
    expect(Math.round(middleOf(work[0]?.ms))).toBe(3 * minute);
  });

  it("FORE6 a failed attempt and a conflict count as such; one that was stopped from outside does not count", () => {
    const begun = gitRun(["A", "B", "C"], { ...oneModel, verify: ["npm test"], ...lanes(3) });
    const ended = begun
      .when(failed("A#1", "turn_limit"))
      .when(failed("B#1", "conflict"))
      .when({ type: "ticket.abort", ticket: makeTicket("C").id, reason: "not needed" }, mara);
    expect(observeRun(ended.records).work).toMatchObject([{ attempts: 2, failed: 1, conflicts: 1 }]);
  });

  it("FORE6 a heavy ticket is counted by its weight; merging is told apart from working", () => {
    const run = gitRun(["A", "B", makeTicket("C", { weight: 4 })], { ...oneModel, ...lanes(1) });
    const done = run
      .when(prepared("C#1"), later(0))
      .when(replied("C#1/1", [finish()], { usage: used }), later(7))
      .when(verified("C#1"), later(8))
      .when(merged("C#1"), later(10));
    const [work] = observeRun(done.records).work;
    expect(Math.round(middleOf(work?.ms))).toBe(2 * minute);
    expect(Math.round(middleOf(work?.mergeMs))).toBe(2 * minute);
    expect(Math.round(middleOf(work?.cachedRead))).toBe(2_000);
  });

  it("FORE6 attempts that are played from a recording say nothing of the model that is named", () => {
    const played = bareRun(["A"], { ...oneModel, workspace: "none", scenario: "/tmp/recording.json" });
    const done = played.when(replied("A#1/1", [finish()], { usage: used }), later(1));
    expect(observeRun(done.records)).toMatchObject({ facts: { attempts: 1 }, work: [] });
  });
});

describe("forecast and fact", () => {
  const done = (): Taken => {
    const run = bareRun(["A"], { ...oneModel, workspace: "none", priors: pastOf(12), cards: { [one]: card } });
    return run.when(replied("A#1/1", [finish()], { usage: used }), { at: start + 61_000 });
  };

  it("FORE7 each figure lies beside its forecast, with a verdict once everything is completed", () => {
    const begun = bareRun(["A"], { ...oneModel, workspace: "none" });
    const open = forecastFactOf(begun.state, observeRun(begun.records).facts);
    expect(open).toMatchObject({ isDone: false, completed: 0 });
    expect(open?.figures.every(({ verdict }) => verdict === null)).toBe(true);
    const { state, records } = done();
    const compared = forecastFactOf(state, observeRun(records).facts);
    expect(compared?.figures.find(({ figure }) => figure === "ms")).toMatchObject({ fact: 60_000, verdict: "within" });
    expect(compared?.figures.find(({ figure }) => figure === "costMicros")).toMatchObject({ fact: 9_000 });
    const slow = forecastFactOf(state, { ...observeRun(records).facts, ms: 3_600_000 });
    expect(slow?.figures.find(({ figure }) => figure === "ms")?.verdict).toBe("above");
    expect((slow === null ? [] : forecastFactLines(slow)).join("\n")).toMatch(
      /time +.* to .* +1 h 00 min +more than forecast/,
    );
  });

  it("FORE7 the forecast is that of the recorded settings, and made once for one plan", () => {
    const { state } = done();
    expect(forecastOfRun(state)).toBe(forecastOfRun({ ...state, seq: state.seq + 1 }));
    expect(forecastOfRun(state)?.basis.runs).toBe(1);
  });

  it("FORE1 no line is wider than the terminal, at 60 columns and with long ids too", () => {
    const ids = ["parser/grammar-and-tokens-of-the-whole", "printer", "日本語のチケット", "tests"];
    const plan = ids.map((id, place) =>
      makeTicket(id, { dependsOn: place === 0 ? [] : [makeTicket(ids[place - 1] ?? "").id] }),
    );
    const forecast = forecastFor(plan, { cards: { [one]: card } });
    for (const width of [60, 80, 100]) {
      for (const line of [...forecastLines(forecast, "A title", width), ...shortForecastLines(forecast, width)])
        expect(line.length).toBeLessThanOrEqual(width);
    }
  });
});
