// Which tickets can no longer complete by themselves: those that ended without completing, and all that need them.

import { isDropped, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";

const none: ReadonlySet<number> = new Set();

/** Indexes of tickets that are blocked, failed or cancelled and still in the plan, and of every ticket that waits for one of them. */
export function lostTickets(state: RunState): ReadonlySet<number> {
  const { counts } = state;
  if (counts.blocked + counts.failed + counts.cancelled === 0) return none;
  const lost = new Set<number>();
  for (let index = 0; index < state.tickets.length; index += 1) {
    const own = at(state.tickets, index);
    const { status } = own;
    if (isDropped(own)) continue;
    if (status === "blocked" || status === "failed" || status === "cancelled") lost.add(index);
  }
  // A set keeps the order of insertion and is walked while it grows.
  for (const index of lost) {
    for (const dependent of state.graph.dependents[index] ?? []) {
      if (at(state.tickets, dependent).status === "pending") lost.add(dependent);
    }
  }
  return lost;
}
