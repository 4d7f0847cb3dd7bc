// The past of one run as the page shows it: one store for all of its points, so that going from one to the next draws
// anew what differs between them and nothing else.

import type { RunState } from "../../core/state.ts";
import { initialState } from "../../core/state.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Problem } from "./backend.ts";
import { createBus } from "./bus.ts";
import type { Past } from "./past.ts";
import { createLiveTexts } from "./live-texts.ts";
import { createPastView, createTicketCache, slowMs, type RunView } from "./run-store.ts";

export type PastShown = {
  /** Stands at its point for good; null before the first. */
  readonly view: RunView | null;
  readonly problem: Problem | null;
};

export type PastStore = {
  /** The same at every point. */
  readonly steady: RunView;
  readonly shown: () => PastShown;
  /** Shows the state after record `seq`, with the next frame where it can be. Undefined: nothing. */
  readonly seek: (seq: number | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
};

const nothing: PastShown = { view: null, problem: null };

export function createPastStore(run: RunId, past: Past, head: () => number): PastStore {
  let state = initialState;
  let shown = nothing;
  let found: RunState | Problem | null = null;
  const tickets = createTicketCache(() => state);

  const take = (): void => {
    if (found === null || "code" in found) {
      shown = { view: null, problem: found };
      return;
    }
    if (found === state && shown.view !== null) return;
    state = found;
    shown = { view: createPastView(run, state, head), problem: null };
    tickets.touchAll();
    tickets.flush();
  };
  // Whoever shows the state is told in one go, so that no two of them show different points.
  const frame = createBus(0, take);
  const slow = createBus(slowMs, take);
  const seek = createSeeker(past, (next) => {
    found = next;
    frame.mark();
    slow.mark();
  });
  const never = (): (() => void) => () => {};

  return {
    steady: {
      run,
      isPast: true,
      state: () => state,
      head: () => Math.max(head(), state.seq),
      subscribe: (listener, pace = "frame") => (pace === "frame" ? frame : slow).subscribe(listener),
      ticket: tickets.read,
      subscribeTicket: tickets.subscribe,
      subscribeRecords: never,
      live: createLiveTexts(),
    },
    shown: () => shown,
    seek,
    subscribe: frame.subscribe,
  };
}

/** One point after the other is fetched, and of those asked for meanwhile the last: a drag passes over many. */
function createSeeker(past: Past, show: (found: RunState | Problem | null) => void): PastStore["seek"] {
  let wanted: number | undefined;
  let isBusy = false;

  const seek = (seq: number | undefined): void => {
    wanted = seq;
    if (seq === undefined) return show(null);
    const here = past.here(seq);
    if (here !== undefined) show(here);
    else if (!isBusy) fetch(seq);
  };
  const fetch = (seq: number): void => {
    isBusy = true;
    void past.fetch(seq).then((answer) => {
      isBusy = false;
      if (wanted === undefined) return;
      if (wanted === seq) return show(answer.ok ? answer.value : answer.problem);
      // Not what is wanted by now, but it shows that the drag is followed.
      if (answer.ok && past.here(wanted) === undefined) show(answer.value);
      seek(wanted);
    });
  };
  return seek;
}
