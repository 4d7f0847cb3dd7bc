// Where a run's files are, how the store is tuned, and how long it is patient with others who use them.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunId } from "../../domain/ids.ts";
import { isBusy, toFault, toLockedFault } from "./sqlite-fault.ts";
import type { RunId } from "../../domain/ids.ts";

/** For tests and measurements; the defaults are what a run needs. */
export type Tuning = {
  readonly synchronous: "FULL" | "NORMAL";
  readonly checkpointPages: number;
  readonly reserveBytes: number;
  /** How long another program may hold a file before we give up, in ms. */
  readonly lockWaitMs: number;
};

export const defaultTuning: Tuning = {
  synchronous: "FULL",
  checkpointPages: 1000,
  reserveBytes: 1 << 20,
  lockWaitMs: 5_000,
};

export type Paths = {
  readonly folder: string;
  readonly log: string;
  readonly lock: string;
  readonly reserve: string;
  readonly blobs: string;
};

export const pathsOf = (dir: string, run: RunId): Paths => {
  const folder = join(dir, run);
  return {
    folder,
    log: join(folder, "log.db"),
    lock: join(folder, "owner.lock"),
    reserve: join(folder, "reserve"),
    blobs: join(folder, "blobs"),
  };
};

/** Also the guard of every path made from a run's name. */
export const isMade = (run: RunId, paths: Paths): boolean => isRunId(run) && existsSync(paths.log);

/** Repeats `work` while another program holds `file`; what is wrong in the end is thrown as a Fault. */
export async function patiently<T>(file: string, { lockWaitMs }: Tuning, work: () => T): Promise<T> {
  const deadline = performance.now() + lockWaitMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw toFault(error, file);
      if (performance.now() >= deadline) throw toLockedFault(file, error);
    }
    await sleep(25);
  }
}
