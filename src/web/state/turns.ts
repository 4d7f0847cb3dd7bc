// Which tabs may hold a stream. A browser opens six connections to a server over HTTP/1.1, so that six tabs with a stream
// each would leave none for an answer. Every tab in view has a stream; of those in the background, one has, and tells the
// person what waits for them.

/** As browsers and Node have them. */
export type Locks = {
  readonly request: (
    name: string,
    options: { readonly signal: AbortSignal },
    hold: () => Promise<void>,
  ) => Promise<unknown>;
};

export type Tab = {
  readonly isHidden: () => boolean;
  /** Gives the function that ends the listening. */
  readonly onChange: (listener: () => void) => () => void;
  /** Undefined where the browser has none: then every tab keeps its stream. */
  readonly locks: Locks | undefined;
};

const lockName = "tutti.stream-in-background";
/** Whoever looks into another tab and comes back keeps their stream. */
const patienceMs = 10_000;

/**
 * Tells when this tab may hold a stream, and when it no longer may; one that was opened in the background is told nothing
 * before its turn. Gives the function that ends it.
 */
export function watchTurn(tab: Tab, onTurn: (isMine: boolean) => void): () => void {
  let isMine: boolean | undefined;
  let comeBack: (() => void) | undefined;
  const tell = (now: boolean): void => {
    if (now === isMine) return;
    isMine = now;
    onTurn(now);
  };
  const look = (): void => {
    if (tab.isHidden() && tab.locks !== undefined) comeBack ??= stepBack(tab.locks, tell);
    else {
      comeBack?.();
      comeBack = undefined;
      tell(true);
    }
  };
  look();
  const ignore = tab.onChange(look);
  return () => {
    ignore();
    comeBack?.();
  };
}

/** Waits in line with the other tabs in the background. Gives the function that leaves the line. */
function stepBack(locks: Locks, tell: (isMine: boolean) => void): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  let isFirst = false;
  const timer = setTimeout(() => tell(isFirst), patienceMs);
  const hold = (): Promise<void> => {
    isFirst = true;
    if (!signal.aborted) tell(true);
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve());
    });
  };
  // Refused only by who left the line.
  locks.request(lockName, { signal }, hold).catch(() => {});
  return () => {
    clearTimeout(timer);
    leaving.abort();
  };
}
