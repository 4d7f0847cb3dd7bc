// Long texts of a run on the server, each under the sha-256 of its bytes.

import { hash } from "node:crypto";
import type { Digest, RunId } from "../../../domain/ids.ts";
import { Fault } from "../../../engine/ports.ts";
import type { BlobStore } from "../blob-store.ts";
import { keysOf, type RunKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { putBlobScript } from "./scripts.ts";

/** Bytes. A server is busy with one for as long as it takes it in. */
const largest = 64 * 1024 * 1024;

/** `keys`: where they lie, where that is not the run's own place. */
export function createRedisBlobs(link: RedisLink, run: RunId, keys: RunKeys = keysOf(run)): BlobStore {
  const stored = new Set<Digest>();
  return {
    async put(bytes) {
      const digest = hash("sha256", bytes, "hex") as Digest;
      if (stored.has(digest)) return digest;
      if (bytes.byteLength > largest)
        throw new Fault("blob_too_large", `A text of ${bytes.byteLength} bytes is too long for the store`, {
          remedy: `The most is ${largest} bytes.`,
        });
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const answer = await link.run(putBlobScript, [keys.meta, keys.blobs], [digest, buffer]);
      if (answer !== 1)
        throw new Fault("blob_missing", `${run} is not in the store ${link.name} any more`, {
          remedy: "Somebody removed it while it was worked on; see `tutti runs`.",
        });
      stored.add(digest);
      return digest;
    },
    async get(digest) {
      const bytes = /^[0-9a-f]{64}$/.test(digest) ? await link.callForBytes("HGET", keys.blobs, digest) : null;
      const remedy = "Restore the store from a backup, or carry on without the long text it held.";
      if (!Buffer.isBuffer(bytes))
        throw new Fault("blob_missing", `${keys.blobs} in ${link.name} has no text ${digest.slice(0, 80)}`, { remedy });
      if (hash("sha256", bytes, "hex") !== digest)
        throw new Fault("blob_corrupt", `Text ${digest} in ${keys.blobs} is damaged: it does not match its name`, {
          remedy,
        });
      return bytes;
    },
  };
}
