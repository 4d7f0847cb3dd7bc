// Reads what this process is told: a stream of its own, waited for over a connection of its own. What was read is taken
// out of it before more is read.

import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Beat } from "./heartbeat-messages.ts";
import type { Connections } from "./connections.ts";
import { inboxKey } from "./names.ts";
import { inboxLeases } from "./outbox.ts";
import { stayScript } from "./scripts.ts";

/** How long one read waits. */
const blockMs = 5_000;
const mostAtOnce = 200;

/** `to`: the inbox as the sender named it. */
export type Heard = { readonly to: string; readonly text: string };

type Entry = readonly [id: string, fields: readonly string[]];

/** `hear`: told of each message in order, one after the other. The function given back ends it. */
export function readInbox(
  connections: Connections,
  inbox: string,
  hear: (message: Heard) => Promise<void>,
): () => void {
  const redis = connections.open();
  const ended = new AbortController();
  const key = inboxKey(inbox);
  const readAll = async (): Promise<void> => {
    let last: string | undefined;
    while (!ended.signal.aborted) {
      const entries = await read(redis, key, last);
      last = entries.at(-1)?.[0] ?? last;
      for (const [, fields] of entries) {
        for (let at = 0; at < fields.length; at += 2) await hear({ to: fields[at] ?? "", text: fields[at + 1] ?? "" });
      }
    }
  };
  const readOn = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await readAll().catch(() => {});
      await pause(100, undefined, { signal: ended.signal }).catch(() => {});
    }
  };
  void readOn();
  return () => {
    ended.abort();
    redis.disconnect();
    void connections.main.del(key).catch(() => {});
  };
}

/** From the beginning: ids are made of the server's clock, which may go back. */
async function read(redis: Redis, key: string, last: string | undefined): Promise<readonly Entry[]> {
  const taken = last === undefined ? undefined : redis.xtrim(key, "MINID", after(last));
  const answer = redis.xread("COUNT", mostAtOnce, "BLOCK", blockMs, "STREAMS", key, "0");
  const late = AbortSignal.timeout(blockMs * 3);
  const giveUp = (): void => redis.disconnect(true);
  late.addEventListener("abort", giveUp);
  try {
    const [streams] = await Promise.all([answer, taken]);
    return streams?.[0]?.[1] ?? [];
  } finally {
    late.removeEventListener("abort", giveUp);
  }
}

function after(id: string): string {
  const [ms = "0", place = "0"] = id.split("-");
  return `${ms}-${BigInt(place) + 1n}`;
}

/** While somebody reads it, it stays. */
export const inboxBeat = ({ leaseMs }: Connections, inbox: string): Beat => ({
  script: stayScript,
  keys: [inboxKey(inbox)],
  args: [leaseMs * inboxLeases],
  isLock: false,
});
