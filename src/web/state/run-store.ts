// One run as the page knows it: the fold of its records, by the same `evolve` as the server's. Listeners of a ticket are
// told of that ticket alone, and only where something of it that can be seen has changed.

import { fromSnapshotText } from "../../core/snapshot.ts";
import { initialState, type RunState } from "../../core/state.ts";
import type { Recorded } from "../../domain/event.ts";
import type { RunId, TicketId } from "../../domain/ids.ts";
import { ticketReader, type BoardTicket } from "../../views/board.ts";
import { createBus } from "./bus.ts";
import { fold } from "./folding.ts";
import { createLiveTexts, type LiveTexts } from "./live-texts.ts";
import { isSame } from "./is-same.ts";

/** A run at one point: now and growing, or a point of its past. */
export type RunView = {
  readonly run: RunId;
  readonly isPast: boolean;
  readonly state: () => RunState;
  /** The last seq there is, which the state may not have reached yet. */
  readonly head: () => number;
  /** `frame`: with the next frame; `slow`: four times a second, for sums and meters. */
  readonly subscribe: (listener: () => void, pace?: Pace) => () => void;
  /** The same object until something of it changed. */
  readonly ticket: (index: number) => BoardTicket;
  readonly subscribeTicket: (index: number, listener: () => void) => () => void;
  /** Records as they are folded in, for what the state does not keep. */
  readonly subscribeRecords: (listener: (records: readonly Recorded[]) => void) => () => void;
  /** For who shows whole conversations: a point of the past is else shown without their old words at first. */
  readonly keepWhole: () => () => void;
  readonly live: LiveTexts;
};

export type Pace = "frame" | "slow";

export type RunStore = RunView & {
  /** Takes the place of everything before it. */
  readonly reset: (text: string, head: number) => void;
  /** Records the store has already are passed over. Only once the rules are loaded. */
  readonly append: (records: readonly Recorded[], head: number) => void;
};

export const slowMs = 250;

const never = (): (() => void) => () => {};

/** What may change what other tickets wait for. */
const touchesMany = /^(?:run|plan|provider|merge|budget|ticket|attempt)\./;

/** What a person looks out for: tickets begin, end and ask. */
const isWatchedFor = /^(?:approval|attempt|ticket|run|plan)\./;

export function createRunStore(run: RunId): RunStore {
  let state = initialState;
  let head = 0;
  const tickets = createTicketCache(() => state);
  const frame = createBus(0, tickets.flush);
  const slow = createBus(slowMs);
  const live = createLiveTexts();
  const followers = new Set<(records: readonly Recorded[]) => void>();

  const changed = (isUrgent = false): void => {
    frame.mark(isUrgent);
    slow.mark();
  };

  return {
    run,
    isPast: false,
    state: () => state,
    head: () => head,
    subscribe: (listener, pace = "frame") => (pace === "frame" ? frame : slow).subscribe(listener),
    ticket: tickets.read,
    subscribeTicket: tickets.subscribe,
    subscribeRecords: (listener) => {
      followers.add(listener);
      return () => followers.delete(listener);
    },
    keepWhole: never,
    live,
    reset: (text, newHead) => {
      state = fromSnapshotText(text);
      head = newHead;
      tickets.touchAll();
      live.setAll({ turns: [], answers: [] });
      changed();
    },
    append: (records, newHead) => {
      const fresh = records.filter(({ seq }) => seq > state.seq);
      for (const recorded of fresh) {
        state = fold(state, recorded);
        live.settle(recorded);
        if (touchesMany.test(recorded.event.type)) tickets.touchAll();
        else if ("ticket" in recorded.event && recorded.event.ticket !== undefined)
          tickets.touch(recorded.event.ticket);
      }
      head = Math.max(newHead, state.seq);
      for (const follower of followers) follower(fresh);
      changed(fresh.some(({ event }) => isWatchedFor.test(event.type)));
    },
  };
}

/** A point of the past: it does not change. */
export function createPastView(run: RunId, state: RunState, head: () => number): RunView {
  const tickets = createTicketCache(() => state);
  return {
    run,
    isPast: true,
    state: () => state,
    head: () => Math.max(head(), state.seq),
    subscribe: never,
    ticket: tickets.read,
    subscribeTicket: never,
    subscribeRecords: never,
    keepWhole: never,
    live: createLiveTexts(),
  };
}

type TicketCache = {
  readonly read: RunView["ticket"];
  readonly subscribe: RunView["subscribeTicket"];
  readonly touch: (ticket: TicketId) => void;
  readonly touchAll: () => void;
  /** Tells whoever shows a ticket that looks different now. */
  readonly flush: () => void;
};

/** What many tickets share is worked out once a state. */
function createReaders(): (now: RunState) => (index: number) => BoardTicket {
  let last: { readonly of: RunState; readonly read: (index: number) => BoardTicket } | null = null;
  return (now) => {
    if (last?.of !== now) last = { of: now, read: ticketReader(now) };
    return last.read;
  };
}

export function createTicketCache(state: () => RunState): TicketCache {
  const shown = new Map<number, BoardTicket>();
  const listeners = new Map<number, Set<() => void>>();
  let dirty = new Set<number>();
  let isAllDirty = false;

  const readerOf = createReaders();

  const read = (index: number): BoardTicket => {
    const had = shown.get(index);
    if (had !== undefined) return had;
    const made = readerOf(state())(index);
    shown.set(index, made);
    return made;
  };

  const flush = (): void => {
    const due = isAllDirty ? listeners.keys() : dirty;
    const now = state();
    const readNow = readerOf(now);
    if (isAllDirty) for (const index of shown.keys()) if (!listeners.has(index)) shown.delete(index);
    for (const index of due) {
      const own = listeners.get(index);
      const had = shown.get(index);
      if (own === undefined || index >= now.tickets.length) {
        shown.delete(index);
        continue;
      }
      const made = readNow(index);
      if (had !== undefined && isSame(had, made)) continue;
      shown.set(index, made);
      for (const listener of own) listener();
    }
    dirty = new Set();
    isAllDirty = false;
  };

  const subscribe: RunView["subscribeTicket"] = (index, listener) => {
    const own = listeners.get(index) ?? new Set();
    listeners.set(index, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0 && listeners.get(index) === own) {
        listeners.delete(index);
        shown.delete(index);
      }
    };
  };

  return {
    read,
    subscribe,
    touch: (ticket) => {
      const index = state().graph.indexOf.get(ticket);
      if (index !== undefined) dirty.add(index);
    },
    touchAll: () => {
      isAllDirty = true;
    },
    flush,
  };
}
