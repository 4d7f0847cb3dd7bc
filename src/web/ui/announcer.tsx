// The page's one polite live region. What comes close together is read out together; nothing that streams goes here.

import { useSyncExternalStore } from "react";

const gatherMs = 400;
let waiting: string[] = [];
let spoken = "";
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function announce(words: string): void {
  waiting.push(words);
  timer ??= setTimeout(() => {
    timer = undefined;
    const last = waiting.slice(-3);
    spoken = waiting.length > last.length ? `${waiting.length} changes. ${last.join(" ")}` : last.join(" ");
    waiting = [];
    for (const listener of listeners) listener();
  }, gatherMs);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Announcer() {
  const words = useSyncExternalStore(subscribe, () => spoken);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}
