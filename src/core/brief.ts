// What a worker without a workspace is told when its ticket is tried again. With one, the briefs port composes it.

import { headOf } from "../domain/text.ts";
import type { Ticket } from "../domain/ticket.ts";
import type { History } from "./state.ts";

/** Undefined for a first attempt: the ticket's own words are enough. Long texts are told by their first characters. */
export function retryBrief(ticket: Ticket, history: History): string | undefined {
  const { last, guidance } = history;
  if (last === null && guidance === null) return undefined;
  const parts = [ticket.description];
  if (last !== null) parts.push(`The last attempt failed: ${last.detail}`);
  if (last?.diagnosis !== undefined && last.diagnosis !== last.detail) parts.push(headOf(last.diagnosis));
  if (guidance !== null) parts.push(`A person adds: ${headOf(guidance)}`);
  return parts.join("\n\n");
}
