// A person gives a ticket or a tier another ladder of models, from the next attempt or question on.

import type { CommandOf } from "../domain/command.ts";
import type { ModelCard } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { findTicket } from "./graph.ts";
import { configOf, isDropped, ticketAt, type RunState } from "./state.ts";
import { at } from "./vector.ts";

type Cards = Readonly<Record<string, ModelCard>>;

export function setTicketModels(draft: Draft, command: CommandOf<"ticket.set_models">): Refused {
  const { state } = draft;
  const { ticket, models, cards } = command;
  const refused = refuseOver(state);
  if (refused !== undefined) return refused;
  const index = findTicket(state.graph, ticket);
  if (index === undefined) return { code: "ticket_unknown", ticket };
  const own = at(state.tickets, index);
  const { status } = own;
  if (isDropped(own)) return { code: "ticket_settled", ticket, status: "dropped" };
  if (status === "completed") return { code: "ticket_settled", ticket, status };
  if (isSame(ticketAt(state, index).models, models))
    return { code: "already_so", what: `the models of ${ticket} are ${models.join(", ")}` };
  const unpriced = refuseUnpriced(state, models, cards);
  if (unpriced !== undefined) return unpriced;
  emit(draft, { type: "ticket.models_changed", ticket, models: [...models], cards: newCards(state, cards) });
  return undefined;
}

export function setTierModels(draft: Draft, command: CommandOf<"run.set_models">): Refused {
  const { state } = draft;
  const { tier, models, cards } = command;
  const refused = refuseOver(state) ?? refuseUnpriced(state, models, cards);
  if (refused !== undefined) return refused;
  const config = configOf(state);
  const ladders = [
    ...config.archetypes.filter((each) => each.tier === tier).map((each) => each.models),
    ...(tier === 3 ? [] : [config.tiers?.[tier] ?? []]),
  ];
  if (ladders.length > 0 && ladders.every((ladder) => isSame(ladder, models)))
    return { code: "already_so", what: `the models of tier ${tier} are ${models.join(", ")}` };
  emit(draft, { type: "run.models_changed", tier, models: [...models], cards: newCards(state, cards) });
  return undefined;
}

/** A run that ended with something open may go on when a ticket is opened again, and then with these. */
function refuseOver({ aborted, ended }: RunState): Refused {
  if (aborted) return { code: "run_ended", outcome: "aborted" };
  return ended?.outcome === "completed" ? { code: "run_ended", outcome: "completed" } : undefined;
}

const isSame = (a: readonly ModelId[], b: readonly ModelId[]): boolean =>
  a.length === b.length && a.every((model, place) => model === b[place]);

/** What is known already stays as it was when the run began. */
const newCards = (state: RunState, cards: Cards): Record<string, ModelCard> =>
  Object.fromEntries(Object.entries(cards).filter(([model]) => configOf(state).cards?.[model] === undefined));

/** Where money is bounded as the bounds stand now. */
function refuseUnpriced(state: RunState, models: readonly ModelId[], cards: Cards): Rejection | undefined {
  const isMoneyBounded = [...state.caps.values()].some(({ costMicros }) => costMicros !== undefined);
  if (!isMoneyBounded) return undefined;
  const known = { ...cards, ...configOf(state).cards };
  const unpriced = models.filter((model) => (known[model]?.price ?? null) === null);
  return unpriced.length === 0 ? undefined : { code: "price_unknown", models: unpriced };
}
