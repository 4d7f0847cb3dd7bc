// What a ticket has used in its run: its ended attempts and the one under way.

import type { RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import { addUsage, zeroUsage, type Usage } from "../domain/usage.ts";

export function ticketUsage(state: RunState, index: number): Usage {
  const used = at(state.tickets, index).history.used ?? zeroUsage;
  const attempt = state.attempts.get(index);
  return attempt === undefined ? used : addUsage(used, attempt.usage);
}
