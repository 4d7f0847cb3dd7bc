// Runs of tickets that call one tool and end, as processes of the suite conduct them.

import { makeConfig, makeTicket } from "../../bench/scripted-world.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";

export type PlannedRun = {
  readonly run: RunId;
  /** Tickets, one after the other in `depth` rows. */
  readonly tickets: number;
  readonly depth: number;
  /** Of these, the first ones wait for a yes before their tool call. */
  readonly held: number;
  /** Attempts at a time; undefined: as many as there are tickets. */
  readonly lanes?: number;
  /** Nothing is said of its records. */
  readonly isQuiet?: boolean;
};

export function ticketsOf({ tickets, depth, held }: PlannedRun): Ticket[] {
  const wide = Math.max(1, Math.ceil(tickets / depth));
  return Array.from({ length: tickets }, (_, index) => {
    const ticket = makeTicket(`T${index}`, index < wide ? [] : [`T${index - wide}`]);
    return index < held ? { ...ticket, trust: "ask" } : ticket;
  });
}

export function configFor({ tickets, lanes = Math.max(4, tickets) }: PlannedRun): RunConfig {
  const base = makeConfig(lanes);
  const archetypes = base.archetypes.map((archetype) => ({ ...archetype, tools: ["mark"] }));
  return { ...base, attended: true, archetypes };
}
