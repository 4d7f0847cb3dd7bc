// Random deliberations, and hand-made bugs that they have to see. The whole number of seeds is in test/slow.

import { describe, expect, it } from "vitest";
import { deliberationBugs } from "./deliberation-bugs.ts";
import { simulateDeliberation } from "./deliberations.ts";

const seeds = Number(process.env["SIM_DELIBERATIONS"] ?? 400);

describe("deliberations under a seeded simulator", () => {
  it("DLB7 DLB8 DLB17 DLB19 DLB22 keep every promise, and end", { timeout: 300_000 }, () => {
    const outcomes = new Map<string, number>();
    const failures: string[] = [];
    for (let seed = 1; seed <= seeds && failures.length < 5; seed += 1) {
      const { problem, outcome } = simulateDeliberation(seed);
      if (problem !== undefined) failures.push(`seed ${seed}: ${problem}`);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    console.log(JSON.stringify(Object.fromEntries(outcomes)));
    expect(failures.join("\n")).toBe("");
    expect([...outcomes.keys()].toSorted()).toEqual([
      "budget",
      "cancelled",
      "consensus",
      "crashed",
      "deadlock",
      "iteration_limit",
      "majority_with_dissent",
      "stuck",
      "timeout",
    ]);
  });
});

describe("a core in which", () => {
  it.each(Object.keys(deliberationBugs))("DLB %s is caught", { timeout: 120_000 }, (name) => {
    const system = deliberationBugs[name];
    const numbers = Array.from({ length: 6_000 }, (_, place) => place + 1);
    const caught = numbers.find((seed) => simulateDeliberation(seed, system).problem !== undefined);
    expect(caught, "no seed saw it").toBeDefined();
  });
});
