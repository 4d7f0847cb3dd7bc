// A run on a Redis server beside the same run in SQLite, in one process and in turn: what an append takes, what a ticket
// takes of the server, and what taking over a run takes. `node bench/redis.ts [most tickets]` starts a redis-server of its
// own that syncs always, and prints one JSON object.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keysOf } from "../src/adapters/log/redis/keys.ts";
import type { RedisLink } from "../src/adapters/log/redis/redis-link.ts";
import { createRedisRunStore } from "../src/adapters/log/redis/redis-run-store.ts";
import { createSqliteRunStore } from "../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../src/domain/ids.ts";
import type { RunStore } from "../src/engine/ports.ts";
import { durable, startRedis } from "../test/support/redis-server.ts";
import { noteRecords } from "../test/support/sample-events.ts";
import type { Load } from "./contestant.ts";
import { conductLoad } from "./product.ts";

const run = "run_0000000000000000" as RunId;

/** Records a second, `group` appends under way at once. */
async function timeAppends(store: RunStore, records: number, group: number): Promise<number> {
  const { log, token } = await store.create(run);
  const rows = noteRecords(records);
  const start = performance.now();
  for (let at = 0; at < records; at += group) {
    const under = rows
      .slice(at, at + group)
      .map((row, index) => log.append({ expected: at + index, token, records: [row] }));
    for (const answer of await Promise.all(under)) if (answer.kind !== "appended") throw new Error(answer.kind);
  }
  const seconds = (performance.now() - start) / 1000;
  await log.close();
  await store.discard(run);
  return Math.round(records / seconds);
}

type Counts = { readonly scripts: number; readonly commands: number; readonly bytes: number; readonly file: number };

/** What clients have asked for, what scripts did beside that, and what it takes in memory and on the disk. */
async function countOn(link: RedisLink): Promise<Counts> {
  const info = String(await link.call("INFO", "everything"));
  const of = (pattern: RegExp): number => Number(pattern.exec(info)?.[1] ?? 0);
  const calls = [...info.matchAll(/cmdstat_(\S+):calls=(\d+)/g)];
  const sum = (names: RegExp): number =>
    calls.filter(([, name = ""]) => names.test(name)).reduce((total, [, , count]) => total + Number(count), 0);
  return {
    scripts: sum(/^eval/),
    commands: sum(/^(?!eval|info|config|client|hello|auth|select|ping)/),
    bytes: of(/used_memory:(\d+)/),
    file: of(/aof_current_size:(\d+)/),
  };
}

async function measureTickets(link: RedisLink, stores: { redis: RunStore; sqlite: RunStore }, n: number) {
  const load: Load = { workload: "W1", n, concurrency: 32, latency: 0, durable: true };
  const sqlite = await conductLoad(load, undefined, stores.sqlite);
  const before = await countOn(link);
  const redis = await conductLoad(load, undefined, stores.redis);
  const after = await countOn(link);
  const per = (name: keyof Counts): number => Math.round(((after[name] - before[name]) * 100) / n) / 100;
  const started = performance.now();
  const opened = await stores.redis.open(redis.run);
  const openMs = Math.round(performance.now() - started);
  if ("log" in opened) await opened.log.close();
  const stream = Number(await link.call("MEMORY", "USAGE", keysOf(redis.run).log, "SAMPLES", 0));
  return {
    tickets: n,
    recordsPerTicket: Math.round((redis.events * 100) / n) / 100,
    perTicket: {
      scriptCalls: per("scripts"),
      commandsInScripts: per("commands"),
      memoryBytes: Math.round(stream / n),
      fileBytes: Math.round(per("file")),
    },
    ticketsPerSecond: { redis: Math.round(n / redis.seconds), sqlite: Math.round(n / sqlite.seconds) },
    takeOverMs: openMs,
  };
}

async function main(): Promise<void> {
  const most = Number(process.argv[2] ?? 10_000);
  const server = await startRedis(...durable);
  const dir = mkdtempSync(join(tmpdir(), "tutti-bench-redis-"));
  try {
    const link = server.link();
    const stores = {
      redis: createRedisRunStore({ link, project: "bench", dir }),
      sqlite: createSqliteRunStore({ dir }),
    };
    const appends = [];
    for (const [records, group] of [
      [300, 1],
      [3_000, 32],
      [10_000, 100],
    ] as const) {
      const sqlite = await timeAppends(stores.sqlite, records, group);
      appends.push({ group, redisPerSecond: await timeAppends(stores.redis, records, group), sqlitePerSecond: sqlite });
    }
    const tickets = [];
    for (const n of [100, 1_000, 10_000].filter((each) => each <= most))
      tickets.push(await measureTickets(link, stores, n));
    process.stdout.write(
      `${JSON.stringify({ server: (await link.look()).version, appends, tickets }, undefined, 2)}\n`,
    );
  } finally {
    await server.dispose();
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
