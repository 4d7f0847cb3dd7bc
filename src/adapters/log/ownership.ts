// One owner per run. The truth is a file lock that the kernel drops with its process, across containers too; the
// owner row carries the fencing token and says who it is. Owns `owner.lock` and the `owner` table.

import { DatabaseSync } from "node:sqlite";
import { hasSchema, only, schemaSql } from "./database.ts";
import { ensureFile } from "./durable-files.ts";
import { parseIdentity } from "./process-identity.ts";
import { isBusy } from "./sqlite-fault.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** Held until released or until the process is gone, whichever comes first. */
export type OwnerLock = { readonly release: () => void };

export type OwnerRow = {
  readonly createdAt: number;
  readonly token: number;
  /** Records known to be in the log when it last changed hands: fewer means some are lost. */
  readonly sealed: number;
  readonly owner: ProcessIdentity | undefined;
};

/**
 * Takes the lock or returns undefined at once. It is SQLite's own write lock on a file of its own, since Node has no
 * lock call; nothing else may open that file in this process (closing any handle of it would drop the lock).
 */
export function takeOwnerLock(file: string): OwnerLock | undefined {
  ensureFile(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written to it: no journal file beside it.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

/** Makes the tables of an empty log and writes its first owner, or does nothing at all. */
export function initialise(database: DatabaseSync, owner: ProcessIdentity, createdAt: number): number {
  return inTransaction(database, () => {
    database.exec(schemaSql);
    database
      .prepare("INSERT INTO owner (id, created_at, token, sealed, process) VALUES (1, ?, 1, 0, ?)")
      .run(createdAt, JSON.stringify(owner));
    return 1;
  });
}

/** Writes the new owner and a token above every earlier one. The caller holds the lock. */
export function claim(database: DatabaseSync, owner: ProcessIdentity): number {
  return inTransaction(database, () => {
    database
      .prepare("UPDATE owner SET token = token + 1, sealed = (SELECT ifnull(max(seq), 0) FROM records), process = ?")
      .run(JSON.stringify(owner));
    return Number(only(database, "SELECT token FROM owner"));
  });
}

/** Writes that nobody owns the run, unless a newer owner has taken over. */
export function disclaim(database: DatabaseSync, token: number): void {
  database
    .prepare("UPDATE owner SET sealed = (SELECT ifnull(max(seq), 0) FROM records), process = NULL WHERE token = ?")
    .run(token);
}

/** Undefined where the log was never finished being made. */
export function readOwner(database: DatabaseSync): OwnerRow | undefined {
  if (!hasSchema(database)) return undefined;
  const row = database.prepare("SELECT created_at, token, sealed, process FROM owner").get();
  if (row === undefined) return undefined;
  return {
    createdAt: Number(row["created_at"]),
    token: Number(row["token"]),
    sealed: Number(row["sealed"]),
    owner: parseIdentity(row["process"]),
  };
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
