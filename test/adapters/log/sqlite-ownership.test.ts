// Owning a run in SQLite, with real processes: races, deaths, readers beside writers.

import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { livenessOf, parseIdentity, thisProcess } from "../../../src/adapters/log/process-identity.ts";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import type { OpenedRun } from "../../../src/engine/ports.ts";
import { startLineProcess } from "../../support/line-process.ts";
import { noteRecord, noteRecords } from "../../support/sample-events.ts";
import { makeScratch } from "../../support/scratch.ts";
import type { LineProcess } from "../../support/line-process.ts";

const run = "run_0123456789abcdef" as RunId;
const script = new URL("./owner-process.ts", import.meta.url);

describe("sqlite: ownership between processes", () => {
  let dir: string;
  let children: LineProcess[];
  beforeEach(() => {
    dir = makeScratch("tutti-owner-");
    children = [];
  });
  afterEach(async () => {
    for (const child of children) await child.kill();
    rmSync(dir, { recursive: true, force: true });
  });

  const start = async (mode: "hold" | "append"): Promise<LineProcess> => {
    const child = startLineProcess(script, [dir, run, mode]);
    children.push(child);
    expect(await child.next()).toBe("ready");
    return child;
  };
  const own = async (): Promise<OpenedRun> => {
    const answer = await createSqliteRunStore({ dir }).open(run);
    if (!("log" in answer)) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const makeEmptyRun = async (): Promise<void> => (await createSqliteRunStore({ dir }).create(run)).log.close();

  it(
    "LOG4 D-08 of processes that open a run at once exactly one owns it, and the others are told which",
    { timeout: 60_000 },
    async () => {
      await makeEmptyRun();
      for (let round = 0; round < 3; round += 1) {
        const rivals = await Promise.all([start("hold"), start("hold"), start("hold")]);
        for (const rival of rivals) rival.say("go");
        const answers = await Promise.all(rivals.map((rival) => rival.next()));
        const winners = rivals.filter((_, index) => "token" in (answers[index] as object));
        expect(winners).toHaveLength(1);
        const losers = answers.filter((answer) => "heldBy" in (answer as object));
        expect(losers).toHaveLength(2);
        for (const loser of losers) expect(loser).toMatchObject({ heldBy: { pid: winners[0]?.pid } });
        for (const rival of rivals) rival.end();
        expect(await Promise.all(rivals.map(({ ended }) => ended))).toEqual([0, 0, 0]);
      }
    },
  );

  it(
    "LOG1 D-01 kill -9 in the middle of appends, again and again: nothing acknowledged is lost, tokens grow",
    { timeout: 60_000 },
    async () => {
      let lastToken = 0;
      for (let round = 0; round < 4; round += 1) {
        const writer = await start("append");
        writer.say("go");
        expect(await writer.next()).toEqual({ token: lastToken + 1 });
        let acknowledged = 0;
        for (let line = 0; line < 5 + round * 7; line += 1) acknowledged = Number(await writer.next());
        await writer.kill();
        const { log, token } = await own();
        expect(token).toBe(lastToken + 2);
        const records = [...log.read()];
        expect(records.length).toBeGreaterThanOrEqual(acknowledged);
        expect(records).toEqual(noteRecords(records.length));
        await log.close();
        lastToken = token;
      }
    },
  );

  it(
    "LOG4 P6 refuses while the owner lives, lists it, and takes over the moment it is dead",
    { timeout: 30_000 },
    async () => {
      await makeEmptyRun();
      const owner = await start("hold");
      owner.say("go");
      expect(await owner.next()).toEqual({ token: 2 });
      const store = createSqliteRunStore({ dir });
      expect(await store.open(run)).toMatchObject({ heldBy: { pid: owner.pid } });
      expect(await store.list()).toMatchObject([{ run, owner: { pid: owner.pid } }]);
      await owner.kill();
      expect(await store.list()).toMatchObject([{ run, owner: null }]);
      const next = await own();
      expect(next.token).toBe(3);
      await next.log.close();
    },
  );

  it(
    "a reader follows a live writer without holding it up, and reads on after it was killed",
    { timeout: 30_000 },
    async () => {
      const writer = await start("append");
      writer.say("go");
      await writer.next();
      const acknowledged = Number(await writer.next());
      const peeked = await createSqliteRunStore({ dir }).peek(run);
      if (peeked === undefined) throw new Error("the run is there");
      let seen = 0;
      while (seen < acknowledged + 300) {
        for (const record of peeked.read(seen)) {
          expect(record).toEqual(noteRecord(seen + 1));
          seen = record.seq;
        }
        await writer.next();
      }
      await writer.kill();
      const rest = [...peeked.read(seen)];
      expect(rest).toEqual(noteRecords(rest.length, seen));
      await peeked.close();
      // Death between writing a commit and announcing it: the next reader may find a group nobody was promised.
      const again = await createSqliteRunStore({ dir }).peek(run);
      const all = [...(again?.read() ?? [])];
      expect(all.length).toBeGreaterThanOrEqual(seen + rest.length);
      expect(all).toEqual(noteRecords(all.length));
      await again?.close();
    },
  );

  it("LOG2 a token changed behind an owner's back fences its very next append", async () => {
    const { log, token } = await createSqliteRunStore({ dir }).create(run);
    await log.append({ expected: 0, token, records: noteRecords(1) });
    using rival = new DatabaseSync(join(dir, run, "log.db"));
    rival.exec("UPDATE owner SET token = token + 1");
    expect(await log.append({ expected: 1, token, records: noteRecords(1, 1) })).toEqual({
      kind: "fenced",
      token,
      current: token + 1,
    });
    await log.close();
  });

  it("D-08 asking for an owned run in the owner's own process does not drop its lock", async () => {
    const { log } = await createSqliteRunStore({ dir }).create(run);
    const store = createSqliteRunStore({ dir });
    expect(await store.open(run)).toMatchObject({ heldBy: { pid: process.pid } });
    await expect(store.create(run)).rejects.toMatchObject({ code: "run_exists" });
    await (await store.peek(run))?.close();
    await store.list();
    const rival = startLineProcess(new URL("./lock-process.ts", import.meta.url), [join(dir, run, "owner.lock"), "0"]);
    children.push(rival);
    expect(await rival.next()).toBe("ready");
    rival.say("lock");
    expect(await rival.next()).toBe("busy");
    await log.close();
  });

  it("folders are 0700 and files 0600, whatever the umask", async () => {
    const { log, token } = await createSqliteRunStore({ dir }).create(run);
    await log.append({ expected: 0, token, records: noteRecords(1) });
    const digest = await log.putBlob(Buffer.from("secret"));
    const modeOf = (...path: readonly string[]): string => (statSync(join(dir, run, ...path)).mode & 0o777).toString(8);
    expect(modeOf()).toBe("700");
    for (const name of ["log.db", "log.db-wal", "log.db-shm", "owner.lock", "reserve"])
      expect(modeOf(name)).toBe("600");
    expect(modeOf("blobs", digest.slice(0, 2))).toBe("700");
    expect(modeOf("blobs", digest.slice(0, 2), digest)).toBe("600");
    await log.close();
  });
});

describe("process identity", () => {
  it("tells the living from the dead, a reused id, a restarted machine, and what is out of sight", () => {
    const self = thisProcess();
    expect(livenessOf(self)).toBe("alive");
    expect(livenessOf({ ...self, boot: "another" })).toBe("dead");
    expect(livenessOf({ ...self, boot: "another", host: "elsewhere" })).toBe("unknown");
    expect(livenessOf({ ...self, namespace: "pid:[1]" })).toBe("unknown");
    if (self.ticks === null) return;
    expect(livenessOf({ ...self, ticks: `${Number(self.ticks) - 1}` })).toBe("dead");
    const highest = Number(readFileSync("/proc/sys/kernel/pid_max", "utf8"));
    expect(livenessOf({ ...self, pid: highest })).toBe("dead");
  });

  it("reads back what it wrote and nothing else", () => {
    const self = thisProcess({ pid: 7, startedAt: 5, host: "h" });
    expect(parseIdentity(JSON.stringify(self))).toEqual(self);
    for (const bad of [null, 3, "", "null", "[]", "{", '{"pid":"7","startedAt":1,"host":"h"}'])
      expect(parseIdentity(bad)).toBeUndefined();
  });
});
