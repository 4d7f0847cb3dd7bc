// A run that begins with records it did not write, on a server: it is put together under names that nobody reads and that
// the server forgets by itself, and renamed into place in one step, so that a crash leaves all of it or none.

import { randomBytes } from "node:crypto";
import type { RunId } from "../../../domain/ids.ts";
import { Fault } from "../../../engine/ports.ts";
import type { Planting } from "../plant-run.ts";
import { chainStart, linkRecord, type StoredRecord } from "../record.ts";
import type { PlantOrder } from "../run-shelf.ts";
import { keysOf } from "./keys.ts";
import { createRedisBlobs } from "./redis-blobs.ts";
import type { RedisLink } from "./redis-link.ts";
import { dropPlantedFolder, makePlantedFolder, movePlantedFolder } from "./planted-folder.ts";
import { enlist } from "./redis-run-store.ts";
import { plantScript } from "./scripts.ts";

export type PlantPlace = {
  readonly link: RedisLink;
  readonly project: string;
  /** Folder of this machine in which the run gets one of its own. */
  readonly dir: string;
};

const runExists = (run: RunId): Fault =>
  new Fault("run_exists", `${run} is in this store already.`, {
    remedy: `Look at it with \`tutti status ${run}\`, or remove it first: tutti clean ${run}`,
  });

/** How long what a process that died left half made is kept, in seconds. */
const abandonedSeconds = 3_600;
/** Records, and characters, sent at a time. */
const groupSize = 500;
const groupLength = 1024 * 1024;

/** Throws Fault `run_exists` and what `fill` and the link throw; nothing is left then. */
export async function plantInRedis(
  place: PlantPlace,
  { run, createdAt, isImported = false }: PlantOrder,
  fill: (planting: Planting) => Promise<void>,
): Promise<void> {
  const { link, project, dir } = place;
  const own = keysOf(run);
  if ((await link.call("EXISTS", own.meta)) !== 0) throw runExists(run);
  const claim = randomBytes(12).toString("base64url");
  const folder = makePlantedFolder(dir, run, claim);
  const planter = createPlanter(link, run, folder);
  try {
    await fill(planter.planting);
    await planter.send();
    const { seq, sum } = planter.head();
    const { log, blobs } = planter.keys;
    await enlist({ link, project }, run, createdAt);
    const made = await link.run(
      plantScript,
      [own.meta, own.log, own.blobs, log, blobs],
      [createdAt, project, claim, seq, sum, isImported ? 1 : 0],
    );
    if (made !== 1) throw runExists(run);
    movePlantedFolder(dir, run, claim);
  } catch (error) {
    dropPlantedFolder(dir, run, claim);
    throw error;
  } finally {
    // What was renamed is not there any more.
    await link.call("DEL", ...Object.values(planter.keys)).catch(() => {});
  }
}

function createPlanter(link: RedisLink, run: RunId, folder: string) {
  const keys = keysOf(run, `planting-${randomBytes(6).toString("hex")}:`);
  let head = chainStart(run);
  let waiting: StoredRecord[] = [];
  let length = 0;

  const send = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    length = 0;
    await link.callAll([
      ...group.map(({ seq, body, sum }) => ["XADD", keys.log, `${seq}-0`, "b", body, "s", sum] as const),
      ["EXPIRE", keys.log, abandonedSeconds],
      ["EXPIRE", keys.blobs, abandonedSeconds],
    ]);
  };
  const putBlob: Planting["putBlob"] = async (bytes) => {
    // Nobody but this planting knows the place: it needs no meta of its own.
    await link.call("HSET", keys.meta, "planting", 1);
    await link.call("EXPIRE", keys.meta, abandonedSeconds);
    return createRedisBlobs(link, run, keys).put(bytes);
  };
  const planting: Planting = {
    folder,
    add: (body) => {
      const stored = linkRecord(head, head.seq + 1, body);
      head = { seq: stored.seq, sum: stored.sum };
      waiting.push(stored);
      length += body.length;
      return head;
    },
    settle: async () => {
      if (waiting.length >= groupSize || length >= groupLength) await send();
    },
    putBlob,
    bringBlob: async (from, digest) => {
      const bytes = await link.callForBytes("HGET", keysOf(from.run).blobs, digest);
      if (!Buffer.isBuffer(bytes)) return false;
      // Under the name it has there, as it is: one that is damaged is found out where it is read.
      return (await putBlob(bytes)) === digest;
    },
  };
  return { planting, send, keys, head: () => head };
}
