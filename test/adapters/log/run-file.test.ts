// EXP: a run as a file, out and in again, and what a file from anybody may not do.

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { importRun, type ImportLimits, type RecordCheck } from "../../../src/adapters/log/import-run.ts";
import { exportRun } from "../../../src/adapters/log/export-run.ts";
import { createSqliteShelf } from "../../../src/adapters/log/sqlite-shelf.ts";
import { plantRun } from "../../../src/adapters/log/plant-run.ts";
import { encodeRecord } from "../../../src/adapters/log/record.ts";
import { openStoredRun } from "../../../src/adapters/log/stored-run.ts";
import type { Recorded } from "../../../src/domain/event.ts";
import type { Digest, RunId } from "../../../src/domain/ids.ts";
import { Fault } from "../../../src/engine/ports.ts";
import { makeScratch } from "../../support/scratch.ts";
import { noteRecord, sampleEvents, toRecords } from "../../support/sample-events.ts";

const run = "run_0123456789abcdef" as RunId;
const anything: RecordCheck = { take: () => undefined, end: () => undefined };
const long = "ü".repeat(20_000);
const scenario = JSON.stringify({ tickets: {} });

/** A log with a text and bytes beside it, the text named twice. */
async function makeRun(dir: string): Promise<void> {
  await plantRun({ dir, run, createdAt: 77 }, async (planting) => {
    const text = await planting.putBlob(Buffer.from(long));
    const bytes = await planting.putBlob(Uint8Array.from([0xff, 0x00, 0xfe]));
    const named = (blob: Digest) => ({ blob, bytes: 3, head: "the \u2028 beginning" });
    const records: Recorded[] = [
      ...toRecords([sampleEvents["run.created"]]),
      { ...noteRecord(2), event: { ...noteRecord(2).event, text: named(text) } as Recorded["event"] },
      { ...noteRecord(3), event: { ...noteRecord(3).event, text: named(bytes) } as Recorded["event"] },
      { ...noteRecord(4), event: { ...noteRecord(4).event, text: named(text) } as Recorded["event"] },
      noteRecord(5, 'quotes " and \ud800 halves and 𝄞'),
    ];
    for (const record of records) planting.add(encodeRecord(record));
    writeFileSync(join(planting.folder, "scenario.json"), scenario);
  });
}

async function takeOut(dir: string): Promise<string> {
  const stored = await openStoredRun(dir, run);
  if (stored === undefined) throw new Error("no run");
  let text = "";
  for await (const line of exportRun(stored, scenario)) text += line;
  stored.close();
  return text;
}

async function* bytesOf(text: string | Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const bringIn = (dir: string, text: string | Uint8Array, more: { limits?: ImportLimits; check?: RecordCheck } = {}) =>
  importRun({ plant: createSqliteShelf(dir).plant, source: bytesOf(text), check: anything, ...more });

describe("a run as a file", () => {
  let file: string;
  let lines: readonly string[];
  beforeAll(async () => {
    const dir = makeScratch("tutti-export-");
    await makeRun(dir);
    file = await takeOut(dir);
    lines = file.trimEnd().split("\n");
  });

  it("EXP1 holds every record as it is stored, every text once and before it is named, and an end", () => {
    const kinds = lines.map((line) => Object.keys(JSON.parse(line) as object)[0]);
    expect(kinds).toEqual(["format", "scenario", "sum", "blob", "sum", "blob", "sum", "sum", "sum", "end"]);
    expect(lines[3]).toContain('"text":"ü');
    expect(lines[5]).toContain('"base64":"/wD+"');
    expect(JSON.parse(lines[0] ?? "")).toEqual({ format: "tutti-run/1", run, createdAt: 77 });
  });

  it("EXP2 comes in again as the same log, and goes out again as the same bytes", async () => {
    const dir = makeScratch("tutti-import-");
    expect(await bringIn(dir, file)).toEqual({ run, records: 5 });
    expect(await takeOut(dir)).toBe(file);
    expect(existsSync(join(dir, run, "imported.json"))).toBe(true);
    await expect(bringIn(dir, file)).rejects.toMatchObject({ code: "run_exists" });
  });

  it("EXP2 is read in pieces of any size", async () => {
    for (const size of [1, 7, 4_096]) {
      const dir = makeScratch("tutti-import-");
      await importRun({ plant: createSqliteShelf(dir).plant, source: bytesOf(file, size), check: anything });
      expect(await takeOut(dir)).toBe(file);
    }
  });

  const without = (place: number): string => lines.filter((_, at) => at !== place).join("\n");
  const changed = (place: number, change: (line: string) => string): string =>
    lines.map((line, at) => (at === place ? change(line) : line)).join("\n");
  const wrong: readonly (readonly [what: string, make: () => string, says: RegExp])[] = [
    ["an empty file", () => "", /Line 1 .*empty/],
    ["no header", () => without(0), /Line 1 .*which run/],
    ["another format", () => changed(0, (line) => line.replace("tutti-run/1", "tutti-run/2")), /Line 1 .*tutti-run\/2/],
    ["a name that is a path", () => changed(0, (line) => line.replace(run, "run_../../../../etc")), /Line 1 /],
    ["another run's name", () => changed(0, (line) => line.replace(run, "run_fedcba9876543210")), /Line 3 .*checksum/],
    ["a changed record", () => changed(2, (line) => line.replace("Sample", "Simple")), /Line 3 .*checksum/],
    ["a missing record", () => without(7), /Line 8 .*checksum/],
    ["a record of another place", () => [...lines.slice(0, 4), lines[6] ?? ""].join("\n"), /Line 5 .*checksum/],
    ["a changed text", () => changed(3, (line) => line.replace("ü", "u")), /Line 4 .*named after/],
    ["a missing text", () => without(3), /Line 4 .*did not come before/],
    ["a text twice", () => [...lines.slice(0, 4), lines[3], ...lines.slice(4)].join("\n"), /Line 5 .*come before/],
    [
      "a text nobody names",
      () => [...lines.slice(0, 2), lines[3], ...lines.slice(2)].join("\n"),
      /Line 4 .*does not name/,
    ],
    ["a blob that is a path", () => changed(3, (line) => line.replace(/[0-9a-f]{64}/, "../../x")), /Line 4 /],
    ["another key", () => changed(0, (line) => line.replace("}", ',"more":1}')), /Line 1 /],
    ["other spaces", () => changed(0, (line) => line.replace(",", ", ")), /Line 1 /],
    ["no JSON", () => changed(2, () => "{"), /Line 3 .*not JSON/],
    ["no end", () => without(9), /Line 10 .*cut short/],
    ["a wrong end", () => changed(9, (line) => line.replace('"records":5', '"records":6')), /Line 10 .*6 records/],
    ["more after the end", () => `${file}${lines[4]}`, /Line 11 .*ended/],
    ["a second header", () => `${lines[0]}\n${file}`, /Line 2 .*another run/],
    ["a scenario later", () => [...lines.slice(0, 3), lines[1], ...lines.slice(3)].join("\n"), /Line 4 .*line 2/],
    ["a scenario that is none", () => changed(1, () => '{"scenario":"[]"}'), /Line 2 .*scenario/],
  ];

  it.each(wrong)("EXP3 %s is refused by the number of its line, and nothing is left", async (_what, make, says) => {
    const dir = makeScratch("tutti-hostile-");
    const refused = bringIn(dir, make());
    await expect(refused).rejects.toBeInstanceOf(Fault);
    await expect(refused).rejects.toThrow(says);
    expect(readdirSync(dir).filter((name) => name !== ".planting")).toEqual([]);
    if (existsSync(join(dir, ".planting"))) expect(readdirSync(join(dir, ".planting"))).toEqual([]);
  });

  it("EXP3 events of a later version are told as that", async () => {
    const dir = makeScratch("tutti-hostile-");
    const body = encodeRecord(noteRecord(1)).replace('"v":1', '"v":99');
    let sum = "";
    await plantRun({ dir: makeScratch("tutti-later-"), run, createdAt: 1 }, async (planting) => {
      ({ sum } = planting.add(body));
    });
    await expect(bringIn(dir, `${lines[0]}\n{"sum":"${sum}","record":${body}}`)).rejects.toMatchObject({
      code: "newer_store",
    });
  });

  it("EXP4 a line or a file beyond its bound, and bytes that are no UTF-8, are refused", async () => {
    const dir = makeScratch("tutti-hostile-");
    await expect(bringIn(dir, file, { limits: { line: 10_000, file: 1e9 } })).rejects.toMatchObject({
      code: "import_too_large",
      message: "Line 4 is longer than 10000 characters.",
    });
    await expect(bringIn(dir, file, { limits: { line: 1e6, file: 30_000 } })).rejects.toMatchObject({
      code: "import_too_large",
    });
    const spoilt = Buffer.concat([Buffer.from(file.slice(0, 40)), Buffer.from([0xc3, 0x28])]);
    await expect(bringIn(dir, spoilt)).rejects.toThrow(/not UTF-8/);
  });

  it("EXP3 records that tell no run are refused where they stop to do so", async () => {
    const dir = makeScratch("tutti-hostile-");
    const check: RecordCheck = { take: ({ seq }) => (seq === 3 ? "it cannot be" : undefined), end: () => undefined };
    await expect(bringIn(dir, file, { check })).rejects.toThrow(/Line 7 .*it cannot be/);
    const strange: RecordCheck = { take: () => undefined, end: () => "they are another run's" };
    await expect(bringIn(dir, file, { check: strange })).rejects.toThrow(/Line 1 .*another run's/);
  });
});
