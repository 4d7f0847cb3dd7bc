// Waits until one of several queues may have something, over a connection of its own: the server wakes one of those that
// wait for a job, and nobody asks again and again.

import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import { queuePrefix } from "./names.ts";

export type Waker = {
  /** Resolves when one of the queues has been given a job, when it is poked, and now and then without either. */
  readonly wait: (queues: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Ends the wait that is under way. */
  readonly poke: () => void;
};

/** A wake that was lost with whoever had it costs no more than this. */
const longestWaitSeconds = 2;

export function createWaker(connections: Connections, id: string): Waker {
  const pokeKey = `${queuePrefix}:poke:${id}`;
  let redis: Redis | undefined;
  let waiting: Promise<string | undefined> | undefined;

  const block = async (queues: readonly string[]): Promise<string | undefined> => {
    redis ??= connections.open();
    const keys = [...queues.map(markerOf), pokeKey];
    try {
      const answer = await redis.bzpopmin(...keys, longestWaitSeconds);
      return answer?.[0];
    } catch {
      return undefined;
    } finally {
      waiting = undefined;
    }
  };
  const poke = (): void => {
    if (!connections.isReady()) return;
    void connections.main
      .multi()
      .zadd(pokeKey, 0, "0")
      .expire(pokeKey, 10)
      .exec()
      .catch(() => {});
  };
  /** Somebody else is to be woken in our place. */
  const passOn = async (marker: string | undefined): Promise<void> => {
    if (marker === undefined || marker === pokeKey) return;
    await connections.main.zadd(marker, 0, "0").catch(() => {});
  };
  return {
    wait: async (queues, signal) => {
      if (signal.aborted) return;
      const aborted = Promise.withResolvers<void>();
      const abort = (): void => {
        aborted.resolve();
        poke();
      };
      signal.addEventListener("abort", abort, { once: true });
      const blocked = (waiting ??= block(queues));
      const woken = blocked.then((marker) => (signal.aborted ? passOn(marker) : undefined));
      await Promise.race([woken, aborted.promise]);
      signal.removeEventListener("abort", abort);
    },
    poke,
  };
}

const markerOf = (queue: string): string => `${queuePrefix}:${queue}:marker`;
