// The system's time and chance: the only place that reads either.

import { randomBytes } from "node:crypto";
import type { Clock } from "../engine/ports.ts";
import type { RunId } from "../domain/ids.ts";

/** Longer delays overflow setTimeout and would fire at once. */
const longestDelay = 2 ** 31 - 1;

/** Without i, l, o, u: nobody mistypes an id or reads a word in it. */
const crockford = "0123456789abcdefghjkmnpqrstvwxyz";

export function createSystemClock(): Clock {
  return {
    now: Date.now,
    elapsed: () => performance.now(),
    wake,
    chance: Math.random,
    newRunId,
  };
}

/**
 * The wait is measured on the monotonic clock from now on: setting the wall clock while it lasts neither shortens
 * nor prolongs it. A moment already past calls back on the next turn of the loop, never from inside this call.
 */
function wake(at: number, callback: () => void): () => void {
  if (!Number.isFinite(at)) throw new RangeError(`wake needs epoch ms, not ${at}`);
  const due = performance.now() + Math.max(0, at - Date.now());
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = due - performance.now();
    timer = setTimeout(left > longestDelay ? arm : fire, Math.min(Math.ceil(Math.max(0, left)), longestDelay));
  };
  // A timer may fire a fraction of a millisecond early.
  const fire = (): void => (performance.now() < due ? arm() : callback());
  arm();
  return () => clearTimeout(timer);
}

/** 80 bits of strong chance. */
function newRunId(): RunId {
  let bits = BigInt(`0x${randomBytes(10).toString("hex")}`);
  let id = "";
  for (let index = 0; index < 16; index += 1) {
    id += crockford[Number(bits & 31n)];
    bits >>= 5n;
  }
  return `run_${id}` as RunId;
}
