// How a run on a server reaches the machines: its crew, the hands that send duties there, and that it is conducted here,
// so that another process takes over if this one dies. A run that is recorded on this machine alone has none of it.

import { randomUUID } from "node:crypto";
import { openConductQueue, type ConductQueue, type TakenRun } from "../../adapters/queue/conduct-queue.ts";
import { openCrew } from "../../adapters/queue/crew.ts";
import { sayProtocol } from "../../adapters/queue/protocols.ts";
import { runFiles } from "../../adapters/run-files.ts";
import { createSystemClock } from "../../adapters/clock.ts";
import { loadUserConfig } from "../../adapters/settings-files.ts";
import { createProcessLog } from "../../adapters/process-log.ts";
import type { RunConfig } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { mostCapacity } from "../../domain/machine-settings.ts";
import type { Hands } from "../../engine/hands.ts";
import { createPlacedHands } from "../../engine/machines/placed-hands.ts";
import type { Crew } from "../../engine/machines/crew.ts";
import type { HostWorkspace, TravellingWorkspace } from "../../engine/machines/travelling.ts";
import { Fault, type Workspace } from "../../engine/ports.ts";
import type { Environment, ProjectRuns } from "../place.ts";
import { enterMeeting } from "./meetings.ts";
import { labelsOf } from "./self.ts";

/** Nobody conducts the run until somebody asks for it; others may at once; or whoever holds the turn will say. */
export type AfterConducting = "finish" | "hand over" | "keep the turn";

export type Placing = {
  /** Undefined: every duty is fulfilled here. */
  readonly hands: Hands | undefined;
  /** Once the conductor is over. */
  readonly close: (then: AfterConducting) => Promise<void>;
};

export type Placed = {
  readonly place: Pick<ProjectRuns, "homes" | "runs">;
  readonly run: RunId;
  readonly config: Pick<RunConfig, "remote" | "workspace">;
  /** The owner's, of the run's log. */
  readonly token: number;
  readonly workspace: Workspace | HostWorkspace | undefined;
  /** By which this process goes on with what machines have begun. */
  readonly travelling: () => Promise<TravellingWorkspace>;
  /** Undefined: it was not taken over. */
  readonly taken: TakenRun | undefined;
};

/** Undefined for a run that is recorded on this machine alone. */
export async function openPlacing(placed: Placed): Promise<Placing | undefined> {
  const { place, run, token, config } = placed;
  if (place.homes.store === undefined) return undefined;
  const log = createProcessLog(runFiles(place.runs, run).processLog);
  const { meeting, leave } = await enterMeeting(place.homes, (text) => log.note(text));
  const queue = openConductQueue(meeting, false);
  const turn = placed.taken ?? (await holdTurn(queue, run));
  const stopSaying = sayProtocol(meeting);
  const crew = await openCrew(meeting, run, token);
  return {
    hands: mayTravel(config) ? await createHands(placed, crew) : undefined,
    close: async (then) => {
      crew.close();
      stopSaying();
      // Whoever was quicker to take it, while this process had not held it yet, finds that it is not wanted.
      if (then === "finish") await (turn?.finish() ?? queue.withdrawConduct(run));
      if (then === "hand over") await turn?.giveBack();
      await leave();
      await log.close();
    },
  };
}

/** Undefined where a process that took it for dead has the turn: it finds that the log is owned. */
async function holdTurn(queue: ConductQueue, run: RunId): Promise<TakenRun | undefined> {
  await queue.offerConduct(run);
  return queue.holdConduct(run);
}

async function createHands({ place, run, config, workspace, travelling }: Placed, crew: Crew): Promise<Hands> {
  const env = place.homes.store?.env ?? {};
  const capacity = capacityIn(env);
  const mayWork = capacity !== undefined && capacity > 0;
  return createPlacedHands({
    run,
    crew,
    clock: createSystemClock(),
    remote: remoteText(config),
    newPlacement: randomUUID,
    ...(capacity === undefined ? {} : { capacity }),
    ...(mayWork ? { labels: await labelsOf([], { userConfig: await loadUserConfig(place.homes.config), env }) } : {}),
    ...(workspace !== undefined && "fence" in workspace ? { fences: workspace, travelling: openOnce(travelling) } : {}),
  });
}

/** Where it could not be opened the next call tries again. */
function openOnce<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/** As machines are told of it; how one of them reaches it is its own matter. */
const remoteText = ({ remote }: Placed["config"]): string | null =>
  remote === undefined ? null : "url" in remote ? remote.url : `${remote.host}:${remote.path}`;

/** Work that was begun before it could travel stays where it lies. */
const mayTravel = ({ remote, workspace }: Placed["config"]): boolean => workspace === "none" || remote !== undefined;

/** What the person said of this process; undefined: nothing. Throws Fault `usage`. */
export function capacityIn(env: Environment): number | undefined {
  const said = env["TUTTI_CAPACITY"];
  if (said === undefined || said === "") return undefined;
  if (/^\d{1,3}$/.test(said) && Number(said) <= mostCapacity) return Number(said);
  throw new Fault("usage", `TUTTI_CAPACITY is no number of attempts: ${JSON.stringify(said)}`, {
    remedy: `Give a whole number from 0 to ${mostCapacity}, or leave it out.`,
  });
}
