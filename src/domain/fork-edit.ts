// What a person changes with a fork, as it is handed in over the API or read from a command line.

import { z } from "zod";
import { readRaises } from "./budget.ts";
import { modeSchema } from "./config.ts";
import { modelIdSchema, ticketIdSchema, trustSchema } from "./ticket.ts";

const words = z.strictObject({ ticket: ticketIdSchema, text: z.string().min(1).max(100_000) });
const ladder = z.array(modelIdSchema).min(1).max(20);

export const forkEditSchema = z.strictObject({
  /** Said to the next attempt; a blocked, failed or cancelled ticket is opened again with it. */
  guidance: z.array(words).max(100).default([]),
  /** The last message of a ticket's worker as it should have been. Its attempt is begun anew and is told so. */
  messages: z.array(words).max(100).default([]),
  models: z
    .strictObject({
      /** By tier, "1" to "4": the whole ladder. */
      tiers: z.partialRecord(z.enum(["1", "2", "3", "4"]), ladder).default({}),
      tickets: z
        .array(z.strictObject({ ticket: ticketIdSchema, models: ladder }))
        .max(1_000)
        .default([]),
    })
    .default({ tiers: {}, tickets: [] }),
  mode: modeSchema.optional(),
  /** Null: as each ticket says. */
  trust: trustSchema.nullable().optional(),
  lanes: z.number().int().min(1).max(1_000).optional(),
  /** As a person writes them: `run usd 12.50, ticket T7 tokens 200000`. Any bound, a lower one as well. */
  bounds: z
    .string()
    .max(10_000)
    .transform((text, context) => {
      const read = readRaises(text);
      if (read.ok) return read.raises;
      context.addIssue({ code: "custom", message: read.problem });
      return z.NEVER;
    })
    .default([]),
  /** A patch as its file writes it. */
  patch: z.record(z.string(), z.unknown()).optional(),
});
/** As it is handed in. */
export type ForkEditInput = z.input<typeof forkEditSchema>;
export type ForkEdit = z.output<typeof forkEditSchema>;

/** A rewritten message as guidance: nothing an attempt said is put into the mouth of the next one. */
export const asGuidance = (text: string): string =>
  `In an earlier attempt a worker came to a point where a person wants the work to go on from this, in place of what it said there:\n\n${text}`;
