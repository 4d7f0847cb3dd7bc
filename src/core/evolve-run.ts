// Events of the run as a whole: creation, pause, mode, end.

import type { EventOf } from "../domain/event.ts";
import { capsOfBudgets } from "../domain/budget.ts";
import { skipAll, tickAll } from "./deliberation/evolve-deliberation.ts";
import { releaseLane, withAttempt } from "./change.ts";
import { tierModelsChanged } from "./evolve-models.ts";
import { forked } from "./evolve-fork.ts";
import { longestWaitMs } from "./retry.ts";
import type { Phase } from "./phase.ts";
import type { RunState } from "./state.ts";
import { makeMap, withEntry, withoutEntry } from "./small-map.ts";

type RunEvent = EventOf<
  | "run.created"
  | "run.adopted"
  | "run.forked"
  | "run.paused"
  | "run.resumed"
  | "run.mode_changed"
  | "run.trust_changed"
  | "run.lanes_changed"
  | "run.models_changed"
  | "run.attended_changed"
  | "run.aborted"
  | "run.ended"
  | "provider.held"
>;

export function evolveRun(state: RunState, event: RunEvent, at: number): RunState {
  switch (event.type) {
    case "run.created":
      return created(state, event, at);
    case "run.adopted":
      return adopted(state, event.token, at);
    case "run.forked":
      return forked(state, event, at);
    case "run.paused":
      return { ...tickAll(state, at), pause: { reason: event.reason, drain: event.drain } };
    case "run.resumed":
      return { ...tickAll(state, at), pause: null, consults: unparked(state.consults) };
    case "run.mode_changed":
      return modeChanged(state, event.mode);
    case "run.trust_changed":
      return { ...state, trust: event.trust };
    case "run.models_changed":
      return tierModelsChanged(state, event);
    case "run.lanes_changed":
      return { ...state, laneLimit: event.lanes };
    case "run.attended_changed":
      return { ...state, attended: event.attended };
    case "run.aborted":
      return { ...state, aborted: true };
    case "run.ended":
      return { ...state, phase: "ended", ended: { outcome: event.outcome, reason: event.reason } };
    case "provider.held":
      return {
        ...tickAll(state, at),
        providers: withEntry(state.providers, event.provider, { until: event.until, reason: event.reason }),
      };
    default:
      return event satisfies never;
  }
}

const created = (state: RunState, event: EventOf<"run.created">, at: number): RunState => ({
  ...state,
  run: event.run,
  phase: "planning",
  config: event.config,
  mode: event.config.mode,
  attended: event.config.attended,
  laneLimit: event.config.lanes.run,
  caps: makeMap(capsOfBudgets(event.config.budgets)),
  startedAt: at,
});

/** What waited for a person to mend something is asked again. */
const unparked = (consults: RunState["consults"]): RunState["consults"] =>
  [...consults].reduce(
    (all, [id, consult]) => (consult.isParked ? withEntry(all, id, { ...consult, isParked: false }) : all),
    consults,
  );

/** Linear mode keeps a held attempt's lane; in async mode a waiting person costs none. */
function modeChanged(state: RunState, mode: RunState["mode"]): RunState {
  let next: RunState = { ...state, mode };
  if (mode === "linear") return next;
  for (const attempt of state.attempts.values()) if (attempt.phase.at === "held") next = releaseLane(next, attempt);
  return next;
}

/** Steps that were under way are begun again; a tool that may be re-run is told that it may have run before. */
function adopted(state: RunState, token: number, at: number): RunState {
  let next: RunState = { ...skipAll(state, at), token, providers: believable(state.providers, at) };
  for (const attempt of state.attempts.values()) {
    const phase = adoptedPhase(attempt.phase, at);
    if (phase !== attempt.phase) next = withAttempt(next, { ...attempt, phase });
  }
  return next;
}

function adoptedPhase(phase: Phase, at: number): Phase {
  if (phase.at === "tool") return { ...phase, repeat: true };
  if (phase.at === "calling" && phase.notBefore > at + longestWaitMs) return { ...phase, notBefore: at };
  return phase;
}

/** No wait is longer than `longestWaitMs` when it is written: one that is now was written by a clock that has been set back. */
const believable = (holds: RunState["providers"], at: number): RunState["providers"] =>
  [...holds].reduce(
    (kept, [provider, { until }]) => (until > at && until <= at + longestWaitMs ? kept : withoutEntry(kept, provider)),
    holds,
  );
