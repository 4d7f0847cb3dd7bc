// The fold of a long log, cached in the log's snapshot: taken now and then, used when a run is taken over, and proven
// against the whole log while the run already goes on.
// S1  A snapshot decides nothing: without one, or with one that does not fit, everything is folded from the log.
// S2  What a snapshot let a take-over skip is read, checked and folded after all; a difference ends this conductor.

import { evolve, foldAll } from "../core/evolve.ts";
import { fromSnapshotText, snapshotFormat, toSnapshotText } from "../core/snapshot.ts";
import { initialState, type RunState } from "../core/state.ts";
import { Fault, type Clock, type EventLog, type LogSnapshot } from "./ports.ts";

export type Folded = {
  readonly state: RunState;
  /** Taken on trust until it is proven. */
  readonly snapshot: LogSnapshot | undefined;
};

/** The state of a log that this process owns. Throws Fault `log_corrupt` for what is read: the part after the snapshot. */
export function loadFolded(log: EventLog): Folded {
  const snapshot = log.loadSnapshot(snapshotFormat);
  if (snapshot === undefined) return { state: foldAll(log.read()), snapshot };
  return { state: foldAll(log.read(snapshot.seq), fromSnapshotText(snapshot.text)), snapshot };
}

/** Events between two snapshots: the longer the plan, the dearer a snapshot, so that its cost per event stays flat. */
const intervalOf = (state: RunState): number => Math.max(2_000, 4 * state.graph.tickets.length);

export type Snapshots = {
  /** To be told of every durable state; once in an interval it keeps one. */
  readonly keep: (durable: RunState) => void;
  /**
   * Folds the log up to the snapshot that was taken on trust, and compares; a slice at a time, until `isOver`. Rejects
   * with Fault `log_corrupt` or `snapshot_wrong`, after which the next take-over reads everything first.
   */
  readonly prove: (isOver: () => boolean) => Promise<void>;
};

type Ports = { readonly log: EventLog; readonly clock: Clock };

export function createSnapshots({ log, clock }: Ports, unproven: LogSnapshot | undefined): Snapshots {
  let last = unproven?.seq ?? 0;
  return {
    keep: (durable) => {
      const { seq } = durable;
      if (seq - last < intervalOf(durable)) return;
      last = seq;
      // Whoever waits for these events goes first.
      clock.wake(clock.now(), () => {
        void log.saveSnapshot({ seq, format: snapshotFormat, text: toSnapshotText(durable) });
      });
    },
    prove: async (isOver) => {
      if (unproven !== undefined) await prove({ log, clock }, unproven, isOver);
    },
  };
}

/** Records read at a stretch while steps are under way: a ms or two. */
const sliceSize = 64;

async function prove({ log, clock }: Ports, snapshot: LogSnapshot, isOver: () => boolean): Promise<void> {
  // What is owed goes first.
  await turnOf(clock);
  if (isOver()) return;
  try {
    let state = initialState;
    for (const recorded of log.read()) {
      if (recorded.seq % sliceSize === 0) await turnOf(clock);
      if (isOver()) return;
      state = evolve(state, recorded);
      if (recorded.seq === snapshot.seq) break;
    }
    if (!isSame(snapshot.text, toSnapshotText(state))) throw wrongSnapshot(log, snapshot);
  } catch (error) {
    await log.dropSnapshot();
    throw error;
  }
}

const turnOf = (clock: Clock): Promise<void> => new Promise((resolve) => clock.wake(clock.now(), resolve));

/** A state that was decided and one that was read may order their keys differently. */
const isSame = (a: string, b: string): boolean => a === b || inOneOrder(a) === inOneOrder(b);

const inOneOrder = (text: string): string =>
  JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)))
      : value,
  );

const wrongSnapshot = (log: EventLog, { seq }: LogSnapshot): Fault =>
  new Fault("snapshot_wrong", `the snapshot of ${log.run} is not what its records 1 to ${seq} say`, {
    remedy: "Resume the run: the snapshot is dropped and the log is read from its beginning.",
  });
