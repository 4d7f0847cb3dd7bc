// The past of one run as the page shows it: one store for all of its points, so that going from one to the next draws
// anew what differs between them and nothing else.

import type { RunState } from "../../core/state.ts";
import { initialState } from "../../core/state.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Problem } from "./backend.ts";
import { createBus } from "./bus.ts";
import { passageLength, type Past } from "./past.ts";
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
  let wholes = 0;
  const { seek, complete } = createSeeker(past, {
    show: (next, when) => {
      found = next;
      if (when === "now") frame.tell();
      else frame.mark();
      slow.mark();
    },
    isWholeWanted: () => wholes > 0,
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
      keepWhole: () => {
        wholes += 1;
        complete();
        return () => {
          wholes -= 1;
        };
      },
      live: createLiveTexts(),
    },
    shown: () => shown,
    seek,
    subscribe: frame.subscribe,
  };
}

/** Who goes on to no other point for so long stays: the rest of what is shown, and what lies around it, is fetched. */
const restMs = 100;

type Show = (found: RunState | Problem | null, when: "now" | "with a frame") => void;

type Seeking = {
  readonly show: Show;
  /** Whether somebody shows what an outline leaves out. */
  readonly isWholeWanted: () => boolean;
};

type Seeker = {
  readonly seek: PastStore["seek"];
  /** What is shown in outline is fetched whole. */
  readonly complete: () => void;
};

/**
 * One point after the other is fetched, and of those asked for meanwhile the last: a drag passes over many. A point far from
 * the one before it is shown in outline first.
 */
function createSeeker(past: Past, { show, isWholeWanted }: Seeking): Seeker {
  let wanted: number | undefined;
  let isBusy = false;
  /** Where the last look was; null: nowhere yet. */
  let last: number | null = null;
  let isOutline = false;
  let resting: ReturnType<typeof setTimeout> | undefined;

  const rest = (seq: number): void => {
    clearTimeout(resting);
    resting = setTimeout(() => void stay(seq), restMs);
  };
  const stay = async (seq: number): Promise<void> => {
    await complete();
    if (wanted === seq && !isBusy) past.prepare(seq);
  };
  const complete = async (): Promise<void> => {
    const seq = wanted;
    if (seq === undefined || !isOutline || isBusy) return;
    const answer = await past.fetch(seq);
    if (wanted !== seq || !isOutline) return;
    isOutline = false;
    show(answer.ok ? answer.value : answer.problem, "with a frame");
  };

  const seek: Seeker["seek"] = (seq) => {
    wanted = seq;
    clearTimeout(resting);
    if (seq === undefined) {
      isOutline = false;
      return show(null, "with a frame");
    }
    const here = past.here(seq);
    if (here === undefined) {
      if (!isBusy) fetch(seq);
      return;
    }
    last = seq;
    isOutline = false;
    show(here, "with a frame");
    rest(seq);
  };

  const fetch = (seq: number): void => {
    isBusy = true;
    const isFar = last === null || Math.abs(seq - last) > passageLength;
    const isBrief = isFar && !isWholeWanted();
    last = seq;
    void past[isBrief ? "outline" : "fetch"](seq).then((answer) => {
      isBusy = false;
      if (wanted === undefined) return;
      if (wanted !== seq && past.here(wanted) !== undefined) return seek(wanted);
      // Also where it is not what is wanted by now: it shows that the drag is followed.
      if (wanted === seq || answer.ok) {
        isOutline = isBrief;
        show(answer.ok ? answer.value : answer.problem, "now");
      }
      if (wanted === seq) rest(seq);
      else seek(wanted);
    });
  };
  return { seek, complete: () => void complete() };
}
