// A run that begins with records it did not write: a fork, an import. It is made whole in a folder beside the runs and
// renamed into place, so that a crash leaves all of it or none.

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Digest, RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import { createPrivateFile, runFiles } from "../run-files.ts";
import { createBlobStore, type BlobStore } from "./blob-store.ts";
import { checkFileSystem, openDatabase } from "./database.ts";
import { makeFolder, syncFolder } from "./durable-files.ts";
import { disclaim, initialise, takeOwnerLock, type OwnerLock } from "./ownership.ts";
import { thisProcess } from "./process-identity.ts";
import { chainStart, linkRecord, type ChainHead } from "./record.ts";
import { defaultTuning, pathsOf } from "./run-folder.ts";
import type { PlantOrder } from "./run-shelf.ts";
import { toFault } from "./sqlite-fault.ts";
import type { StoredRun } from "./stored-run.ts";

/** A run that is being made. */
export type Planting = {
  /** Becomes the run's folder. */
  readonly folder: string;
  /** Chains a record's body to those before it; the end of the chain after it. */
  readonly add: (body: string) => ChainHead;
  /** To be waited for now and then where many are added. */
  readonly settle: () => Promise<void>;
  readonly putBlob: BlobStore["put"];
  /** Brings one blob from another run of the same store, by hard link where that goes. False where it is not there. */
  readonly bringBlob: (from: Pick<StoredRun, "run" | "folder">, digest: Digest) => Promise<boolean>;
};

export type PlantOptions = PlantOrder & {
  /** Folder of all runs of one project. */
  readonly dir: string;
};

const { imported: importedName } = runFiles("", "" as RunId);

/** Records of one transaction. */
const groupSize = 1_000;

const plantings = (dir: string): string => join(dir, ".planting");

/**
 * The run is there, owned by nobody, once this resolves; where `fill` throws nothing is left. Throws Fault `run_exists`,
 * `disk_full`, `unsafe_store` and what `fill` throws.
 */
export async function plantRun(options: PlantOptions, fill: (planting: Planting) => Promise<void>): Promise<void> {
  const { dir, run } = options;
  const { folder: target } = pathsOf(dir, run);
  refuseExisting(run, target);
  await sweepPlantings(dir);
  const { folder, lock } = makePlace(dir, run);
  try {
    const database = openLog(folder, options.createdAt);
    try {
      const planter = createPlanter(run, folder, database);
      await fill(planter.planting);
      planter.finish();
      if (options.isImported === true)
        createPrivateFile(join(folder, importedName), JSON.stringify({ at: Date.now() }));
      disclaim(database, 1);
      // Into the main file at once: a damaged side file must not make a run look as if it had never been made.
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      database.close();
    }
    syncFolder(folder);
    moveInto(run, folder, target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw toFault(error, target);
  } finally {
    lock.release();
  }
}

const runExists = (run: RunId): Fault =>
  new Fault("run_exists", `${run} is among the runs of this repository already.`, {
    remedy: `Look at it with \`tutti status ${run}\`, or remove it first: tutti clean ${run}`,
  });

function refuseExisting(run: RunId, target: string): void {
  if (existsSync(target)) throw runExists(run);
}

function moveInto(run: RunId, folder: string, target: string): void {
  refuseExisting(run, target);
  try {
    renameSync(folder, target);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTEMPTY" || code === "EEXIST") throw runExists(run);
    throw error;
  }
  syncFolder(dirname(target));
}

/** The lock tells a planting under way from what a crash left. */
function makePlace(dir: string, run: RunId): { readonly folder: string; readonly lock: OwnerLock } {
  makeFolder(plantings(dir));
  checkFileSystem(dir);
  const folder = join(plantings(dir), `${run}-${randomBytes(6).toString("hex")}`);
  mkdirSync(folder, { mode: 0o700 });
  const lock = takeOwnerLock(join(folder, "owner.lock"));
  if (lock === undefined) throw runExists(run);
  return { folder, lock };
}

const abandonedMs = 3_600_000;

/** Removes what processes that died left half made. */
async function sweepPlantings(dir: string): Promise<void> {
  const names = existsSync(plantings(dir)) ? readdirSync(plantings(dir)) : [];
  for (const name of names) {
    const folder = join(plantings(dir), name);
    const file = join(folder, "owner.lock");
    // Without a lock yet it may be a moment old.
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const lock = existsSync(file) ? takeOwnerLock(file) : undefined;
    if (lock === undefined && (existsSync(file) || age < abandonedMs)) continue;
    await rm(folder, { recursive: true, force: true });
    lock?.release();
  }
}

function openLog(folder: string, createdAt: number): DatabaseSync {
  const database = openDatabase(join(folder, "log.db"), { readOnly: false, ...defaultTuning });
  try {
    initialise(database, thisProcess(undefined), createdAt);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

type Planter = { readonly planting: Planting; readonly finish: () => void };

function createPlanter(run: RunId, folder: string, database: DatabaseSync): Planter {
  const insert = database.prepare("INSERT INTO records (seq, body, sum) VALUES (?, ?, ?)");
  const blobs = join(folder, "blobs");
  const store = createBlobStore(blobs);
  let head = chainStart(run);
  const add = (body: string): ChainHead => {
    if (!database.isTransaction) database.exec("BEGIN IMMEDIATE");
    const stored = linkRecord(head, head.seq + 1, body);
    insert.run(stored.seq, stored.body, stored.sum);
    head = { seq: stored.seq, sum: stored.sum };
    if (head.seq % groupSize === 0) database.exec("COMMIT");
    return head;
  };
  return {
    planting: {
      folder,
      add,
      putBlob: store.put,
      settle: async () => {},
      bringBlob: (from, digest) => bringBlob(join(from.folder, "blobs"), blobs, digest),
    },
    finish: () => {
      if (database.isTransaction) database.exec("COMMIT");
    },
  };
}

async function bringBlob(from: string, to: string, digest: Digest): Promise<boolean> {
  const place = join(digest.slice(0, 2), digest);
  await mkdir(dirname(join(to, place)), { recursive: true, mode: 0o700 });
  try {
    await link(join(from, place), join(to, place));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return true;
    if (code === "ENOENT") return false;
    if (code !== "EXDEV" && code !== "EPERM" && code !== "EMLINK" && code !== "ENOTSUP") throw error;
    await copyFile(join(from, place), join(to, place));
  }
  syncFolder(dirname(join(to, place)));
  return true;
}
