// The runs of one project in a folder of this machine.

import { existsSync } from "node:fs";
import { runFiles } from "../run-files.ts";
import { plantRun } from "./plant-run.ts";
import type { RunShelf } from "./run-shelf.ts";
import { listStamps, stampOf } from "./run-stamps.ts";
import { createSqliteRunStore } from "./sqlite-log.ts";
import { openStoredRun } from "./stored-run.ts";

/** `warn`: told of what is doubtful but not refused; the process's own warnings where absent. */
export const createSqliteShelf = (dir: string, warn?: (message: string) => void): RunShelf => ({
  store: createSqliteRunStore({ dir, ...(warn === undefined ? {} : { warn }) }),
  stamps: async () => listStamps(dir),
  stampOf: async (run) => stampOf(dir, run),
  openStored: (run) => openStoredRun(dir, run),
  plant: (order, fill) => plantRun({ dir, ...order }, fill),
  isImported: (run) => existsSync(runFiles(dir, run).imported),
});
