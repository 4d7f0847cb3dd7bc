// Long texts beside the log, each under the sha-256 of its bytes: `blobs/ab/<digest>`.

import { hash } from "node:crypto";
import { open, readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../../engine/ports.ts";
import { makeFolder, syncFolder, writeFileDurably } from "./durable-files.ts";
import { isOutOfRoom } from "./sqlite-fault.ts";
import type { Digest } from "../../domain/ids.ts";

export type BlobStore = {
  /** Synced before it resolves; idempotent. A damaged copy is replaced. Throws Fault `disk_full`. */
  readonly put: (bytes: Uint8Array) => Promise<Digest>;
  /** Throws Fault `blob_missing` or `blob_corrupt`. */
  readonly get: (digest: Digest) => Promise<Uint8Array>;
};

export function createBlobStore(folder: string): BlobStore {
  /** Stored by this process, hence known to be synced. */
  const stored = new Set<Digest>();
  const made = new Set<string>();
  const drafts = join(folder, "drafts");
  const pathOf = (digest: Digest): string => join(folder, digest.slice(0, 2), digest);
  const ensureFolder = (path: string): void => {
    if (!made.has(path)) makeFolder(path);
    made.add(path);
  };
  return {
    async put(bytes) {
      const digest = digestOf(bytes);
      if (stored.has(digest)) return digest;
      await withRoom(folder, async () => {
        if (await isStored(pathOf(digest), digest)) return;
        ensureFolder(drafts);
        ensureFolder(dirname(pathOf(digest)));
        await writeFileDurably(pathOf(digest), bytes, drafts);
      });
      stored.add(digest);
      return digest;
    },
    async get(digest) {
      // A digest may come from a damaged log: it must not choose a path.
      const path = /^[0-9a-f]{64}$/.test(digest) ? pathOf(digest) : undefined;
      const bytes = path === undefined ? undefined : await readIfThere(path);
      if (bytes === undefined) throw lost("blob_missing", `${path ?? "A blob without a valid name"} is missing`);
      if (digestOf(bytes) !== digest)
        throw lost("blob_corrupt", `${path} is damaged: its content does not match its name`);
      return bytes;
    },
  };
}

/** Deletes what a crash left half written. For the owner of the run only. */
export async function sweepDrafts(folder: string): Promise<void> {
  const drafts = join(folder, "drafts");
  const names = await readdir(drafts).catch(() => []);
  for (const name of names) await rm(join(drafts, name), { force: true });
}

const digestOf = (bytes: Uint8Array): Digest => hash("sha256", bytes, "hex") as Digest;

/** A sound copy from before may never have been synced (its writer died): it is synced now. */
async function isStored(path: string, digest: Digest): Promise<boolean> {
  const bytes = await readIfThere(path);
  if (bytes === undefined || digestOf(bytes) !== digest) return false;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  syncFolder(dirname(path));
  syncFolder(dirname(dirname(path)));
  return true;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const lost = (code: string, message: string): Fault =>
  new Fault(code, message, { remedy: "Restore the file from a backup, or carry on without the long text it held." });

async function withRoom(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isOutOfRoom(error)) throw error;
    throw new Fault("disk_full", `No room to write in ${folder}`, {
      remedy: "Free some space on that disk, then try again.",
      cause: error,
    });
  }
}
