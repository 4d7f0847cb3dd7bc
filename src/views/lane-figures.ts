// How far each lane of the board is: its tickets by status.

import { noCounts, type Counts, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { TicketStatus } from "../domain/ticket.ts";
import type { BoardLayout } from "./board-layout.ts";

export type LaneFigures = { readonly total: number; readonly counts: Counts };

/** In the order of the layout's lanes. The layout may be of a state just before. */
export function laneFiguresOf(state: RunState, layout: BoardLayout): readonly LaneFigures[] {
  return layout.lanes.map(({ tickets }) => {
    const counts = { ...noCounts };
    for (const index of tickets) if (index < state.tickets.length) counts[at(state.tickets, index).status] += 1;
    return { total: tickets.length, counts };
  });
}

/** By column: how many of its tickets are at work. */
export function activeByColumn(state: RunState, layout: BoardLayout): readonly number[] {
  const active = layout.inColumn.map(() => 0);
  for (const { index } of state.attempts.values()) {
    const column = layout.column[index] ?? -1;
    if (column >= 0) active[column] = (active[column] ?? 0) + 1;
  }
  return active;
}

/** In the order in which a bar stacks them: what is done first. */
export const stackedStatuses: readonly TicketStatus[] = ["completed", "running", "step_paused", "failed", "blocked"];
