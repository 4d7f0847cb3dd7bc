// The queue of attempts beside bare BullMQ: jobs that do nothing over four worker processes, what an offer and an idle
// machine take of the server, and how soon a machine that waits has its attempt. `node bench/queue.ts [jobs] [offers]` starts
// a redis-server of its own that syncs always, and prints one JSON object. Its workers are `node bench/queue.ts bare <port>`.

import { once } from "node:events";
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import { createBench } from "../src/adapters/queue/bench.ts";
import { openCrew } from "../src/adapters/queue/crew.ts";
import { openMeeting, type Meeting } from "../src/adapters/queue/meeting.ts";
import { createRedisRunStore } from "../src/adapters/log/redis/redis-run-store.ts";
import type { RedisLink } from "../src/adapters/log/redis/redis-link.ts";
import type { RunId } from "../src/domain/ids.ts";
import { addressOf, durable, startRedis, type RedisServer } from "../test/support/redis-server.ts";

const run = "run_0000000000000000" as RunId;
const connection = (port: number) => ({ host: "127.0.0.1", port, maxRetriesPerRequest: null });

async function workBare(port: number): Promise<void> {
  const worker = new Worker("bare", async () => {}, { connection: connection(port), concurrency: 8 });
  await worker.waitUntilReady();
  process.send?.("ready");
  await once(process, "disconnect");
  await worker.close(true);
  process.exit(0);
}

/** Jobs a second, over four processes. */
async function timeBare(port: number, jobs: number): Promise<number> {
  const queue = new Queue("bare", { connection: connection(port) });
  const workers: ChildProcess[] = [];
  for (let index = 0; index < 4; index += 1) {
    const child = spawn(process.execPath, [import.meta.filename, "bare", String(port)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await once(child, "message");
    workers.push(child);
  }
  const started = performance.now();
  const group = Array.from({ length: 500 }, () => ({ name: "work", data: {}, opts: { removeOnComplete: true } }));
  for (let at = 0; at < jobs; at += group.length) await queue.addBulk(group);
  while ((await queue.getJobCountByTypes("wait", "active")) > 0) await pause(5);
  const seconds = (performance.now() - started) / 1_000;
  for (const child of workers) child.disconnect();
  await queue.close();
  return Math.round(jobs / seconds);
}

async function countOn(link: RedisLink): Promise<{ readonly asked: number; readonly bytes: number }> {
  const info = String(await link.call("INFO", "everything"));
  const asked = Number(/total_commands_processed:(\d+)/.exec(info)?.[1]);
  return { asked, bytes: Number(/used_memory:(\d+)/.exec(info)?.[1]) };
}

async function measureOffers(server: RedisServer, meeting: Meeting, offers: number) {
  const link = server.link();
  const { token } = await createRedisRunStore({ link, project: "bench" }).create(run);
  const crew = await openCrew(meeting, run, token);
  const before = await countOn(link);
  const started = performance.now();
  const group = 200;
  for (let at = 0; at < offers; at += group) {
    const places = Array.from({ length: group }, (_, index) => ({ run, index: at + index, attempt: 1 }));
    await Promise.all(places.map((place) => crew.offer({ place, labels: [], weight: place.index % 50 })));
  }
  const seconds = (performance.now() - started) / 1_000;
  const after = await countOn(link);
  crew.close();
  return {
    offers,
    offersPerSecond: Math.round(offers / seconds),
    bytesPerOffer: Math.round((after.bytes - before.bytes) / offers),
    // As the server counts them: those of scripts too.
    commandsPerOffer: Math.round(((after.asked - before.asked) * 100) / offers) / 100,
  };
}

async function measureMachine(server: RedisServer, meeting: Meeting, offered: number) {
  const link = server.link();
  const card = { host: "bench", pid: process.pid, version: "0", labels: [], capacity: 1, startedAt: 0 };
  const bench = createBench(meeting, card);
  const some = Math.min(offered, 1_000);
  const started = performance.now();
  for (let index = 0; index < some; index += 1) await (await bench.take(AbortSignal.timeout(5_000)))?.finish();
  const takenPerSecond = Math.round((some * 1_000) / (performance.now() - started));
  await link.call("FLUSHALL");
  const idle = new AbortController();
  const waiting = bench.take(idle.signal);
  await pause(500);
  const before = await countOn(link);
  await pause(10_000);
  const after = await countOn(link);
  idle.abort();
  await waiting;
  const waits: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const taking = bench.take(AbortSignal.timeout(5_000));
    await pause(20);
    const since = performance.now();
    await meeting.attempts.offer({ place: { run, index, attempt: 2 }, labels: [], weight: 1 });
    const taken = await taking;
    waits.push(performance.now() - since);
    await taken?.finish();
  }
  const sorted = waits.toSorted((one, next) => one - next);
  await bench.close();
  return {
    takenAndFinishedPerSecond: takenPerSecond,
    idleCommandsPerSecond: (after.asked - before.asked) / 10,
    msFromOfferToTaken: { p50: Math.round(sorted[25] ?? 0), p95: Math.round(sorted[47] ?? 0) },
  };
}

async function main(jobs: number, offers: number): Promise<void> {
  const server = await startRedis(...durable);
  const meeting = await openMeeting({ address: addressOf(server.address), password: async () => undefined });
  await meeting.heartbeat.started();
  try {
    const bareJobsPerSecond = await timeBare(server.port, jobs);
    const offered = await measureOffers(server, meeting, offers);
    const machine = await measureMachine(server, meeting, offers);
    process.stdout.write(`${JSON.stringify({ bareJobsPerSecond, ...offered, ...machine }, null, 2)}\n`);
  } finally {
    await meeting.close();
    await server.dispose();
  }
}

const [first = "10000", second = "100000"] = process.argv.slice(2);
await (first === "bare" ? workBare(Number(second)) : main(Number(first), Number(second)));
