// The snapshot's row under damage: whatever is wrong with it, it is not there, and the log is as it was.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import type { OpenedRun } from "../../../src/engine/ports.ts";
import { noteRecords } from "../../support/sample-events.ts";
import { makeScratch } from "../../support/scratch.ts";

const run = "run_0123456789abcdef" as RunId;
const snapshot = { seq: 15, format: "1.1", text: "what fifteen records fold to" };

describe("sqlite: snapshot", () => {
  let dir: string;

  beforeEach(async () => {
    dir = makeScratch("tutti-snapshot-");
    const { log, token } = await createSqliteRunStore({ dir }).create(run);
    await log.append({ expected: 0, token, records: noteRecords(20) });
    await log.saveSnapshot(snapshot);
    await log.close();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const harm = (sql: string): void => {
    using database = new DatabaseSync(join(dir, run, "log.db"));
    database.exec(sql);
  };
  const open = async (): Promise<OpenedRun> => {
    const opened = await createSqliteRunStore({ dir }).open(run);
    if (!("log" in opened)) throw new Error("the run is free");
    return opened;
  };

  it.each([
    ["its text changed", "UPDATE snapshot SET text = 'something else'"],
    ["its place changed", "UPDATE snapshot SET seq = 14"],
    ["its place and sum changed", "UPDATE snapshot SET (seq, sum) = (SELECT seq, sum FROM records WHERE seq = 14)"],
    ["its format changed to the one that is asked for", "UPDATE snapshot SET format = '1.2'"],
    ["its digest changed", "UPDATE snapshot SET digest = 'none'"],
    ["it is missing", "DELETE FROM snapshot"],
    ["its table is another", "DROP TABLE snapshot; CREATE TABLE snapshot (id INTEGER)"],
    ["the record it was taken at is another", "UPDATE records SET sum = 'other' WHERE seq = 15"],
  ])("LOG9 is passed over where %s", async (name, sql) => {
    harm(sql);
    const { log } = await open();
    expect(log.loadSnapshot(name.includes("format") ? "1.2" : "1.1")).toBeUndefined();
    await log.close();
  });

  it("LOG9 fits again after it was saved again", async () => {
    harm("UPDATE snapshot SET text = 'something else'");
    const { log } = await open();
    expect(await log.saveSnapshot(snapshot)).toBe(true);
    expect(log.loadSnapshot("1.1")).toEqual(snapshot);
    await log.close();
  });

  it("LOG10 rot before it is not seen by who reads on from it, and is by who reads everything", async () => {
    harm("UPDATE records SET body = replace(body, 'at', 'At') WHERE seq = 7");
    const { log } = await open();
    expect(log.loadSnapshot("1.1")).toEqual(snapshot);
    expect([...log.read(15)]).toEqual(noteRecords(5, 15));
    expect(() => [...log.read()]).toThrow(/Record 7 of run_0123456789abcdef cannot be trusted/);
    await log.close();
    const reader = await createSqliteRunStore({ dir }).peek(run);
    expect(() => [...(reader?.read() ?? [])]).toThrow(/Record 7/);
    await reader?.close();
  });

  it("LOG9 appends go on beside it, and a store without it is of the same version", async () => {
    const { log, token } = await open();
    const appending = log.append({ expected: 20, token, records: noteRecords(1, 20) });
    expect(await log.saveSnapshot({ ...snapshot, seq: 20 })).toBe(true);
    expect(await appending).toEqual({ kind: "appended", seq: 21 });
    expect([...log.read()]).toEqual(noteRecords(21));
    await log.close();
    harm("DROP TABLE snapshot");
    const next = await open();
    expect([...next.log.read()]).toEqual(noteRecords(21));
    await next.log.close();
  });
});
