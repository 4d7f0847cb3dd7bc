// Opens a run's database and proves that it keeps what it is given: settings are read back, not trusted.

import { statfsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../engine/ports.ts";
import { ensureFile } from "./durable-files.ts";

/** Of the tables; the events in them carry their own version (domain/upcast.ts). */
const schemaVersion = 1;
/** "TUTI": tells our file from any other SQLite database. */
const applicationId = 0x54_55_54_49;

export type DatabaseOptions = {
  readonly readOnly: boolean;
  /** `NORMAL` loses acknowledged events in a power cut. Only the test that proves so asks for it. */
  readonly synchronous: "FULL" | "NORMAL";
  /** Pages in the write-ahead log before it is folded back into the database. */
  readonly checkpointPages: number;
  /** How long SQLite itself waits for another process, from the first look on; a short while where absent. */
  readonly busyMs?: number;
};

/** Longer waits are retried from outside, so that the process stays responsive. */
const shortMs = 50;

/**
 * Opens `file` (made 0600 when missing, unless read only). Throws Fault `unsafe_store` where an acknowledged event
 * would not be safe, `newer_store` for a later Tutti's file; SQLite's own errors pass through.
 */
export function openDatabase(file: string, options: DatabaseOptions): DatabaseSync {
  // SQLite gives its side files the mode of the main file, so this one open settles them all.
  if (!options.readOnly) ensureFile(file);
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: options.busyMs ?? shortMs });
  try {
    checkSqliteVersion(String(only(database, "SELECT sqlite_version()")));
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;");
    checkOrigin(database, file);
    if (!options.readOnly) makeDurable(database, file, options);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** 3.51.3 mends a race between two connections at a checkpoint that could corrupt a write-ahead log. */
export function checkSqliteVersion(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major * 1_000_000 + minor * 1_000 + patch >= 3_051_003) return;
  throw new Fault(
    "unsafe_store",
    `SQLite ${version} can corrupt a log (its WAL-reset bug); 3.51.3 or newer is needed`,
    {
      remedy: "Update Node.js: 24.15 and later bring a safe SQLite.",
    },
  );
}

function checkOrigin(database: DatabaseSync, file: string): void {
  const version = Number(only(database, "PRAGMA user_version"));
  if (version > schemaVersion)
    throw newerStore(file, `store version ${version}, this Tutti knows up to ${schemaVersion}`);
  if (version === 0 && Number(only(database, "SELECT count(*) FROM sqlite_schema")) === 0) return;
  if (Number(only(database, "PRAGMA application_id")) === applicationId && version > 0) return;
  throw new Fault("log_corrupt", `${file} is not a log of Tutti's, or its header is damaged`, {
    remedy: "Restore it from a backup, or move the run's folder away.",
  });
}

export const newerStore = (file: string, detail: string): Fault =>
  new Fault("newer_store", `${file} was made by a newer Tutti (${detail})`, {
    remedy: "Update Tutti, then try again.",
  });

function makeDurable(database: DatabaseSync, file: string, options: DatabaseOptions): void {
  const journal = only(database, "PRAGMA journal_mode = WAL");
  database.exec(`PRAGMA synchronous = ${options.synchronous}; PRAGMA wal_autocheckpoint = ${options.checkpointPages};`);
  // A reader that pins the write-ahead log lets it grow; this gives the space back once it can be folded in.
  database.exec("PRAGMA journal_size_limit = 16777216;");
  const level = { FULL: 2, NORMAL: 1 }[options.synchronous];
  demand(file, "journal_mode", journal, "wal");
  demand(file, "synchronous", only(database, "PRAGMA synchronous"), level);
  demand(file, "mmap_size", only(database, "PRAGMA mmap_size") ?? 0, 0);
  if (process.platform !== "darwin") return;
  // There fsync stops at the drive's cache.
  database.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");
  demand(file, "fullfsync", only(database, "PRAGMA fullfsync"), 1);
}

function demand(file: string, setting: string, actual: unknown, wanted: unknown): void {
  if (actual === wanted) return;
  throw new Fault(
    "unsafe_store",
    `SQLite keeps ${setting} at ${String(actual)} for ${file}; ${String(wanted)} is needed`,
    {
      remedy: "Put Tutti's state folder (TUTTI_HOME) on a local disk.",
    },
  );
}

/** First column of the first row, or undefined. */
export function only(database: DatabaseSync, sql: string): unknown {
  const row = database.prepare(sql).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

export const hasSchema = (database: DatabaseSync): boolean => Number(only(database, "PRAGMA user_version")) > 0;

/** Marks a file as ours, and its tables as those of this version. */
export const schemaHeader = `PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${schemaVersion};
`;

/** To be run inside a transaction, so that a crash leaves all of it or none. The view is for database browsers. */
export const schemaSql = `
CREATE TABLE records (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  sum TEXT NOT NULL
) STRICT;
CREATE VIEW timeline AS
  SELECT seq, body ->> '$.at' AS at, body ->> '$.by' AS by, body ->> '$.event.type' AS type, body -> '$.event' AS event
  FROM records;
CREATE TABLE owner (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  created_at INTEGER NOT NULL,
  token INTEGER NOT NULL,
  sealed INTEGER NOT NULL,
  process TEXT
) STRICT;
${schemaHeader}`;

/** Magic numbers of statfs(2) on Linux: locks and syncs of these are a matter of luck. */
const networkFileSystems = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff53_4d42, "CIFS"],
  [0xfe53_4d42, "SMB2"],
  [0x0102_1997, "9P"],
  [0x5346_414f, "AFS"],
  [0x7375_7245, "Coda"],
  [0x00c3_6400, "Ceph"],
]);
const fuse = 0x6573_5546;

/** Throws Fault `unsafe_store` on a network file system; returns a warning where nobody can tell (FUSE). */
export function checkFileSystem(folder: string, type: number = linuxFileSystem(folder)): string | undefined {
  const name = networkFileSystems.get(type);
  if (name !== undefined) {
    throw new Fault(
      "unsafe_store",
      `${folder} is on a network file system (${name}), where a log can be lost or corrupted`,
      {
        remedy: "Set TUTTI_HOME to a folder on a local disk.",
      },
    );
  }
  if (type !== fuse) return undefined;
  return `${folder} is on a FUSE file system; if it is a network mount, set TUTTI_HOME to a folder on a local disk.`;
}

const linuxFileSystem = (folder: string): number => (process.platform === "linux" ? statfsSync(folder).type : 0);
