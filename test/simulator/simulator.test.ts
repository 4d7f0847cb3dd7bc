// Seeds in the gate: by default 2,000, half in each mode. SIM_SEED and SIM_MODE repeat one; SIM_SEEDS sets how many.

import { describe, expect, it } from "vitest";
import { conductLinear } from "./linear.ts";
import { runSeeds } from "./run-seeds.ts";

const seeds = Number(process.env["SIM_SEEDS"] ?? 2_000);

describe("the core under a seeded simulator", () => {
  it(
    "RUN2 RUN9 RUN10 RUN12 keeps every promise through trouble, and comes to rest once it stops",
    { timeout: 300_000 },
    () => {
      const { failures, runs, events } = runSeeds({ from: 1, count: seeds });
      console.log(`${runs} simulated runs, ${events} events`);
      expect(failures.join("\n")).toBe("");
    },
  );
});

describe("linear mode", () => {
  it("SCH5 A-115 the same answers to the same steps give the same events, whoever is quicker", () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const events = [1, 2].map((order) => conductLinear(seed, order).map(({ event }) => event));
      expect(events[0], `seed ${seed}`).toEqual(events[1]);
    }
  });
});
