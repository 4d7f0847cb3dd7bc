// A settled plan changes: tickets are appended, edges replaced, dropped tickets stay where they are, with no edges.
// Costs as much as the plan is long, as taking the plan did; every other event stays as cheap as it was.

import type { EventOf } from "../domain/event.ts";
import type { PlanPatch } from "../domain/plan-patch.ts";
import type { Ticket } from "../domain/ticket.ts";
import { noPool } from "./change.ts";
import { makeGraph, type Graph } from "./graph.ts";
import { poolOf } from "./ladder.ts";
import { push, type ReadyQueue } from "./ready-queue.ts";
import { makeMap } from "./small-map.ts";
import {
  configOf,
  isDropped,
  noCounts,
  noHistory,
  ticketAt,
  type History,
  type RunState,
  type TicketState,
} from "./state.ts";
import { at, makeVector } from "./vector.ts";

/** An ended run goes on. Every ready ticket is queued anew: its remaining path may be another. */
export function planPatched(state: RunState, { patch }: EventOf<"plan.patched">): RunState {
  const graph = makeGraph(patchedTickets(state.graph, patch));
  const gone = new Set(patch.drop);
  const isCompleted = (id: Ticket["id"]): boolean => {
    const index = state.graph.indexOf.get(id);
    return index !== undefined && at(state.tickets, index).status === "completed";
  };
  const tickets = graph.tickets.map((ticket, index): TicketState => {
    const own = index < state.tickets.length ? at(state.tickets, index) : undefined;
    const history = own?.history ?? firstHistory(ticket);
    if (gone.has(ticket.id)) return { status: "cancelled", reason: `dropped: ${patch.reason}`, dropped: true, history };
    if (own !== undefined && own.status !== "pending" && own.status !== "ready") return own;
    const waiting = new Set(ticket.dependsOn.filter((id) => !isCompleted(id))).size;
    return waiting > 0
      ? { status: "pending", waiting, history }
      : {
          status: "ready",
          pool: state.pausedTickets.has(index) ? noPool : poolOf(configOf(state), ticket, history.rung),
          history,
        };
  });
  return {
    ...state,
    phase: "running",
    ended: null,
    graph,
    tickets: makeVector(tickets),
    counts: countTickets(tickets),
    dropped: state.dropped + patch.drop.length,
    pausedTickets: makeMap([...state.pausedTickets].filter(([index]) => !gone.has(ticketAt(state, index).id))),
    stuck: state.stuck.filter((index) => !gone.has(ticketAt(state, index).id)),
    ready: queueReady(graph, tickets),
  };
}

export const firstHistory = ({ startRung }: Ticket): History =>
  startRung === 0 ? noHistory : { ...noHistory, rung: startRung };

/** Old tickets keep their places. */
function patchedTickets(graph: Graph, patch: PlanPatch): Ticket[] {
  const edges = new Map<Ticket["id"], Ticket["dependsOn"]>(patch.drop.map((ticket) => [ticket, []]));
  for (const { ticket, dependsOn } of patch.rewire) edges.set(ticket, dependsOn);
  const standing = graph.tickets.map((ticket) => {
    const dependsOn = edges.get(ticket.id);
    return dependsOn === undefined ? ticket : { ...ticket, dependsOn };
  });
  return [...standing, ...patch.add];
}

/** Dropped tickets are counted apart: they are no part of the plan any more. */
export function countTickets(tickets: readonly TicketState[]): RunState["counts"] {
  const counts = { ...noCounts };
  for (const ticket of tickets) if (!isDropped(ticket)) counts[ticket.status] += 1;
  return counts;
}

export function queueReady(graph: Graph, tickets: readonly TicketState[]): ReadonlyMap<string, ReadyQueue> {
  const ready = new Map<string, ReadyQueue>();
  tickets.forEach((ticket, index) => {
    if (ticket.status !== "ready" || ticket.pool === noPool) return;
    ready.set(ticket.pool, push(ready.get(ticket.pool) ?? null, index, graph.rank[index] ?? 0));
  });
  return makeMap([...ready]);
}
