// Takes jobs from several queues at once, the one that matters most first, and holds what it took.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../../engine/ports.ts";
import type { Connections } from "./connections.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { monotonicMs } from "./heartbeat-messages.ts";
import type { HeldJob, JobQueue, QueueMaker } from "./job-queue.ts";
import { firstScript } from "./scripts.ts";
import type { Waker } from "./waker.ts";

export type TakenJob = {
  readonly id: string;
  readonly data: unknown;
  /** Aborted with a `LossReason` once the lock is lost. */
  readonly lost: AbortSignal;
  readonly finish: () => Promise<void>;
  readonly giveBack: () => Promise<void>;
};

export type Taker = {
  /** Undefined once `signal` is aborted. */
  readonly take: (signal: AbortSignal) => Promise<TakenJob | undefined>;
  /** The one of this name, made where there is none; undefined where another has it. */
  readonly takeNamed: (queue: string, id: string) => Promise<TakenJob | undefined>;
};

export type TakerParts = {
  readonly connections: Connections;
  readonly heartbeat: Heartbeat;
  readonly queueOf: QueueMaker;
  readonly waker: Waker;
  /** The names of the queues that may be taken from, as of now. */
  readonly names: () => Promise<readonly string[]>;
  /** A job has left this queue. */
  readonly onLeft: (queue: string) => void;
  /** The server refuses for a while: no room, or it is a replica at the moment. */
  readonly note: (message: string) => void;
};

const refusedPauseMs = 1_000;
const passing: ReadonlySet<string> = new Set(["store_unreachable", "store_read_only", "disk_full"]);

export function createTaker(parts: TakerParts): Taker {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    take: (signal) => {
      const mine = turn.then(() => takeNext(parts, signal));
      turn = mine.catch(() => {});
      return mine;
    },
    takeNamed: async (queue, id) => {
      await parts.heartbeat.started();
      const heldAt = monotonicMs();
      const job = await parts.queueOf(queue).takeNamed(id, randomUUID());
      return job === undefined ? undefined : hold(parts, job, heldAt);
    },
  };
}

async function takeNext(parts: TakerParts, signal: AbortSignal): Promise<TakenJob | undefined> {
  while (!signal.aborted) {
    try {
      const names = await parts.names();
      await parts.heartbeat.started(signal);
      if (signal.aborted) break;
      const taken = await takeFirst(parts, names);
      if (taken !== undefined) return taken;
      await parts.waker.wait(names, signal);
    } catch (error) {
      if (!(error instanceof Fault) || !passing.has(error.code)) throw error;
      parts.note(error.message);
      await pause(refusedPauseMs, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

async function takeFirst(parts: TakerParts, names: readonly string[]): Promise<TakenJob | undefined> {
  for (;;) {
    const queue = await firstQueue(parts, names);
    if (queue === undefined) return undefined;
    const heldAt = monotonicMs();
    const job = await queue.take(randomUUID());
    if (job !== undefined) return hold(parts, job, heldAt);
    if (names.length === 1) return undefined;
  }
}

async function firstQueue(
  { connections, queueOf }: TakerParts,
  names: readonly string[],
): Promise<JobQueue | undefined> {
  const queues = names.map(queueOf);
  if (queues.length < 2) return queues[0];
  const keys = queues.flatMap(({ keyOf }) => [keyOf("wait"), keyOf("prioritized")]);
  const place = Number(await connections.run({ script: firstScript, keys, args: [] }));
  return queues[place - 1];
}

function hold({ heartbeat, onLeft }: TakerParts, job: HeldJob, heldAt: number): TakenJob {
  const lost = new AbortController();
  const letGo = heartbeat.keep(job.beat, (why) => lost.abort(why), heldAt);
  const leave = async (how: () => Promise<void>): Promise<void> => {
    letGo();
    if (lost.signal.aborted) return;
    await how();
    onLeft(job.queue);
  };
  return {
    id: job.id,
    data: job.data,
    lost: lost.signal,
    finish: () => leave(job.finish),
    giveBack: () => leave(job.giveBack),
  };
}
