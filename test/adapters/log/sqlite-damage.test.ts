// What a damaged, forged or foreign log gets: a Fault that names the record, and never a wrong event.

import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { closeSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chainStart, encodeRecord, linkRecord } from "../../../src/adapters/log/record.ts";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import type { Digest, RunId } from "../../../src/domain/ids.ts";
import { Fault } from "../../../src/engine/ports.ts";
import type { OpenedRun } from "../../../src/engine/ports.ts";
import { noteRecord, noteRecords } from "../../support/sample-events.ts";
import { makeScratch } from "../../support/scratch.ts";

const run = "run_0123456789abcdef" as RunId;
const other = "run_fedcba9876543210" as RunId;

describe("sqlite: damage", () => {
  let dir: string;
  const file = (id: RunId = run): string => join(dir, id, "log.db");

  beforeEach(async () => {
    dir = makeScratch("tutti-damage-");
    await makeRun(run);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const makeRun = async (id: RunId): Promise<void> => {
    const { log, token } = await createSqliteRunStore({ dir }).create(id);
    await log.append({ expected: 0, token, records: noteRecords(20) });
    await log.close();
  };
  const harm = (sql: string): void => {
    using database = new DatabaseSync(file());
    database.exec(sql);
  };
  /** What a reader gets: the records before the Fault, and the Fault. */
  const readAll = async (): Promise<{ readonly count: number; readonly fault: Fault | undefined }> => {
    let count = 0;
    try {
      const log = await createSqliteRunStore({ dir }).peek(run);
      if (log === undefined) throw new Error("the run is there");
      try {
        for (const record of log.read()) {
          expect(record).toEqual(noteRecord(count + 1));
          count += 1;
        }
      } finally {
        await log.close();
      }
      return { count, fault: undefined };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { count, fault: error };
    }
  };

  const damages = {
    "a changed character": ["UPDATE records SET body = replace(body, 'note 8', 'note 9') WHERE seq = 8", 8],
    "a changed time": ["UPDATE records SET body = replace(body, '\"at\":179', '\"at\":178') WHERE seq = 1", 1],
    "a changed actor": ["UPDATE records SET body = replace(body, 'worker:', 'person:') WHERE seq = 5", 5],
    "a changed checksum": ["UPDATE records SET sum = substr(sum, 2) || 'A' WHERE seq = 12", 12],
    "a missing record": ["DELETE FROM records WHERE seq = 7", 7],
    "a missing first record": ["DELETE FROM records WHERE seq = 1", 1],
    "missing last records": ["DELETE FROM records WHERE seq > 18", 19],
    "all records missing": ["DELETE FROM records", 1],
    "two swapped records": [
      "UPDATE records SET seq = -3 WHERE seq = 3; UPDATE records SET seq = 3 WHERE seq = 4; UPDATE records SET seq = 4 WHERE seq = -3",
      3,
    ],
    "a doubled record": [
      "UPDATE records SET body = (SELECT body FROM records WHERE seq = 9), sum = (SELECT sum FROM records WHERE seq = 9) WHERE seq = 10",
      10,
    ],
  } as const;
  for (const [name, [sql, at]] of Object.entries(damages)) {
    it(`LOG3 P1 ${name} is found, and the intact part is named`, async () => {
      harm(sql);
      const { count, fault } = await readAll();
      expect(fault).toMatchObject({ code: "log_corrupt" });
      expect(fault?.message).toContain(`Record ${at} of ${run}`);
      expect(count).toBe(at - 1);
      if (at > 1) expect(fault?.remedy).toContain(`Records 1 to ${at - 1} are intact`);
    });
  }

  it("missing last records are found by the next owner too, before it writes on top of the hole", async () => {
    harm("DELETE FROM records WHERE seq > 18");
    await expect(createSqliteRunStore({ dir }).open(run)).rejects.toMatchObject({ code: "log_corrupt" });
  });

  it("LOG3 a record taken from another run does not fit", async () => {
    await makeRun(other);
    harm(
      `ATTACH '${file(other)}' AS foreign_log; DELETE FROM records; INSERT INTO records SELECT * FROM foreign_log.records`,
    );
    const { count, fault } = await readAll();
    expect(count).toBe(0);
    expect(fault).toMatchObject({ code: "log_corrupt" });
  });

  it(
    "any single flipped byte of the file gives the same records or a Fault, never others",
    { timeout: 60_000 },
    async () => {
      const { size } = statSync(file());
      const healthy = readFileSync(file());
      let faults = 0;
      for (let at = 0; at < size; at += 97) {
        const handle = openSync(file(), "r+");
        writeSync(handle, Buffer.from([(healthy[at] ?? 0) ^ 0x41]), 0, 1, at);
        closeSync(handle);
        const { count, fault } = await readAll();
        if (fault === undefined) expect(count).toBe(20);
        else faults += 1;
        rmSync(`${file()}-wal`, { force: true });
        rmSync(`${file()}-shm`, { force: true });
        writeFileSync(file(), healthy);
      }
      expect(faults).toBeGreaterThan(20);
    },
  );

  it(
    "any flipped byte of a write-ahead log left by a crash costs no acknowledged event in silence",
    { timeout: 60_000 },
    async () => {
      const live = await createSqliteRunStore({ dir }).create(other);
      for (let seq = 0; seq < 12; seq += 2) {
        await live.log.append({ expected: seq, token: live.token, records: noteRecords(2, seq) });
      }
      // Another process copies it: opening these files here would drop the locks this process has on them.
      const crashed = join(dir, "crashed");
      execFileSync("cp", ["-r", join(dir, other), crashed]);
      await live.log.close();
      const wal = readFileSync(join(crashed, "log.db-wal"));
      let [faults, short] = [0, 0];
      for (let at = 1; at < wal.length; at += 211) {
        rmSync(join(dir, other), { recursive: true });
        execFileSync("cp", ["-r", crashed, join(dir, other)]);
        const rotten = Buffer.from(wal);
        rotten[at] = (wal[at] ?? 0) ^ 0x41;
        writeFileSync(join(dir, other, "log.db-wal"), rotten);
        rmSync(join(dir, other, "log.db-shm"));
        const opened = await createSqliteRunStore({ dir })
          .open(other)
          .catch((error: unknown) => error);
        if (opened instanceof Fault) {
          expect(opened.code).toBe("log_corrupt");
          faults += 1;
          continue;
        }
        if (!(opened instanceof Object && "log" in opened)) throw opened;
        const { log } = opened as OpenedRun;
        const records = [...log.read()];
        await log.close();
        expect(records).toEqual(noteRecords(records.length));
        // The very last transaction alone looks like one that a power cut spoiled before it was acknowledged.
        expect(records.length).toBeGreaterThanOrEqual(10);
        if (records.length < 12) short += 1;
      }
      expect(faults).toBeGreaterThan(20);
      expect(short).toBeGreaterThan(0);
    },
  );

  const forge = (body: string): void => {
    using database = new DatabaseSync(file());
    const last = database.prepare("SELECT sum FROM records WHERE seq = 20").get()?.["sum"];
    const { sum } = linkRecord({ seq: 20, sum: String(last) }, 21, body);
    database.prepare("INSERT INTO records VALUES (21, ?, ?)").run(body, sum);
  };
  const forgeries = {
    "A-63 a key named __proto__":
      '{"v":1,"seq":21,"at":1,"by":"engine","event":{"type":"run.resumed","__proto__":{"admin":true}}}',
    "A-63 an event that is a __proto__":
      '{"v":1,"seq":21,"at":1,"by":"engine","event":{"__proto__":{"type":"run.resumed"}}}',
    "A-63 constructor.prototype":
      '{"v":1,"seq":21,"at":1,"by":"engine","event":{"type":"run.resumed","constructor":{"prototype":{"admin":true}}}}',
    "A-63 a hundred thousand keys": `{"v":1,"seq":21,"at":1,"by":"engine","event":{"type":"run.resumed"${Array.from({ length: 100_000 }, (_, index) => `,"k${index}":1`).join("")}}}`,
    "an unknown type": '{"v":1,"seq":21,"at":1,"by":"engine","event":{"type":"run.teleported"}}',
    "no actor we know": '{"v":1,"seq":21,"at":1,"by":"root","event":{"type":"run.resumed"}}',
    "a time that is no number": '{"v":1,"seq":21,"at":"now","by":"engine","event":{"type":"run.resumed"}}',
    "another place": '{"v":1,"seq":22,"at":1,"by":"engine","event":{"type":"run.resumed"}}',
    "no version": '{"seq":21,"at":1,"by":"engine","event":{"type":"run.resumed"}}',
    "no object": "[]",
    "no JSON": "run.resumed",
  };
  for (const [name, body] of Object.entries(forgeries)) {
    it(`LOG3 a forged record with a fitting checksum is refused: ${name}`, async () => {
      forge(body);
      const { count, fault } = await readAll();
      expect(count).toBe(20);
      expect(fault).toMatchObject({ code: "log_corrupt" });
      expect(fault?.message.length).toBeLessThan(500);
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    });
  }

  it("LOG6 D-12 an event of a later version refuses by name", async () => {
    forge('{"v":2,"seq":21,"at":1,"by":"engine","event":{"type":"run.resumed"}}');
    const { fault } = await readAll();
    expect(fault).toMatchObject({ code: "newer_store" });
    expect(fault?.message).toContain("made by a newer Tutti");
  });

  it("LOG6 D-12 a store of a later version refuses by name and is left as it was", async () => {
    harm("PRAGMA user_version = 2");
    const before = hash("sha256", readFileSync(file()));
    const store = createSqliteRunStore({ dir });
    await expect(store.open(run)).rejects.toMatchObject({ code: "newer_store" });
    await expect(store.peek(run)).rejects.toMatchObject({ code: "newer_store" });
    expect(hash("sha256", readFileSync(file()))).toBe(before);
  });

  it("a file that is no log of ours is refused; one damaged run does not hide the others", async () => {
    await makeRun(other);
    writeFileSync(file(), "not a database, but long enough to be looked at as one, surely".repeat(40));
    const warnings: string[] = [];
    const store = createSqliteRunStore({ dir, warn: (message) => warnings.push(message) });
    await expect(store.open(run)).rejects.toMatchObject({ code: "log_corrupt" });
    expect((await store.list()).map((listing) => listing.run)).toEqual([run, other]);
    expect(warnings.join()).toContain(file());
  });

  it("D-12 a run whose making was cut short counts as never made, and can be made", async () => {
    writeFileSync(file(), "");
    const store = createSqliteRunStore({ dir });
    expect(await store.open(run)).toEqual({ missing: true });
    expect(await store.peek(run)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    const { log } = await store.create(run);
    expect([...log.read()]).toEqual([]);
    await log.close();
  });

  it("LOG8 a damaged blob is a Fault, and storing the text again mends it; drafts of a crash are swept", async () => {
    const first = await createSqliteRunStore({ dir }).open(run);
    if (!("log" in first)) throw new Error("free");
    const digest: Digest = await first.log.putBlob(Buffer.from("a long text"));
    const path = join(dir, run, "blobs", digest.slice(0, 2), digest);
    writeFileSync(path, "a lost text");
    await expect(first.log.getBlob(digest)).rejects.toMatchObject({ code: "blob_corrupt" });
    writeFileSync(join(dir, run, "blobs", "drafts", "left-over"), "half a te");
    await first.log.close();
    const second = await createSqliteRunStore({ dir }).open(run);
    if (!("log" in second)) throw new Error("free");
    expect(readdirSync(join(dir, run, "blobs", "drafts"))).toEqual([]);
    expect(await second.log.putBlob(Buffer.from("a long text"))).toBe(digest);
    expect(Buffer.from(await second.log.getBlob(digest)).toString()).toBe("a long text");
    await second.log.close();
  });
});

describe("the checksum chain", () => {
  it("depends on the run, on the order and on every field", () => {
    const body = encodeRecord(noteRecord(1));
    const sums = new Set([
      linkRecord(chainStart(run), 1, body).sum,
      linkRecord(chainStart(other), 1, body).sum,
      linkRecord({ seq: 1, sum: linkRecord(chainStart(run), 1, body).sum }, 2, body).sum,
      linkRecord(chainStart(run), 1, encodeRecord({ ...noteRecord(1), at: 5 })).sum,
      linkRecord(chainStart(run), 1, encodeRecord({ ...noteRecord(1), by: "engine" })).sum,
    ]);
    expect(sums.size).toBe(5);
  });

  it("refuses to write what no reader would take back", () => {
    expect(() => encodeRecord({ ...noteRecord(1), at: Number.NaN })).toThrow(/whole epoch ms/);
    expect(() => encodeRecord({ ...noteRecord(1), seq: 0 })).toThrow(/whole number/);
    expect(() => encodeRecord({ ...noteRecord(1), by: "nobody" as "engine" })).toThrow(/actor/);
  });
});
