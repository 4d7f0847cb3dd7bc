// Tickets in an order that a person asks for, within each lane of the board.

import type { RunState, TicketState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { TicketStatus } from "../domain/ticket.ts";
import { ticketUsage } from "./ticket-usage.ts";
import { totalTokens } from "../domain/usage.ts";

export const orderKeys = ["plan", "status", "id", "title", "attempt", "tokens", "cost", "since", "path"] as const;
/** `plan`: as the board has them; `path`: what holds up the most. */
export type OrderKey = (typeof orderKeys)[number];
export type Order = { readonly key: OrderKey; readonly isDown: boolean };

const names = new Intl.Collator("en", { numeric: true });

/** What needs somebody first, what is over last. */
const byUrgency: readonly TicketStatus[] = [
  "step_paused",
  "failed",
  "blocked",
  "running",
  "ready",
  "pending",
  "completed",
  "cancelled",
];

const rankOf = ({ status }: TicketState): number => byUrgency.indexOf(status);

/** Stable: equal ones stay as they came. */
export function orderTickets(state: RunState, tickets: readonly number[], { key, isDown }: Order): readonly number[] {
  if (key === "plan") return isDown ? tickets.toReversed() : tickets;
  const compare = comparing(state, key);
  return tickets.toSorted((a, b) => (isDown ? compare(b, a) : compare(a, b)));
}

function comparing(state: RunState, key: Exclude<OrderKey, "plan">): (a: number, b: number) => number {
  const { graph, attempts } = state;
  const by = (value: (index: number) => number) => (a: number, b: number) => value(a) - value(b);
  switch (key) {
    case "status":
      return by((index) => rankOf(at(state.tickets, index)));
    case "id":
      return (a, b) => names.compare(graph.tickets[a]?.id ?? "", graph.tickets[b]?.id ?? "");
    case "title":
      return (a, b) => names.compare(graph.tickets[a]?.title ?? "", graph.tickets[b]?.title ?? "");
    case "attempt":
      return by((index) => at(state.tickets, index).history.attempts);
    case "tokens":
      return by((index) => totalTokens(ticketUsage(state, index)));
    case "cost":
      return by((index) => ticketUsage(state, index).costMicros ?? Infinity);
    case "since":
      return by((index) => attempts.get(index)?.startedAt ?? Infinity);
    case "path":
      return by((index) => graph.rank[index] ?? 0);
    default:
      return key satisfies never;
  }
}
