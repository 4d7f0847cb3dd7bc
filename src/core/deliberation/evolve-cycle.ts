// What the events of a consult change in the deliberation whose cycle it is.

import type { ConsultEvent } from "../../domain/event.ts";
import { withEntry } from "../small-map.ts";
import type { RunState } from "../state.ts";
import { tick } from "./clock.ts";
import { cycleChanged, cycleStarted } from "./evolve-agent.ts";
import { deliberationOf } from "./evolve-deliberation.ts";
import type { Deliberation } from "./state.ts";

type Where = { readonly seq: number; readonly at: number };

/** The state as it is before the consult itself changes; where it is nobody's cycle, the same. */
export function evolveCycle(state: RunState, event: ConsultEvent, { seq, at }: Where): RunState {
  const { deliberation: id, role } =
    event.type === "consult.started" ? event : (state.consults.get(event.consult) ?? {});
  if (id === undefined || id === null || role === undefined || role === null) return state;
  const before = tick(state, deliberationOf(state, id), at);
  const next =
    event.type === "consult.started"
      ? withStage(cycleStarted(before, role, { consult: event.consult, seq }), event.purpose, at)
      : cycleChanged(before, role, { event, seq, at });
  return { ...state, deliberations: withEntry(state.deliberations, id, next) };
}

/** The mediator's last word has begun. */
const withStage = (deliberation: Deliberation, purpose: string, at: number): Deliberation => {
  const { ending, setup } = deliberation;
  if (purpose !== "synthesise" || ending === null) return deliberation;
  return { ...deliberation, ending: { ...ending, stage: "synthesis", synthesisUntil: at + setup.limits.synthesisMs } };
};
