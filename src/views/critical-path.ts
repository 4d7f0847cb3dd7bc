// The longest chain of tickets still to do: what the run's end waits for.

import type { RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { TicketId } from "../domain/ids.ts";

export type CriticalPath = {
  /** In the plan's own unit. */
  readonly weight: number;
  /** From the next ticket to the last. */
  readonly ids: readonly TicketId[];
};

const isOpen = (state: RunState, index: number): boolean => {
  const { status } = at(state.tickets, index);
  return status === "pending" || status === "ready" || status === "running" || status === "step_paused";
};

export function criticalPathOf(state: RunState): CriticalPath {
  const { rank, dependents, tickets } = state.graph;
  let next: number | undefined;
  for (let index = 0; index < state.tickets.length; index += 1) {
    if (isOpen(state, index) && (next === undefined || (rank[index] ?? 0) > (rank[next] ?? 0))) next = index;
  }
  const weight = next === undefined ? 0 : (rank[next] ?? 0);
  const ids: TicketId[] = [];
  while (next !== undefined) {
    const ticket = tickets[next];
    if (ticket !== undefined) ids.push(ticket.id);
    let longest: number | undefined;
    for (const dependent of dependents[next] ?? []) {
      if (isOpen(state, dependent) && (longest === undefined || (rank[dependent] ?? 0) > (rank[longest] ?? 0)))
        longest = dependent;
    }
    next = longest;
  }
  return { weight, ids };
}
