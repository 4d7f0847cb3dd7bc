// Another ladder of models, for one ticket or for a tier, from the next attempt or question on.

import type { EventOf } from "../domain/event.ts";
import { indexOf, withReady, withTicket } from "./change.ts";
import { poolOf } from "./ladder.ts";
import { configOf, ticketAt, type RunState } from "./state.ts";
import { at } from "./vector.ts";

/** The next attempt begins at the ladder's first rung, whatever becomes of the one under way. */
export function ticketModelsChanged(state: RunState, event: EventOf<"ticket.models_changed">): RunState {
  const index = indexOf(state, event.ticket);
  const tickets = state.graph.tickets.with(index, { ...ticketAt(state, index), models: event.models });
  const known = withCards({ ...state, graph: { ...state.graph, tickets } }, event.cards);
  const own = at(known.tickets, index);
  const history = { ...own.history, rung: 0, isLadderNew: known.attempts.has(index) };
  return requeued(withTicket(known, index, { ...own, history }), index);
}

/** Costs as much as the plan is long: every ready ticket may have to wait in another queue. */
export function tierModelsChanged(state: RunState, event: EventOf<"run.models_changed">): RunState {
  const known = withCards(state, event.cards);
  const config = configOf(known);
  const { tier, models } = event;
  const archetypes = config.archetypes.map((each) => (each.tier === tier ? { ...each, models } : each));
  // Tier 3 is never consulted: its ladders are its workers'.
  const tiers = tier === 3 ? {} : { tiers: { ...config.tiers, [tier]: models } };
  let next: RunState = { ...known, config: { ...config, archetypes, ...tiers } };
  for (let index = 0; index < next.tickets.length; index += 1) next = requeued(next, index);
  return next;
}

const withCards = (state: RunState, cards: EventOf<"run.models_changed">["cards"]): RunState => {
  const config = configOf(state);
  return Object.keys(cards).length === 0
    ? state
    : { ...state, config: { ...config, cards: { ...config.cards, ...cards } } };
};

/** Its next model may be another provider's: it then waits in that one's queue. */
function requeued(state: RunState, index: number): RunState {
  const own = at(state.tickets, index);
  if (own.status !== "ready" || state.pausedTickets.has(index)) return state;
  const pool = poolOf(configOf(state), ticketAt(state, index), own.history.rung);
  return pool === own.pool ? state : withReady(state, index, own.history);
}
