// The Redis store when the world is not as it should be: servers that die, forget and fail over, owners that freeze.

import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keysOf } from "../../../../src/adapters/log/redis/keys.ts";
import type { RedisLink } from "../../../../src/adapters/log/redis/redis-link.ts";
import { createRedisRunStore } from "../../../../src/adapters/log/redis/redis-run-store.ts";
import { appendScript } from "../../../../src/adapters/log/redis/scripts.ts";
import type { RunId } from "../../../../src/domain/ids.ts";
import type { Fault, OpenedRun, RunStore } from "../../../../src/engine/ports.ts";
import { startLineProcess, type LineProcess } from "../../../support/line-process.ts";
import { describeNeeding } from "../../../support/needs.ts";
import { addressOf, durable, startRedis, type RedisServer } from "../../../support/redis-server.ts";
import { noteRecord, noteRecords } from "../../../support/sample-events.ts";
import { makeScratch } from "../../../support/scratch.ts";
import { startProxy } from "../../../support/switched-proxy.ts";

const run = "run_0123456789abcdef" as RunId;
const script = new URL("../owner-process.ts", import.meta.url);

const stores = (link: RedisLink, dir?: string): RunStore =>
  createRedisRunStore({ link, project: "sample", ...(dir === undefined ? {} : { dir }) });

async function own(store: RunStore): Promise<OpenedRun> {
  const answer = await store.open(run);
  if (!("log" in answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

/** Appends one record after another until `isOver`; the last one that was acknowledged. */
async function write({ log, token }: OpenedRun, from: number, isOver: (seq: number) => boolean): Promise<number> {
  let seq = from;
  while (!isOver(seq)) {
    const answer = await log.append({ expected: seq, token, records: noteRecords(1, seq) });
    if (answer.kind !== "appended") throw new Error(JSON.stringify(answer));
    seq = answer.seq;
  }
  return seq;
}

describeNeeding("redis", "the Redis store and its server's faults", () => {
  let server: RedisServer;
  let dir: string;
  beforeEach(() => {
    dir = makeScratch("tutti-redis-dir-");
  });
  afterEach(async () => {
    await server.dispose();
    rmSync(dir, { recursive: true, force: true });
  });

  it(
    "RDS2 kill -9 of a server that syncs always, again and again: nothing acknowledged is lost, and the writer goes on",
    { timeout: 60_000 },
    async () => {
      server = await startRedis(...durable);
      const opened = await stores(server.link(), dir).create(run);
      let seq = 0;
      for (let round = 0; round < 4; round += 1) {
        const until = performance.now() + 60 + 40 * round;
        const writing = write(opened, seq, (at) => performance.now() > until + 300 && at > seq + 20);
        await pause(60 + 40 * round);
        await server.kill();
        await pause(30);
        await server.start();
        seq = await writing;
        const reader = await stores(server.link()).peek(run);
        expect([...(reader?.read() ?? [])]).toEqual(noteRecords(seq));
        await reader?.close();
      }
      await opened.log.close();
    },
  );

  it("RDS3 a server that comes back with less: the writer is told which records are lost, and writes no more", async () => {
    server = await startRedis("--appendonly", "no");
    const opened = await stores(server.link(), dir).create(run);
    await write(opened, 0, (seq) => seq === 7);
    await server.kill();
    await server.start();
    const late = opened.log.append({ expected: 7, token: opened.token, records: noteRecords(1, 7) });
    await expect(late).rejects.toMatchObject({
      code: "records_lost",
      message: expect.stringContaining(`records 1 to 7 of ${run}`) as unknown,
      remedy: expect.stringContaining("What was lost") as unknown,
    });
    const again = opened.log.append({ expected: 7, token: opened.token, records: noteRecords(1, 7) });
    await expect(again).rejects.toMatchObject({ code: "records_lost" });
    await opened.log.close();
  });

  it(
    "RDS3 a failover to a replica that missed the last second: told to the writer, and to the next process of its machine",
    { timeout: 60_000 },
    async () => {
      server = await startRedis(...durable);
      const replica = await startRedis(...durable, "--replicaof", "127.0.0.1", String(server.port));
      const proxy = await startProxy(server.port);
      try {
        const link = server.link({ address: addressOf(`redis://127.0.0.1:${proxy.port}`) });
        const opened = await stores(link, dir).create(run);
        await write(opened, 0, (seq) => seq === 20);
        await synced(replica, 20);
        // From here on it hears nothing of its primary.
        await tell(replica, "REPLICAOF", "NO", "ONE");
        await write(opened, 20, (seq) => seq === 31);
        await server.kill();
        proxy.switchTo(replica.port);
        const late = opened.log.append({ expected: 31, token: opened.token, records: noteRecords(1, 31) });
        await expect(late).rejects.toMatchObject({
          code: "records_lost",
          message: expect.stringContaining("records 21 to 31") as unknown,
        });
        await opened.log.close();
        // Its process has died as well: the next one knows how far this machine had come.
        const store = stores(link, dir);
        const refused = await store.open(run).catch((error: unknown) => error);
        expect(refused).toMatchObject({
          code: "records_lost",
          message: expect.stringContaining("21 to 31") as unknown,
        });
        const file = join(dir, run, "acknowledged");
        expect((refused as Fault).remedy).toContain(file);
        expect(existsSync(file)).toBe(true);
        rmSync(file);
        await pause(20);
        const next = await own(store);
        expect([...next.log.read()]).toEqual(noteRecords(20));
        await next.log.close();
      } finally {
        await proxy.close();
        await replica.dispose();
      }
    },
  );

  it("RDS4 the same append sent twice is stored once and answered alike; one that is refused writes nothing", async () => {
    server = await startRedis(...durable);
    const link = server.link();
    const { log, token } = await stores(link).create(run);
    await log.append({ expected: 0, token, records: noteRecords(2) });
    const { meta, lease, log: stream, blobs } = keysOf(run);
    const [claim, sum] = (await link.call("HMGET", meta, "claim", "sum")) as readonly [string, string];
    const keys = [meta, lease, stream, blobs];
    const args = [token, claim, 10_000, 2, sum, 1, '{"some":"body"}', "a sum of its own"];
    for (let times = 0; times < 3; times += 1)
      expect(await link.run(appendScript, keys, args)).toEqual(["appended", "3"]);
    expect(await link.call("XLEN", stream)).toBe(3);
    const refused = [
      [token + 1, claim, 10_000, 3, "a sum of its own", 1, "b", "s"],
      [token, "a claim of long ago", 10_000, 3, "a sum of its own", 1, "b", "s"],
      [token, claim, 10_000, 3, "another sum", 1, "b", "s"],
      [token, claim, 10_000, 2, sum, 1, "b", "s"],
    ];
    const kinds: unknown[] = [];
    for (const each of refused) kinds.push(((await link.run(appendScript, keys, each)) as readonly unknown[])[0]);
    expect(kinds).toEqual(["fenced", "fenced", "conflict", "conflict"]);
    expect(await link.call("XLEN", stream)).toBe(3);
    await log.close();
  });

  it(
    "RDS5 P6 a frozen owner loses its run after the lease, within two seconds; thawed, it writes nothing",
    { timeout: 60_000 },
    async () => {
      server = await startRedis(...durable);
      const owner = startLineProcess(script, [`${server.address}?lease=2`, run, "append"]);
      try {
        expect(await owner.next()).toBe("ready");
        owner.say("go");
        expect(await owner.next()).toEqual({ token: 1 });
        for (let line = 0; line < 10; line += 1) await owner.next();
        process.kill(owner.pid, "SIGSTOP");
        const frozenAt = performance.now();
        const store = stores(server.link({ query: "?lease=2" }));
        expect(await store.open(run)).toMatchObject({ heldBy: { pid: owner.pid } });
        const next = await takeOver(store);
        expect(performance.now() - frozenAt).toBeLessThan(4_000);
        expect(next.token).toBe(2);
        const had = [...next.log.read()].length;
        process.kill(owner.pid, "SIGCONT");
        expect(await owner.ended).not.toBe(0);
        const mine = await next.log.append({
          expected: had,
          token: 2,
          records: [noteRecord(had + 1, "the new owner's")],
        });
        expect(mine).toEqual({ kind: "appended", seq: had + 1 });
        expect([...next.log.read(had)]).toEqual([noteRecord(had + 1, "the new owner's")]);
        await next.log.close();
      } finally {
        await owner.kill();
      }
    },
  );

  it(
    "RDS5 an owner that lives keeps its run for longer than a lease without writing; one that died here is not waited for",
    { timeout: 60_000 },
    async () => {
      server = await startRedis(...durable);
      const owners: LineProcess[] = [];
      try {
        const owner = startLineProcess(script, [`${server.address}?lease=2`, run, "hold"]);
        owners.push(owner);
        expect(await owner.next()).toBe("ready");
        owner.say("go");
        expect(await owner.next()).toEqual({ token: 1 });
        await pause(3_000);
        const store = stores(server.link());
        expect(await store.open(run)).toMatchObject({ heldBy: { pid: owner.pid } });
        await owner.kill();
        expect(await store.list()).toMatchObject([{ run, owner: null }]);
        const next = await own(store);
        expect(next.token).toBe(2);
        await next.log.close();
      } finally {
        for (const owner of owners) await owner.kill();
      }
    },
  );

  it("RDS5 a failover that forgets a claim gives nobody the same right twice", async () => {
    server = await startRedis(...durable);
    const link = server.link();
    const first = await stores(link).create(run);
    await first.log.close();
    const before = (await link.call("HGETALL", keysOf(run).meta)) as readonly string[];
    const second = await own(stores(link));
    expect(second.token).toBe(2);
    // As the replica knew it.
    await link.callAll([
      ["HSET", keysOf(run).meta, ...before],
      ["DEL", keysOf(run).lease],
    ]);
    const third = await own(stores(link));
    expect(third.token).toBe(second.token);
    const stale = await second.log.append({ expected: 0, token: 2, records: noteRecords(1) });
    expect(stale).toMatchObject({ kind: "fenced" });
    expect(await third.log.append({ expected: 0, token: 2, records: noteRecords(1) })).toMatchObject({
      kind: "appended",
    });
    await second.log.close();
    await third.log.close();
  });

  it("RDS6 of a hundred that open a run at once one owns it; of a hundred appends at one place one is stored", async () => {
    server = await startRedis(...durable);
    const link = server.link();
    await (await stores(link).create(run)).log.close();
    const rivals = await Promise.all(Array.from({ length: 100 }, () => stores(link).open(run)));
    const owners = rivals.flatMap((answer) => ("log" in answer ? [answer] : []));
    expect(owners).toHaveLength(1);
    expect(rivals.filter((answer) => "heldBy" in answer)).toHaveLength(99);
    const [owner] = owners;
    if (owner === undefined) throw new Error("somebody owns it");
    const { log, token } = owner;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        log.append({ expected: 0, token, records: [noteRecord(1, `writer ${index}`)] }),
      ),
    );
    expect(answers.filter(({ kind }) => kind === "appended")).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === "conflict")).toHaveLength(99);
    expect([...log.read()]).toHaveLength(1);
    await log.close();
  });

  it("RDS9 a server without memory takes nothing, says so, and goes on when it has room", async () => {
    server = await startRedis(...durable, "--maxmemory-policy", "noeviction");
    const link = server.link();
    const { log, token } = await stores(link).create(run);
    await link.call("CONFIG", "SET", "maxmemory", 1);
    const full = await log.append({ expected: 0, token, records: noteRecords(1) });
    expect(full).toMatchObject({ kind: "disk_full", detail: expect.stringContaining("no room") as unknown });
    await expect(log.putBlob(Buffer.from("long"))).rejects.toMatchObject({ code: "disk_full" });
    await link.call("CONFIG", "SET", "maxmemory", 0);
    expect(await log.append({ expected: 0, token, records: noteRecords(1) })).toEqual({ kind: "appended", seq: 1 });
    await log.close();
  });

  it("RDS10 an entry that was changed, taken out or put in by somebody else is found, and named", async () => {
    server = await startRedis(...durable);
    const link = server.link();
    const { log, token } = await stores(link).create(run);
    await log.append({ expected: 0, token, records: noteRecords(5) });
    const text = Buffer.from("a long text");
    const digest = await log.putBlob(text);
    await log.close();
    const { log: stream, meta, blobs } = keysOf(run);
    const read = async (): Promise<unknown> => {
      const peeked = await stores(link).peek(run);
      try {
        return [...(peeked?.read() ?? [])].length;
      } finally {
        await peeked?.close();
      }
    };
    expect(await read()).toBe(5);
    const entries = (await link.call("XRANGE", stream, "3-0", "3-0")) as readonly [string, readonly string[]][];
    await link.call("XDEL", stream, "3-0");
    await expect(read()).rejects.toMatchObject({
      code: "log_corrupt",
      message: expect.stringContaining("Record 3") as unknown,
    });
    await link.call("XDEL", stream, "4-0");
    await link.call("XDEL", stream, "5-0");
    await expect(read()).rejects.toMatchObject({
      code: "log_corrupt",
      message: expect.stringContaining("Record 3") as unknown,
    });
    await expect(stores(link).open(run)).rejects.toMatchObject({ code: "log_corrupt" });
    await link.call("DEL", stream);
    await link.call("XADD", stream, "1-0", ...(entries[0]?.[1] ?? []));
    await expect(read()).rejects.toMatchObject({
      code: "log_corrupt",
      message: expect.stringContaining("Record 1") as unknown,
    });
    await link.call("HSET", meta, "seq", 0);
    await link.call("HSET", blobs, digest, "another text");
    const peeked = await stores(link).peek(run);
    await expect(peeked?.getBlob(digest)).rejects.toMatchObject({ code: "blob_corrupt" });
    await peeked?.close();
  });
});

/** As its administrator would: a replica is no store. */
const tell = async ({ port }: RedisServer, ...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)("redis-cli", ["-p", String(port), ...words])).stdout.trim();

async function synced(replica: RedisServer, records: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await tell(replica, "XLEN", keysOf(run).log)) === String(records)) return;
    await pause(20);
  }
  throw new Error("the replica does not follow");
}

async function takeOver(store: RunStore): Promise<OpenedRun> {
  for (;;) {
    const answer = await store.open(run);
    if ("log" in answer) return answer;
    await pause(50);
  }
}
