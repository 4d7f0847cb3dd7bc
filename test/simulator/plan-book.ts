// The plan of a simulated run, written down a second time from the patches its log tells.

import type { PlanPatch } from "../../src/domain/plan-patch.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { hasCycle } from "../support/patch-model.ts";
import { must } from "./broken.ts";
import { deepEqual } from "./deep-equal.ts";

export type PlanBook = {
  /** Every ticket that ever was, in the order they came. Filled and changed in place. */
  readonly tickets: Ticket[];
  readonly dropped: Set<string>;
  /** The plan of a run that began with a goal is settled; any other is the one that was given. */
  readonly settle: (drafted: readonly Ticket[]) => void;
  readonly patch: (patch: PlanPatch) => void;
};

export function createPlanBook(given: readonly Ticket[]): PlanBook {
  const tickets = [...given];
  const dropped = new Set<string>();
  const placeOf = (id: string): number => {
    const place = tickets.findIndex((ticket) => ticket.id === id);
    must(place >= 0, () => `PATCH8 a patch touches ${id}, which is no ticket`);
    must(!dropped.has(id), () => `PATCH7 a patch touches ${id}, which left the plan before`);
    return place;
  };
  const rewire = (id: string, dependsOn: Ticket["dependsOn"]): void => {
    const place = placeOf(id);
    const ticket = tickets[place];
    if (ticket !== undefined) tickets[place] = { ...ticket, dependsOn };
  };
  return {
    tickets,
    dropped,
    settle: (drafted) => {
      if (tickets.length === 0) tickets.push(...drafted);
      must(deepEqual(tickets, drafted), "EPIC6 another plan is settled than was given");
    },
    patch: ({ add, drop, rewire: rewired }) => {
      for (const { ticket, dependsOn } of rewired) rewire(ticket, dependsOn);
      for (const ticket of drop) {
        rewire(ticket, []);
        dropped.add(ticket);
      }
      for (const ticket of add) {
        must(!tickets.some(({ id }) => id === ticket.id), () => `PATCH7 ${ticket.id} comes a second time`);
        tickets.push(ticket);
      }
      for (const { id, dependsOn } of tickets)
        for (const needed of dependsOn)
          must(
            !dropped.has(needed) && tickets.some((other) => other.id === needed),
            () => `PATCH8 ${id} waits for ${needed}, which is not in the plan`,
          );
      const plan = new Map(tickets.map(({ id, dependsOn }) => [id as string, { dependsOn, dropped: dropped.has(id) }]));
      must(!hasCycle(plan), "PATCH10 tickets wait for each other");
    },
  };
}
