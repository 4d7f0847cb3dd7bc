// When listeners are told of a change. Events come far more often than frames are drawn, and a frame in which something
// changed costs the browser nearly the same however much that was: so all stores of the page tell in the same frames, and
// those lie apart, the further the more a frame costs. A change that comes alone is told with the next frame, and so is
// one more soon after it: what a person asked for does not wait because a clock moved just before. What a person watches
// for, a ticket that begins, ends or asks, borrows from the frames to come.

export type Bus = {
  /** Something changed: every listener is told once, soon; `isUrgent`: with the next frame, where time can be borrowed. */
  readonly mark: (isUrgent?: boolean) => void;
  /** Every listener is told at once: drawing goes on meanwhile, and the next frame shows it. */
  readonly tell: () => void;
  readonly subscribe: (listener: () => void) => () => void;
};

/** As browsers have them. */
export type Frames = {
  readonly request: (draw: () => void) => number;
  readonly cancel: (frame: number) => void;
  /** Calls back when the page has laid out and drawn what was changed just now. */
  readonly drawn: (then: () => void) => void;
};

/** Calls what it is given with the next frame in which anything is told; one that is urgent has that frame come earlier. */
export type Pulse = (tell: () => void, isUrgent?: boolean) => void;

/** Least time between two frames in which listeners are told. */
const pulseMs = 33;
/** What is drawn of itself takes about this part of the page's thread: the rest is for keys, clicks and scrolling. */
const ownPart = 1 / 4;
/** However much a frame costs, what changed is told sixteen times a second. */
const longestMs = 60;
/** After an urgent frame the next one is so late at most: an urgent one comes no earlier than that allows. */
const latestMs = 80;
/** Who had nothing to tell for so long has saved it up: one more frame. */
const savedMs = longestMs;
/** How much the newest frame counts beside those before it. */
const newestPart = 0.3;
/** A frame that is asked for half a frame early is the one that is meant. */
const earlyMs = 8;
/** A hidden page draws no frames, and its title and its announcements still have to follow. */
const hiddenMs = 250;

export function createPulse(frames: Frames): Pulse {
  const due = new Set<() => void>();
  let next = -Infinity;
  let costMs = 0;
  /** Of the frame that is waited for, until it is asked for. */
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;

  const apart = (): number => Math.min(longestMs, Math.max(pulseMs, costMs / ownPart));

  /** `saved`: how much of the time before counts for the next one. */
  const pulse = (saved: number): void => {
    const begun = performance.now();
    isAsked = false;
    next = Math.max(next, begun - saved) + apart();
    const tellings = [...due];
    due.clear();
    for (const tell of tellings) tell();
    frames.drawn(() => {
      costMs += newestPart * (performance.now() - begun - costMs);
    });
  };

  const askForFrame = (saved: number): void => {
    isAsked = true;
    const late = setTimeout(() => {
      frames.cancel(frame);
      pulse(saved);
    }, hiddenMs);
    const frame = frames.request(() => {
      clearTimeout(late);
      pulse(saved);
    });
  };

  return (tell, isUrgent = false) => {
    due.add(tell);
    if (isAsked || (timer !== undefined && !isUrgent)) return;
    clearTimeout(timer);
    timer = undefined;
    const rest = next - earlyMs - performance.now();
    const wait = isUrgent ? rest - (latestMs - apart()) : rest;
    if (wait <= 0) return askForFrame(rest < -savedMs ? savedMs : 0);
    timer = setTimeout(() => {
      timer = undefined;
      askForFrame(0);
    }, wait);
  };
}

export type Telling = {
  /** Least time between two tellings, where that is more than the page's own. */
  readonly ms: number;
  /** Done before listeners are told. */
  readonly before: () => void;
};

export function createBusOn(pulse: Pulse, { ms, before }: Telling): Bus {
  const listeners = new Set<() => void>();
  let isMarked = false;
  let last = -Infinity;

  const tell = (): void => {
    isMarked = false;
    last = performance.now();
    before();
    for (const listener of listeners) listener();
  };

  const mark: Bus["mark"] = (isUrgent = false) => {
    if (isMarked && !isUrgent) return;
    const rest = last + ms - performance.now();
    if (ms <= pulseMs || rest <= 0) pulse(tell, isUrgent);
    else if (!isMarked) setTimeout(() => pulse(tell), rest);
    isMarked = true;
  };

  const subscribe: Bus["subscribe"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return { mark, tell, subscribe };
}
