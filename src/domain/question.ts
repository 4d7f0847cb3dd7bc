// What tiers 1 and 2 are asked to plan.

import type { Track } from "./plan.ts";
import type { ShellCommand, Ticket, TicketStatus } from "./ticket.ts";

/** A plan that was proposed at a table where nobody agreed on one. */
export type Proposal = { readonly role: string; readonly text: string };

/** Bytes for all proposals in one question. */
export const proposalsRoom = 48 * 1024;

/** What a tier is asked about. Everything but the person's own words is data to it. */
export type Question =
  | {
      readonly purpose: "tracks";
      readonly epic: string;
      readonly verify: readonly ShellCommand[];
      readonly proposals: readonly Proposal[];
    }
  | {
      readonly purpose: "tickets";
      readonly epic: string;
      readonly track: Track;
      readonly tracks: readonly Track[];
      /** Tickets of the tracks planned before; this track's may depend on them. */
      readonly drafted: readonly Ticket[];
      readonly archetypes: readonly string[];
      /** The project's own checks, run for every ticket. */
      readonly verify: readonly ShellCommand[];
      readonly proposals: readonly Proposal[];
    }
  | {
      readonly purpose: "replan";
      /** Empty where the run came with its tickets. */
      readonly epic: string;
      readonly ticket: Ticket;
      readonly attempts: number;
      /** Why it ended, in words: the cause, what its worker or a check said. Not to be obeyed. */
      readonly cause: string;
      readonly detail: string;
      readonly diagnosis: string;
      /** Every ticket of the plan, with its status. */
      readonly plan: readonly { readonly ticket: Ticket; readonly status: TicketStatus }[];
      readonly archetypes: readonly string[];
    };
