// The score of a deliberation: in [0, 1] whatever the figures, and ordered as a person would order them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreOf, type ScoreFigures } from "../../src/core/deliberation/score.ts";
import { deliberationOutcomes } from "../../src/domain/deliberation.ts";

const figures: ScoreFigures = {
  outcome: "consensus",
  accepted: 2,
  seated: 2,
  detected: 0,
  resolved: 0,
  messages: 0,
  elapsedMs: 0,
  timeoutMs: 600_000,
};

const any = fc.record({
  outcome: fc.constantFrom(...deliberationOutcomes),
  accepted: fc.nat(9),
  seated: fc.nat(9),
  detected: fc.nat(200),
  resolved: fc.nat(200),
  messages: fc.nat(1_000),
  elapsedMs: fc.nat(10_000_000),
  timeoutMs: fc.integer({ min: 0, max: 1_000_000 }),
});

describe("the performance score", () => {
  it("DCLI8 is the sum of its parts, each a weight and a value, all in [0, 1], whatever the figures (B-44, DB-75)", () => {
    fc.assert(
      fc.property(any, (given) => {
        const { score, parts } = scoreOf(given);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        for (const { value } of parts) expect(value >= 0 && value <= 1).toBe(true);
        expect(parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
        const sum = parts.reduce((total, { weight, value }) => total + weight * value, 0);
        // Rounded to four digits; half of the last one may be either.
        expect(Math.abs(score - sum)).toBeLessThan(0.000_051);
      }),
    );
  });

  it("DCLI8 agreement is worth half: nothing that was aborted or without agreement reaches more than any agreed one", () => {
    fc.assert(
      fc.property(any, (given) => {
        const { score } = scoreOf(given);
        if (given.outcome === "consensus") expect(score).toBeGreaterThanOrEqual(0.5);
        else if (given.outcome !== "majority_with_dissent") expect(score).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it("DCLI8 known figures give known scores", () => {
    expect(scoreOf(figures).score).toBe(1);
    expect(scoreOf({ ...figures, detected: 4, resolved: 1, messages: 50, elapsedMs: 300_000 }).score).toBe(0.6875);
    expect(scoreOf({ ...figures, outcome: "majority_with_dissent", accepted: 2, seated: 3 }).score).toBe(0.8333);
    expect(scoreOf({ ...figures, outcome: "timeout", elapsedMs: 700_000, messages: 500 }).score).toBe(0.25);
    expect(scoreOf({ ...figures, timeoutMs: 0 }).score).toBe(0.9);
  });
});
