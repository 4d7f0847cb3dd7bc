// W4, the serving process: workers whose models speak at a rate, and a server that streams what they say; ours, or the
// floor, which is plain server-sent events, one frame per turn of the loop, shared by all. `node stream-child.ts <JSON>`.

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { Hono } from "hono";
import { createSystemClock } from "../src/adapters/clock.ts";
import { createMemoryRunStore } from "../src/adapters/log/memory-log.ts";
import { initialState } from "../src/core/state.ts";
import type { RunId, TicketId } from "../src/domain/ids.ts";
import { createFeed, type Feed } from "../src/engine/feed.ts";
import { keepLiveTexts } from "../src/engine/live-texts.ts";
import type { Ports } from "../src/engine/ports.ts";
import { listen } from "../src/http/listen.ts";
import type { OpenRun, Runs } from "../src/http/runs.ts";
import { addStream } from "../src/http/stream/stream-route.ts";

export type ChildPlan = {
  readonly server: "ours" | "floor";
  readonly workers: number;
  /** Tokens a second of each. */
  readonly rate: number;
  readonly seconds: number;
};

export type ChildReport = {
  readonly sent: number;
  /** Processor time of the whole process, workers included, as a part of one core. */
  readonly cpu: number;
  /** MiB that lay in buffers beyond what did before, at most. */
  readonly bufferMiB: number;
};

/** A token is its time on a clock that all processes of this machine share, in µs, in eight digits. */
const makeToken = (): string => `~${(process.hrtime.bigint() / 1000n).toString(36).padStart(9, "0").slice(-8)};`;

const plan = JSON.parse(process.argv[2] ?? "{}") as ChildPlan;

/** Publishes every token that is due; a worker that is late catches up. Resolves with how many there were. */
async function speak(feed: Feed, { workers, rate, seconds }: ChildPlan): Promise<number> {
  let sent = 0;
  const each = async (worker: number): Promise<void> => {
    const ref = { ticket: `T${worker}` as TicketId, attempt: 1 };
    const begun = performance.now() + (worker / workers) * (1000 / rate);
    const total = Math.round(rate * seconds);
    for (let said = 0; said < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * rate));
      for (; said < due; said += 1) {
        feed.publish({ kind: "delta", ref, turn: 1, delta: { kind: "text", text: makeToken() } });
        sent += 1;
      }
      await pause(Math.max(0, begun + ((said + 1) / rate) * 1000 - performance.now()));
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => each(worker)));
  return sent;
}

async function serveOurs(feed: Feed): Promise<number> {
  const clock = createSystemClock();
  const run = "run_0000000000000000" as RunId;
  const { log } = await createMemoryRunStore().create(run);
  const open: OpenRun = {
    run,
    conducted: "here",
    state: () => initialState,
    feed,
    live: keepLiveTexts(feed),
    ports: { log, clock } as unknown as Ports,
    person: "ann",
    signal: new AbortController().signal,
    change: () => Promise.reject(new Error("nothing is changed here")),
  };
  const runs: Runs = {
    list: () => Promise.resolve([]),
    find: () => Promise.resolve({ kind: "open", open, release: () => {} }),
    watch: () => () => {},
  };
  const app = new Hono();
  const fail = (error: Error): never => {
    throw error;
  };
  addStream(app, { runs, onError: fail });
  return (await listen(app)).port;
}

function serveFloor(feed: Feed): Promise<number> {
  const readers = new Set<NodeJS.WritableStream>();
  let waiting = new Map<string, string>();
  const flush = (): void => {
    const frame = Buffer.from(`event: deltas\ndata: ${JSON.stringify([...waiting])}\n\n`);
    waiting = new Map();
    for (const reader of readers) reader.write(frame);
  };
  feed.subscribe((item) => {
    if (item.kind !== "delta") return;
    if (waiting.size === 0) setImmediate(flush);
    waiting.set(item.ref.ticket, (waiting.get(item.ref.ticket) ?? "") + item.delta.text);
  });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("\n\n");
    readers.add(response);
    response.once("close", () => readers.delete(response));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

const feed = createFeed();
const port = await (plan.server === "ours" ? serveOurs(feed) : serveFloor(feed));
console.log(`listening ${port}`);
await new Promise((resolve) => process.stdin.once("data", resolve));

/** What is still referred to by somebody, once the collector has been through. */
const buffersNow = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
};
const before = buffersNow();
let most = before;
// Collecting costs time: only where memory is what is measured.
const weigh = globalThis.gc === undefined ? undefined : setInterval(() => (most = Math.max(most, buffersNow())), 50);
const cpu = process.cpuUsage();
const begun = performance.now();
const sent = await speak(feed, plan);
const used = process.cpuUsage(cpu);
const report: ChildReport = {
  sent,
  cpu: (used.user + used.system) / 1000 / (performance.now() - begun),
  bufferMiB: (most - before) / 1024 / 1024,
};
clearInterval(weigh);
await pause(500);
console.log(`report ${JSON.stringify(report)}`);
