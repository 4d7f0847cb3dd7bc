// Which runs want a conductor: a job each, held by whoever conducts, and moved to another process when that one dies.

import { isRunId, type RunId } from "../../domain/ids.ts";
import type { Meeting } from "./meeting.ts";
import { mostEvents } from "./job-queue.ts";
import { conductQueue, queuesKey, stalledTurnKey } from "./names.ts";
import { watchStalled } from "./stalled-jobs.ts";
import { createTaker } from "./taker.ts";
import { tidyQueue } from "./tidy-queue.ts";
import { createWaker } from "./waker.ts";

/** A run that is conducted by whoever has this. */
export type TakenRun = {
  readonly run: RunId;
  /** Aborted when the job is lost: another process may conduct the run. */
  readonly lost: AbortSignal;
  /** The run wants no conductor any more. Does nothing once the job is lost. */
  readonly finish: () => Promise<void>;
  /** Another process may conduct it at once. Does nothing once the job is lost. */
  readonly giveBack: () => Promise<void>;
};

export type ConductQueue = {
  /** The run wants a conductor; once this is known, or it has one, this does nothing. */
  readonly offerConduct: (run: RunId) => Promise<void>;
  /** The next run that wants a conductor; undefined once `signal` is aborted. */
  readonly takeConduct: (signal: AbortSignal) => Promise<TakenRun | undefined>;
  /** For a process that conducts the run already: undefined where another one holds it. */
  readonly holdConduct: (run: RunId) => Promise<TakenRun | undefined>;
  /** The run wants no conductor any more; whoever holds it finds out. */
  readonly withdrawConduct: (run: RunId) => Promise<void>;
  readonly close: () => void;
};

/** `watches`: looks for runs whose conductors died; for those who would take them. */
export function openConductQueue(meeting: Meeting, watches: boolean): ConductQueue {
  const { connections, heartbeat, queueOf, inbox, protocol, note } = meeting;
  const queue = queueOf(conductQueue(protocol));
  const names = async (): Promise<readonly string[]> => [queue.name];
  const tidy = (): Promise<void> => tidyQueue(connections, queue, queuesKey(protocol));
  const onLeft = (): void => void tidy().catch(() => {});
  const waker = createWaker(connections, `conduct-${inbox.name}`);
  const taker = createTaker({ connections, heartbeat, queueOf, waker, names, onLeft, note });
  const turnKey = `${stalledTurnKey(protocol)}:conduct`;
  const stop = watches ? watchStalled({ connections, queueOf, turnKey, names, tidy }) : (): void => {};
  return {
    offerConduct: async (run) => {
      await queue.add(run, {}, 0);
      await connections.ask((redis) => redis.hset(queue.keyOf("meta"), "opts.maxLenEvents", mostEvents));
    },
    takeConduct: async (signal) => {
      for (;;) {
        const job = await taker.take(signal);
        if (job === undefined) return undefined;
        if (isRunId(job.id)) return { ...job, run: job.id };
        note(`A job's name is not understood, and it is dropped: ${job.id}`);
        await job.finish();
      }
    },
    holdConduct: async (run) => {
      const job = await taker.takeNamed(queue.name, run);
      return job === undefined ? undefined : { ...job, run };
    },
    withdrawConduct: async (run) => {
      await queue.remove(run);
      await tidy();
    },
    close: stop,
  };
}
