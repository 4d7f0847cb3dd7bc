// The tab's one stream: which run it is about, what arrived, and how the connection stands.

import type { RunId } from "../../domain/ids.ts";
import type { RunCard } from "../../http/run-card.ts";
import type { Backend, Frame } from "./backend.ts";
import { createBus } from "./bus.ts";
import { isSame } from "./is-same.ts";
import { createRunStore, type RunStore } from "./run-store.ts";

export type ConnectionState = {
  readonly isOpen: boolean;
  /** Epoch ms since which it is lost; null while it is open, or was never open. */
  readonly lostSince: number | null;
  /** The server said that it ends; it is not back. */
  readonly over: { readonly serves: boolean } | null;
  /** From the server's recording of the newest event to its arrival here, in ms; null before the first. */
  readonly lagMs: number | null;
  /** Things beside the run that went wrong, the newest last. */
  readonly notices: readonly string[];
  /** Why the store takes no records; null: it does. */
  readonly stalled: string | null;
};

/** Null until the first list has come. */
export type RunCards = readonly RunCard[] | null;

export type Connection = {
  readonly backend: Backend;
  /** The store of a run; the stream is about that run from then on. */
  readonly show: (run: RunId | undefined) => RunStore | undefined;
  readonly state: () => ConnectionState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly runs: () => RunCards;
  readonly subscribeRuns: (listener: () => void) => () => void;
  readonly close: () => void;
};

const keptNotices = 20;
const atFirst: ConnectionState = {
  isOpen: false,
  lostSince: null,
  over: null,
  lagMs: null,
  notices: [],
  stalled: null,
};

export function createConnection(backend: Backend): Connection {
  let state = atFirst;
  let cards: RunCards = null;
  let store: RunStore | undefined;
  let close: (() => void) | undefined;
  const bus = createBus();
  const runsBus = createBus();

  const set = (change: Partial<ConnectionState>): void => {
    if (isSame(state, { ...state, ...change })) return;
    state = { ...state, ...change };
    bus.mark();
  };

  const take = (frame: Frame): void => {
    if (frame.kind === "runs") {
      cards = merge(frame.data.isAll ? [] : (cards ?? []), frame.data.runs, frame.data.removed);
      runsBus.mark();
    } else set(takeOfRun(frame, { store, notices: state.notices }));
  };

  const open = (): void => {
    close?.();
    close = backend.stream(store === undefined ? {} : { run: store.run }, {
      onFrame: (frame) => {
        if (!("run" in frame.data) || frame.data.run === store?.run) take(frame);
      },
      onOpen: (isOpen) =>
        set({ isOpen, lostSince: isOpen ? null : (state.lostSince ?? Date.now()), ...(isOpen && { over: null }) }),
    });
  };
  open();

  return {
    backend,
    show: (run) => {
      if (run === store?.run) return store;
      store = run === undefined ? undefined : createRunStore(run);
      set({ lagMs: null, notices: [], stalled: null });
      open();
      return store;
    },
    state: () => state,
    subscribe: bus.subscribe,
    runs: () => cards,
    subscribeRuns: runsBus.subscribe,
    close: () => close?.(),
  };
}

type Shown = { readonly store: RunStore | undefined; readonly notices: readonly string[] };

/** Gives what changes of the connection's own state. */
function takeOfRun(frame: Exclude<Frame, { kind: "runs" }>, { store, notices }: Shown): Partial<ConnectionState> {
  switch (frame.kind) {
    case "snapshot":
      store?.reset(frame.data.text, frame.data.head);
      return {};
    case "records": {
      const { records, head } = frame.data;
      store?.append(records, head);
      const newest = records.at(-1);
      return newest?.seq === head ? { lagMs: Math.max(0, Date.now() - newest.at) } : {};
    }
    case "partials":
      store?.live.setAll(frame.data.turns);
      return {};
    case "deltas":
      store?.live.add(frame.data.deltas);
      return {};
    case "notice":
      return { notices: [...notices, frame.data.text].slice(-keptNotices) };
    case "stalled":
      return { stalled: frame.data.detail };
    case "beat":
      return {};
    case "over":
      return { over: frame.data };
    default:
      return frame satisfies never;
  }
}

/** Newest first. */
function merge(had: readonly RunCard[], changed: readonly RunCard[], removed: readonly RunId[]): readonly RunCard[] {
  const byRun = new Map(had.map((card) => [card.run, card]));
  for (const card of changed) byRun.set(card.run, card);
  for (const run of removed) byRun.delete(run);
  return [...byRun.values()].toSorted((a, b) => b.createdAt - a.createdAt || (a.run < b.run ? 1 : -1));
}
