// Whether a run's log may have changed, told by its files without opening it.

import { readdirSync, statSync } from "node:fs";
import { isRunId, type RunId } from "../../domain/ids.ts";
import { pathsOf } from "./run-folder.ts";

export type RunStamp = {
  readonly run: RunId;
  /** Another text whenever records were added or the run changed hands. */
  readonly stamp: string;
};

/** Every run of a folder of runs, sorted by id; none where there is no such folder. */
export function listStamps(dir: string): readonly RunStamp[] {
  return namesIn(dir).flatMap((run) => {
    const stamp = isRunId(run) ? stampOf(dir, run) : undefined;
    return stamp === undefined || !isRunId(run) ? [] : [{ run, stamp }];
  });
}

/** Undefined where the run has no log. */
export function stampOf(dir: string, run: RunId): string | undefined {
  const { log } = pathsOf(dir, run);
  const main = markOf(log);
  // A reader may leave an empty side file behind: that is no change.
  return main === undefined ? undefined : `${main} ${markOf(`${log}-wal`) ?? "-"}`;
}

function markOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined || stats.size === 0 ? undefined : `${stats.size}@${stats.mtimeMs}`;
}

/** Names of the folders in a folder, sorted. */
export function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).toSorted();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}
