// How many lanes a run has. Apart from the schedule, so that whoever shows it need not load all rules with it.

import type { RunState } from "./state.ts";

/** Lanes of the run: one in linear mode. */
export const laneLimit = (state: Pick<RunState, "mode" | "laneLimit">): number =>
  state.mode === "linear" ? 1 : state.laneLimit;
