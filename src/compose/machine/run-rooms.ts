// What this machine has of each run it works for: a clone in a folder of its own, models by this machine's keys, the run's
// long texts on the store. Of the run's log it sees nothing.

import { join } from "node:path";
import { createSystemClock } from "../../adapters/clock.ts";
import { createBriefs } from "../../adapters/context/briefs.ts";
import { createRedisHolds } from "../../adapters/log/redis/redis-holds.ts";
import { heedHolds } from "../../adapters/models/heed-holds.ts";
import { createRedisBeside } from "../../adapters/log/redis/redis-beside.ts";
import { createRedisBlobs } from "../../adapters/log/redis/redis-blobs.ts";
import type { RedisLink } from "../../adapters/log/redis/redis-link.ts";
import { createTools } from "../../adapters/tools/create-tools.ts";
import { findShared, type SharedFolder } from "../../adapters/workspace/shared-folders.ts";
import { createTravellingWorkspace } from "../../adapters/workspace/travel/travelling-workspace.ts";
import type { RunConfig } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { parseScenario } from "../../domain/scenario.ts";
import type { UserConfig } from "../../domain/user-config.ts";
import type { UserDefaults } from "../../domain/user-defaults.ts";
import type { MachinePorts } from "../../engine/machines/follow-order.ts";
import type { TravellingWorkspace } from "../../engine/machines/travelling.ts";
import type { Environment } from "../place.ts";
import { createRunModels, createSandbox, digest } from "../ports.ts";
import type { MachineFolder } from "./machine-folder.ts";
import { addressFor } from "./run-workspace.ts";

export type RunRooms = {
  /** Made with the first order of a run. Throws what the store and the run's remote throw; the next order tries again. */
  readonly of: (run: RunId, config: RunConfig) => Promise<MachinePorts>;
  /** The runs that are worked for now: what is kept of others goes after a while. */
  readonly retain: (runs: ReadonlySet<RunId>) => void;
  readonly close: () => Promise<void>;
};

export type RoomsOptions = {
  readonly link: RedisLink;
  readonly folder: MachineFolder;
  readonly userConfig: UserConfig;
  readonly overrides: UserDefaults["overrides"] | undefined;
  readonly env: Environment;
  readonly gitVia: string | undefined;
};

/** A run whose attempts come one after another is cloned once. */
const keptMs = 5 * 60_000;

export function createRunRooms(options: RoomsOptions): RunRooms {
  const rooms = new Map<RunId, Promise<MachinePorts>>();
  const leaving = new Map<RunId, NodeJS.Timeout>();
  const remove = (run: RunId): void => {
    leaving.delete(run);
    rooms.delete(run);
    void options.folder.remove(run).catch(() => {});
  };
  const stay = (run: RunId): void => {
    clearTimeout(leaving.get(run));
    leaving.delete(run);
  };
  return {
    of: (run, config) => {
      stay(run);
      const known = rooms.get(run);
      if (known !== undefined) return known;
      const made = makeRoom(options, run, config);
      rooms.set(run, made);
      made.catch(() => rooms.delete(run));
      return made;
    },
    retain: (runs) => {
      for (const run of rooms.keys()) {
        if (runs.has(run)) stay(run);
        else if (!leaving.has(run)) leaving.set(run, setTimeout(() => remove(run), keptMs).unref());
      }
    },
    close: async () => {
      for (const timer of leaving.values()) clearTimeout(timer);
      await options.folder.close();
    },
  };
}

async function makeRoom(options: RoomsOptions, run: RunId, config: RunConfig): Promise<MachinePorts> {
  const { link, folder, userConfig, overrides, env } = options;
  const dir = folder.of(run);
  const text = await createRedisBeside(link, run).get("scenario");
  const parsed = text === undefined ? undefined : parseScenario(text);
  const shared = await sharedOf(config);
  const { put, get } = createRedisBlobs(link, run);
  const models = createRunModels({
    scenario: parsed?.ok === true ? parsed.scenario : undefined,
    userConfig,
    env,
    ...(overrides === undefined ? {} : { overrides }),
  });
  const sandbox = createSandbox(config.sandbox, [join(dir, "repo.git"), ...shared.map(({ source }) => source)]);
  return {
    clock: createSystemClock(),
    log: { putBlob: put, getBlob: get },
    models: heedHolds(models, createRedisHolds(link)),
    tools: createTools({ sandbox }),
    sandbox,
    briefs: createBriefs(),
    digest,
    travelling: config.workspace === "git" ? await openTravelling(options, { run, config, dir, shared }) : null,
  };
}

/** Where this machine has a checkout at the same path, its installed dependencies are seen. */
const sharedOf = ({ project, share = [] }: RunConfig): Promise<readonly SharedFolder[]> =>
  findShared(project.root, share).catch((error: unknown) => {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  });

type Opening = {
  readonly run: RunId;
  readonly config: RunConfig;
  readonly dir: string;
  readonly shared: readonly SharedFolder[];
};

async function openTravelling(
  { gitVia: via }: RoomsOptions,
  { run, config, dir, shared }: Opening,
): Promise<TravellingWorkspace> {
  const { remote: named, project } = config;
  if (named === undefined) throw new Error(`${run} has work that does not travel`);
  const remote = await addressFor(named, via);
  return createTravellingWorkspace({ remote, run, dir, shared, project });
}
