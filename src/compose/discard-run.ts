// A run and all that it left beside its log, gone.

import { removeTree } from "../adapters/remove-tree.ts";
import { runFiles } from "../adapters/run-files.ts";
import { removeRun } from "../adapters/workspace/remove-run.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { lookAt } from "./find-run.ts";
import { isImported } from "./imports.ts";
import type { Place } from "./place.ts";

/** Throws Fault `run_held` while a process conducts it. */
export async function discardRun(
  place: Place,
  run: RunId,
  deleteBranch: boolean,
): Promise<{ run: RunId; deleted: string | null }> {
  const opened = await place.store.open(run).catch(unlessImported);
  if ("heldBy" in opened) {
    throw new Fault("run_held", `Process ${opened.heldBy.pid} conducts ${run}.`, {
      remedy: `End it first: tutti abort ${run}`,
    });
  }
  const { folder } = runFiles(place.runs, run);
  let deleted: string | null = null;
  if ("log" in opened) {
    const { state } = await lookAt(place, { run, createdAt: 0, owner: null });
    await opened.log.close();
    // Of an imported run there is nothing but its folder: its branch, if it is here, is another run's.
    if (state.config !== null && !isImported(place, run)) {
      const { project } = state.config;
      ({ deleted } = await removeRun({ project, run, dir: folder, branch: deleteBranch ? "delete" : "keep" }));
    }
  }
  await place.store.discard(run);
  await removeTree(folder);
  return { run, deleted };
}

/** On a server nobody opens a run that came from a file. */
function unlessImported(error: unknown): { readonly missing: true } {
  if (error instanceof Fault && error.code === "run_imported") return { missing: true };
  throw error;
}
