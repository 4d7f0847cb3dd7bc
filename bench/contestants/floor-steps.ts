// Floor: one synced row a step. What durability costs by itself.

import type { Contestant } from "../contestant.ts";
import { runOnTable } from "../synced-table.ts";

export const contestant: Contestant = {
  name: "floor: a synced row a step",
  keeps: "every step, synced",
  workloads: ["W1", "W2"],
  run: (load) => runOnTable(load, 1),
};
