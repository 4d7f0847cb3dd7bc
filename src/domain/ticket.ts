// A ticket in its one canonical form. Old names and shapes are translated once, in ticket-file.ts.

import { z } from "zod";
import type { ModelId, TicketId } from "./ids.ts";

export const ticketIdSchema = z.string() as unknown as z.ZodType<TicketId>;
export const modelIdSchema = z.string() as unknown as z.ZodType<ModelId>;

/** How much a worker is held: every gate, the policy's gates, or none. */
export const trustSchema = z.enum(["step", "ask", "auto"]);
export type Trust = z.infer<typeof trustSchema>;

/** A shell line, or an argument vector run without a shell. Both run in the sandbox at the worktree's root. */
export const shellCommandSchema = z.union([z.string().min(1), z.array(z.string()).min(1)]);
export type ShellCommand = z.infer<typeof shellCommandSchema>;

/** How a ticket is gone about: by its worker alone, or after a deliberation about how to do it. */
export const strategySchema = z.enum(["work", "deliberate"]);
export type Strategy = z.infer<typeof strategySchema>;

export const ticketSchema = z.strictObject({
  id: ticketIdSchema,
  title: z.string(),
  description: z.string(),
  /** Tickets that must be completed (merged) first. */
  dependsOn: z.array(ticketIdSchema),
  /** The file the worker sees whole; relative to the repository root. */
  targetFile: z.string().optional(),
  /** Further files to show; relative to the repository root. */
  contextFiles: z.array(z.string()),
  /** Globs the ticket may change; empty means anywhere in the repository. */
  touches: z.array(z.string()),
  /** Commands that must exit 0 before the result counts; run after the project's own. */
  verify: z.array(shellCommandSchema),
  /** Model ladder, rung 0 first; empty means the archetype's. */
  models: z.array(modelIdSchema),
  archetype: z.string(),
  /** The track it belongs to, where tier 1 made tracks. */
  track: z.string().optional(),
  trust: trustSchema.optional(),
  /** Missing: as its archetype says. */
  strategy: strategySchema.optional(),
  /** What a machine must have to work on it, where machines work; beside its archetype's. */
  labels: z.array(z.string()).optional(),
  /** Expected duration in any unit, used only to compare paths. */
  weight: z.number().positive(),
  /** The rung the first attempt starts on. */
  startRung: z.number().int().nonnegative(),
});

export type Ticket = z.infer<typeof ticketSchema>;

/** Design.md section 1: the eight statuses a person sees. */
export const ticketStatuses = [
  "pending",
  "ready",
  "running",
  "step_paused",
  "blocked",
  "completed",
  "failed",
  "cancelled",
] as const;
export type TicketStatus = (typeof ticketStatuses)[number];
