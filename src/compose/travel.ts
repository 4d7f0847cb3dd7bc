// Going back in runs, done for the API: every project of this person, whichever process conducts a run.

import { existsSync } from "node:fs";
import { findHomes, runFiles } from "../adapters/run-files.ts";
import { projectKey } from "../adapters/workspace/run-names.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { TimeTravel } from "../http/time-travel.ts";
import { bringIn, pickPlace, takeOut } from "./imports.ts";
import { runsOf, type Environment, type Place, type ProjectRuns } from "./place.ts";
import { projectKeys } from "./shelves.ts";
import type { StartedRuns } from "./start-runs.ts";
import { stateAt } from "./state-at.ts";

export function createTravel(env: Environment, started: Pick<StartedRuns, "fork">): TimeTravel {
  const projects = async (): Promise<readonly ProjectRuns[]> => {
    const homes = findHomes(env);
    const places = (await projectKeys(homes)).map((key) => runsOf(homes, key));
    // Other things lie in the state folder as well.
    return homes.store === undefined ? places.filter(({ runs }) => existsSync(runs)) : places;
  };
  const find = async (run: RunId): Promise<ProjectRuns> => placeOfRun(await projects(), run);
  return {
    stateAt: async (run, seq) => stateAt(await find(run), run, seq),
    fork: async (asked) => started.fork(await rooted(await find(asked.run), asked.run), asked),
    takeOut: async function* (run) {
      yield* takeOut(await find(run), run);
    },
    bringIn: async (project, source) => bringIn(chosen(await projects(), project), source),
  };
}

async function placeOfRun(projects: readonly ProjectRuns[], run: RunId): Promise<ProjectRuns> {
  const holding: ProjectRuns[] = [];
  for (const place of projects) if (await holds(place, run)) holding.push(place);
  const place = pickPlace(holding, run);
  if (place === undefined) throw missing(run);
  return place;
}

/** In a folder also where its log cannot be read: that is then told. */
const holds = async ({ homes, runs, stampOf }: ProjectRuns, run: RunId): Promise<boolean> =>
  homes.store === undefined ? existsSync(runFiles(runs, run).folder) : (await stampOf(run)) !== undefined;

const missing = (run: RunId): Fault =>
  new Fault("run_missing", `There is no run ${run}.`, { remedy: "GET /api/runs lists them." });

function chosen(projects: readonly ProjectRuns[], key: string | undefined): ProjectRuns {
  const [only, ...others] = projects;
  const place = key === undefined && others.length === 0 ? only : projects.find((each) => each.key === key);
  if (place !== undefined) return place;
  const keys = projects.map((each) => each.key).join(", ");
  throw new Fault("project_unknown", "It is not said to which project the run is to belong.", {
    remedy: projects.length === 0 ? "Run `tutti import` in its repository." : `Add ?project= and one of ${keys}.`,
  });
}

/** Where the project lies: told by the run's own log, or where that came from elsewhere by its neighbours'. */
async function rooted(place: ProjectRuns, run: RunId): Promise<Place> {
  for (const each of [run, ...(await place.stamps()).map((stamp) => stamp.run)]) {
    const root = await rootIn(place, each);
    if (root !== undefined && projectKey(root) === place.key) return { ...place, root };
  }
  throw new Fault("project_unknown", `No run of this project says where its repository is.`, {
    remedy: `Fork it in a terminal there: tutti fork ${run}`,
  });
}

/** Where the run's log says that its project lies, on the machine where it began; undefined where it does not say so. */
export async function rootIn({ openStored }: ProjectRuns, run: RunId): Promise<string | undefined> {
  const stored = await openStored(run).catch(() => undefined);
  try {
    const first = stored?.read().next();
    const event = first?.done === false ? first.value.record.event : undefined;
    return event?.type === "run.created" ? event.config.project.root : undefined;
  } catch {
    return undefined;
  } finally {
    stored?.close();
  }
}
