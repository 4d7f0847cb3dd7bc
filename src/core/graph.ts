// The dependency graph of an accepted plan: built once per plan, in one pass, without recursion.

import type { TicketId } from "../domain/ids.ts";
import type { Ticket } from "../domain/ticket.ts";

/** Tickets are addressed by their place in the plan; ids are looked up at the edges only. */
export type Graph = {
  readonly tickets: readonly Ticket[];
  readonly indexOf: ReadonlyMap<TicketId, number>;
  readonly dependents: readonly (readonly number[])[];
  /** Weight of the longest path from the ticket to an end, itself included. */
  readonly rank: readonly number[];
};

export const emptyGraph: Graph = { tickets: [], indexOf: new Map(), dependents: [], rank: [] };

const none: readonly number[] = [];

/** Expects a plan that `checkPlan` found sound: known dependencies, no cycle. */
export function makeGraph(tickets: readonly Ticket[]): Graph {
  const indexOf = new Map<TicketId, number>();
  tickets.forEach((ticket, index) => indexOf.set(ticket.id, index));
  const dependents: (readonly number[])[] = tickets.map(() => none);
  tickets.forEach((ticket, index) => {
    for (const id of new Set(ticket.dependsOn)) {
      const from = indexOf.get(id);
      if (from === undefined) throw new Error(`plan was accepted with an unknown dependency ${id}`);
      const list = dependents[from];
      // One shared empty list until the first dependent comes: most of a wide plan's tickets have none.
      if (list === none || list === undefined) dependents[from] = [index];
      else (list as number[]).push(index);
    }
  });
  return { tickets, indexOf, dependents, rank: longestPaths(tickets, dependents) };
}

function longestPaths(tickets: readonly Ticket[], dependents: readonly (readonly number[])[]): number[] {
  const rank = tickets.map((ticket) => ticket.weight);
  const order = topologicalOrder(tickets, dependents);
  for (let place = order.length - 1; place >= 0; place -= 1) {
    const index = order[place] ?? 0;
    let longest = 0;
    for (const dependent of dependents[index] ?? none) longest = Math.max(longest, rank[dependent] ?? 0);
    rank[index] = (tickets[index]?.weight ?? 0) + longest;
  }
  return rank;
}

/** Kahn's order; among free tickets the plan's own order. */
export function topologicalOrder(tickets: readonly Ticket[], dependents: readonly (readonly number[])[]): number[] {
  const waiting = tickets.map((ticket) => new Set(ticket.dependsOn).size);
  const order: number[] = [];
  waiting.forEach((count, index) => {
    if (count === 0) order.push(index);
  });
  for (let place = 0; place < order.length; place += 1) {
    for (const dependent of dependents[order[place] ?? 0] ?? none) {
      const left = (waiting[dependent] ?? 0) - 1;
      waiting[dependent] = left;
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}

/** The ticket's place, or undefined for an id the plan does not have. */
export const findTicket = (graph: Graph, id: string): number | undefined => graph.indexOf.get(id as TicketId);
