// A machine in a process of its own: the product's queue and desk on a scripted model and tools that do nothing.
// `node machine-process.ts <store> <capacity> <work>`; `work`: MachineWork as JSON. Says `ready` with its id,
// then what it took and what has ended; a line on stdin is answered with the processor time it has taken, its end ends it.

import { createInterface } from "node:readline";
import { makeWork, oneToolTurns } from "../../bench/scripted-world.ts";
import { createRedisBlobs } from "../../src/adapters/log/redis/redis-blobs.ts";
import { createRedisLink } from "../../src/adapters/log/redis/redis-link.ts";
import { createBench } from "../../src/adapters/queue/bench.ts";
import { openMeeting } from "../../src/adapters/queue/meeting.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { placeKey } from "../../src/domain/machine.ts";
import { createOrderDesk } from "../../src/engine/machines/order-desk.ts";
import { addressOf } from "../support/redis-server.ts";

export type MachineSaid =
  | { readonly ready: string }
  | { readonly took: string; readonly run: RunId }
  | { readonly ended: string; readonly run: RunId }
  | { readonly cpu: NodeJS.CpuUsage };

/** In ms: how long each model call takes, and the tool call. */
export type MachinePace = { readonly modelMs: number; readonly toolMs: number };

const [store = "", capacityText = "1", work = "{}"] = process.argv.slice(2);
const { modelMs, toolMs } = JSON.parse(work) as MachinePace;
const say = (line: MachineSaid): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

const access = { address: addressOf(store), password: () => Promise.resolve(undefined) };
const capacity = Number(capacityText);
const host = "here";
const meeting = await openMeeting(access);
const link = createRedisLink({ ...access, patienceMs: 20_000 });
const turns = oneToolTurns({ ms: toolMs }, "mark").map((turn) => ({ ...turn, delayMs: modelMs }));
const ports = makeWork({ scenario: { tickets: {}, default: [{ turns }] } });
const card = { host, pid: process.pid, version: "1", labels: ["provider:scripted"], capacity, startedAt: 0 };
const bench = createBench(meeting, card);
const desk = createOrderDesk({
  bench,
  clock: ports.clock,
  capacity,
  machine: { id: bench.id, host },
  portsFor: (run) => {
    const { put, get } = createRedisBlobs(link, run);
    return Promise.resolve({ ...ports, log: { putBlob: put, getBlob: get }, travelling: null });
  },
  onDrain: () => void desk.drain(1_000),
  onNews: (news) => {
    if (news.kind === "problem") return;
    const { run } = news.place;
    const key = placeKey(news.place);
    say(news.kind === "took" ? { took: key, run } : { ended: key, run });
  },
});
desk.start();
say({ ready: bench.id });

const lines = createInterface({ input: process.stdin });
lines.on("line", () => say({ cpu: process.cpuUsage() }));
lines.on("close", () => process.exit(0));
