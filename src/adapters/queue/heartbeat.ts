// Says to the server what this process holds, from a thread of its own, and finds out what was lost: by the server's
// answer, or by the clock when the whole process had been stopped.

import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from "node:worker_threads";
import type { ConnectionOptions } from "../redis-access.ts";
import {
  heardOf,
  heldSince,
  monotonicMs,
  ranAt,
  sharedNumbers,
  stillMs,
  type Beat,
  type FromThread,
  type LossReason,
  type ThreadOrder,
  type ToThread,
} from "./heartbeat-messages.ts";

export type Heartbeat = {
  /** Until it is lost, which is told once, or the function it gives back is called. `heldAt`: monotonic ms; now. */
  readonly keep: (beat: Beat, onLost?: (why: LossReason) => void, heldAt?: number) => () => void;
  /** Nothing is to be held before: nobody would renew it. Resolves as well once `signal` is aborted. */
  readonly started: (signal?: AbortSignal) => Promise<void>;
  /** Asked before anything is done that only a holder may: what was lost while the process stood still is told first. */
  readonly check: () => void;
  readonly close: () => Promise<void>;
};

type HeartbeatOptions = {
  readonly options: ConnectionOptions;
  readonly leaseMs: number;
  /** The server does not answer over connections that seem to stand. */
  readonly onMute: () => void;
  /** The thread has died; another one is started. */
  readonly onFault: (error: Error) => void;
};

type Kept = { readonly beat: Beat; readonly onLost: (why: LossReason) => void; readonly heldAt: number };

/** The thread does not keep the process alive. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const heart = new Heart(options);
  return {
    keep: (beat, onLost = () => {}, heldAt = monotonicMs()) => heart.keep({ beat, onLost, heldAt }),
    started: (signal) => heart.started(signal),
    check: () => heart.check(),
    close: () => heart.close(),
  };
}

class Heart {
  readonly #options: HeartbeatOptions;
  readonly #shared = new SharedArrayBuffer(8 * sharedNumbers);
  readonly #numbers = new BigInt64Array(this.#shared);
  readonly #kept = new Map<number, Kept>();
  readonly #waiting = new Set<() => void>();
  #isStarted = false;
  readonly #watch: NodeJS.Timeout;
  #lastId = 0;
  #isClosed = false;
  #thread: { readonly worker: Worker; readonly port: MessagePort };

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#thread = this.#start();
    this.#watch = setInterval(() => this.check(), Math.min(options.leaseMs / 10, stillMs)).unref();
  }

  keep(kept: Kept): () => void {
    const id = (this.#lastId += 1);
    this.#kept.set(id, kept);
    this.#tell({ kind: "keep", id, beat: kept.beat, at: kept.heldAt });
    return () => {
      if (this.#kept.delete(id)) this.#tell({ kind: "drop", id });
    };
  }

  check(): void {
    const { port } = this.#thread;
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      this.#hear(next.message as FromThread);
    const now = monotonicMs();
    if (now - this.#number(ranAt) <= stillMs) return;
    for (const [id, { beat, heldAt }] of this.#kept) {
      const since = id <= this.#number(heardOf) ? this.#number(heldSince) : heldAt;
      if (!beat.isLock || now - since <= this.#options.leaseMs) continue;
      this.#tell({ kind: "drop", id });
      this.#lose(id, "frozen");
    }
  }

  #number(place: number): number {
    return Number(Atomics.load(this.#numbers, place));
  }

  started(signal?: AbortSignal): Promise<void> {
    if (this.#isStarted || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #noteStart(): void {
    this.#isStarted = true;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#watch);
    this.#thread.port.close();
    await this.#thread.worker.terminate();
  }

  #start(): { readonly worker: Worker; readonly port: MessagePort } {
    Atomics.store(this.#numbers, ranAt, BigInt(monotonicMs()));
    Atomics.store(this.#numbers, heardOf, 0n);
    const { port1: port, port2 } = new MessageChannel();
    port.on("message", (message: FromThread) => this.#hear(message));
    port.unref();
    const { options, leaseMs, onFault } = this.#options;
    const order: ThreadOrder = { options, leaseMs, shared: this.#shared, port: port2 };
    const worker = new Worker(threadFile(), { workerData: order, transferList: [port2], name: "tutti heartbeat" });
    worker.on("error", onFault);
    worker.on("exit", () => this.#startAgain());
    worker.unref();
    return { worker, port };
  }

  #startAgain(): void {
    if (this.#isClosed) return;
    this.#thread = this.#start();
    for (const [id, { beat, heldAt }] of this.#kept) this.#tell({ kind: "keep", id, beat, at: heldAt });
  }

  #tell(message: ToThread): void {
    this.#thread.port.postMessage(message);
  }

  #hear(message: FromThread): void {
    if (message.kind === "mute") this.#options.onMute();
    else if (message.kind === "started") this.#noteStart();
    else for (const id of message.ids) this.#lose(id, message.why);
  }

  #lose(id: number, why: LossReason): void {
    const mine = this.#kept.get(id);
    this.#kept.delete(id);
    mine?.onLost(why);
  }
}

const threadFile = (): URL =>
  import.meta.url.endsWith(".ts")
    ? new URL("./heartbeat-thread.ts", import.meta.url)
    : new URL("./heartbeat-thread.js", import.meta.url);
