// Runs brought in from a file: how they come in, how any run goes out, and what an imported one may not do. Its log may
// have been written by anybody: it is looked at, and forked under the person's own rules, but never conducted.

import { existsSync } from "node:fs";
import { importRun, type Imported, type RecordCheck } from "../adapters/log/import-run.ts";
import { exportRun } from "../adapters/log/export-run.ts";
import { readIfThere, runFiles } from "../adapters/run-files.ts";
import { evolve } from "../core/evolve.ts";
import { initialState } from "../core/state.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { runsOf, type ProjectRuns } from "./place.ts";
import { projectKeys } from "./shelves.ts";

/** Throws what importing throws; nothing is left then. */
export async function bringIn(place: ProjectRuns, source: AsyncIterable<Uint8Array>): Promise<Imported> {
  const others = (await projectKeys(place.homes)).filter((key) => key !== place.key);
  const isElsewhere = async (run: RunId): Promise<boolean> => {
    for (const key of others) if (await hasRun(runsOf(place.homes, key), run)) return true;
    return false;
  };
  return importRun({ plant: place.plant, isElsewhere, source, check: createCheck() });
}

/** Also one that is half made: its name is taken. */
const hasRun = async ({ homes, runs, stampOf }: ProjectRuns, run: RunId): Promise<boolean> =>
  homes.store === undefined ? existsSync(runFiles(runs, run).folder) : (await stampOf(run)) !== undefined;

function createCheck(): RecordCheck {
  let state = initialState;
  return {
    take: (record) => {
      if (record.seq === 1 && record.event.type !== "run.created") return "a log begins with run.created";
      if (record.seq > 1 && record.event.type === "run.created") return "a run is created once";
      try {
        state = evolve(state, record);
        return undefined;
      } catch (error) {
        const why = error instanceof Error ? error.message : "its event cannot be";
        return `it does not follow from the records before it: ${why}`;
      }
    },
    end: (run) => (state.run === run ? undefined : `its records are those of ${state.run ?? "no run"}`),
  };
}

/** Lines with their line breaks. Throws Fault `run_missing` and what exporting throws. */
export async function* takeOut(place: Pick<ProjectRuns, "runs" | "openStored">, run: RunId): AsyncGenerator<string> {
  const stored = await place.openStored(run);
  if (stored === undefined) throw new Fault("run_missing", `There is no run ${run}.`, { remedy: "See `tutti runs`." });
  try {
    yield* exportRun(stored, readIfThere(runFiles(place.runs, run).scenario));
  } finally {
    stored.close();
  }
}

export const isImported = (place: Pick<ProjectRuns, "isImported">, run: RunId): boolean => place.isImported(run);

/** Of places that hold a run by the same id, as copied folders may: where it was made counts before where it came to. */
export const pickPlace = <P extends Pick<ProjectRuns, "isImported">>(places: readonly P[], run: RunId): P | undefined =>
  places.find((place) => !isImported(place, run)) ?? places[0];

/** Throws Fault `run_imported`. What its log says of repositories, rights and commands is somebody else's word. */
export function refuseImported(place: Pick<ProjectRuns, "isImported">, run: RunId): void {
  if (!isImported(place, run)) return;
  throw new Fault("run_imported", `${run} was brought in from a file: it can be looked at, not worked on.`, {
    remedy: `Fork it where your repository has its commits: tutti fork ${run}`,
  });
}
