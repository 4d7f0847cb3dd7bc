// The workspace of a run as its conductor has it: alone on this machine, or open to the machines that work for it; in the
// run's own repository here, or in a clone where the run was begun on another machine.

import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Homes } from "../../adapters/run-files.ts";
import { loadUserConfig } from "../../adapters/settings-files.ts";
import { createGitWorkspace } from "../../adapters/workspace/git-workspace.ts";
import { createGit } from "../../adapters/workspace/git.ts";
import type { SharedFolder } from "../../adapters/workspace/shared-folders.ts";
import { openClone } from "../../adapters/workspace/travel/clone-run.ts";
import { createHostWorkspace } from "../../adapters/workspace/travel/host-workspace.ts";
import { parseRemote, remoteFor, type RemoteAddress } from "../../adapters/workspace/travel/remote-address.ts";
import { createTravellingWorkspace } from "../../adapters/workspace/travel/travelling-workspace.ts";
import { createTransport } from "../../adapters/workspace/travel/transport.ts";
import type { RunConfig } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import type { HostWorkspace, TravellingWorkspace } from "../../engine/machines/travelling.ts";
import { Fault, type Workspace } from "../../engine/ports.ts";

export type OpeningWorkspace = {
  readonly run: RunId;
  readonly config: Pick<RunConfig, "project" | "remote">;
  /** The run's folder on this machine. */
  readonly dir: string;
  readonly shared: readonly SharedFolder[];
  readonly homes: Homes;
};

/** Throws what making and fetching a repository throws. */
export async function openRunWorkspace(opening: OpeningWorkspace): Promise<Workspace | HostWorkspace> {
  const { run, config, dir, shared } = opening;
  const { project, remote } = config;
  const common = { project, run, dir, shared };
  if (remote === undefined) return createGitWorkspace(common);
  if (isBegunHere(remote, dir)) return createHostWorkspace(common);
  const address = await addressFor(remote, await gitViaOf(opening.homes));
  if ("url" in remote && (existsSync(join(dir, "repo.git")) || existsSync(project.root)))
    return createHostWorkspace({ ...common, remote: address });
  const git = createGit();
  await openClone(git, await createTransport(git, address), common);
  return withoutProject(await createHostWorkspace({ ...common, remote: address }), opening);
}

/** In the run's folder: where its conductor works on what machines have begun, as one of them would. */
export const homeFolder = "home";

/** Throws what fetching from the run's remote throws. */
export async function openHome({ run, config, dir, shared, homes }: OpeningWorkspace): Promise<TravellingWorkspace> {
  const { project, remote } = config;
  if (remote === undefined) throw new Error(`${run} has work that does not travel`);
  const address = await addressFor(remote, await gitViaOf(homes));
  return createTravellingWorkspace({ project, run, dir: join(dir, homeFolder), shared, remote: address });
}

type Remote = NonNullable<RunConfig["remote"]>;

/** How this machine reaches it. Throws Fault `bad_remote`. */
export const addressFor = (remote: Remote, via: string | undefined): Promise<RemoteAddress> =>
  "url" in remote ? Promise.resolve(parseRemote(remote.url)) : remoteFor(remote, { here: hostname(), via });

/** The person's way to repositories on other hosts: as it was said to this process, else as the settings say. */
const gitViaOf = async ({ config, store }: Homes): Promise<string | undefined> =>
  store?.env["TUTTI_GIT_VIA"] ?? (await loadUserConfig(config)).worker?.gitVia;

/** Its repository is the one in this folder. */
export function isBegunHere(remote: Remote, dir: string): boolean {
  if ("url" in remote || remote.host !== hostname()) return false;
  const real = existsSync(dir) ? realpathSync(dir) : dir;
  return remote.path === join(real, "repo.git");
}

/** The person's repository is on another machine: the result is shown there by the next process that can. */
function withoutProject(workspace: HostWorkspace, { run, config: { remote } }: OpeningWorkspace): HostWorkspace {
  let isTold = false;
  return {
    ...workspace,
    publish: () => {
      if (isTold) return Promise.resolve();
      isTold = true;
      const where = remote !== undefined && "host" in remote ? `on ${remote.host}` : "where the run was begun";
      return Promise.reject(
        new Fault("project_elsewhere", `The repository that ${run} works for is ${where}, not here.`, {
          remedy: `Its result is shown there by \`tutti land ${run}\`.`,
        }),
      );
    },
  };
}
