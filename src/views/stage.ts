// How far a ticket's attempt is, in the stages that every attempt goes through.

import type { Attempt } from "../core/state.ts";

export const stages = ["setting up", "working", "checks", "merging"] as const;
/** Place in `stages`. */
export type Stage = 0 | 1 | 2 | 3;

/** Null where no attempt is under way. */
export function stageOf(attempt: Attempt | undefined): Stage | null {
  if (attempt === undefined) return null;
  const { phase } = attempt;
  switch (phase.at) {
    case "preparing":
    case "deliberating":
      return 0;
    case "held":
      return phase.gate === "spawn" ? 0 : 1;
    case "next":
    case "calling":
    case "tool":
      return 1;
    case "verifying":
    case "consulting":
      return 2;
    case "merging":
    case "withdrawing":
      return 3;
    default:
      return phase satisfies never;
  }
}
