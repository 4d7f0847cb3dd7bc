// A run as it was at any record: folded from the log, with states kept on the way so that no look back folds far. The
// log is walked once, a slice at a time, however many ask; states share what did not change between them.

import { evolve } from "../core/evolve.ts";
import { toOutlineText } from "../core/outline.ts";
import { snapshotFormat, toSnapshotText } from "../core/snapshot.ts";
import { initialState, type RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { Ticket } from "../domain/ticket.ts";
import type { Clock, EventLog, LogSnapshot } from "./ports.ts";

export type PastOptions = {
  readonly log: Pick<EventLog, "read">;
  readonly clock: Pick<Clock, "now" | "wake">;
  /** The state on disk. */
  readonly state: () => RunState;
  /** Told of every record once and in order, before `walked` resolves for it. */
  readonly onRecord?: (recorded: Recorded) => void;
  /** Records between two kept states: a look back folds no more than these. */
  readonly spacing?: number;
  /** States kept at most; with more, every second one goes. */
  readonly mostKept?: number;
};

export type Past = {
  /** The state on disk, as text. */
  readonly latest: () => LogSnapshot;
  /** What the records up to `seq` fold to. Undefined where there is no such record; 0 is before the first. */
  readonly stateAt: (seq: number) => Promise<RunState | undefined>;
  readonly snapshotAt: (seq: number) => Promise<LogSnapshot | undefined>;
  readonly outlineAt: (seq: number) => Promise<Outline | undefined>;
  /**
   * Resolves when `onRecord` has been told of everything that was on disk at the call, with the last seq it was told of.
   * Rejects with Fault `log_corrupt`.
   */
  readonly walked: () => Promise<number>;
};

/** A state as core/outline writes it. */
export type Outline = Omit<LogSnapshot, "text"> & {
  /** The same list for as long as the plan stays the same. */
  readonly plan: readonly Ticket[];
  /** `hasPlan`: the reader has it, and it is left out. */
  readonly toText: (hasPlan: boolean) => string;
};

const defaultSpacing = 500;
const defaultMostKept = 2_048;
/** Records at a stretch while others wait: two or three ms. */
const sliceSize = 256;

const toSnapshot = (state: RunState): LogSnapshot => ({
  seq: state.seq,
  format: snapshotFormat,
  text: toSnapshotText(state),
});

const toOutline = (state: RunState): Outline => ({
  seq: state.seq,
  format: snapshotFormat,
  plan: state.graph.tickets,
  toText: (hasPlan) => toOutlineText(state, hasPlan),
});

export function createPast(options: PastOptions): Past {
  const { log, clock, state, onRecord = () => {} } = options;
  const kept = createKept(options);
  let walker = initialState;
  let walking: Promise<void> | undefined;
  let newest: LogSnapshot | undefined;
  let slice = Promise.withResolvers<void>();

  const walk = async (): Promise<void> => {
    let left = sliceSize;
    const { seq: end } = state();
    for (const recorded of log.read(walker.seq)) {
      if (recorded.seq > end) break;
      walker = evolve(walker, recorded);
      kept.keep(walker);
      onRecord(recorded);
      left -= 1;
      if (left > 0) continue;
      left = sliceSize;
      slice.resolve();
      slice = Promise.withResolvers();
      await new Promise<void>((resolve) => clock.wake(clock.now(), resolve));
    }
  };

  const reach = async (seq: number): Promise<void> => {
    while (walker.seq < seq) {
      walking ??= walk().finally(() => (walking = undefined));
      // Who asks for an early record does not wait for the end of the log.
      await Promise.race([walking, slice.promise]);
    }
  };

  const stateAt = async (seq: number): Promise<RunState | undefined> => {
    if (seq > state().seq || seq < 0) return undefined;
    await reach(seq);
    return foldOn(log, kept.before(seq), seq);
  };

  const written =
    <Form>(write: (folded: RunState) => Form) =>
    async (seq: number): Promise<Form | undefined> => {
      const folded = await stateAt(seq);
      return folded === undefined ? undefined : write(folded);
    };

  return {
    latest: () => {
      const now = state();
      if (newest?.seq !== now.seq) newest = toSnapshot(now);
      return newest;
    },
    stateAt,
    snapshotAt: written(toSnapshot),
    outlineAt: written(toOutline),
    walked: async () => {
      await reach(state().seq);
      return walker.seq;
    },
  };
}

function foldOn(log: PastOptions["log"], from: RunState, seq: number): RunState {
  let folded = from;
  if (folded.seq === seq) return folded;
  for (const recorded of log.read(folded.seq)) {
    folded = evolve(folded, recorded);
    if (recorded.seq === seq) break;
  }
  return folded;
}

type Kept = {
  readonly keep: (state: RunState) => void;
  /** The latest kept state at or before `seq`. */
  readonly before: (seq: number) => RunState;
};

function createKept({ spacing = defaultSpacing, mostKept = defaultMostKept }: PastOptions): Kept {
  let step = spacing;
  /** By place: the state after record `place * step`. */
  let states: RunState[] = [initialState];
  return {
    keep: (state) => {
      if (state.seq % step !== 0) return;
      states.push(state);
      if (states.length <= mostKept) return;
      states = states.filter((_, place) => place % 2 === 0);
      step *= 2;
    },
    before: (seq) => states[Math.min(Math.floor(seq / step), states.length - 1)] ?? initialState,
  };
}
