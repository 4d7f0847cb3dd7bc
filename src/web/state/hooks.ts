// How components read the run in view, the list of runs and the connection.

import { createContext, useCallback, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { RunState } from "../../core/state.ts";
import type { Accepted } from "../../http/wire.ts";
import type { BoardTicket } from "../../views/board.ts";
import type { Answer, Backend, Problem } from "./backend.ts";
import type { Connection, ConnectionState, RunCards } from "./connection.ts";
import { isSame } from "./is-same.ts";
import type { Place } from "./place.ts";
import type { Pace, RunView } from "./run-store.ts";

export const ConnectionContext = createContext<Connection | null>(null);
/** What the screens show: the run now, or a point of its past. */
export const RunContext = createContext<RunView | null>(null);
/** The same, one for all points of the past: it moves on from one to the next and tells what changed. */
export const SteadyContext = createContext<RunView | null>(null);
/** Where the person asked to be. */
export const PlaceContext = createContext<Place | null>(null);
/** The same run as it is now, whatever is shown. */
export const LiveContext = createContext<RunView | null>(null);

const given = <T>(value: T | null, what: string): T => {
  if (value === null) throw new Error(`no ${what} around this component`);
  return value;
};

export const useConnection = (): Connection => given(useContext(ConnectionContext), "connection");
export const useBackend = (): Backend => useConnection().backend;
/** The run in view, live or at a point of its past: another one at every point. */
export const useRunView = (): RunView => given(useContext(RunContext), "run");
/** The same at all points of the past: for what is drawn anew only where it says something else. */
export const useSteadyView = (): RunView => given(useContext(SteadyContext), "run");
export const usePlace = (): Place => given(useContext(PlaceContext), "place");

/** Whether anything can be asked of the run: not of its past, and not of an exported one. */
export const useCanAct = (): boolean => {
  const { isOffline } = useBackend();
  return !useSteadyView().isPast && !isOffline;
};

export const useConnectionState = (): ConnectionState => {
  const { subscribe, state } = useConnection();
  return useSyncExternalStore(subscribe, state);
};

export const useRunCards = (): RunCards => {
  const { subscribeRuns, runs } = useConnection();
  return useSyncExternalStore(subscribeRuns, runs);
};

/** When the run's last event came, for what is said of a ticket. Only a hold of a provider runs out by itself. */
export function useLastAt({ waitsFor }: BoardTicket): number {
  const view = useSteadyView();
  const isRunningOut = view.isPast && waitsFor?.kind === "provider";
  const subscribe = useCallback(
    (listener: () => void) => (isRunningOut ? view.subscribe(listener) : () => {}),
    [view, isRunningOut],
  );
  useSyncExternalStore(subscribe, () => (isRunningOut ? view.state().lastAt : null));
  return view.state().lastAt;
}

/** What `select` makes of the state; the component is drawn again only where that says something else. */
export function useRun<T>(select: (state: RunState) => T, pace: Pace = "frame"): T {
  const view = useSteadyView();
  const last = useRef<{ state: RunState; select: unknown; value: T } | null>(null);
  const read = (): T => {
    const state = view.state();
    const had = last.current;
    if (had !== null && had.state === state && had.select === select) return had.value;
    const made = select(state);
    const value = had !== null && isSame(had.value, made) ? had.value : made;
    last.current = { state, select, value };
    return value;
  };
  const subscribe = useCallback((listener: () => void) => view.subscribe(listener, pace), [view, pace]);
  return useSyncExternalStore(subscribe, read);
}

export function useTicket(index: number): BoardTicket {
  const view = useSteadyView();
  const subscribe = useCallback((listener: () => void) => view.subscribeTicket(index, listener), [view, index]);
  return useSyncExternalStore(subscribe, () => view.ticket(index));
}

export type Sending = { readonly isSending: boolean; readonly problem: Problem | null };

/**
 * Sends a command of the run in view. `isSending` lasts until the run's state has the events it led to: the page shows
 * nothing that did not come back as an event.
 */
export function useCommand(): Sending & {
  readonly send: (path: string, body: unknown) => Promise<Answer<Accepted>>;
  readonly forget: () => void;
} {
  const view = useRunView();
  const backend = useBackend();
  const [sending, setSending] = useState<Sending>({ isSending: false, problem: null });
  const awaited = useRef<(() => void) | null>(null);
  useEffect(() => () => awaited.current?.(), []);

  const send = useCallback(
    async (path: string, body: unknown): Promise<Answer<Accepted>> => {
      setSending({ isSending: true, problem: null });
      const answer = await backend.send<Accepted>("POST", `/api/runs/${view.run}${path}`, body);
      if (!answer.ok) {
        setSending({ isSending: false, problem: answer.problem });
        return answer;
      }
      const { seq } = answer.value;
      const finish = (): void => {
        if (view.state().seq < seq) return;
        awaited.current?.();
        awaited.current = null;
        setSending({ isSending: false, problem: null });
      };
      awaited.current = view.subscribe(finish);
      finish();
      return answer;
    },
    [backend, view],
  );
  const forget = useCallback(() => setSending({ isSending: false, problem: null }), []);
  return { ...sending, send, forget };
}

/** A `GET` of the API, asked again whenever `path` or `version` changes. Null path: nothing is asked. */
export function useAnswer<T>(path: string | null, version: unknown = 0): Answer<T> | undefined {
  const backend = useBackend();
  const [answer, setAnswer] = useState<{ path: string | null; answer: Answer<T> } | undefined>();
  useEffect(() => {
    if (path === null) return undefined;
    const leaving = new AbortController();
    backend.get<T>(path, leaving.signal).then(
      (got) => setAnswer({ path, answer: got }),
      () => {},
    );
    return () => leaving.abort();
  }, [backend, path, version]);
  // What was asked for another address is not this one's answer.
  return answer?.path === path ? answer.answer : undefined;
}

/** Epoch ms, renewed every `ms`, whatever is shown. */
export function useClock(ms = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}

/** The same, but in the past, and of an exported run, it stands still at the last event. */
export function useNow(ms = 1_000): number {
  const view = useContext(SteadyContext);
  const { isOffline } = useBackend();
  const now = useClock(ms);
  const isStill = view !== null && (view.isPast || isOffline);
  const subscribe = useCallback(
    (listener: () => void) => (view !== null && isStill ? view.subscribe(listener) : () => {}),
    [view, isStill],
  );
  const then = useSyncExternalStore(subscribe, () => (view !== null && isStill ? view.state().lastAt : null));
  return then ?? now;
}
