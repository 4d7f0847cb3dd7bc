// RunStore over node:sqlite: one folder per run, `<dir>/<run>/` with log.db, owner.lock, reserve and blobs/.

import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import { sweepDrafts } from "./blob-store.ts";
import { checkFileSystem, hasSchema, openDatabase } from "./database.ts";
import { makeFolder, syncFolder } from "./durable-files.ts";
import { hasLostTail } from "./lost-tail.ts";
import { claim, initialise, readOwner, takeOwnerLock } from "./ownership.ts";
import { livenessOf, thisProcess, toOwner } from "./process-identity.ts";
import { loadHead } from "./read-records.ts";
import { removeTree } from "../remove-tree.ts";
import { defaultTuning, isMade, pathsOf, patiently } from "./run-folder.ts";
import { createOwnedLog, createPeekedLog } from "./sqlite-event-log.ts";
import { toFault, toLockedFault } from "./sqlite-fault.ts";
import type { RunId } from "../../domain/ids.ts";
import type { EventLog, OpenedRun, RunListing, RunOwner, RunStore } from "../../engine/ports.ts";
import type { OwnerRow } from "./ownership.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { Paths, Tuning } from "./run-folder.ts";
import type { Held } from "./sqlite-event-log.ts";

export type SqliteRunStoreOptions = {
  /** Folder of all runs of one project; made when first needed. */
  readonly dir: string;
  /** Whom to name as owner; this process where not given. */
  readonly owner?: RunOwner;
  /** Told of what is doubtful but not refused. */
  readonly warn?: (message: string) => void;
  /** Epoch ms, for `createdAt`. */
  readonly now?: () => number;
  readonly tuning?: Partial<Tuning>;
};

type Setting = {
  readonly dir: string;
  readonly self: ProcessIdentity;
  readonly warn: (message: string) => void;
  readonly now: () => number;
  readonly tuning: Tuning;
};

/** Faults: `unsafe_store`, `newer_store`, `store_locked`, `store_unreachable`, `disk_full`, `log_corrupt`, `run_exists`. */
export function createSqliteRunStore(options: SqliteRunStoreOptions): RunStore {
  const setting: Setting = {
    dir: options.dir,
    self: thisProcess(options.owner),
    warn: options.warn ?? ((message) => process.emitWarning(message)),
    now: options.now ?? Date.now,
    tuning: { ...defaultTuning, ...options.tuning },
  };
  return {
    create: (run) => createRun(setting, run),
    open: (run) => openRun(setting, run),
    peek: (run) => peekRun(setting, run),
    list: () => listRuns(setting),
    look: (run) => loadListing(setting, run),
    discard: async (run) => {
      if (isRunId(run)) await removeTree(pathsOf(setting.dir, run).folder);
    },
  };
}

async function createRun(setting: Setting, run: RunId): Promise<OpenedRun> {
  if (!isRunId(run)) throw new RangeError(`not a run id: ${JSON.stringify(run)}`);
  const paths = pathsOf(setting.dir, run);
  const isNew = !existsSync(paths.folder);
  try {
    await patiently(paths.folder, setting.tuning, () => makeFolder(paths.folder));
    const held = await hold(setting, run, paths);
    if (held === undefined) throw runExists(run);
    return await closingOnThrow(held, () => makeLog(setting, held));
  } catch (error) {
    // Nothing half made stays behind; a folder that was there before, or is a rival's by now, is not ours to take away.
    const isOurs = isNew && !(error instanceof Fault && error.code === "run_exists");
    if (isOurs) rmSync(paths.folder, { recursive: true, force: true });
    throw error;
  }
}

async function makeLog({ self, now, tuning }: Setting, held: Held): Promise<OpenedRun> {
  const { run, paths, database } = held;
  // A folder without a schema is what a crash in here leaves: nobody was ever told of that run.
  if (hasSchema(database)) throw runExists(run);
  const token = await patiently(paths.log, tuning, () => initialise(database, self, now()));
  // Into the main file at once: a damaged side file must not make a run look as if it had never been made.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  syncFolder(paths.folder);
  return { log: createOwnedLog(held, token, tuning), token };
}

type Opening = Awaited<ReturnType<RunStore["open"]>>;

async function openRun(setting: Setting, run: RunId): Promise<Opening> {
  const paths = pathsOf(setting.dir, run);
  if (!isMade(run, paths)) return { missing: true };
  const deadline = performance.now() + setting.tuning.lockWaitMs;
  for (;;) {
    const held = await hold(setting, run, paths);
    if (held !== undefined) return closingOnThrow(held, () => takeOver(setting, held));
    const holder = await namedHolder(paths, setting.tuning, deadline);
    if (holder !== undefined) return { heldBy: holder };
  }
}

async function takeOver({ self, tuning }: Setting, held: Held): Promise<Opening> {
  const { run, paths, database } = held;
  if (hasLostTail(database, paths.log)) throw lostTail(held);
  const row = readOwner(database);
  if (row === undefined) return letGo(held, { missing: true });
  // The lock was free, yet its process lives: a file system that does not honour locks. Believe the process.
  if (row.owner !== undefined && row.owner.pid !== process.pid && livenessOf(row.owner) === "alive") {
    return letGo(held, { heldBy: toOwner(row.owner) });
  }
  // Before the claim seals what is there: a hole at the end must not be sealed.
  loadHead({ run, database, file: paths.log });
  const token = await patiently(paths.log, tuning, () => claim(database, self));
  await sweepDrafts(paths.blobs);
  return { log: createOwnedLog(held, token, tuning), token };
}

async function peekRun({ dir, tuning }: Setting, run: RunId): Promise<EventLog | undefined> {
  const paths = pathsOf(dir, run);
  if (!isMade(run, paths)) return undefined;
  const database = await patiently(paths.log, tuning, () => openDatabase(paths.log, { readOnly: true, ...tuning }));
  if (hasSchema(database)) return createPeekedLog(run, database, paths);
  database.close();
  return undefined;
}

async function listRuns(setting: Setting): Promise<readonly RunListing[]> {
  const names = existsSync(setting.dir) ? readdirSync(setting.dir).toSorted() : [];
  const listings: RunListing[] = [];
  for (const run of names) {
    const listing = isRunId(run) ? await loadListing(setting, run) : undefined;
    if (listing !== undefined) listings.push(listing);
  }
  return listings;
}

/** Undefined where the run was never finished being made. One damaged run must not hide the others: it is listed bare. */
async function loadListing({ dir, tuning, warn }: Setting, run: RunId): Promise<RunListing | undefined> {
  const paths = pathsOf(dir, run);
  if (!isMade(run, paths)) return undefined;
  try {
    const row = await patiently(paths.log, tuning, () => readOwnerOf(paths));
    if (row === undefined) return undefined;
    const { createdAt, owner } = row;
    return { run, createdAt, owner: owner === undefined || livenessOf(owner) === "dead" ? null : toOwner(owner) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    warn(error.message);
    return { run, createdAt: Math.round(statSync(paths.folder).birthtimeMs), owner: null };
  }
}

/** Takes the run's lock and opens its database; undefined where somebody else has the lock. */
async function hold({ tuning, warn }: Setting, run: RunId, paths: Paths): Promise<Held | undefined> {
  const doubt = await patiently(paths.folder, tuning, () => checkFileSystem(paths.folder));
  if (doubt !== undefined) warn(doubt);
  const lock = await patiently(paths.lock, tuning, () => takeOwnerLock(paths.lock));
  if (lock === undefined) return undefined;
  try {
    const database = await patiently(paths.log, tuning, () => openDatabase(paths.log, { readOnly: false, ...tuning }));
    return { run, paths, lock, database };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function closingOnThrow<T>(held: Held, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    letGo(held, undefined);
    throw toFault(error, held.paths.log);
  }
}

function letGo<T>({ database, lock }: Held, answer: T): T {
  if (database.isOpen) database.close();
  lock.release();
  return answer;
}

/**
 * The lock's holder writes its name a moment after it has taken the lock; wait for that rather than name its predecessor.
 * Undefined where it has let go of the lock meanwhile.
 */
async function namedHolder(paths: Paths, tuning: Tuning, deadline: number): Promise<RunOwner | undefined> {
  for (;;) {
    const owner = await patiently(paths.log, tuning, () => readOwnerOf(paths)?.owner);
    if (owner !== undefined && livenessOf(owner) !== "dead") return toOwner(owner);
    if (isFree(paths.lock)) return undefined;
    if (performance.now() >= deadline) throw toLockedFault(paths.lock, undefined);
    await sleep(25);
  }
}

function isFree(file: string): boolean {
  const lock = takeOwnerLock(file);
  lock?.release();
  return lock !== undefined;
}

function readOwnerOf(paths: Paths): OwnerRow | undefined {
  using database = openDatabase(paths.log, { readOnly: true, ...defaultTuning });
  return readOwner(database);
}

const runExists = (run: RunId): Fault =>
  new Fault("run_exists", `${run} exists already`, {
    remedy: `Open it with \`tutti resume ${run}\`, or create a run under a new id.`,
  });

function lostTail({ run, paths, database }: Held): Fault {
  const seq = hasSchema(database) ? loadHead({ run, database, file: paths.log }).seq : 0;
  const rest = seq === 0 ? "No record before it is readable." : `Records 1 to ${seq} are intact.`;
  return new Fault("log_corrupt", `Record ${seq + 1} of ${run} and later ones are lost: ${paths.log}-wal is damaged`, {
    remedy: `${rest} Restore the run's folder from a backup, or start the remaining work as a new run.`,
  });
}
