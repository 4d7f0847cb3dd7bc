// The floor of everything durable: one SQLite table, WAL, synchronous=FULL, group commit, and nothing else.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createTally, type Load, type Measured } from "./contestant.ts";
import { runPool, toJobs, wait } from "./workloads.ts";

type Table = {
  /** Resolves when the rows are on disk; all rows that wait share one transaction and one sync. */
  readonly write: (rows: number) => Promise<void>;
  readonly close: () => void;
};

/** About the size of an event of Tutti's. */
const body = JSON.stringify({
  at: 1_764_000_000_000,
  by: "engine",
  event: { type: "tool.returned", output: "x".repeat(120) },
});

function openTable(): Table {
  const dir = mkdtempSync(join(tmpdir(), "tutti-floor-"));
  const database = new DatabaseSync(join(dir, "floor.db"));
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
  database.exec("CREATE TABLE step (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  const add = database.prepare("INSERT INTO step (seq, body) VALUES (?, ?)");
  let waiting: { readonly rows: number; readonly resolve: () => void }[] = [];
  let isDue = false;
  let seq = 0;
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    isDue = false;
    database.exec("BEGIN IMMEDIATE");
    for (const { rows } of group) for (let row = 0; row < rows; row += 1) add.run((seq += 1), body);
    database.exec("COMMIT");
    for (const { resolve } of group) resolve();
  };
  return {
    write: (rows) =>
      new Promise((resolve) => {
        waiting.push({ rows, resolve });
        if (isDue) return;
        isDue = true;
        setImmediate(flush);
      }),
    close: () => {
      database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The load's steps with `rowsAStep` rows for each, every one synced before the ticket's next step. */
export async function runOnTable(load: Load, rowsAStep: number): Promise<Measured> {
  const jobs = toJobs(load);
  const tally = createTally(jobs);
  const table = openTable();
  const started = performance.now();
  await runPool(jobs, load.concurrency, async (job) => {
    tally.modelCalled(job, 1);
    await table.write(rowsAStep);
    tally.toolCalled();
    await wait(jobs[job]?.ms ?? 0);
    await table.write(rowsAStep);
    tally.modelCalled(job, 2);
    await table.write(rowsAStep);
  });
  const seconds = (performance.now() - started) / 1000;
  table.close();
  return tally.measured(seconds);
}
