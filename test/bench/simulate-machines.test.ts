// The simulation of many machines gives what queueing theory says of the cases that it can say something of.

import { describe, expect, it } from "vitest";
import { simulateMachines, type MachineCosts, type SimulatedRun } from "../../bench/machines/simulate.ts";

const costs: MachineCosts = {
  orders: 4,
  conductorMs: 0.4,
  storeMs: 0.2,
  machineMs: 1,
  commands: 40,
  bytes: 20_000,
  keptBytes: 3_000,
  idle: { commands: 2, storeMs: 0 },
};
const run: SimulatedRun = {
  tickets: 20_000,
  machines: 10,
  capacity: 4,
  lanes: 40,
  workMs: 1_000,
  spread: 0.5,
  networkMs: 0,
  seed: 1,
};

describe("FLT3 the simulation of many machines", () => {
  it("with time to spare everywhere else, takes as long as the machines' work", () => {
    const simulated = simulateMachines(costs, run);
    const best = (run.tickets * 1_001) / (40 * 1000);
    expect(simulated.seconds).toBeGreaterThan(best);
    expect(simulated.seconds).toBeLessThan(best * 1.02);
    expect(simulated).toMatchObject({ limit: "machines", longestQueue: 40 });
    expect(simulated.commandsPerSecond).toBeCloseTo(simulated.ticketsPerSecond * 40 + 20, 5);
    expect(simulated.busy.machines).toBeGreaterThan(0.97);
  });

  it("with machines without number, is as fast as its conductor, and says so", () => {
    const simulated = simulateMachines(costs, { ...run, machines: 1_000, capacity: 8, lanes: 8_000 });
    expect(simulated.limit).toBe("conductor");
    expect(simulated.ticketsPerSecond).toBeLessThanOrEqual(1000 / costs.conductorMs);
    expect(simulated.ticketsPerSecond).toBeGreaterThan((1000 / costs.conductorMs) * 0.85);
  });

  it("is as fast as its store where that takes more; machines that only ask make it slower", () => {
    const slow = { ...costs, storeMs: 1 };
    const many = { ...run, machines: 1_000, capacity: 8, lanes: 8_000 };
    const busy = simulateMachines(slow, many);
    expect(busy.limit).toBe("store");
    expect(busy.ticketsPerSecond).toBeGreaterThan(850);
    expect(busy.ticketsPerSecond).toBeLessThanOrEqual(1_000);
    const asked = simulateMachines({ ...slow, idle: { commands: 50, storeMs: 0.5 } }, many);
    expect(asked.ticketsPerSecond).toBeLessThan(busy.ticketsPerSecond * 0.55);
  });

  it("lets wait what has a lane and no machine", () => {
    const simulated = simulateMachines(costs, { ...run, lanes: 100 });
    expect(simulated.longestQueue).toBe(100);
    expect(simulated.queue.slice(1, 9)).toEqual(Array.from({ length: 8 }, () => 60));
    expect(simulateMachines(costs, { ...run, lanes: 10 })).toMatchObject({ limit: "lanes" });
  });

  it("is the same for the same seed", () => {
    expect(simulateMachines(costs, run)).toEqual(simulateMachines(costs, run));
    expect(simulateMachines(costs, { ...run, seed: 2 }).seconds).not.toBe(simulateMachines(costs, run).seconds);
  });
});
