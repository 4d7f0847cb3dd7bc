// The simulator at length: 100,000 seeds beyond the gate's, SIM_SEEDS for another number, SIM_FROM for other seeds.

import { describe, expect, it } from "vitest";
import { runSeeds } from "../simulator/run-seeds.ts";

const count = Number(process.env["SIM_SEEDS"] ?? 100_000);
const from = Number(process.env["SIM_FROM"] ?? 1_000_001);

describe("the core under a seeded simulator, at length", () => {
  it("RUN2 RUN9 RUN10 RUN12 keeps every promise through trouble, and comes to rest once it stops", () => {
    const { failures, runs, events } = runSeeds({ from, count });
    console.log(`${runs} simulated runs, ${events} events`);
    expect(failures.join("\n")).toBe("");
  });
});
