// Everything a ticket rests on, and everything that rests on it.

import type { Graph } from "../core/graph.ts";
import { dependenciesOf } from "./board-moves.ts";

export type Lineage = { readonly before: ReadonlySet<number>; readonly after: ReadonlySet<number> };

/** The ticket itself is in neither. */
export const lineageOf = (graph: Graph, index: number): Lineage => ({
  before: reach(index, (each) => dependenciesOf(graph, each)),
  after: reach(index, (each) => graph.dependents[each] ?? []),
});

function reach(from: number, next: (index: number) => readonly number[]): ReadonlySet<number> {
  // A set keeps the order of insertion and is walked while it grows.
  const found = new Set(next(from));
  for (const index of found) for (const further of next(index)) found.add(further);
  found.delete(from);
  return found;
}
