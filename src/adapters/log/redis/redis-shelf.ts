// The runs of one project on a Redis-protocol server, whichever machine they were made on.

import type { RunId } from "../../../domain/ids.ts";
import { createRedisBlobs } from "./redis-blobs.ts";
import { readStored } from "../read-records.ts";
import type { RunShelf } from "../run-shelf.ts";
import type { StoredRun } from "../stored-run.ts";
import { runFiles } from "../../run-files.ts";
import { projectsKey } from "./keys.ts";
import { plantInRedis } from "./plant-in-redis.ts";
import type { RedisLink } from "./redis-link.ts";
import { createRedisRunStore, fillMirror, listLooks, lookAtAll, type RedisRunStoreOptions } from "./redis-run-store.ts";

export type RedisShelfOptions = RedisRunStoreOptions & { readonly dir: string };

export function createRedisShelf(options: RedisShelfOptions): RunShelf {
  const imported = new Set<RunId>();
  const watched: RedisShelfOptions = {
    ...options,
    onLooked: ({ run, isImported }) => {
      if (isImported) imported.add(run);
      else imported.delete(run);
    },
  };
  return {
    store: createRedisRunStore(watched),
    stamps: async () => (await listLooks(watched)).map(({ run, stamp }) => ({ run, stamp })),
    stampOf: async (run) => (await lookAtAll(watched, [run]))[0]?.stamp,
    openStored: (run) => openStored(watched, run),
    plant: (order, fill) => plantInRedis(watched, order, fill),
    isImported: (run) => imported.has(run),
  };
}

async function openStored(options: RedisShelfOptions, run: RunId): Promise<StoredRun | undefined> {
  const { link, dir } = options;
  const [looked] = await lookAtAll(options, [run]);
  if (looked === undefined) return undefined;
  const mirror = await fillMirror(link, run);
  return {
    run,
    folder: runFiles(dir, run).folder,
    createdAt: looked.createdAt,
    read: () => readStored(mirror.source, 0),
    getBlob: createRedisBlobs(link, run).get,
    close: mirror.close,
  };
}

/** The names of all projects that have runs on the server. */
export async function projectsOn(link: RedisLink): Promise<readonly string[]> {
  const names = await link.call("SMEMBERS", projectsKey);
  return Array.isArray(names) ? names.map(String).toSorted() : [];
}
