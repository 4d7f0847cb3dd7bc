// Machines and conductors of one test, over a Redis server of its own; all are closed with it.

import { setTimeout as pause } from "node:timers/promises";
import { createBench, type RedisBench } from "../../src/adapters/queue/bench.ts";
import { openCrew, type RedisCrew } from "../../src/adapters/queue/crew.ts";
import { openMeeting, type Meeting, type MeetingOptions } from "../../src/adapters/queue/meeting.ts";
import { createRedisRunStore } from "../../src/adapters/log/redis/redis-run-store.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { AttemptPlace, MachineLabel } from "../../src/domain/machine.ts";
import type { Taken, ToConductor, ToMachine } from "../../src/engine/machines/crew.ts";
import { addressOf, type RedisServer } from "./redis-server.ts";

export const sampleRun = "run_0123456789abcdef" as RunId;

export const placeOf = (index: number, attempt = 1, run = sampleRun): AttemptPlace => ({ run, index, attempt });

export type Meetings = {
  readonly meet: (options?: Partial<MeetingOptions>) => Promise<Meeting>;
  readonly machine: (
    labels?: readonly MachineLabel[],
    options?: Partial<MeetingOptions>,
  ) => Promise<RedisBench & { readonly meeting: Meeting; readonly told: ToMachine[] }>;
  /** Owns the run's log. */
  readonly conductor: (
    run?: RunId,
    options?: Partial<MeetingOptions>,
  ) => Promise<RedisCrew & { readonly meeting: Meeting; readonly told: ToConductor[]; readonly token: number }>;
  readonly notes: string[];
  readonly close: () => Promise<void>;
};

export function meetAt(server: RedisServer, query = ""): Meetings {
  const open: { close: () => unknown }[] = [];
  const notes: string[] = [];
  const meet: Meetings["meet"] = async (options = {}) => {
    const meeting = await openMeeting({
      address: addressOf(`${server.address}${query}`),
      password: async () => undefined,
      note: (text) => notes.push(text),
      ...options,
    });
    open.push(meeting);
    await meeting.heartbeat.started();
    return meeting;
  };
  const own = async (run: RunId): Promise<number> => {
    const store = createRedisRunStore({ link: server.link({ query }), project: "sample" });
    const opened = await store.open(run);
    const answer = "missing" in opened ? await store.create(run) : opened;
    if (!("log" in answer)) throw new Error(JSON.stringify(answer));
    open.push(answer.log);
    return answer.token;
  };
  return {
    meet,
    notes,
    machine: async (labels = [], options = {}) => {
      const meeting = await meet(options);
      const bench = createBench(meeting, {
        host: "here",
        pid: process.pid,
        version: "1.2.3",
        labels,
        capacity: 2,
        startedAt: 1_000,
      });
      open.push(bench);
      const told: ToMachine[] = [];
      bench.receive((message) => told.push(message));
      return { ...bench, meeting, told };
    },
    conductor: async (run = sampleRun, options = {}) => {
      const token = await own(run);
      const meeting = await meet(options);
      const crew = await openCrew(meeting, run, token);
      open.push(crew);
      const told: ToConductor[] = [];
      crew.receive(run, { message: (message) => told.push(message), delta: () => {} });
      return { ...crew, meeting, told, token };
    },
    close: async () => {
      for (const one of open.toReversed()) await one.close();
    },
  };
}

/** Undefined where nothing is to be had within `ms`. */
export async function takeWithin(bench: Pick<RedisBench, "take">, ms = 10_000): Promise<Taken | undefined> {
  return bench.take(AbortSignal.timeout(ms));
}

export async function until(holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<number> {
  const since = performance.now();
  while (!(await holds())) {
    if (performance.now() - since > ms) throw new Error(`it does not hold after ${ms} ms: ${holds.toString()}`);
    await pause(5);
  }
  return performance.now() - since;
}
