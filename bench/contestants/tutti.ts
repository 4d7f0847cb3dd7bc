// Tutti with the scripted model: its own conductor, loop and log, no git.

import type { Contestant } from "../contestant.ts";
import { conductLoad } from "../product.ts";

export const contestant: Contestant = {
  name: "Tutti",
  keeps: "every step, synced",
  workloads: ["W1", "W2", "W3"],
  run: (load) => conductLoad(load),
};
