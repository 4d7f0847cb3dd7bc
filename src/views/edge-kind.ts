// What a dependency's line says: work went over it, is on its way, waits, or never comes.

import type { RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";

/**
 * `done`: both ends completed; `flowing`: what came over it is being worked on; `open`: it holds nothing up any more;
 * `lost`: the ticket it comes from ended without completing; `waiting`: it is still waited for.
 */
export const edgeKinds = ["done", "waiting", "open", "lost", "flowing"] as const;
export type EdgeKind = (typeof edgeKinds)[number];

export function edgeKindOf(state: RunState, from: number, to: number): EdgeKind {
  const { status } = at(state.tickets, from);
  if (status === "failed" || status === "blocked" || status === "cancelled") return "lost";
  if (status !== "completed") return "waiting";
  const next = at(state.tickets, to).status;
  if (next === "completed") return "done";
  return next === "running" || next === "step_paused" ? "flowing" : "open";
}
