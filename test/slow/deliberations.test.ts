// 10,000 random deliberations over every outcome; the gate runs 400 of them. SIM_DELIBERATIONS sets how many.

import { expect, it } from "vitest";
import { simulateDeliberation } from "../simulator/deliberations.ts";

const seeds = Number(process.env["SIM_DELIBERATIONS"] ?? 10_000);

it("DLB7 DLB8 DLB17 DLB19 DLB22 no second mediator, no second recovery, no vote counted for another version", () => {
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  let events = 0;
  for (let seed = 1; seed <= seeds && failures.length < 5; seed += 1) {
    const { problem, outcome, log } = simulateDeliberation(seed);
    if (problem !== undefined) failures.push(`seed ${seed}: ${problem}`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    events += log.length;
  }
  console.log(`${seeds} deliberations, ${events} events: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  expect(failures.join("\n")).toBe("");
  expect(outcomes.size).toBe(9);
});
