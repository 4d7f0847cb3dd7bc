// EventLog over one open database: the owner's, and the reader's beside it.

import { createAppendQueue } from "./append-queue.ts";
import { createBlobStore } from "./blob-store.ts";
import { disclaim } from "./ownership.ts";
import { loadHead, readRecords } from "./read-records.ts";
import { createReserve } from "./reserve.ts";
import { dropSnapshot, loadSnapshot, saveSnapshot } from "./snapshot-row.ts";
import { isBusy, isDiskFull, toFault } from "./sqlite-fault.ts";
import type { DatabaseSync } from "node:sqlite";
import type { RunId } from "../../domain/ids.ts";
import type { EventLog } from "../../engine/ports.ts";
import type { OwnerLock } from "./ownership.ts";
import type { Paths, Tuning } from "./run-folder.ts";

/** An open database whose run's lock this process has. */
export type Held = {
  readonly run: RunId;
  readonly paths: Paths;
  readonly lock: OwnerLock;
  readonly database: DatabaseSync;
};

/** Closing it closes the database and gives the lock back. */
export function createOwnedLog({ run, paths, database, lock }: Held, token: number, tuning: Tuning): EventLog {
  const source = { run, database, file: paths.log };
  const reserve = createReserve(paths.reserve, tuning.reserveBytes);
  const { lockWaitMs } = tuning;
  const queue = createAppendQueue({ database, file: paths.log, start: loadHead(source), reserve, lockWaitMs });
  const blobs = createBlobStore(paths.blobs);
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await queue.idle();
    reserve.release();
    try {
      disclaim(database, token);
    } catch (error) {
      // The lock decides who owns the run; without this note the next owner only sees who it was.
      if (!isDiskFull(error, paths.log) && !isBusy(error)) throw toFault(error, paths.log);
    } finally {
      database.close();
      lock.release();
    }
  };

  return {
    run,
    async append(batch) {
      if (closing !== undefined) throw new Error(`the log of ${run} is closed`);
      return queue.append(batch);
    },
    read: (after = 0) => readRecords(source, after),
    loadSnapshot: (format) => loadSnapshot(database, format),
    refresh: async () => {},
    saveSnapshot: async (snapshot) => saveSnapshot(database, token, snapshot),
    dropSnapshot: async () => dropSnapshot(database, token),
    putBlob: blobs.put,
    getBlob: blobs.get,
    close: () => (closing ??= close()),
  };
}

/** Reads beside an owner, alive or dead. */
export function createPeekedLog(run: RunId, database: DatabaseSync, paths: Paths): EventLog {
  const blobs = createBlobStore(paths.blobs);
  const refuse = async (): Promise<never> => {
    throw new Error(`the log of ${run} was opened for reading only`);
  };
  return {
    run,
    append: refuse,
    read: (after = 0) => readRecords({ run, database, file: paths.log }, after),
    loadSnapshot: () => undefined,
    refresh: async () => {},
    saveSnapshot: async () => false,
    dropSnapshot: async () => {},
    putBlob: refuse,
    getBlob: blobs.get,
    async close() {
      if (database.isOpen) database.close();
    },
  };
}
