// Runs many seeds and says how to repeat one that failed.

import { simulate, modes, type SimulationMode } from "./simulate.ts";

export type SeedsRun = { readonly failures: readonly string[]; readonly runs: number; readonly events: number };

const isMode = (text: string | undefined): text is SimulationMode => modes.some((mode) => mode === text);

/** SIM_SEED (and SIM_MODE) in the environment narrow the run to one seed. Stops after a handful of failures. */
export function runSeeds(options: { readonly from: number; readonly count: number }): SeedsRun {
  const { SIM_SEED: one, SIM_MODE: mode } = process.env;
  const seeds =
    one === undefined ? Array.from({ length: options.count }, (_, place) => options.from + place) : [Number(one)];
  const failures: string[] = [];
  let runs = 0;
  let events = 0;
  for (const seed of seeds) {
    const chosen: readonly SimulationMode[] = isMode(mode)
      ? [mode]
      : one === undefined
        ? [seed % 2 === 0 ? "safety" : "liveness"]
        : modes;
    for (const each of chosen) {
      const { problem, log, steps } = simulate(seed, each);
      runs += 1;
      events += log.length;
      if (problem === undefined) continue;
      const last =
        one === undefined
          ? ""
          : `\n${log
              .slice(-25)
              .map((recorded) => JSON.stringify(recorded))
              .join("\n")}`;
      failures.push(
        `SIM_SEED=${seed} SIM_MODE=${each} npx vitest run test/simulator   # step ${steps}: ${problem}${last}`,
      );
      if (failures.length >= 5) return { failures, runs, events };
    }
  }
  return { failures, runs, events };
}
