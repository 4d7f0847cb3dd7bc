// Whether a conflict has come to the point where both sides are to talk.

import type { Ticket } from "../../domain/ticket.ts";
import { configOf, ticketAt, type RunState } from "../state.ts";
import { at } from "../vector.ts";
import type { Deliberation } from "./state.ts";

/** Attempts that may meet a conflict before it is deliberated: the one that made it, and the one that was to resolve it. */
const attemptsAtConflict = 2;

export const isDeliberated = (state: RunState, ticket: Ticket, purpose: Deliberation["purpose"]): boolean =>
  [...state.deliberations.values()].some((each) => each.ticket === ticket.id && each.purpose === purpose);

/** The last of `ended` attempts met a conflict again, and nobody has talked about it yet. */
export function isConflictDue(state: RunState, index: number, ended: number): boolean {
  const { last } = at(state.tickets, index).history;
  if (configOf(state).deliberations?.conflicts !== true || last?.cause !== "conflict") return false;
  return ended >= attemptsAtConflict && !isDeliberated(state, ticketAt(state, index), "conflict");
}
