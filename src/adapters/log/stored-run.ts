// A run's log as it is stored, read beside its owner: for those who hand it on as it is.

import type { Digest, RunId } from "../../domain/ids.ts";
import { createBlobStore } from "./blob-store.ts";
import { hasSchema, openDatabase } from "./database.ts";
import { readOwner } from "./ownership.ts";
import { readStored, type ReadRecord } from "./read-records.ts";
import { defaultTuning, isMade, pathsOf, patiently } from "./run-folder.ts";

export type StoredRun = {
  readonly run: RunId;
  readonly folder: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Each checked against the checksum chain. Throws Fault `log_corrupt` naming the record. */
  readonly read: () => Generator<ReadRecord, void, undefined>;
  /** Throws Fault `blob_missing` or `blob_corrupt`. */
  readonly getBlob: (digest: Digest) => Promise<Uint8Array>;
  readonly close: () => void;
};

/** Undefined where there is no such run. `dir`: folder of all runs of one project. */
export async function openStoredRun(dir: string, run: RunId): Promise<StoredRun | undefined> {
  const paths = pathsOf(dir, run);
  if (!isMade(run, paths)) return undefined;
  const database = await patiently(paths.log, defaultTuning, () =>
    openDatabase(paths.log, { readOnly: true, ...defaultTuning }),
  );
  const createdAt = hasSchema(database) ? readOwner(database)?.createdAt : undefined;
  if (createdAt === undefined) {
    database.close();
    return undefined;
  }
  return {
    run,
    folder: paths.folder,
    createdAt,
    read: () => readStored({ run, database, file: paths.log }, 0),
    getBlob: createBlobStore(paths.blobs).get,
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}
