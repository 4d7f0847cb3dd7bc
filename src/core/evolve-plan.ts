// Events of the plan: its tracks, the tickets as they are drafted, and the moment it is settled.

import type { EventOf, PlanEvent } from "../domain/event.ts";
import { firstHistory, planPatched, queueReady } from "./evolve-patch.ts";
import { makeGraph } from "./graph.ts";
import { poolOf } from "./ladder.ts";
import { withEntry } from "./small-map.ts";
import { configOf, type RunState, type TicketState } from "./state.ts";
import { makeVector } from "./vector.ts";

export function evolvePlan(state: RunState, event: PlanEvent): RunState {
  switch (event.type) {
    case "plan.tracked":
      return { ...state, tracks: event.tracks };
    case "plan.added":
      return drafted(state, event);
    case "plan.cleared":
      return { ...state, draftPlan: [], draftedTracks: new Set() };
    case "plan.accepted":
      return accepted(state);
    case "plan.proposed": {
      const { approval, blocked, patch } = event;
      return { ...state, proposals: withEntry(state.proposals, approval, { ticket: blocked, patch }) };
    }
    case "plan.patched":
      return planPatched(state, event);
    default:
      return event satisfies never;
  }
}

const drafted = (state: RunState, { tickets, track }: EventOf<"plan.added">): RunState => ({
  ...state,
  draftPlan: [...state.draftPlan, tickets],
  draftedTracks: track === undefined ? state.draftedTracks : new Set([...state.draftedTracks, track]),
});

/** This and a patch cost as much as the plan is long; nothing else does. */
function accepted(state: RunState): RunState {
  const config = configOf(state);
  const graph = makeGraph(state.draftPlan.flat());
  const counts = { ...state.counts };
  const tickets = graph.tickets.map((ticket): TicketState => {
    const waiting = new Set(ticket.dependsOn).size;
    const history = firstHistory(ticket);
    counts[waiting === 0 ? "ready" : "pending"] += 1;
    return waiting > 0
      ? { status: "pending", waiting, history }
      : { status: "ready", pool: poolOf(config, ticket, history.rung), history };
  });
  const ready = queueReady(graph, tickets);
  return { ...state, phase: "running", graph, draftPlan: [], tickets: makeVector(tickets), counts, ready };
}
