// Group commit: all appends that wait are written in one transaction and acknowledged after its one sync.
// Owns the write side of a run's database between open and close.
//
// Q1  Nothing is acknowledged before COMMIT, which syncs, has returned.
// Q2  Each batch is judged (token, expected seq) inside the transaction, against the state after those before it.
// Q3  A refused batch fails alone; a failed transaction fails all of its batches and leaves nothing behind.
// Q4  Once writing has failed for a reason nobody understands, the queue never writes again.

import { statSync } from "node:fs";
import { Fault } from "../../engine/ports.ts";
import { linkRecord } from "./record.ts";
import { isBusy, isDiskFull, toFault, toLockedFault } from "./sqlite-fault.ts";
import type { DatabaseSync } from "node:sqlite";
import type { ChainHead } from "./record.ts";
import type { Reserve } from "./reserve.ts";
import { toBodies, type Appender, type Outcome, type Waiting } from "./waiting-append.ts";

export type AppendQueueOptions = {
  readonly database: DatabaseSync;
  readonly file: string;
  readonly start: ChainHead;
  readonly reserve: Reserve;
  /** How long another program may hold the database before appends fail, in ms. */
  readonly lockWaitMs: number;
};

/** Between two tries on a database that somebody else has locked; the event loop is free meanwhile. */
const lockRetryMs = 25;

export function createAppendQueue({ database, file, start, reserve, lockWaitMs }: AppendQueueOptions): Appender {
  const writeGroup = createGroupWriter(database, start);
  const assertInPlace = createPlaceCheck(file);
  let waiting: Waiting[] = [];
  let flushing = false;
  let lockedSince: number | undefined;
  let broken: Fault | undefined;
  let idlers: (() => void)[] = [];

  const flush = (): void => {
    const group = waiting;
    waiting = [];
    try {
      assertInPlace();
      const outcomes = writeGroup(group);
      lockedSince = undefined;
      group.forEach(({ resolve }, index) => resolve(outcomes[index] as Outcome));
      reserve.restore();
    } catch (error) {
      if (retryLater(error, group)) return;
      fail(error, group);
    }
    // Whoever was just answered may append again in its own turn; that schedules the next flush.
    flushing = false;
    for (const idle of idlers) idle();
    idlers = [];
  };

  const retryLater = (error: unknown, group: Waiting[]): boolean => {
    if (!isBusy(error)) return false;
    lockedSince ??= performance.now();
    if (performance.now() - lockedSince >= lockWaitMs) return false;
    waiting = group.concat(waiting);
    setTimeout(flush, lockRetryMs);
    return true;
  };

  const fail = (error: unknown, group: readonly Waiting[]): void => {
    lockedSince = undefined;
    if (isDiskFull(error, file)) {
      // The room goes to what comes next, which is how the stop gets recorded.
      reserve.release();
      const detail = `no room to write ${file}`;
      for (const { resolve } of group) resolve({ kind: "disk_full", detail });
      return;
    }
    const reason = isBusy(error) ? toLockedFault(file, error) : toLastFault(error, file);
    if (!isBusy(error)) broken = reason;
    for (const { reject } of group) reject(reason);
  };

  return {
    append: (batch) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) throw broken;
        waiting.push({ batch, bodies: toBodies(batch), resolve, reject });
        if (flushing) return;
        flushing = true;
        // After all promise callbacks and I/O of this turn of the loop, so that they share one sync.
        setImmediate(flush);
      }),
    idle: () => (flushing ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve()),
  };
}

/** Even what no one foresaw: from here on nobody knows what the next write would do. */
function toLastFault(error: unknown, file: string): Fault {
  const known = toFault(error, file);
  if (known instanceof Fault) return known;
  const text = known instanceof Error ? known.message : String(known);
  return new Fault("store_failed", `Writing ${file} failed: ${text}`, {
    remedy: "Resume the run: what was acknowledged is safe.",
    cause: error,
  });
}

/** Writes groups; throws SQLite's error with the transaction rolled back. */
function createGroupWriter(
  database: DatabaseSync,
  start: ChainHead,
): (group: readonly Waiting[]) => readonly Outcome[] {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const fence = database.prepare("SELECT token, (SELECT ifnull(max(seq), 0) FROM records) FROM owner");
  fence.setReturnArrays(true);
  const sumOf = database.prepare("SELECT sum FROM records WHERE seq = ?");
  const insert = database.prepare("INSERT INTO records (seq, body, sum) VALUES (?, ?, ?)");
  let head = start;

  const headAt = (seq: number): ChainHead => (seq === head.seq ? head : { seq, sum: String(sumOf.get(seq)?.["sum"]) });

  const writeBatch = (
    { batch, bodies }: Waiting,
    token: number,
    before: ChainHead,
  ): { outcome: Outcome; after: ChainHead } => {
    if (batch.token !== token)
      return { outcome: { kind: "fenced", token: batch.token, current: token }, after: before };
    if (batch.expected !== before.seq) {
      return { outcome: { kind: "conflict", expected: batch.expected, actual: before.seq }, after: before };
    }
    let after = before;
    for (const body of bodies) {
      const stored = linkRecord(after, after.seq + 1, body);
      insert.run(stored.seq, stored.body, stored.sum);
      after = stored;
    }
    return { outcome: { kind: "appended", seq: after.seq }, after };
  };

  return (group) => {
    begin.run();
    try {
      const [token, seq] = (fence.get() ?? []) as readonly unknown[];
      let after = headAt(Number(seq));
      const outcomes = group.map((waiting) => {
        const written = writeBatch(waiting, Number(token), after);
        after = written.after;
        return written.outcome;
      });
      commit.run();
      head = after;
      return outcomes;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  };
}

/** A database that was moved, deleted or replaced under us would take our records with it: never write such a ghost. */
function createPlaceCheck(file: string): () => void {
  const { ino, dev } = statSync(file);
  return () => {
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.ino === ino && now.dev === dev) return;
    throw new Fault(
      "store_moved",
      `${file} was ${now === undefined ? "removed" : "replaced"} while the run was going`,
      {
        remedy: "Put the run's folder back, then resume the run: what was acknowledged is in the old file.",
      },
    );
  };
}
