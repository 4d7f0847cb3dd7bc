// A person's word on one worker: a message to it, a pause, and its end.

import type { CommandOf } from "../domain/command.ts";
import type { TicketId } from "../domain/ids.ts";
import { refuseEnded } from "./decide-run.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { findTicket } from "./graph.ts";
import { isDropped } from "./state.ts";
import { at } from "./vector.ts";

/** Told between two steps, when every call has its result; or to the ticket's next worker. */
export function steerTicket(draft: Draft, { ticket, text }: CommandOf<"ticket.steer">): Refused {
  const refused = refuseSettled(draft, ticket);
  if (refused !== undefined) return refused;
  emit(draft, { type: "ticket.steered", ticket, text });
  return undefined;
}

export function pauseTicket(draft: Draft, { ticket, reason }: CommandOf<"ticket.pause">): Refused {
  const refused = refuseSettled(draft, ticket);
  if (refused !== undefined) return refused;
  if (isPaused(draft, ticket)) return { code: "already_so", what: `${ticket} is paused` };
  emit(draft, { type: "ticket.paused", ticket, reason });
  return undefined;
}

export function resumeTicket(draft: Draft, { ticket }: CommandOf<"ticket.resume">): Refused {
  const refused = refuseSettled(draft, ticket);
  if (refused !== undefined) return refused;
  if (!isPaused(draft, ticket)) return { code: "already_so", what: `${ticket} is not paused` };
  emit(draft, { type: "ticket.resumed", ticket });
  return undefined;
}

const isPaused = ({ state }: Draft, ticket: TicketId): boolean =>
  state.pausedTickets.has(findTicket(state.graph, ticket) ?? -1);

/** There is no worker of it, and none will come unless it is opened again. */
function refuseSettled(draft: Draft, ticket: TicketId): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  const index = findTicket(draft.state.graph, ticket);
  if (index === undefined) return { code: "ticket_unknown", ticket };
  const own = at(draft.state.tickets, index);
  if (isDropped(own)) return { code: "ticket_settled", ticket, status: "dropped" };
  const { status } = own;
  const isOpen = status === "pending" || status === "ready" || status === "running" || status === "step_paused";
  return isOpen ? undefined : { code: "ticket_settled", ticket, status };
}
