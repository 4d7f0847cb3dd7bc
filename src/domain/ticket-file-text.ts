// Canonical tickets as the text of a ticket file, so that a plan can be read, edited and run again.

import { defaultArchetype } from "./ticket-fields.ts";
import type { Ticket } from "./ticket.ts";

/** Fields at their default are left out; `parseTicketFile` gives the same tickets back. */
export const toTicketFileText = (tickets: readonly Ticket[], title?: string): string =>
  `${JSON.stringify({ ...(title === undefined ? {} : { title }), tickets: tickets.map(toFields) }, undefined, 2)}\n`;

const toFields = (ticket: Ticket): Record<string, unknown> =>
  Object.fromEntries(Object.entries(ticket).filter(([name, value]) => !isDefault(name, value)));

function isDefault(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (name === "weight") return value === 1;
  if (name === "startRung") return value === 0;
  if (name === "archetype") return value === defaultArchetype;
  return Array.isArray(value) && value.length === 0;
}
