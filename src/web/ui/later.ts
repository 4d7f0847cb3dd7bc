// A part of the page that is loaded beside what is drawn first and is drawn as soon as it is there. What React suspends it
// shows again no sooner than 300 ms after the last place holder: too late for what nothing else waits for.

import { useSyncExternalStore } from "react";

export type Later<T> = {
  readonly subscribe: (listener: () => void) => () => void;
  /** Null until it is there; throws what kept it away. */
  readonly read: () => T | null;
};

/** Loaded once, when somebody wants to show it. */
export function later<T>(load: () => Promise<T>): Later<T> {
  const listeners = new Set<() => void>();
  let loading: Promise<void> | undefined;
  let found: { readonly value: T } | { readonly problem: unknown } | null = null;
  const settle = (now: NonNullable<typeof found>): void => {
    found = now;
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => {
      loading ??= load().then(
        (value) => settle({ value }),
        (problem: unknown) => settle({ problem }),
      );
      if (found === null) return null;
      if ("problem" in found) throw found.problem;
      return found.value;
    },
  };
}

export const useLater = <T>({ subscribe, read }: Later<T>): T | null => useSyncExternalStore(subscribe, read);
