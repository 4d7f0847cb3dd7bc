// Bounds in a person's own words.

import { describe, expect, it } from "vitest";
import { inUsd, readBudgets, readRaises } from "../../src/domain/budget.ts";

const problem = (text: string): string => {
  const read = readRaises(text);
  return read.ok ? "" : read.problem;
};

describe("bounds as a person writes them", () => {
  it("BUD9 a scope, what is bounded, and the number; several by commas or lines", () => {
    expect(readRaises("run usd 12.50, tier 3 turns 400\nticket A b tokens 7")).toEqual({
      ok: true,
      raises: [
        { scope: "run", caps: { costMicros: 12_500_000 } },
        { scope: "tier:3", caps: { turns: 400 } },
        { scope: "ticket:A b", caps: { tokens: 7 } },
      ],
    });
    expect(readRaises("tickets usd $2, track core minutes 1.5, day spawns 3")).toMatchObject({ ok: true });
  });

  it("BUD9 the same as JSON, as events have it", () => {
    expect(readRaises('{"run": {"costMicros": 5}, "ticket:T7": {"tokens": 9}}')).toEqual({
      ok: true,
      raises: [
        { scope: "run", caps: { costMicros: 5 } },
        { scope: "ticket:T7", caps: { tokens: 9 } },
      ],
    });
    expect(problem('{"rum": {"tokens": 5}}')).toContain("not as they must be");
    expect(problem("{")).toContain("no JSON");
  });

  it.each([
    ["", "no new bound is named"],
    ["more", '"more" is no bound'],
    ["rum usd 5", '"rum" is no scope'],
    ["tier 5 usd 5", '"tier 5" is no scope'],
    ["run eur 5", '"eur" is nothing a budget bounds'],
    ["run usd much", '"much" is no amount of usd'],
    ["run tokens 1.5", '"1.5" is no amount of tokens'],
    ["run usd -1", '"-1" is no amount of usd'],
    ["run usd 1e99", '"1e99" is no amount of usd'],
  ])("BUD9 %s is refused with what is wrong and an example", (text, expected) => {
    expect(problem(text)).toContain(expected);
    expect(problem(text)).toContain("run usd 12.50");
  });

  it("BUD16 a run begins with bounds in the same words, but for single tickets and tracks", () => {
    expect(readBudgets("run usd 5, run tokens 9, tickets usd 1, tier 2 turns 3, day usd 20")).toEqual({
      ok: true,
      budgets: {
        run: { costMicros: 5_000_000, tokens: 9 },
        ticket: { costMicros: 1_000_000 },
        tiers: { "2": { turns: 3 } },
        day: { costMicros: 20_000_000 },
      },
    });
    expect(readBudgets("ticket A usd 1")).toMatchObject({ ok: false });
  });

  it("BUD5 money is shown to the millionth where it matters, to the cent where not", () => {
    expect([0, 10_000, 421_337, 12_500_000, 100].map(inUsd)).toEqual([
      "$0.00",
      "$0.01",
      "$0.421337",
      "$12.50",
      "$0.0001",
    ]);
  });
});
