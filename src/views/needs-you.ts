// The tickets that wait for a person, those first that hold up the most.

import type { RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { TicketStatus } from "../domain/ticket.ts";

/** Indexes; longest remaining path first. */
export function ticketsThatNeedYou(state: RunState): readonly number[] {
  const { rank } = state.graph;
  return [...state.attempts.keys()]
    .filter((index) => at(state.tickets, index).status === "step_paused")
    .toSorted((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b);
}

/** Where somebody who opens the board looks first: at what needs them, then at what runs, then at what went wrong. */
export function firstLook(state: RunState, order: readonly number[]): number {
  const [needs] = ticketsThatNeedYou(state);
  if (needs !== undefined) return needs;
  const first = (...statuses: readonly TicketStatus[]): number | undefined =>
    order.find((index) => statuses.includes(at(state.tickets, index).status));
  return first("running") ?? first("failed", "blocked") ?? first("ready") ?? order[0] ?? 0;
}
