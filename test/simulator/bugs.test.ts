// The simulator's own proof: a core with one defect does not live through many seeds.

import { describe, expect, it } from "vitest";
import { bugs } from "./bugs.ts";
import { checkBugs } from "./check-bugs.ts";
import { patchBugs } from "./patch-bugs.ts";
import { planBugs } from "./plan-bugs.ts";
import { simulate } from "./simulate.ts";
import { steerBugs } from "./steer-bugs.ts";
import { tableBugs } from "./table-bugs.ts";
import { windowBugs } from "./window-bugs.ts";

const bound = 3_000;

const all = { ...bugs, ...patchBugs, ...checkBugs, ...planBugs, ...windowBugs, ...steerBugs, ...tableBugs };

describe("a core in which", () => {
  it.each(Object.keys(all))("RUN2 %s is caught", { timeout: 180_000 }, (name) => {
    const system = all[name];
    const seeds = Array.from({ length: bound }, (_, place) => place + 1);
    const caught = seeds.find(
      (seed) => simulate(seed, seed % 2 === 0 ? "safety" : "liveness", system).problem !== undefined,
    );
    expect(caught, `no seed of ${bound} saw it`).toBeDefined();
  });
});
