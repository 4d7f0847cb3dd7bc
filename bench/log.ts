// The log's append against its floor: raw node:sqlite, WAL and FULL, the same rows in the same groups.
// `node bench/log.ts` prints one JSON object. Both write in one process, in turn, so that noise hits both alike.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSqliteRunStore } from "../src/adapters/log/sqlite-log.ts";
import type { Recorded } from "../src/domain/event.ts";
import type { RunId, TicketId } from "../src/domain/ids.ts";
import { zeroUsage } from "../src/domain/usage.ts";

export type LogMeasure = {
  readonly records: number;
  /** Appends under way at once: what one sync is shared by. */
  readonly group: number;
  /** Medians over the rounds, microseconds a record. */
  readonly floorUs: number;
  readonly logUs: number;
  readonly ratio: number;
};

export type ReadMeasure = { readonly records: number; readonly floorMs: number; readonly logMs: number };

const attempt = { ticket: "T1" as TicketId, attempt: 1 };

/** What a turn leaves in a log, over and over. */
function makeRecord(seq: number): Recorded {
  const base = { seq, at: 1_790_000_000_000 + seq, by: "engine" } as const;
  const turn = { ...attempt, turn: 1 };
  switch (seq % 4) {
    case 0:
      return { ...base, event: { type: "turn.started", ...turn, try: 1 } };
    case 1:
      return {
        ...base,
        event: {
          type: "turn.replied",
          ...turn,
          text: "I read the file first and edit it then.",
          calls: [{ id: "call_1", tool: "read", args: '{"path":"src/a.ts"}', class: "pure" }],
          finish: "calls",
          usage: { ...zeroUsage, input: 1_200, output: 45 },
          ms: 812,
        },
      };
    case 2:
      return {
        ...base,
        event: {
          type: "tool.called",
          ...turn,
          call: 0,
          tool: "read",
          args: "{}",
          class: "pure",
          digest: "ab".repeat(32),
        },
      };
    default:
      return {
        ...base,
        event: { type: "tool.returned", ...turn, call: 0, ok: true, output: "x".repeat(200), ms: 3, changed: [] },
      };
  }
}

/** Appends `records` records, `group` at a time, each an append of its own, on the log and on the floor in turn. */
export async function measureAppends(records: number, group: number, rounds = 7): Promise<LogMeasure> {
  const rows = Array.from({ length: records }, (_, index) => makeRecord(index + 1));
  const floors: number[] = [];
  const logs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await inFolder((dir) => timeFloorAppends(dir, rows, group)));
    logs.push(await inFolder((dir) => timeLogAppends(dir, rows, group)));
  }
  const [floor, log] = [median(floors), median(logs)];
  const toUs = (ms: number): number => Math.round((ms * 100_000) / records) / 100;
  return { records, group, floorUs: toUs(floor), logUs: toUs(log), ratio: Math.round((log * 100) / floor) / 100 };
}

/** Reads a log of `records` records whole, chain checked and parsed; the floor reads the rows and parses the JSON. */
export async function measureReads(records: number, rounds = 7): Promise<ReadMeasure> {
  return inFolder(async (dir) => {
    const rows = Array.from({ length: records }, (_, index) => makeRecord(index + 1));
    await timeLogAppends(dir, rows, 1_000);
    const floors: number[] = [];
    const logs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      floors.push(timeFloorRead(dir));
      logs.push(await timeLogRead(dir));
    }
    const toMs = (ms: number): number => Math.round(ms * 10) / 10;
    return { records, floorMs: toMs(median(floors)), logMs: toMs(median(logs)) };
  });
}

const run = "run_0000000000000000" as RunId;

async function timeLogAppends(dir: string, rows: readonly Recorded[], group: number): Promise<number> {
  const { log, token } = await createSqliteRunStore({ dir }).create(run);
  const start = performance.now();
  for (let at = 0; at < rows.length; at += group) {
    const waiting = rows
      .slice(at, at + group)
      .map((row, index) => log.append({ expected: at + index, token, records: [row] }));
    for (const answer of await Promise.all(waiting)) if (answer.kind !== "appended") throw new Error(answer.kind);
  }
  const ms = performance.now() - start;
  await log.close();
  return ms;
}

/** One row a record, JSON text included, since any log has to write that. */
async function timeFloorAppends(dir: string, rows: readonly Recorded[], group: number): Promise<number> {
  using database = new DatabaseSync(join(dir, "floor.db"));
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (seq INTEGER PRIMARY KEY, body TEXT)",
  );
  const insert = database.prepare("INSERT INTO records VALUES (?, ?)");
  const start = performance.now();
  for (let at = 0; at < rows.length; at += group) {
    database.exec("BEGIN IMMEDIATE");
    for (const row of rows.slice(at, at + group)) insert.run(row.seq, JSON.stringify(row));
    database.exec("COMMIT");
    // As any program would, it lets the loop turn between two groups.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return performance.now() - start;
}

async function timeLogRead(dir: string): Promise<number> {
  const start = performance.now();
  const log = await createSqliteRunStore({ dir }).peek(run);
  let count = 0;
  for (const record of log?.read() ?? []) count += record.seq > 0 ? 1 : 0;
  await log?.close();
  if (count === 0) throw new Error("nothing was read");
  return performance.now() - start;
}

function timeFloorRead(dir: string): number {
  const start = performance.now();
  using database = new DatabaseSync(join(dir, run, "log.db"), { readOnly: true });
  let count = 0;
  for (const row of database.prepare("SELECT body FROM records ORDER BY seq").all()) {
    count += (JSON.parse(String(row["body"])) as Recorded).seq > 0 ? 1 : 0;
  }
  if (count === 0) throw new Error("nothing was read");
  return performance.now() - start;
}

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "tutti-bench-log-"));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

if (import.meta.main) {
  const appends = [await measureAppends(3_000, 32), await measureAppends(3_000, 100), await measureAppends(300, 1)];
  console.log(JSON.stringify({ appends, read: await measureReads(10_000) }, undefined, 2));
}
