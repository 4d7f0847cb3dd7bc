// Deliberations inside a run that goes on: how a ticket is to be gone about, and what becomes of a conflict that its
// worker did not resolve. The attempt that waits for one holds its lane, and begins with what came of it.

import type { DeliberationId, Objective, Seat } from "../../domain/deliberation.ts";
import type { TicketId } from "../../domain/ids.ts";
import type { Ticket } from "../../domain/ticket.ts";
import { indexOf } from "../change.ts";
import type { Draft } from "../draft.ts";
import { archetypeOf } from "../ladder.ts";
import { configOf, ticketAt, type RunState } from "../state.ts";
import { at } from "../vector.ts";
import { isConflictDue, isDeliberated } from "./conflict-due.ts";
import { beginEnding } from "./ending.ts";
import { openDeliberation, put } from "./open-deliberation.ts";
import type { Deliberation } from "./state.ts";

/** Opens what is to be deliberated before the attempt that has just been started goes to work. False: nothing is. */
export function deliberateFirst(draft: Draft, index: number): boolean {
  const { state } = draft;
  // Of a fork: the one that its ticket's last attempt waited for goes on.
  if (state.attempts.get(index)?.phase.at === "deliberating") return true;
  const { deliberations } = configOf(state);
  if (deliberations === undefined) return false;
  const ticket = ticketAt(state, index);
  const strategy = ticket.strategy ?? archetypeOf(configOf(state), ticket).strategy;
  if (strategy === "deliberate" && !isDeliberated(state, ticket, "ticket")) {
    const config = { objective: objectiveOf(ticket), setup: deliberations.setup };
    openDeliberation(draft, { purpose: "ticket", ticket: ticket.id, config });
    return true;
  }
  const { last, tries } = at(state.tickets, index).history;
  // The one that begins now is counted already.
  if (last === null || !isConflictDue(state, index, tries - 1)) return false;
  openConflict(draft, ticket, { seats: deliberations.setup.seats, conflict: last.diagnosis ?? last.detail });
  return true;
}

const objectiveOf = (ticket: Ticket): Objective => ({
  text: `How is this ticket best gone about? Agree on a plan that its worker can follow: what to change, where, in which order, and how it is shown to work.\n\n${ticket.id}: ${ticket.title}\n\n${ticket.description}`,
  constraints:
    ticket.touches.length === 0
      ? []
      : [`only files that match ${ticket.touches.join(", ")} may change`.slice(0, 2_000)],
  success: [],
  subtasks: [],
});

type Conflict = {
  readonly seats: readonly Seat[];
  /** The conflicting lines, and the attempt's own change. */
  readonly conflict: string | Exclude<Deliberation["objective"]["text"], string>;
};

/** One proposer speaks for the ticket, the others for what was merged before it. */
function openConflict(draft: Draft, ticket: Ticket, { conflict }: Conflict): void {
  const { deliberations } = configOf(draft.state);
  if (deliberations === undefined) return;
  const { setup } = deliberations;
  const [first] = setup.seats.filter(({ kind }) => kind === "proposer");
  const seats = setup.seats.map((seat) =>
    seat.kind === "mediator" ? seat : { ...seat, brief: seat === first ? ownSide(ticket) : otherSide(draft.state) },
  );
  const objective: Objective = {
    text: `The change of ${ticket.id} (${ticket.title}) conflicts with what was merged before it, and its worker could not resolve that. Agree on the text of each conflicting place, whole, so that both intentions hold.`,
    constraints: [],
    success: ["both intentions hold", "every conflicting place is settled with its whole text"],
    subtasks: [],
  };
  const config = { objective, setup: { ...setup, seats } };
  const deliberation = openDeliberation(draft, { purpose: "conflict", ticket: ticket.id, config });
  put(draft, deliberation, { section: "problem", key: "conflict", text: conflict });
}

/** The same where the opening was cut off before it. */
export function putConflict(draft: Draft, deliberation: DeliberationId, ticket: TicketId): void {
  const { last } = at(draft.state.tickets, indexOf(draft.state, ticket)).history;
  if (last !== null)
    put(draft, deliberation, { section: "problem", key: "conflict", text: last.diagnosis ?? last.detail });
}

const longestBrief = 4_000;

const ownSide = ({ id, title, description }: Ticket): string =>
  `You speak for ${id}, whose change is to be merged: ${title}\n\n${description}`.slice(0, longestBrief);

/** What is merged already, the latest first. */
function otherSide(state: RunState): string {
  const merged = state.graph.tickets
    .filter((_, place) => at(state.tickets, place).status === "completed")
    .map(({ id, title }) => `${id}: ${title}`);
  return `You speak for what was merged before, whose intentions must hold:\n${merged.toReversed().join("\n")}`.slice(
    0,
    longestBrief,
  );
}

/** Nobody waits for these any more: their ticket was cancelled, or the run is over but for them. */
export function endUnwanted(draft: Draft): void {
  for (const deliberation of draft.state.deliberations.values()) {
    const { ticket, ending, result } = deliberation;
    if (ticket === null || ending !== null || result !== null || isAwaited(draft.state, deliberation)) continue;
    beginEnding(draft, deliberation, {
      outcome: "cancelled",
      detail: `nobody waits for it: ${ticket} is not tried now`,
    });
  }
}

function isAwaited(state: RunState, { id, ticket, awaitsNext }: Deliberation): boolean {
  if (awaitsNext === true && ticket !== null) {
    const { status } = at(state.tickets, indexOf(state, ticket));
    return status === "ready" || status === "pending";
  }
  return [...state.attempts.values()].some(({ phase }) => phase.at === "deliberating" && phase.deliberation === id);
}
