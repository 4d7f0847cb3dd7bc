// Runs over machines under a seeded simulator: the engine's own conductors and desks, through every trouble at once.
// MACHINE_SEEDS sets how many seeds, MACHINE_SEED repeats one.

import { describe, expect, it } from "vitest";
import { simulateMachines } from "./simulate.ts";

const { MACHINE_SEEDS: many = "300", MACHINE_SEED: one } = process.env;
const seeds = one === undefined ? Array.from({ length: Number(many) }, (_, place) => place + 1) : [Number(one)];

describe("a run over machines", () => {
  it("MCH2 without trouble every ticket is merged, and what is merged is what the log tells", async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { problem, records, published } = await simulateMachines(seed, { trouble: false });
      expect(problem, `seed ${seed}`).toBeUndefined();
      expect(published.length).toBeGreaterThan(1);
      expect(records.findLast(({ event }) => event.type === "run.ended")?.event).toMatchObject({
        outcome: "completed",
      });
    }
  });

  it(
    "MCH2 through lost and late words, machines and conductors that die, freeze, part and thaw, nothing is done twice, and it ends",
    { timeout: 600_000 },
    async () => {
      const failures: string[] = [];
      let records = 0;
      for (const seed of seeds) {
        const { problem, records: told } = await simulateMachines(seed, { trouble: true });
        records += told.length;
        if (problem !== undefined) failures.push(`MACHINE_SEED=${seed} npx vitest run test/machines   # ${problem}`);
        if (failures.length >= 5) break;
      }
      console.log(`${seeds.length} simulated runs over machines, ${records} events`);
      expect(failures.join("\n")).toBe("");
    },
  );
});
