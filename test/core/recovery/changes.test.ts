// RCV: what each generation does otherwise, and that it never does the same again.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeSetup } from "../../../src/core/recovery/change-setup.ts";
import { deliberationOutcomes, setupSchema, objectiveSchema } from "../../../src/domain/deliberation.ts";
import type { DeliberationOutcome, Objective, Setup } from "../../../src/domain/deliberation.ts";
import type { ModelId } from "../../../src/domain/ids.ts";
import { objective, setup } from "./argued.ts";

const ladder = ["echo/small", "echo/middle", "echo/large"] as ModelId[];
const stronger = (model: ModelId): ModelId | undefined => ladder[ladder.indexOf(model) + 1];
const none = (): undefined => undefined;

const changed = (
  outcome: DeliberationOutcome,
  generation = 2,
  before: { objective: Objective; setup: Setup } = { objective, setup },
) => changeSetup(before, { outcome, generation, why: "policy", stronger });

describe("what a recovery changes", () => {
  it("RCV1 seats the mediator from the start, and makes one where there is none", () => {
    for (const outcome of deliberationOutcomes) expect(changed(outcome).setup.mediatorAtOnce).toBe(true);
    const pair = { objective, setup: { ...setup, seats: setup.seats.slice(0, 2) } };
    expect(changed("stuck", 2, pair).setup.seats.at(-1)).toMatchObject({ role: "GAMMA", kind: "mediator" });
  });

  it("RCV2 changes what the reason asks for", () => {
    expect(changed("iteration_limit").setup.limits.rounds).toBe(15);
    expect(changed("iteration_limit").changes).toContain("15 rounds instead of 10");
    expect(changed("timeout").setup.limits.timeoutMs).toBe(1_200_000);
    expect(changed("stuck").setup.limits).toMatchObject({ stuckMs: 120_000, idleMs: 60_000 });
    expect(changed("crashed").setup.seats.map(({ model }) => model)).toEqual(Array(3).fill("echo/middle"));
    expect(changed("crashed").changes).toContain("ALPHA is echo/middle");
    expect(changed("deadlock").setup.mediatorDecides).toBe(true);
    expect(changed("budget").objective.constraints[0]).toMatch(/smallest version/);
    expect(changed("budget").setup.limits.rounds).toBe(10);
  });

  it("RCV2 narrows the last try further, with one sentence of its own at a time", () => {
    const second = changed("timeout", 2);
    const third = changed("timeout", 3, second);
    expect(third.objective.constraints).toHaveLength(1);
    expect(third.objective.constraints).not.toEqual(second.objective.constraints);
  });

  it("RCV3 a person's choice does what it says and no more", () => {
    const before = { objective, setup };
    const ask = { outcome: "deadlock", generation: 1, stronger } as const;
    expect(changeSetup(before, { ...ask, why: "rerun" })).toMatchObject(before);
    expect(changeSetup(before, { ...ask, why: "rerun_mediated" }).setup).toEqual({ ...setup, mediatorAtOnce: true });
    const escalated = changeSetup(before, { ...ask, why: "escalate" });
    expect(escalated.setup.mediatorAtOnce).toBe(false);
    expect(escalated.changes).toHaveLength(3);
  });

  it("RCV4 no generation is the same as the one before it, and each says what is other", () => {
    const constraints = fc.array(fc.string({ maxLength: 20 }), { maxLength: 49 });
    const began = fc.record({
      rounds: fc.integer({ min: 1, max: 100 }),
      isMediated: fc.boolean(),
      mediatorDecides: fc.boolean(),
      constraints,
      model: fc.constantFrom(...ladder),
    });
    const outcomes = fc.array(fc.constantFrom(...deliberationOutcomes), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(began, outcomes, fc.boolean(), (start, failures, isLadder) => {
        const seats = setup.seats.map((seat) => ({ ...seat, model: start.model }));
        const limits = { ...setup.limits, rounds: start.rounds };
        let now = {
          objective: { ...objective, constraints: start.constraints },
          setup: { ...setup, seats, limits, mediatorAtOnce: start.isMediated, mediatorDecides: start.mediatorDecides },
        };
        for (const [place, outcome] of failures.entries()) {
          const wish = {
            outcome,
            generation: 2 + (place % 2),
            why: "policy",
            stronger: isLadder ? stronger : none,
          } as const;
          const next = changeSetup(now, wish);
          expect(next.changes.length).toBeGreaterThan(0);
          expect({ objective: next.objective, setup: next.setup }).not.toEqual(now);
          expect(setupSchema.safeParse(next.setup).success).toBe(true);
          expect(objectiveSchema.safeParse(next.objective).success).toBe(true);
          for (const own of start.constraints) expect(next.objective.constraints).toContain(own);
          now = { objective: next.objective, setup: next.setup };
        }
      }),
      { numRuns: 300 },
    );
  });

  it("RCV4 with every limit at its highest and no room among the constraints it refuses to repeat the run", () => {
    const limits = { ...setup.limits, rounds: 100, timeoutMs: 86_400_000, stuckMs: 3_600_000, idleMs: 3_600_000 };
    const full = { ...objective, constraints: Array.from({ length: 50 }, (_, index) => `own ${index}`) };
    const spent = { ...setup, limits, mediatorAtOnce: true, mediatorDecides: true };
    const again = (before: Setup, more: typeof stronger | typeof none): readonly string[] =>
      changeSetup(
        { objective: full, setup: before },
        { outcome: "timeout", generation: 2, why: "policy", stronger: more },
      ).changes;
    expect(again(spent, none)).toEqual([]);
    // Whatever is left to change is changed.
    expect(again({ ...spent, mediatorDecides: false }, none)).toEqual([expect.stringMatching(/ruling counts/)]);
    expect(again({ ...spent, limits: { ...limits, stuckMs: 1_800_000 } }, none)).toEqual([
      "all may be silent for 3600 s instead of 1800 s",
    ]);
    const small = spent.seats.map((seat) => ({ ...seat, model: "echo/small" as ModelId }));
    expect(again({ ...spent, seats: small }, stronger)).toHaveLength(3);
  });
});
