// Random deliberations, and hand-made bugs that they have to see. The whole number of seeds is in test/slow.

import { describe, expect, it } from "vitest";
import { realSystem, withEvents, type System } from "./system.ts";
import { deliberationBugs } from "./deliberation-bugs.ts";
import { simulateDeliberation } from "./deliberations.ts";

/** Hand-made bugs of tables that make a plan. */
const planningBugs: Readonly<Record<string, System>> = {
  "the record names another version than the one that was chosen": withEvents((events) =>
    events.map((event) =>
      event.type === "plan.tracked" && event.deliberated !== undefined
        ? { ...event, deliberated: { ...event.deliberated, version: event.deliberated.version + 1 } }
        : event,
    ),
  ),
  "a ticket of the plan is left out": withEvents((events) =>
    events.map((event) => (event.type === "plan.added" ? { ...event, tickets: event.tickets.slice(0, -1) } : event)),
  ),
};

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

describe("tables that make a plan, under a seeded simulator", () => {
  it("PDEL1 PDEL2 PDEL3 PDEL4 PDEL5 take the plan that was chosen, once, and no other", { timeout: 300_000 }, () => {
    const ends = new Set<string>();
    const failures: string[] = [];
    for (let seed = 1; seed <= seeds && failures.length < 5; seed += 1) {
      const { problem, outcome, log } = simulateDeliberation(seed, realSystem, "plan");
      if (problem !== undefined) failures.push(`seed ${seed}: ${problem}`);
      const tracked = log.find(({ event }) => event.type === "plan.tracked")?.event;
      const from = tracked?.type !== "plan.tracked" ? "none" : tracked.deliberated === undefined ? "tiers" : "table";
      ends.add(`${outcome}, ${from}`);
    }
    expect(failures.join("\n")).toBe("");
    const met = ["consensus, table", "deadlock, table", "deadlock, tiers", "iteration_limit, table", "crashed, tiers"];
    expect(met.filter((end) => !ends.has(end))).toEqual([]);
  });

  it.each(Object.keys(planningBugs))("PDEL a core in which %s is caught", { timeout: 120_000 }, (name) => {
    const numbers = Array.from({ length: 2_000 }, (_, place) => place + 1);
    const caught = numbers.find((seed) => simulateDeliberation(seed, planningBugs[name], "plan").problem !== undefined);
    expect(caught, "no seed saw it").toBeDefined();
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
