// A clock that a test moves by hand: nothing happens until it is told that time has passed.

import type { Clock } from "../../src/engine/ports.ts";
import type { RunId } from "../../src/domain/ids.ts";

export type VirtualClock = Clock & {
  /** Moves on and calls back everything due by then, in order. */
  readonly pass: (ms: number) => void;
  /** Epoch ms of the next wake, or undefined. */
  readonly next: () => number | undefined;
};

export function createVirtualClock(start = 1_764_000_000_000): VirtualClock {
  let now = start;
  let made = 0;
  const waiting = new Set<{ at: number; callback: () => void }>();
  const due = (until: number) => [...waiting].filter((each) => each.at <= until).toSorted((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    elapsed: () => now - start,
    wake: (at, callback) => {
      const entry = { at, callback };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    chance: () => 0.5,
    newRunId: () => `run_${String((made += 1)).padStart(16, "0")}` as RunId,
    pass: (ms) => {
      const until = now + ms;
      for (let entry = due(until); entry !== undefined; entry = due(until)) {
        waiting.delete(entry);
        now = Math.max(now, entry.at);
        entry.callback();
      }
      now = until;
    },
    next: () => [...waiting].map((each) => each.at).toSorted((a, b) => a - b)[0],
  };
}
