// The scenario of a run on a server is needed wherever one of its steps is done: it travels with the run.

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { createRedisBeside } from "../../adapters/log/redis/redis-beside.ts";
import { createPrivateFile, makePrivateFolder, readIfThere, runFiles } from "../../adapters/run-files.ts";
import type { RunId } from "../../domain/ids.ts";
import type { ProjectRuns } from "../place.ts";
import { linkTo } from "../shelves.ts";

const scenario = "scenario";

/** To be called by the run's owner: what this machine has goes to the store, what it lacks is fetched from there. */
export async function shareScenario({ homes, runs }: ProjectRuns, run: RunId): Promise<void> {
  if (homes.store === undefined) return;
  const beside = createRedisBeside(linkTo(homes), run);
  const { scenario: file } = runFiles(runs, run);
  const own = readIfThere(file);
  if (own !== undefined) return beside.put(scenario, own);
  const theirs = await beside.get(scenario);
  if (theirs === undefined || existsSync(file)) return;
  makePrivateFolder(dirname(file));
  createPrivateFile(file, theirs);
}
