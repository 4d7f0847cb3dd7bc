// The tracks of a plan, and a plan that stands in an entry of the blackboard.

import { z } from "zod";
import { ticketSchema } from "./ticket.ts";

/** A coherent part of the goal, as tier 1 makes it; tier 2 makes its tickets. */
export const trackSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** What tier 2 is told. */
  brief: z.string(),
  /** Tracks whose tickets are planned first, so that this one's may depend on them. */
  dependsOn: z.array(z.string()),
  /** Folders and files it is expected to touch, relative to the repository root. */
  modules: z.array(z.string()),
  severity: z.enum(["low", "medium", "high"]),
  /** The kind of tech lead it wants, in a few words. */
  persona: z.string(),
});
export type Track = z.infer<typeof trackSchema>;

/** A plan as one value: every ticket names its track, and every track has tickets. */
export const entryPlanSchema = z.strictObject({ tracks: z.array(trackSchema), tickets: z.array(ticketSchema) });
export type EntryPlan = z.infer<typeof entryPlanSchema>;
