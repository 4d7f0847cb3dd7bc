// When listeners are told of a change: with the next frame, or at most so many times a second. Events come far more
// often than frames are drawn.

export type Bus = {
  /** Something changed: every listener is told once, soon. */
  readonly mark: () => void;
  readonly subscribe: (listener: () => void) => () => void;
};

/** A hidden page draws no frames, and its title and its announcements still have to follow. */
const hiddenMs = 250;

/** `ms`: least time between two tellings; 0: with the next frame. */
export function createBus(ms = 0, before: () => void = () => {}): Bus {
  const listeners = new Set<() => void>();
  let isMarked = false;
  let last = 0;

  const tell = (): void => {
    isMarked = false;
    last = performance.now();
    before();
    for (const listener of listeners) listener();
  };

  const mark = (): void => {
    if (isMarked) return;
    isMarked = true;
    if (document.visibilityState === "hidden") setTimeout(tell, Math.max(ms, hiddenMs));
    else if (ms === 0) requestAnimationFrame(tell);
    else setTimeout(() => requestAnimationFrame(tell), Math.max(0, ms - (performance.now() - last)));
  };

  const subscribe: Bus["subscribe"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return { mark, subscribe };
}
