// What a person says to a ticket's worker, and a ticket that a person pauses.

import type { EventOf } from "../domain/event.ts";
import { indexOf, noPool, withAttempt, withReady, withTicket } from "./change.ts";
import { withEntry, withoutEntry } from "./small-map.ts";
import type { RunState } from "./state.ts";
import { at } from "./vector.ts";

/** Words kept for the briefs of later attempts; older ones are in the log. */
const wordsKept = 64;

/** Kept for every later attempt; the one under way is told before its next call. */
export function steered(state: RunState, { ticket, text }: EventOf<"ticket.steered">): RunState {
  const index = indexOf(state, ticket);
  const own = at(state.tickets, index);
  const said = [...own.history.said, text].slice(-wordsKept);
  const kept = withTicket(state, index, { ...own, history: { ...own.history, said } });
  const attempt = state.attempts.get(index);
  if (attempt === undefined) return kept;
  return withAttempt(kept, { ...attempt, words: [...attempt.words, { seq: state.seq + 1, text }] });
}

export function paused(state: RunState, { ticket, reason }: EventOf<"ticket.paused">): RunState {
  const index = indexOf(state, ticket);
  const own = at(state.tickets, index);
  const next = { ...state, pausedTickets: withEntry(state.pausedTickets, index, reason) };
  return own.status === "ready" ? withTicket(next, index, { ...own, pool: noPool }) : next;
}

export function resumed(state: RunState, { ticket }: EventOf<"ticket.resumed">): RunState {
  const index = indexOf(state, ticket);
  const own = at(state.tickets, index);
  const next = unpaused(state, index);
  return own.status === "ready" ? withReady(next, index, own.history) : next;
}

/** A ticket that is settled is not paused any more: reopened, it goes on. */
export const unpaused = (state: RunState, index: number): RunState =>
  state.pausedTickets.has(index) ? { ...state, pausedTickets: withoutEntry(state.pausedTickets, index) } : state;
