// The one row that caches what a run's records fold to. Not part of the chain: it may be missing, and a doubt about it
// is an answer of "none", never a fault. Owns the table `snapshot`, made with the first one.

import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { LogSnapshot } from "../../engine/ports.ts";

const tableSql = `
CREATE TABLE IF NOT EXISTS snapshot (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  sum TEXT NOT NULL,
  format TEXT NOT NULL,
  text TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT`;

/** Of everything a reader relies on. No part but the text, which comes last, holds a line break. */
const digestOf = ({ seq, format, text }: LogSnapshot, sum: string): string =>
  hash("sha256", `${seq}\n${sum}\n${format}\n${text}`, "base64url");

/** Fits where the record at its place has the sum it had: then all records before that one are the same, too. */
export function loadSnapshot(database: DatabaseSync, format: string): LogSnapshot | undefined {
  return unlessItFails(() => {
    if (!hasTable(database)) return undefined;
    const row = database
      .prepare("SELECT seq, sum, text, digest FROM snapshot JOIN records USING (seq, sum) WHERE format = ?")
      .get(format);
    if (row === undefined) return undefined;
    const snapshot: LogSnapshot = { seq: Number(row["seq"]), format, text: String(row["text"]) };
    return digestOf(snapshot, String(row["sum"])) === row["digest"] ? snapshot : undefined;
  });
}

/** To be called between two groups of appends: it is a transaction of its own, fenced as they are. */
export function saveSnapshot(database: DatabaseSync, token: number, snapshot: LogSnapshot): boolean {
  const isKept = unlessItFails(() =>
    asOwner(database, token, () => {
      const { seq, format, text } = snapshot;
      const sum = database.prepare("SELECT sum FROM records WHERE seq = ?").get(seq)?.["sum"];
      if (typeof sum !== "string") return false;
      database.exec(tableSql);
      database
        .prepare("INSERT OR REPLACE INTO snapshot (id, seq, sum, format, text, digest) VALUES (1, ?, ?, ?, ?, ?)")
        .run(seq, sum, format, text, digestOf(snapshot, sum));
      return true;
    }),
  );
  return isKept === true;
}

export function dropSnapshot(database: DatabaseSync, token: number): void {
  unlessItFails(() =>
    asOwner(database, token, () => {
      if (hasTable(database)) database.exec("DELETE FROM snapshot");
    }),
  );
}

const hasTable = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'snapshot'").get() !== undefined;

function asOwner<T>(database: DatabaseSync, token: number, work: () => T): T | undefined {
  database.exec("BEGIN IMMEDIATE");
  try {
    const isOwner = database.prepare("SELECT token FROM owner").get()?.["token"] === token;
    const result = isOwner ? work() : undefined;
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** A closed, full, locked or damaged database: what that means for the run is for its records to say. */
function unlessItFails<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
