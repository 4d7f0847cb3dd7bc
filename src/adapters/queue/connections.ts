// The connections of this process to the server where machines and conductors meet. Unlike the log's they are always
// there: made again for as long as the process lives, so that whoever waits goes on by itself.

import type { Redis } from "ioredis";
import { nameOfStore } from "../../domain/store-address.ts";
import { connectionOptions, runScript, type ScriptCall, type StoreAccess } from "../redis-access.ts";
import { toRedisFault } from "../redis-fault.ts";

export type Connections = {
  /** The address as a person may see it. */
  readonly name: string;
  readonly leaseMs: number;
  /** For commands that answer at once. */
  readonly main: Redis;
  /** In subscriber mode. */
  readonly subscriber: Redis;
  /** A connection more, for commands that block: closed with the others. */
  readonly open: () => Redis;
  /** Waits for a server that is away. Throws the Faults of `toRedisFault`. */
  readonly ask: <T>(work: (redis: Redis) => Promise<T>) => Promise<T>;
  readonly run: (call: ScriptCall) => Promise<unknown>;
  readonly isReady: () => boolean;
  /** Called whenever the server is reached again; the function it gives back ends that. */
  readonly onReady: (listener: () => void) => () => void;
  /** What is connected is given up and made again: the way to the server seems to be dead. */
  readonly renew: () => void;
  readonly close: () => void;
};

/** Of the longest wait between two tries to reach the server. */
export const retryAfter = (times: number): number => Math.min(20 * 2 ** times, 500);

/** Throws the Fault of whatever stands in the way of the first connection. */
export async function connect(access: StoreAccess): Promise<Connections> {
  const name = nameOfStore(access.address);
  const options = await connectionOptions(access);
  // Loaded by those alone whose runs lie on a server.
  const { Redis: Client } = await import("ioredis");
  let wasReady = false;
  let lastError: unknown;
  const reconnectOnError = (error: Error): false | 2 => (error.message.startsWith("READONLY") ? 2 : false);
  const settings = { ...options, keepAlive: 5_000, reconnectOnError, autoResubscribe: false };
  const main = new Client({ ...settings, retryStrategy: (times) => (wasReady ? retryAfter(times) : null) });
  main.on("error", (error) => (lastError = error));
  try {
    await main.connect();
    wasReady = true;
  } catch (error) {
    main.disconnect();
    throw toRedisFault(lastError ?? error, name);
  }
  const more: Redis[] = [];
  const open = (): Redis => {
    const redis = new Client({ ...settings, lazyConnect: false, retryStrategy: retryAfter });
    redis.on("error", () => {});
    more.push(redis);
    return redis;
  };
  const ask = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
    try {
      return await work(main);
    } catch (error) {
      throw toRedisFault(error, name);
    }
  };
  return {
    name,
    leaseMs: access.address.leaseMs,
    main,
    subscriber: open(),
    open,
    ask,
    run: (call) => ask((redis) => runScript(redis, call)),
    isReady: () => main.status === "ready",
    onReady: (listener) => {
      main.on("ready", listener);
      return () => main.off("ready", listener);
    },
    renew: () => {
      for (const redis of [main, ...more]) redis.disconnect(true);
    },
    close: () => {
      for (const redis of [main, ...more]) redis.disconnect();
    },
  };
}
