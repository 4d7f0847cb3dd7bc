// One decision being made: events are folded as they are added, so that later rules see what earlier ones did.

import type { Circumstances } from "../domain/command.ts";
import type { Event, Recorded } from "../domain/event.ts";
import type { Rejection } from "../domain/rejection.ts";
import { evolve } from "./evolve.ts";
import type { RunState } from "./state.ts";

/** Local to one call of decide; nothing outside sees it change. */
export type Draft = { state: RunState; readonly records: Recorded[]; readonly circumstances: Circumstances };

export const makeDraft = (state: RunState, circumstances: Circumstances): Draft => ({
  state,
  records: [],
  circumstances,
});

export function emit(draft: Draft, event: Event): void {
  const { at, by } = draft.circumstances;
  const recorded: Recorded = { seq: draft.state.seq + 1, at, by, event };
  draft.state = evolve(draft.state, recorded);
  draft.records.push(recorded);
}

/** Undefined: decided. A rejection discards every event of the draft. */
export type Refused = Rejection | undefined;
