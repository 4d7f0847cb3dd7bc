// The result of a run that another machine conducted to its end, shown in the person's repository by the machine that has
// it: what `tutti land` then brings over.

import { existsSync } from "node:fs";
import { describeRepository } from "../../adapters/workspace/own-repository.ts";
import { createGit } from "../../adapters/workspace/git.ts";
import { createPublisher } from "../../adapters/workspace/publish-run.ts";
import { createHostWorkspace } from "../../adapters/workspace/travel/host-workspace.ts";
import { parseRemote } from "../../adapters/workspace/travel/remote-address.ts";
import { runFiles } from "../../adapters/run-files.ts";
import type { RunConfig } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import type { ProjectRuns } from "../place.ts";
import { isBegunHere } from "./run-workspace.ts";

type Shown = { readonly run: RunId; readonly config: Pick<RunConfig, "project" | "remote"> };

/** Nothing happens where the run has no remote, its project is not here, or somebody works in its repository now. */
export async function showResult(place: ProjectRuns, { run, config: { project, remote } }: Shown): Promise<void> {
  if (remote === undefined || !existsSync(project.root)) return;
  const { folder: dir } = runFiles(place.runs, run);
  const listing = await place.store.look(run);
  if (listing === undefined || listing.owner !== null) return;
  if ("url" in remote) {
    const workspace = await createHostWorkspace({ project, run, dir, shared: [], remote: parseRemote(remote.url) });
    return workspace.publish();
  }
  if (!isBegunHere(remote, dir) || !existsSync(remote.path)) return;
  const own = describeRepository(createGit(), { run, dir, submodules: [] });
  return createPublisher(own, project).publish();
}
