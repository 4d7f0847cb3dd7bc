// Events of the plan: its tracks, the tickets as they are drafted, and the moment it is settled.

import type { EventOf, PlanEvent } from "../domain/event.ts";
import { makeGraph } from "./graph.ts";
import { poolOf } from "./ladder.ts";
import { push, type ReadyQueue } from "./ready-queue.ts";
import { configOf, noHistory, type RunState, type TicketState } from "./state.ts";
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
    default:
      return event satisfies never;
  }
}

const drafted = (state: RunState, { tickets, track }: EventOf<"plan.added">): RunState => ({
  ...state,
  draftPlan: [...state.draftPlan, tickets],
  draftedTracks: track === undefined ? state.draftedTracks : new Set([...state.draftedTracks, track]),
});

/** The one place that costs as much as the plan is long. */
function accepted(state: RunState): RunState {
  const config = configOf(state);
  const graph = makeGraph(state.draftPlan.flat());
  const ready = new Map<string, ReadyQueue>();
  const counts = { ...state.counts };
  const tickets = graph.tickets.map((ticket, index): TicketState => {
    const waiting = new Set(ticket.dependsOn).size;
    const history = ticket.startRung === 0 ? noHistory : { ...noHistory, rung: ticket.startRung };
    counts[waiting === 0 ? "ready" : "pending"] += 1;
    if (waiting > 0) return { status: "pending", waiting, history };
    const pool = poolOf(config, ticket, history.rung);
    ready.set(pool, push(ready.get(pool) ?? null, index, graph.rank[index] ?? 0));
    return { status: "ready", pool, history };
  });
  return { ...state, phase: "running", graph, draftPlan: [], tickets: makeVector(tickets), counts, ready };
}
