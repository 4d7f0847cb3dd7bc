// The tab's one stream: which run it is about, what arrived, and how the connection stands.

import type { RunId } from "../../domain/ids.ts";
import type { RunCard } from "../../http/run-card.ts";
import type { Backend, Frame } from "./backend.ts";
import { createBus } from "./bus.ts";
import { canFold, loadRules } from "./folding.ts";
import { isSame } from "./is-same.ts";
import { patiently } from "../ui/patiently.ts";
import { addNotice, type Notice } from "./notices.ts";
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
  readonly notices: readonly Notice[];
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
  /** What they said is not said again while this run is shown. */
  readonly closeNotices: () => void;
  readonly close: () => void;
};

const atFirst: ConnectionState = {
  isOpen: false,
  lostSince: null,
  over: null,
  lagMs: null,
  notices: [],
  stalled: null,
};

/** `first`: the run its stream is about until another one is shown. */
export function createConnection(backend: Backend, first?: RunId): Connection {
  let state = atFirst;
  let cards: RunCards = null;
  let store = first === undefined ? undefined : createRunStore(first);
  let close: (() => void) | undefined;
  let closed: ReadonlySet<string> = new Set();
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
    } else if (frame.kind === "notice") set({ notices: addNotice(state.notices, frame.data.text, closed) });
    else inTurn.take(frame);
  };
  const inTurn = createTurn(
    (frame) => set(takeOfRun(frame, store)),
    (isMissed) => set({ stalled: isMissed ? "A part of the page could not be loaded; it is tried again." : null }),
  );

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
      closed = new Set();
      inTurn.forget();
      set({ lagMs: null, notices: [], stalled: null });
      open();
      return store;
    },
    state: () => state,
    subscribe: bus.subscribe,
    runs: () => cards,
    subscribeRuns: runsBus.subscribe,
    closeNotices: () => {
      closed = new Set([...closed, ...state.notices.map(({ text }) => text)]);
      set({ notices: [] });
    },
    close: () => close?.(),
  };
}

type OfRun = Exclude<Frame, { readonly kind: "runs" | "notice" }>;

type Turn = { readonly take: (frame: OfRun) => void; readonly forget: () => void };

/** Records wait for the rules they are folded by, and what came after them with them. */
function createTurn(take: (frame: OfRun) => void, tell: (isMissed: boolean) => void): Turn {
  let held: OfRun[] = [];
  const release = (): void => {
    const due = held;
    held = [];
    for (const frame of due) take(frame);
  };
  return {
    take: (frame) => {
      if (held.length === 0 && (frame.kind !== "records" || canFold())) return take(frame);
      held.push(frame);
      if (held.length > 1) return;
      let isMissed = false;
      const miss = (): void => tell((isMissed = true));
      void patiently(loadRules, miss).then(() => {
        if (isMissed) tell(false);
        release();
      });
    },
    forget: () => {
      held = [];
    },
  };
}

/** Gives what changes of the connection's own state. */
function takeOfRun(frame: OfRun, store: RunStore | undefined): Partial<ConnectionState> {
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
      store?.live.setAll(frame.data);
      return {};
    case "deltas":
      store?.live.add(frame.data);
      return {};
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
