// The schedule that forecasts try out: its bounds hold for every plan.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestChain, makespan, type Course, type Times } from "../../src/views/list-schedule.ts";
import { normalAt, spreadOf } from "../../src/views/quantiles.ts";

/** Tickets that wait only for earlier ones, and what each takes. */
const randomPlan = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.record({
    needs: fc.tuple(
      ...Array.from({ length: count }, (_, place) =>
        fc.uniqueArray(fc.nat(Math.max(0, place - 1)), { maxLength: place === 0 ? 0 : 3 }),
      ),
    ),
    work: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: count, maxLength: count }),
    merge: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: count, maxLength: count }),
  }),
);

function courseFor(needs: readonly (readonly number[])[], laneCount: number): Course {
  const dependents: number[][] = needs.map(() => []);
  needs.forEach((list, ticket) => list.forEach((need) => dependents[need]?.push(ticket)));
  return {
    dependents,
    waits: needs.map((list) => list.length),
    turns: needs.map((_, place) => place),
    poolOf: needs.map(() => 0),
    pools: [{ tier: 0, provider: 1 }],
    limits: [Infinity, Infinity],
    lanes: laneCount,
  };
}

const timesOf = (plan: { readonly work: readonly number[]; readonly merge: readonly number[] }): Times => ({
  work: Float64Array.from(plan.work),
  merge: Float64Array.from(plan.merge),
});

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe("the schedule that a forecast tries out", () => {
  it("FORE3 lies between the critical path and one ticket at a time, whatever the plan and the lanes", () => {
    fc.assert(
      fc.property(randomPlan, fc.integer({ min: 1, max: 6 }), (plan, laneCount) => {
        const course = courseFor(plan.needs, laneCount);
        const times = timesOf(plan);
        const order = plan.needs.map((_, place) => place);
        const took = makespan(course, times);
        const linear = sum(times.work) + sum(times.merge);
        expect(took).toBeGreaterThanOrEqual(Math.max(...longestChain(course, order, times)));
        expect(took).toBeGreaterThanOrEqual(linear / laneCount);
        expect(took).toBeLessThanOrEqual(linear);
        if (laneCount === 1) expect(took).toBe(linear);
      }),
    );
  });

  it("FORE3 no ticket that takes longer makes the critical path shorter", () => {
    fc.assert(
      fc.property(randomPlan, fc.nat(23), fc.integer({ min: 1, max: 500 }), (plan, place, more) => {
        const order = plan.needs.map((_, each) => each);
        const course = courseFor(plan.needs, 1);
        const longer = { ...plan, work: plan.work.map((each, at) => (at === place ? each + more : each)) };
        const chain = (times: Times): number => Math.max(...longestChain(course, order, times));
        expect(chain(timesOf(longer))).toBeGreaterThanOrEqual(chain(timesOf(plan)));
        expect(makespan(course, timesOf(longer))).toBeGreaterThanOrEqual(makespan(course, timesOf(plan)));
      }),
    );
  });

  it("FORE3 more lanes are never slower where nothing waits, and not slower on the whole where something does", () => {
    fc.assert(
      fc.property(randomPlan, fc.integer({ min: 1, max: 5 }), (plan, laneCount) => {
        const free = { work: plan.work, merge: plan.work.map(() => 0) };
        const none = plan.needs.map(() => []);
        const at = (count: number): number => makespan(courseFor(none, count), timesOf(free));
        expect(at(laneCount + 1)).toBeLessThanOrEqual(at(laneCount));
      }),
    );
    // A list schedule may be unlucky with one lane more (Graham), so of single plans nothing is said.
    const plans = fc.sample(randomPlan, { numRuns: 300, seed: 7 });
    const whole = [1, 2, 3, 4, 8].map((count) =>
      sum(plans.map((plan) => makespan(courseFor(plan.needs, count), timesOf(plan)))),
    );
    expect(whole).toEqual(whole.toSorted((a, b) => b - a));
  });

  it("FORE3 merges follow each other: two tickets done at once are not merged at once", () => {
    const course = courseFor([[], []], 2);
    expect(makespan(course, { work: Float64Array.of(10, 10), merge: Float64Array.of(5, 5) })).toBe(20);
  });

  it("FORE1 quantiles are those of the normal distribution and of the tries", () => {
    expect(normalAt(0.5)).toBeCloseTo(0, 9);
    expect(normalAt(0.9)).toBeCloseTo(1.281_551_6, 6);
    expect(normalAt(0.01)).toBeCloseTo(-2.326_347_9, 6);
    expect(spreadOf(Array.from({ length: 101 }, (_, place) => 100 - place))).toEqual({ low: 10, likely: 50, high: 90 });
  });
});
