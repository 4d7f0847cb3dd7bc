// Why a ticket came to a stop, and how many others can no longer start because of it.

import type { RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { FailureCause } from "../domain/outcome.ts";

export type FailureFacts = {
  readonly status: "failed" | "blocked";
  readonly cause: FailureCause;
  readonly detail: string;
  /** Tickets that need it, directly or through others, and are not done. */
  readonly waiting: number;
};

/** Null where the ticket has not come to a stop. */
export function failureOf(state: RunState, index: number): FailureFacts | null {
  if (index < 0 || index >= state.tickets.length) return null;
  const now = at(state.tickets, index);
  if (now.status !== "failed" && now.status !== "blocked") return null;
  return { status: now.status, cause: now.cause, detail: now.detail, waiting: waitingOn(state, index) };
}

function waitingOn(state: RunState, index: number): number {
  const seen = new Set<number>();
  const next = [index];
  for (let place = next.pop(); place !== undefined; place = next.pop())
    for (const child of state.graph.dependents[place] ?? [])
      if (!seen.has(child)) {
        seen.add(child);
        next.push(child);
      }
  return [...seen].filter((each) => at(state.tickets, each).status === "pending").length;
}
