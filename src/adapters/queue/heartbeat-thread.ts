// The thread that says to the server what this process still holds, over a connection of its own, so that work that takes
// the main thread for long loses nothing. It knows no machines and no runs: it repeats scripts.

import { workerData } from "node:worker_threads";
import { Redis } from "ioredis";
import { runScript } from "../redis-access.ts";
import {
  heardOf,
  heldSince,
  monotonicMs,
  ranAt,
  stillMs,
  tickMs,
  type Beat,
  type FromThread,
  type LossReason,
  type ThreadOrder,
  type ToThread,
} from "./heartbeat-messages.ts";

const { options, leaseMs, shared, port }: ThreadOrder = workerData;
const numbers = new BigInt64Array(shared);

type Kept = { readonly beat: Beat; okAt: number };
const kept = new Map<number, Kept>();
let round: { readonly since: number } | undefined;
let nextRoundAt = 0;

const redis = new Redis({
  ...options,
  lazyConnect: false,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: (times) => Math.min(20 * 2 ** times, 500),
});
redis.on("error", () => {});
redis.on("ready", () => {
  post({ kind: "started" });
  void beatAll();
});

port.on("message", (message: ToThread) => {
  if (message.kind === "drop") {
    kept.delete(message.id);
  } else {
    kept.set(message.id, { beat: message.beat, okAt: message.at });
    noteHeld();
    Atomics.store(numbers, heardOf, BigInt(message.id));
    void beat(message.id);
  }
  noteHeld();
});

noteRan(monotonicMs());
setInterval(tick, tickMs);

function tick(): void {
  const now = monotonicMs();
  const gap = now - Number(Atomics.load(numbers, ranAt));
  if (gap > stillMs) loseWhatIsOver(now);
  noteRan(now);
  if (round !== undefined && now - round.since > leaseMs) giveUpConnection();
  if (now >= nextRoundAt) void beatAll();
}

/** The process stood still: a lock whose lease is over may be another's already. */
function loseWhatIsOver(now: number): void {
  const over = [...kept].flatMap(([id, { beat, okAt }]) => (beat.isLock && now - okAt > leaseMs ? [id] : []));
  lose(over, "frozen");
}

function lose(ids: readonly number[], why: LossReason): void {
  for (const id of ids) kept.delete(id);
  noteHeld();
  if (ids.length > 0) post({ kind: "lost", ids, why });
}

async function beatAll(): Promise<void> {
  if (round !== undefined || redis.status !== "ready") return;
  const now = monotonicMs();
  nextRoundAt = now + leaseMs / 3;
  const mine = { since: now };
  round = mine;
  await Promise.all([...kept.keys()].map(beat));
  if (round === mine) round = undefined;
}

async function beat(id: number): Promise<void> {
  const mine = kept.get(id);
  if (mine === undefined || redis.status !== "ready") return;
  const { script, keys, args } = mine.beat;
  const sentAt = monotonicMs();
  const answer = await runScript(redis, { script, keys, args }).catch(() => undefined);
  // What took its place, or was let go meanwhile, is not judged by an old answer.
  if (kept.get(id) !== mine || answer === undefined) return;
  mine.okAt = sentAt;
  if (answer === 0) lose([id], "refused");
  else noteHeld();
}

function giveUpConnection(): void {
  round = undefined;
  redis.disconnect(true);
  post({ kind: "mute" });
}

function noteHeld(): void {
  const locks = [...kept.values()].flatMap(({ beat, okAt }) => (beat.isLock ? [okAt] : []));
  Atomics.store(numbers, heldSince, BigInt(locks.reduce((least, at) => Math.min(least, at), Number.MAX_SAFE_INTEGER)));
}

function noteRan(now: number): void {
  Atomics.store(numbers, ranAt, BigInt(now));
}

function post(message: FromThread): void {
  port.postMessage(message);
}
