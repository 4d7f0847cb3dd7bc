// Small ways to damage a state or a list of events, for the hand-made bugs.

import type { Attempt, RunState, TicketState } from "../../src/core/state.ts";
import { withItem } from "../../src/core/vector.ts";
import type { Event } from "../../src/domain/event.ts";

export function changeAttempt(state: RunState, index: number, change: Partial<Attempt>): RunState {
  const attempt = state.attempts.get(index);
  return attempt === undefined
    ? state
    : { ...state, attempts: new Map(state.attempts).set(index, { ...attempt, ...change }) };
}

export function withTicketState(state: RunState, index: number, change: (own: TicketState) => TicketState): RunState {
  const own = state.tickets.chunks[0]?.[index];
  return own === undefined ? state : { ...state, tickets: withItem(state.tickets, index, change(own)) };
}

/** From the first dropped event on, what the same attempt did later in this decision is dropped with it. */
export function dropEvents(events: readonly Event[], isDropped: (event: Event) => boolean): readonly Event[] {
  const gone = new Set<string>();
  return events.filter((event) => {
    if (isDropped(event)) {
      if (event.type === "attempt.started") gone.add(`${event.ticket}#${event.attempt}`);
      return false;
    }
    return !("attempt" in event) || !gone.has(`${event.ticket}#${event.attempt}`);
  });
}
