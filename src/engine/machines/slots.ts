// How many orders a machine works on at a time. Those that wait go in the order they came.

export type Slots = {
  /** Resolves with what gives the slot back; undefined once `signal` is aborted. */
  readonly enter: (signal: AbortSignal) => Promise<(() => void) | undefined>;
  readonly free: () => number;
};

export function createSlots(capacity: number): Slots {
  let free = capacity;
  const waiting = new Set<() => void>();

  const leave = (): void => {
    free += 1;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
  };

  return {
    free: () => free,
    enter: (signal) =>
      new Promise((resolve) => {
        const enter = (): void => {
          free -= 1;
          let isInside = true;
          resolve(() => {
            if (isInside) leave();
            isInside = false;
          });
        };
        if (signal.aborted) return resolve(undefined);
        if (free > 0) return enter();
        const give = (): void => {
          signal.removeEventListener("abort", giveUp);
          enter();
        };
        const giveUp = (): void => {
          waiting.delete(give);
          resolve(undefined);
        };
        waiting.add(give);
        signal.addEventListener("abort", giveUp, { once: true });
      }),
  };
}
