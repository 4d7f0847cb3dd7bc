// Floor: as many synced rows as Tutti records events, in as many appends.

import type { Contestant } from "../contestant.ts";
import { runOnTable } from "../synced-table.ts";

/** Nine events a ticket of three steps; test/bench counts them. */
const eventsAStep = 3;

export const contestant: Contestant = {
  name: "floor: as many synced rows as events",
  keeps: "every step, synced",
  workloads: ["W1"],
  run: (load) => runOnTable(load, eventsAStep),
};
