// Whether the first screen stands. What it does without is loaded and drawn once it is painted: before, each such part
// would make the screen later.

import { useSyncExternalStore } from "react";

let isSettled = false;
let isTold = false;
const listeners = new Set<() => void>();

/** A screen that never says so, or a page in the background, which is painted nothing, is waited for no longer. */
const patienceMs = 1_500;

function done(): void {
  if (isSettled) return;
  isSettled = true;
  for (const listener of listeners) listener();
}

/** What is drawn now is the first screen: it stands with the frame after. */
export function settle(): void {
  if (isTold) return;
  isTold = true;
  requestAnimationFrame(() => setTimeout(done));
}

export function settleAnyway(): () => void {
  const timer = setTimeout(done, patienceMs);
  return () => clearTimeout(timer);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSettled = (): boolean => useSyncExternalStore(subscribe, () => isSettled);
