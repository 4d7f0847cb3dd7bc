// Canonical tickets and patches as the text of a file, so that they can be read, edited and handed in again.

import { defaultArchetype } from "./ticket-fields.ts";
import type { PlanPatch } from "./plan-patch.ts";
import type { Ticket } from "./ticket.ts";

/** Fields at their default are left out; `parseTicketFile` gives the same tickets back. */
export const toTicketFileText = (tickets: readonly Ticket[], title?: string): string =>
  `${JSON.stringify({ ...(title === undefined ? {} : { title }), tickets: tickets.map(toTicketFields) }, undefined, 2)}\n`;

/** Parts of a split ticket stand where it is split; `parsePatchFile` and the core's check give the same patch back. */
export function toPatchFileText({ reason, add, drop, rewire, split }: PlanPatch): string {
  const parts = new Map(add.map((ticket) => [ticket.id, toTicketFields(ticket)]));
  const isPart = new Set(split.flatMap(({ into }) => into));
  const isSplit = new Set(split.map(({ ticket }) => ticket));
  const fields = {
    reason,
    add: add.filter(({ id }) => !isPart.has(id)).map(toTicketFields),
    drop: drop.filter((ticket) => !isSplit.has(ticket)),
    rewire,
    split: split.map(({ ticket, into }) => ({ ticket, into: into.flatMap((id) => parts.get(id) ?? []) })),
  };
  const said = Object.entries(fields).filter(([name, value]) => !isDefault(name, value));
  return `${JSON.stringify(Object.fromEntries(said), undefined, 2)}\n`;
}

/** Those that say something. */
export const toTicketFields = (ticket: Ticket): Record<string, unknown> =>
  Object.fromEntries(Object.entries(ticket).filter(([name, value]) => !isDefault(name, value)));

function isDefault(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (name === "weight") return value === 1;
  if (name === "startRung") return value === 0;
  if (name === "archetype") return value === defaultArchetype;
  return Array.isArray(value) && value.length === 0;
}
