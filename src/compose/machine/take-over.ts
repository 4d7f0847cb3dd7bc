// Runs whose conductor died, conducted on by this process. Who may is the queue's matter, who does is the log's: a run
// that somebody else owns by then is left to them. A run that only waits for a person is left as it is.

import { setTimeout as pause } from "node:timers/promises";
import type { Meeting } from "../../adapters/queue/meeting.ts";
import { conductQueue } from "../../adapters/queue/names.ts";
import { openConductQueue, type TakenRun } from "../../adapters/queue/conduct-queue.ts";
import { projectOfRun } from "../../adapters/log/redis/redis-run-store.ts";
import { findHomes, type Homes } from "../../adapters/run-files.ts";
import type { MachineNews } from "../../cli/machine-at-work.ts";
import { foldAll } from "../../core/evolve.ts";
import type { RunState } from "../../core/state.ts";
import type { RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import { withLog } from "../find-run.ts";
import { runsOf, type Environment, type ProjectRuns } from "../place.ts";
import { linkTo } from "../shelves.ts";
import type { StartedRuns } from "../start-runs.ts";

export type TakingOver = {
  readonly start: () => void;
  /** Takes nothing more; what is conducted here is given back, its steps under way may end within `graceMs`. */
  readonly stop: (graceMs: number) => Promise<void>;
};

export type TakingOverOptions = {
  readonly env: Environment;
  readonly meeting: Meeting;
  readonly started: StartedRuns;
  readonly tell: (news: MachineNews) => void;
};

export function createTakingOver({ env, meeting, started, tell }: TakingOverOptions): TakingOver {
  const ending = new AbortController();
  const queue = openConductQueue(meeting, true);
  const under = new Set<Promise<void>>();
  const { keyOf } = meeting.queueOf(conductQueue(meeting.protocol));
  const isWanted = (run: RunId): Promise<boolean> =>
    meeting.connections.ask(async (redis) => (await redis.exists(keyOf(run))) === 1);
  const taking: Taking = { homes: findHomes(env), started, tell, ending: ending.signal, isWanted };

  const follow = async (taken: TakenRun): Promise<void> => {
    try {
      await takeOver(taken, taking);
    } catch (error) {
      tell({ kind: "notice", text: `${taken.run} could not be taken over: ${wordsOf(error)}` });
      await pause(afterFailureMs, undefined, { signal: ending.signal }).catch(() => {});
      await taken.giveBack();
    }
  };
  const takeAll = async (): Promise<void> => {
    for (;;) {
      const taken = await queue.takeConduct(ending.signal);
      if (taken === undefined) return;
      const followed: Promise<void> = follow(taken)
        .catch((error: unknown) => tell({ kind: "notice", text: wordsOf(error) }))
        .finally(() => under.delete(followed));
      under.add(followed);
    }
  };
  return {
    start: () => {
      const all: Promise<void> = takeAll().catch((error: unknown) => tell({ kind: "notice", text: wordsOf(error) }));
      under.add(all);
    },
    stop: async (graceMs) => {
      ending.abort();
      queue.close();
      await Promise.all([...under, started.stop(graceMs)]);
    },
  };
}

/** What stands in the way now, as a host that is away, may be gone by then; another machine may be luckier too. */
const afterFailureMs = 15_000;

type Taking = {
  readonly homes: Homes;
  readonly started: StartedRuns;
  readonly tell: (news: MachineNews) => void;
  readonly ending: AbortSignal;
  /** Asks the server: whoever conducted it may have said a moment ago that it wants nobody any more. */
  readonly isWanted: (run: RunId) => Promise<boolean>;
};

/** How often it is looked whether the log is free: its lease may run for a moment longer than the turn to conduct. */
const lookMs = 200;

async function takeOver(taken: TakenRun, { homes, started, tell, ending, isWanted }: Taking): Promise<void> {
  const { run, lost } = taken;
  const place = await findPlaceOf(homes, run);
  if (place === undefined) return taken.finish();
  while (!lost.aborted) {
    if (ending.aborted) return taken.giveBack();
    const looked = await place.store.look(run);
    if (looked === undefined) return taken.finish();
    if (looked.owner === null) {
      if (!(await isWanted(run))) return;
      if (!(await withLog(place, run, (log) => isOwed(foldAll(log.read()))))) return taken.finish();
      const conducting = await started.takeOver(place, run, taken).catch(unlessTaken);
      if (conducting === undefined) continue;
      tell({ kind: "conducting", run });
      void conducting.done.then(({ kind }) => tell({ kind: "conducted", run, ending: kind }));
      return;
    }
    await pause(lookMs, undefined, { signal: AbortSignal.any([ending, lost]) }).catch(() => {});
  }
}

async function findPlaceOf(homes: Homes, run: RunId): Promise<ProjectRuns | undefined> {
  const key = await projectOfRun(linkTo(homes), run);
  return key === undefined ? undefined : runsOf(homes, key);
}

/** Paused, it goes on when a person says so; ended, there is nothing left but to clean up. */
export const isOwed = ({ config, ended, pause: paused, disposals, aborted }: RunState): boolean =>
  config !== null && (ended === null ? paused === null || aborted : disposals.size > 0);

/** Somebody was quicker, or it has come to its end meanwhile. */
function unlessTaken(error: unknown): undefined {
  if (!(error instanceof Fault) || (error.code !== "run_held" && error.code !== "run_ended")) throw error;
  return undefined;
}

export const wordsOf = (error: unknown): string =>
  error instanceof Fault ? `${error.message} ${error.remedy}` : error instanceof Error ? error.message : String(error);
