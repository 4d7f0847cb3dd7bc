// A run's log folded piece by piece, beside whatever else this process does.

import { setImmediate as turn } from "node:timers/promises";
import { evolve } from "../core/evolve.ts";
import { initialState, type RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { EventLog } from "../engine/ports.ts";
import { createObserver, type Observer } from "../views/observe-run.ts";

/** What a run's records say, up to one of them. */
export type Fold = { readonly state: RunState; readonly observer: Observer };

export const freshFold = (): Fold => ({ state: initialState, observer: createObserver() });

/** Records read at a stretch: a ms or two. */
const sliceSize = 128;

/** The records after `after`, with a pause now and then in which others go on. Throws Fault `log_corrupt` and its like. */
export async function* readGently(log: Pick<EventLog, "read">, after: number): AsyncGenerator<Recorded> {
  let count = 0;
  for (const recorded of log.read(after)) {
    count += 1;
    if (count % sliceSize === 0) await turn();
    yield recorded;
  }
}

/** Folds what came since. `fold` is not to be used any more: its observer goes on in the new one. */
export async function foldOn(log: Pick<EventLog, "read">, fold: Fold): Promise<Fold> {
  let { state } = fold;
  for await (const recorded of readGently(log, state.seq)) {
    state = evolve(state, recorded);
    fold.observer.take(recorded);
  }
  return { state, observer: fold.observer };
}
