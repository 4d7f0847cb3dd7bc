// The one connection of this process to a store. It is made when it is first needed, made again when it breaks, and does
// not keep the process alive while nothing is asked over it.

import type { Redis } from "ioredis";
import { nameOfStore } from "../../../domain/store-address.ts";
import { connectionOptions, runScript, type Argument, type Script, type StoreAccess } from "../../redis-access.ts";
import { toRedisFault, unreachable } from "../../redis-fault.ts";
import { examineServer, type ServerLook } from "./examine-server.ts";

export type LinkOptions = StoreAccess & {
  /** How long an answer is waited for while the server is away, in ms. */
  readonly patienceMs?: number;
  /** What is asked over it does not keep the process alive: it listens beside the work of others. */
  readonly isBackground?: boolean;
};

/** Throws Faults only: `store_unreachable`, `store_refused`, `store_forbidden`, `store_read_only`, `store_unfit`, `disk_full`. */
export interface RedisLink {
  /** The address without what only the server may know. */
  readonly name: string;
  readonly leaseMs: number;
  /** What the server keeps; asked once. */
  look(): Promise<ServerLook>;
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** The same with bytes as they are. */
  callForBytes(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** Sent together; answers in their order. */
  callAll(commands: readonly (readonly [string, ...Argument[]])[]): Promise<readonly unknown[]>;
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** A connection of its own to the same server, for what waits there; it does not keep the process alive. */
  another(): RedisLink;
  close(): void;
}

const defaultPatienceMs = 30_000;

export function createRedisLink(options: LinkOptions): RedisLink {
  return new Link(options);
}

class Link implements RedisLink {
  readonly name: string;
  readonly leaseMs: number;
  readonly #options: LinkOptions;
  #redis: Promise<Redis> | undefined;
  #look: Promise<ServerLook> | undefined;
  #lastError: unknown;
  #pending = 0;
  #wasReady = false;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.name = nameOfStore(options.address);
    this.leaseMs = options.address.leaseMs;
    this.#options = options;
  }

  look(): Promise<ServerLook> {
    this.#look ??= this.#ask((redis) => examineServer(redis, this.name)).catch((error: unknown) => {
      this.#look = undefined;
      throw error;
    });
    return this.#look;
  }

  async call(command: string, ...args: readonly Argument[]): Promise<unknown> {
    await this.look();
    return this.#ask((redis) => redis.call(command, ...args));
  }

  async callForBytes(command: string, ...args: readonly Argument[]): Promise<unknown> {
    await this.look();
    return this.#ask((redis) => redis.callBuffer(command, ...args));
  }

  async callAll(commands: readonly (readonly [string, ...Argument[]])[]): Promise<readonly unknown[]> {
    if (commands.length === 0) return [];
    await this.look();
    return this.#ask((redis) => Promise.all(commands.map(([command, ...args]) => redis.call(command, ...args))));
  }

  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    await this.look();
    return this.#ask((redis) => runScript(redis, { script, keys, args }));
  }

  another(): RedisLink {
    return new Link({ ...this.#options, isBackground: true });
  }

  close(): void {
    this.#isClosed = true;
    void this.#redis?.then((redis) => redis.disconnect()).catch(() => {});
  }

  async #ask<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new Error(`the connection to ${this.name} is closed`);
    this.#pending += 1;
    const { patienceMs = defaultPatienceMs, isBackground = false } = this.#options;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(toRedisFault(this.#lastError ?? unreachable(this.name, "it does not answer"), this.name));
    }, patienceMs);
    if (isBackground) timer.unref();
    try {
      const redis = await Promise.race([(this.#redis ??= this.#connect()), late.promise]);
      this.#hold(redis);
      return await Promise.race([work(redis), late.promise]);
    } catch (error) {
      throw toRedisFault(error, this.name);
    } finally {
      clearTimeout(timer);
      this.#pending -= 1;
      void this.#redis?.then((redis) => this.#hold(redis)).catch(() => {});
    }
  }

  /** While an answer is waited for, the process stays. */
  #hold(redis: Redis): void {
    type Held = { readonly pending?: boolean; readonly ref?: () => void; readonly unref?: () => void };
    const { stream } = redis as { readonly stream?: Held };
    // One without a connection would remember each of these words until it has one; then they are said again.
    if (stream?.pending === true) return;
    if (this.#pending > 0 && this.#options.isBackground !== true) stream?.ref?.();
    else stream?.unref?.();
  }

  /** The first time a wrong address is told at once; later the server is waited for, as long as somebody asks. */
  async #connect(): Promise<Redis> {
    const waits = this.#wasReady;
    try {
      const settings = {
        ...(await connectionOptions(this.#options)),
        retryStrategy: (times: number) => (this.#wasReady && this.#pending > 0 ? Math.min(20 * 2 ** times, 500) : null),
      };
      // Loaded by those alone whose runs lie on a server.
      const { Redis: Client } = await import("ioredis");
      const redis = new Client(settings);
      redis.on("error", (error) => (this.#lastError = error));
      redis.on("ready", () => {
        this.#wasReady = true;
        this.#lastError = undefined;
        this.#hold(redis);
      });
      redis.on("end", () => (this.#redis = undefined));
      const connecting = redis.connect();
      if (waits) connecting.catch(() => {});
      else await connecting;
      return redis;
    } catch (error) {
      this.#redis = undefined;
      throw this.#lastError ?? error;
    }
  }
}
