// Duties against what is live: starts what is missing, stops what is surplus. The same path serves start, crash, pause,
// cancel and take-over. C1: a duty starts only from a state that is on disk. C4: nothing here polls.

import { duties, refOf, type Duty } from "../core/duties.ts";
import type { RunState } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import type { Feed } from "./feed.ts";
import { localHands } from "./hands.ts";
import { createLiveDuties } from "./live-duties.ts";
import type { Ports } from "./ports.ts";

/** An hour, and room for the ramp after a provider's hold. */
const longestWaitMs = 65 * 60_000;

export type Reconciler = {
  /** Compares once, after everything that becomes durable in this turn of the loop. */
  readonly soon: () => void;
  readonly abortAll: () => void;
  /** Starts nothing from now on; cancels everything and forgets its wakes. */
  readonly close: () => void;
};

export type ReconcilerOptions = {
  readonly ports: Ports;
  readonly feed: Feed;
  /** The state on disk. */
  readonly state: () => RunState;
  /** False: what is live may end, nothing more is begun. */
  readonly mayBegin: () => boolean;
  readonly submit: (report: Report) => Promise<unknown>;
  /** Nothing is live; `owed` is what the state still asks for. */
  readonly onIdle: (owed: readonly Duty[]) => void;
  readonly onBug: (error: unknown) => void;
};

/** Alarms that rang at the state of record `seq`, by key: what they led to is not on disk yet, or they led to nothing. */
type Rung = { readonly seq: number; readonly at: Map<string, number> };

/** How long an alarm that led to nothing is left alone: it must never ring without pause. */
const alarmRestMs = 1_000;

/** Epoch ms; not after `now`: at once. */
function startOf(duty: Duty, now: number, rung: Rung): number {
  if (duty.kind === "alarm") return Math.max(duty.due, (rung.at.get(duty.key) ?? -Infinity) + alarmRestMs);
  const notBefore = duty.kind === "turn" || duty.kind === "consult" ? duty.notBefore : 0;
  // The core waits no longer than this: what seems to was decided before the clock was set back.
  return notBefore <= now + longestWaitMs ? notBefore : now;
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { ports, feed, state } = options;
  const hands = ports.hands ?? localHands;
  let isDue = false;
  let isClosed = false;
  let rung: Rung = { seq: 0, at: new Map() };
  let cancelWake = (): void => {};

  const soon = (): void => {
    if (isDue || isClosed) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      if (!isClosed) reconcile();
    });
  };

  const tell = (report: Report): void => {
    if (!isClosed) void options.submit(report).catch(options.onBug);
  };

  const live = createLiveDuties({
    run: (duty, signal) => hands.run(duty, { ports, state: state(), signal, feed, tell }),
    submit: async (report) => (isClosed ? undefined : options.submit(report)),
    onEnd: soon,
    onBug: options.onBug,
  });

  const reconcile = (): void => {
    const owed = duties(state());
    live.abortSurplus(new Set(owed.map((duty) => duty.key)));
    if (options.mayBegin()) beginDue(owed);
    hands.retain(state());
    if (live.count() === 0) options.onIdle(owed);
  };

  const beginDue = (owed: readonly Duty[]): void => {
    cancelWake();
    const now = ports.clock.now();
    const { seq } = state();
    if (rung.seq !== seq) rung = { seq, at: new Map() };
    let next = Infinity;
    for (const duty of owed) {
      if (live.has(duty.key) || live.isBusy(refOf(duty))) continue;
      const begin = startOf(duty, now, rung);
      if (begin > now) next = Math.min(next, begin);
      else {
        if (duty.kind === "alarm") rung.at.set(duty.key, now);
        live.begin(duty);
      }
    }
    if (next < Infinity) cancelWake = ports.clock.wake(next, soon);
  };

  return {
    soon,
    abortAll: live.abortAll,
    close: () => {
      isClosed = true;
      cancelWake();
      live.abortAll();
    },
  };
}
