// Moving over the board by keys: along dependencies, up and down a column, to the ends of a track.

import type { Graph } from "../core/graph.ts";
import type { BoardLayout } from "./board-layout.ts";

export type Move = "left" | "right" | "up" | "down" | "first" | "last";

/** Where a move leads; the ticket itself where there is nothing that way. */
export function moveOn(layout: BoardLayout, graph: Graph, index: number, move: Move): number {
  switch (move) {
    case "left":
      return nearest(layout, index, dependenciesOf(graph, index));
    case "right":
      return nearest(layout, index, graph.dependents[index] ?? []);
    case "up":
    case "down": {
      const column = layout.inColumn[layout.column[index] ?? -1] ?? [];
      return column[column.indexOf(index) + (move === "up" ? -1 : 1)] ?? index;
    }
    case "first":
    case "last": {
      const own = layout.lanes[layout.lane[index] ?? -1]?.tickets ?? [];
      return (move === "first" ? own[0] : own.at(-1)) ?? index;
    }
    default:
      return move satisfies never;
  }
}

/** Indexes of what a ticket waits for. */
export const dependenciesOf = (graph: Graph, index: number): readonly number[] =>
  [...new Set(graph.tickets[index]?.dependsOn ?? [])].flatMap((id) => graph.indexOf.get(id) ?? []);

/** Of its own lane if it can be, then the nearest column, lane and row. */
function nearest(layout: BoardLayout, from: number, among: readonly number[]): number {
  const away = (index: number): number =>
    Math.abs((layout.lane[index] ?? 0) - (layout.lane[from] ?? 0)) * 1_000 +
    Math.abs((layout.slot[index] ?? 0) - (layout.slot[from] ?? 0)) * 10 +
    Math.abs((layout.row[index] ?? 0) - (layout.row[from] ?? 0));
  const shown = among.filter((index) => (layout.lane[index] ?? -1) >= 0);
  return (
    shown.reduce<number | undefined>(
      (best, index) => (best === undefined || away(index) < away(best) ? index : best),
      undefined,
    ) ?? from
  );
}
