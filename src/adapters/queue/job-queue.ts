// One of BullMQ's queues: jobs with ids of ours, fetched by hand, held by locks that the heartbeat renews.

import {
  createRedisBackend,
  Job,
  Queue,
  Worker,
  type IQueueBackend,
  type RedisQueueBackend,
  type WorkerOptions,
} from "bullmq";
import type { Beat } from "./heartbeat-messages.ts";
import { holdScript, takeNamedScript } from "./scripts.ts";
import type { Connections } from "./connections.ts";
import { queuePrefix } from "./names.ts";

/** Of what happened in a queue, so many lines are kept: nobody reads them. */
export const mostEvents = 10;

/** How often jobs are looked for that nobody holds any more. */
export const stalledEveryMs = 500;

const mostPriority = 2_097_151;

/** What is over is not kept. */
const kept = { removeOnComplete: true, removeOnFail: true } as const;

/** A stalled job never fails: it moves on until somebody finishes it. */
const mostStalls = 1_000_000_000;

export type HeldJob = {
  readonly id: string;
  readonly queue: string;
  readonly token: string;
  readonly data: unknown;
  /** Renews the lock; see `Heartbeat.keep`. */
  readonly beat: Beat;
  /** The job is no more. Nothing is done where it is another's by now. */
  readonly finish: () => Promise<void>;
  /** At the front of those that matter as much. Nothing is done where it is another's by now. */
  readonly giveBack: () => Promise<void>;
};

export type JobQueue = {
  readonly name: string;
  readonly keyOf: (part: string) => string;
  /** `weight`: more goes first. A job that is there already stays as it is. */
  readonly add: (id: string, data: unknown, weight: number) => Promise<void>;
  readonly take: (token: string) => Promise<HeldJob | undefined>;
  /** Of this name, made where there is none; undefined where another has it. */
  readonly takeNamed: (id: string, token: string) => Promise<HeldJob | undefined>;
  /** Whoever holds it loses it. */
  readonly remove: (id: string) => Promise<void>;
  /** Jobs whose locks have run out wait again. */
  readonly releaseStalled: () => Promise<void>;
};

export type QueueMaker = (name: string) => JobQueue;

/** `holder`: who takes jobs here, by a name of its own. */
export function createQueueMaker(connections: Connections, holder: string): QueueMaker {
  const settings = {
    connection: connections.main,
    prefix: queuePrefix,
    skipVersionCheck: true,
    lockDuration: connections.leaseMs,
    maxStalledCount: mostStalls,
    stalledInterval: stalledEveryMs,
  };
  const root: RedisQueueBackend = createRedisBackend("root", settings);
  root.on("error", () => {});
  const made = new Map<string, JobQueue>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const queue = createJobQueue({ name, settings, backend: root.forQueue(name), connections, holder });
    made.set(name, queue);
    return queue;
  };
}

type JobQueueParts = {
  readonly name: string;
  readonly settings: WorkerOptions;
  readonly backend: IQueueBackend;
  readonly connections: Connections;
  readonly holder: string;
};

function createJobQueue({ name, settings, backend, connections, holder }: JobQueueParts): JobQueue {
  const { ask, leaseMs } = connections;
  const given = (): IQueueBackend => backend;
  const queue = new Queue(name, { ...settings, skipMetasUpdate: true }, given);
  const worker = new Worker(name, null, { ...settings, name: holder, autorun: false, skipLockRenewal: true }, given);
  const keyOf = (part: string): string => `${queuePrefix}:${name}:${part}`;

  const hold = (job: Job, token: string): HeldJob => {
    const id = job.id ?? "";
    return {
      id,
      queue: name,
      token,
      data: job.data as unknown,
      beat: {
        script: holdScript,
        keys: [keyOf(`${id}:lock`), keyOf("stalled"), keyOf("active"), keyOf(id)],
        args: [token, leaseMs, id, holder],
        isLock: true,
      },
      finish: () => ask(() => unlessLost(job.moveToCompleted(null, token, false))),
      giveBack: () =>
        ask(async (redis) => {
          await unlessLost(job.moveToWait(token));
          // What goes back by its priority wakes nobody by itself.
          await redis.zadd(keyOf("marker"), 0, "0");
        }),
    };
  };
  return {
    name,
    keyOf,
    add: (id, data, weight) =>
      ask(async () => {
        const priority = Math.min(Math.max(mostPriority - Math.round(weight), 1), mostPriority);
        await queue.add("work", data, { ...kept, jobId: id, priority });
      }),
    take: (token) =>
      ask(async () => {
        const job = (await worker.getNextJob(token, { block: false })) as Job | undefined;
        return job === undefined ? undefined : hold(job, token);
      }),
    takeNamed: async (id, token) => {
      const keys = [id, `${id}:lock`, "wait", "prioritized", "active", "meta"].map(keyOf);
      const options = JSON.stringify({ ...kept, jobId: id, priority: mostPriority });
      const args = [id, token, leaseMs, holder, mostEvents, options, mostPriority];
      if ((await connections.run({ script: takeNamedScript, keys, args })) !== 1) return undefined;
      const job = await ask(() => Job.fromId(queue, id));
      return job === undefined ? undefined : hold(job, token);
    },
    remove: (id) =>
      ask(async (redis) => {
        // Taken again between the two, it is locked again.
        for (let tries = 0; tries < 10; tries += 1) {
          await redis.del(keyOf(`${id}:lock`));
          if ((await queue.remove(id)) === 1) return;
        }
      }),
    releaseStalled: () => ask(async () => void (await backend.moveStalledJobsToWait())),
  };
}

/** Codes by which BullMQ says that the job, or its lock, is not there any more or is another's: then it is not ours to judge. */
const lossCodes: readonly unknown[] = [-1, -2, -3, -6];

async function unlessLost(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && lossCodes.includes(error.code))) throw error;
  }
}
