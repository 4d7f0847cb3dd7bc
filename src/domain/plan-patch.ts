// A change to a settled plan: what a person or tier 2 asks for, and the one form of it that is recorded.

import { z } from "zod";
import type { TicketId } from "./ids.ts";
import { ticketIdSchema, ticketSchema, type Ticket } from "./ticket.ts";

const rewireSchema = z.strictObject({ ticket: ticketIdSchema, dependsOn: z.array(ticketIdSchema) });
export type Rewire = z.infer<typeof rewireSchema>;

/** Complete: a fold needs nothing but this. What a split means for other tickets stands in `rewire` as well. */
export const planPatchSchema = z.strictObject({
  reason: z.string(),
  /** New tickets, the parts of split ones among them. */
  add: z.array(ticketSchema),
  /** Tickets that leave the plan, split ones among them. Their ids are never used again. */
  drop: z.array(ticketIdSchema),
  /** What each of these waits for from now on. */
  rewire: z.array(rewireSchema),
  /** For the reader: which dropped ticket became which new ones. */
  split: z.array(z.strictObject({ ticket: ticketIdSchema, into: z.array(ticketIdSchema) })),
});
export type PlanPatch = z.infer<typeof planPatchSchema>;

/** As it is written: the parts of a split ticket stand where it is split. */
export type PatchRequest = {
  readonly reason: string;
  readonly add: readonly Ticket[];
  readonly drop: readonly TicketId[];
  readonly rewire: readonly Rewire[];
  readonly split: readonly { readonly ticket: TicketId; readonly into: readonly Ticket[] }[];
};

/** Tickets that one patch may add; a change larger than this is several. */
export const patchTickets = 500;
