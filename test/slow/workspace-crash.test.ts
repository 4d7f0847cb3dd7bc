// Every crash point of a run's git work at every moment, several times over.

import { describe, expect, it } from "vitest";
import { crashAt, moments } from "../adapters/workspace/crash-points.ts";

const rounds = 3;

describe("G-07 kill -9 at each git process of a run, every moment", () => {
  it.each(moments)("%s", { timeout: 1_800_000 }, async (moment) => {
    for (let round = 0; round < rounds; round += 1) {
      let points = 0;
      while (await crashAt(points + 1, moment)) points += 1;
      expect(points).toBeGreaterThan(15);
    }
  });
});
