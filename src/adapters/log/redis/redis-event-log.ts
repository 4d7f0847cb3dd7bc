// EventLog over a stream on a server: the owner's, and the reader's beside it. Both read from a mirror in this process.

import type { RunId } from "../../../domain/ids.ts";
import type { EventLog, LogSnapshot } from "../../../engine/ports.ts";
import { readRecords } from "../read-records.ts";
import type { HighWater } from "./high-water.ts";
import type { KeyWrite, KeyWriter } from "./key-writes.ts";
import { keysOf } from "./keys.ts";
import type { Mirror } from "./mirror.ts";
import { createRedisAppender, type Right } from "./redis-append.ts";
import { createRedisBlobs } from "./redis-blobs.ts";
import type { RedisLink } from "./redis-link.ts";
import { forgetSnapshot, sendSnapshot, type SummedSnapshot } from "./redis-snapshot.ts";
import { releaseScript, renewScript } from "./scripts.ts";

export type OwnedParts = {
  readonly link: RedisLink;
  readonly right: Right;
  /** Filled: it ends where the log does. */
  readonly mirror: Mirror;
  readonly snapshot: SummedSnapshot | undefined;
  readonly highWater: HighWater;
  readonly besides: KeyWriter;
};

/** Closing it gives the run free at once. */
export function createOwnedRedisLog(parts: OwnedParts): EventLog {
  const { link, right, mirror, highWater, besides } = parts;
  const { run } = right;
  highWater.note(mirror.head());
  let written: readonly KeyWrite[] = [];
  const appender = createRedisAppender({
    link,
    right,
    start: mirror.head(),
    besides: (records) => (written = besides(records)),
    onStored: (records, head) => {
      mirror.add(records);
      highWater.note(head);
    },
  });
  const blobs = createRedisBlobs(link, run);
  const beating = beat(link, right, () => written);
  const snapshots = keepSnapshots(parts);
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await appender.idle();
    await snapshots.idle();
    clearInterval(beating);
    await releaseRun(link, right);
    mirror.close();
    highWater.close();
  };

  return {
    run,
    async append(batch) {
      if (closing !== undefined) throw new Error(`the log of ${run} is closed`);
      return appender.append(batch);
    },
    read: (after = 0) => readRecords(mirror.source, after),
    refresh: async () => {},
    loadSnapshot: snapshots.load,
    saveSnapshot: async (snapshot) => closing === undefined && snapshots.save(snapshot),
    dropSnapshot: async () => (closing === undefined ? snapshots.drop() : undefined),
    putBlob: blobs.put,
    getBlob: blobs.get,
    close: () => (closing ??= close()),
  };
}

/** Says that nobody owns it any more. Unsaid, it counts from the lease's end on: nobody is harmed but by the wait. */
export async function releaseRun(link: RedisLink, { run, token, claim }: Right): Promise<void> {
  const { meta, lease } = keysOf(run);
  await link.run(releaseScript, [meta, lease], [token, claim]).catch(() => {});
}

/** How often what is to be kept for a while is told to stay. */
const keepEveryMs = 3_600_000;

/** Says that the owner lives, on the server's clock; whoever is silent for a lease may lose the run. */
function beat(link: RedisLink, { run, token, claim }: Right, written: () => readonly KeyWrite[]): NodeJS.Timeout {
  const { meta, lease } = keysOf(run);
  let keptAt = performance.now();
  const renew = (): void => {
    void link.run(renewScript, [meta, lease], [token, claim, link.leaseMs]).catch(() => {});
    if (performance.now() - keptAt < keepEveryMs) return;
    keptAt = performance.now();
    // While nothing is recorded, as when a person is waited for.
    const kept = written().flatMap((write) =>
      write.kind === "hash" || write.seconds === null ? [] : [["EXPIRE", write.key, write.seconds] as const],
    );
    void link.callAll(kept).catch(() => {});
  };
  return setInterval(renew, Math.floor(link.leaseMs / 3)).unref();
}

type Snapshots = {
  readonly load: EventLog["loadSnapshot"];
  readonly save: EventLog["saveSnapshot"];
  readonly drop: EventLog["dropSnapshot"];
  readonly idle: () => Promise<unknown>;
};

function keepSnapshots({ link, right, mirror, snapshot }: OwnedParts): Snapshots {
  let last = snapshot;
  let sending: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = sending.then(work);
    sending = done;
    return done;
  };
  const sumAt = (seq: number): string | undefined => {
    const row = mirror.source.database.prepare("SELECT sum FROM records WHERE seq = ?").get(seq);
    return row === undefined ? undefined : String(row["sum"]);
  };
  const save = async (kept: LogSnapshot): Promise<boolean> => {
    const sum = sumAt(kept.seq);
    if (sum === undefined) return false;
    const summed = { ...kept, sum };
    const isKept = await inTurn(() => sendSnapshot(link, right, summed));
    if (isKept) last = summed;
    return isKept;
  };
  return {
    load: (format) => {
      if (last?.format !== format || sumAt(last.seq) !== last.sum) return undefined;
      const { seq, text } = last;
      return { seq, format, text };
    },
    save,
    drop: async () => {
      last = undefined;
      await inTurn(() => forgetSnapshot(link, right));
    },
    idle: () => sending,
  };
}

/** Reads beside an owner, alive or dead: what was there when it was opened, and with `refresh` what came since. */
export function createPeekedRedisLog(link: RedisLink, run: RunId, mirror: Mirror): EventLog {
  const refuse = async (): Promise<never> => {
    throw new Error(`the log of ${run} was opened for reading only`);
  };
  return {
    run,
    append: refuse,
    read: (after = 0) => readRecords(mirror.source, after),
    refresh: mirror.fill,
    loadSnapshot: () => undefined,
    saveSnapshot: async () => false,
    dropSnapshot: async () => {},
    putBlob: refuse,
    getBlob: createRedisBlobs(link, run).get,
    async close() {
      mirror.close();
    },
  };
}
