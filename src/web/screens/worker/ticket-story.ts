// One ticket's story as the page knows it: its older records are fetched once and shared by whoever shows the ticket;
// newer ones come with the run's stream.

import { useMemo, useSyncExternalStore } from "react";
import type { Recorded } from "../../../domain/event.ts";
import type { TicketId } from "../../../domain/ids.ts";
import { tellStory } from "../../../views/tell-story.ts";
import { emptyStory, type WorkerStory } from "../../../views/worker-entries.ts";
import type { Backend, Problem } from "../../state/backend.ts";
import { createBus } from "../../state/bus.ts";
import type { Bus } from "../../state/telling.ts";
import { useBackend, useRunView } from "../../state/hooks.ts";
import type { RunView } from "../../state/run-store.ts";
import { loadTicketRecords, type ReadSoFar } from "../../state/ticket-records.ts";

export type TicketStory = {
  readonly story: WorkerStory;
  /** How far the older records have come, of all; null once they are there. */
  readonly loading: ReadSoFar | null;
  readonly problem: Problem | null;
};

type Source = {
  readonly read: () => TicketStory;
  readonly subscribe: (listener: () => void) => () => void;
  readonly retry: () => void;
};

const sources = new WeakMap<RunView, Map<TicketId, Source>>();

export function useTicketStory(ticket: TicketId): TicketStory & { readonly retry: () => void } {
  const view = useRunView();
  const backend = useBackend();
  const source = useMemo(() => sourceOf(view, backend, ticket), [view, backend, ticket]);
  const told = useSyncExternalStore(source.subscribe, source.read);
  return { ...told, retry: source.retry };
}

function sourceOf(view: RunView, backend: Backend, ticket: TicketId): Source {
  const own = sources.get(view) ?? new Map<TicketId, Source>();
  sources.set(view, own);
  const made = own.get(ticket) ?? createSource(view, backend, ticket);
  own.set(ticket, made);
  return made;
}

function createSource(view: RunView, backend: Backend, ticket: TicketId): Source {
  let told: TicketStory = { story: emptyStory(ticket), loading: { seq: 0, head: view.head() }, problem: null };
  /** Came while older ones were on their way. */
  let waiting: Recorded[] = [];
  /** The last record of the run that was seen here. */
  let followed = 0;
  let leaving: AbortController | null = null;
  const bus = createBus();

  const set = (change: Partial<TicketStory>): void => {
    told = { ...told, ...change };
    bus.mark();
  };

  const load = async (signal: AbortSignal): Promise<void> => {
    const problem = await loadTicketRecords(
      { view, backend, ticket, signal, after: told.story.seq },
      (records, loading) => set({ story: tellStory(told.story, records), loading, problem: null }),
    );
    if (signal.aborted) return;
    if (problem !== null) return set({ problem });
    set({ story: tellStory(told.story, waiting), loading: null });
    waiting = [];
    leaving = null;
  };

  const begin = (): void => {
    leaving?.abort();
    leaving = new AbortController();
    followed = view.state().seq;
    load(leaving.signal).catch(() => {});
  };

  const take = (records: readonly Recorded[]): void => {
    followed = records.at(-1)?.seq ?? followed;
    const own = records.filter(({ event }) => "ticket" in event && event.ticket === ticket);
    if (own.length === 0) return;
    if (leaving !== null) waiting.push(...own);
    else set({ story: tellStory(told.story, own) });
  };

  const start = (): (() => void) => {
    const unfollow = view.subscribeRecords(take);
    // A state that came in place of records leaves a gap, which is fetched.
    const unwatch = view.subscribe(() => view.state().seq > followed && begin(), "slow");
    if (!view.isPast || told.loading !== null) begin();
    return () => {
      unfollow();
      unwatch();
      leaving?.abort();
      leaving = null;
      waiting = [];
    };
  };

  return { read: () => told, subscribe: whileWatched(bus, start), retry: begin };
}

/** `start` runs with the first listener, what it gives with the last one's leaving. */
function whileWatched(bus: Bus, start: () => () => void): Source["subscribe"] {
  let stop: (() => void) | null = null;
  let count = 0;
  return (listener) => {
    const unsubscribe = bus.subscribe(listener);
    count += 1;
    stop ??= start();
    return () => {
      unsubscribe();
      count -= 1;
      if (count > 0) return;
      stop?.();
      stop = null;
    };
  };
}
