// The SQLite log when the world is not as it should be: locked, full, moved, unsafe.

import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkFileSystem, checkSqliteVersion, only, openDatabase } from "../../../src/adapters/log/database.ts";
import { createReserve } from "../../../src/adapters/log/reserve.ts";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import type { Fault } from "../../../src/engine/ports.ts";
import { startLineProcess } from "../../support/line-process.ts";
import { describeNeeding } from "../../support/needs.ts";
import { noteRecord, noteRecords } from "../../support/sample-events.ts";
import { makeScratch } from "../../support/scratch.ts";

const run = "run_0123456789abcdef" as RunId;

let dir: string;
beforeEach(() => {
  dir = makeScratch("tutti-limits-");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("sqlite: locked by another program", () => {
  const lockFrom = async (file: string) => {
    const rival = startLineProcess(new URL("./lock-process.ts", import.meta.url), [file]);
    expect(await rival.next()).toBe("ready");
    rival.say("lock");
    expect(await rival.next()).toBe("locked");
    return rival;
  };

  it("D-07 waits while the lock lasts, with the event loop free, and then goes on", async () => {
    const { log, token } = await createSqliteRunStore({ dir }).create(run);
    const rival = await lockFrom(join(dir, run, "log.db"));
    const append = log.append({ expected: 0, token, records: noteRecords(1) });
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
      if (turns === 3) rival.say("free");
    }, 5);
    expect(await append).toEqual({ kind: "appended", seq: 1 });
    clearInterval(turning);
    expect(turns).toBeGreaterThanOrEqual(3);
    await log.close();
    await rival.kill();
  });

  it("LOG7 D-07 gives up with a Fault that says which file, who and what to do; works again once it is free", async () => {
    const { log, token } = await createSqliteRunStore({ dir, tuning: { lockWaitMs: 60 } }).create(run);
    const file = join(dir, run, "log.db");
    const rival = await lockFrom(file);
    const both = await Promise.allSettled([
      log.append({ expected: 0, token, records: noteRecords(1) }),
      log.append({ expected: 1, token, records: noteRecords(1, 1) }),
    ]);
    for (const answer of both) {
      expect(answer).toMatchObject({ status: "rejected", reason: { name: "Fault", code: "store_locked" } });
    }
    const fault: Fault = (both[0] as PromiseRejectedResult).reason as Fault;
    expect(fault.message).toContain(file);
    if (process.platform === "linux") expect(fault.message).toContain(`process ${rival.pid}`);
    expect(fault.remedy).toContain("Close that program");
    rival.say("free");
    expect(await rival.next()).toBe("free");
    expect(await log.append({ expected: 0, token, records: noteRecords(1) })).toEqual({ kind: "appended", seq: 1 });
    await log.close();
    await rival.kill();
  });

  it("D-07 a run cannot be opened either while its database is locked for longer", async () => {
    const first = await createSqliteRunStore({ dir }).create(run);
    await first.log.close();
    const rival = await lockFrom(join(dir, run, "log.db"));
    const store = createSqliteRunStore({ dir, tuning: { lockWaitMs: 60 } });
    await expect(store.open(run)).rejects.toMatchObject({ code: "store_locked" });
    await rival.kill();
    const next = await store.open(run);
    if (!("log" in next)) throw new Error(`held: ${JSON.stringify(next)}`);
    await next.log.close();
  });

  it("D-07 a reader that dawdles does not keep the write-ahead log from being folded in", async () => {
    const { log, token } = await createSqliteRunStore({ dir, tuning: { checkpointPages: 50 } }).create(run);
    await log.append({ expected: 0, token, records: noteRecords(600) });
    const peeked = await createSqliteRunStore({ dir }).peek(run);
    const dawdling = peeked?.read()[Symbol.iterator]();
    expect(dawdling?.next().value).toEqual(noteRecord(1));
    for (let group = 6; group < 60; group += 1) {
      await log.append({ expected: group * 100, token, records: noteRecords(100, group * 100) });
    }
    expect(statSync(join(dir, run, "log.db-wal")).size).toBeLessThan(150 * 4_096);
    expect(dawdling?.next().value).toEqual(noteRecord(2));
    await peeked?.close();
    await log.close();
  });
});

describeNeeding("bubblewrap", "sqlite: a disk of 8 MB", () => {
  it(
    "LOG7 P9 D-05 full is a refusal, the stop is recorded from the reserve, and room brings it back",
    { timeout: 60_000 },
    async () => {
      const disk = ["bwrap", "--dev-bind", "/", "/", "--size", String(8 << 20), "--tmpfs", dir, "--die-with-parent"];
      const child = startLineProcess(new URL("./full-disk-process.ts", import.meta.url), [dir], disk);
      const said: Record<string, unknown> = {};
      for (let line = await child.next(); line !== undefined; line = await child.next()) Object.assign(said, line);
      expect(await child.ended).toBe(0);
      expect(said).toMatchObject({ stop: "appended", blob: "disk_full", resumed: "appended" });
      expect(Number(said["filledAt"])).toBeGreaterThan(10);
      expect(Number(said["filledAgainAt"])).toBeGreaterThan(Number(said["filledAt"]));
      expect(said["stored"]).toBe(said["acknowledged"]);
    },
  );
});

describe("sqlite: moved or replaced while the run is going", () => {
  for (const [name, harm] of Object.entries({
    removed: (folder: string) => rmSync(folder, { recursive: true }),
    moved: (folder: string) => renameSync(folder, `${folder}-elsewhere`),
    replaced: (folder: string) => {
      renameSync(join(folder, "log.db"), join(folder, "old.db"));
      writeFileSync(join(folder, "log.db"), "");
    },
  })) {
    it(`LOG7 D-11 a database that was ${name} is never written to again`, async () => {
      const { log, token } = await createSqliteRunStore({ dir }).create(run);
      await log.append({ expected: 0, token, records: noteRecords(1) });
      harm(join(dir, run));
      for (let again = 0; again < 2; again += 1) {
        const append = log.append({ expected: 1, token, records: noteRecords(1, 1) });
        await expect(append).rejects.toMatchObject({ name: "Fault", code: "store_moved" });
      }
      await log.close();
    });
  }
});

describe("sqlite: settings", () => {
  it("LOG5 P1 D-09 write-ahead log, full sync, no memory map: read back from the live database", () => {
    using database = openDatabase(join(dir, "log.db"), { readOnly: false, synchronous: "FULL", checkpointPages: 1000 });
    expect(only(database, "PRAGMA journal_mode")).toBe("wal");
    expect(only(database, "PRAGMA synchronous")).toBe(2);
    expect(only(database, "PRAGMA mmap_size") ?? 0).toBe(0);
  });

  it("LOG5 D-09 an SQLite with the WAL-reset bug is refused", () => {
    for (const safe of ["3.51.3", "3.52.0", "3.53.4", "4.0.0"]) expect(() => checkSqliteVersion(safe)).not.toThrow();
    for (const unsafe of ["3.51.2", "3.50.9", "3.7.0", "2.99.99"]) {
      expect(() => checkSqliteVersion(unsafe)).toThrow(expect.objectContaining({ code: "unsafe_store" }));
    }
  });

  it("LOG5 D-09 network file systems are refused, FUSE is doubted, a local disk is neither", () => {
    expect(checkFileSystem(dir, 0xef53)).toBeUndefined();
    expect(checkFileSystem(dir, 0x6573_5546)).toMatch(/FUSE/);
    for (const type of [0x6969, 0xff53_4d42, 0x0102_1997]) {
      expect(() => checkFileSystem(dir, type)).toThrow(expect.objectContaining({ code: "unsafe_store" }));
    }
  });

  it("D-09 a database somebody turned back from the write-ahead log is turned into it again", async () => {
    const first = await createSqliteRunStore({ dir }).create(run);
    await first.log.append({ expected: 0, token: first.token, records: noteRecords(3) });
    await first.log.close();
    using rival = new DatabaseSync(join(dir, run, "log.db"));
    rival.exec("PRAGMA journal_mode = DELETE");
    rival.close();
    const next = await createSqliteRunStore({ dir }).open(run);
    if (!("log" in next)) throw new Error("free");
    expect(await next.log.append({ expected: 3, token: next.token, records: noteRecords(1, 3) })).toMatchObject({
      kind: "appended",
    });
    expect(statSync(join(dir, run, "log.db-wal")).size).toBeGreaterThan(0);
    await next.log.close();
  });

  it("D-20 a path with spaces, newline and emoji is a path like any other; one that cannot be written is a Fault", async () => {
    const odd = join(dir, "a b\nc \u{1f3bb} 'q' ?mode=memory#x");
    const { log, token } = await createSqliteRunStore({ dir: odd }).create(run);
    await log.append({ expected: 0, token, records: noteRecords(1) });
    expect(statSync(join(odd, run, "log.db")).size).toBeGreaterThan(0);
    await log.close();
    writeFileSync(join(dir, "file"), "");
    const blocked = createSqliteRunStore({ dir: join(dir, "file") });
    await expect(blocked.create(run)).rejects.toMatchObject({ name: "Fault", code: "store_unreachable" });
  });

  it("a run that could not be made leaves no folder behind", async () => {
    const store = createSqliteRunStore({ dir, now: () => 0.5 });
    await expect(store.create(run)).rejects.toThrow(/INT/);
    expect(readdirSync(dir)).toEqual([]);
    const { log } = await createSqliteRunStore({ dir }).create(run);
    await log.close();
  });

  it("the reserve takes its room, gives it back, and is taken again where there is plenty", () => {
    const file = join(dir, "reserve");
    const reserve = createReserve(file, 200_000);
    expect(statSync(file).size).toBe(200_000);
    reserve.release();
    reserve.release();
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
    reserve.restore();
    expect(statSync(file).size).toBe(200_000);
  });
});
