// What a forecast rests on: how attempts of this project's past runs went, and the stated figures where none went before.

import { z } from "zod";
import { modelIdSchema } from "./ticket.ts";

const whole = z.number().int().nonnegative();

/** Of ln(1 + x), because times and tokens are never negative and a few attempts are many times as long as the rest. */
export const measureSchema = z.strictObject({
  count: whole,
  mean: z.number(),
  /** Sum of the squared distances from the mean. */
  squares: z.number().nonnegative(),
});
export type Measure = z.infer<typeof measureSchema>;

/** Attempts of one model on one tier. Of a ticket with twice the usual weight, half of each figure is kept. */
export const workSchema = z.strictObject({
  tier: z.number().int().min(1).max(4),
  model: modelIdSchema,
  /** Attempts that came to an end of their own; one that a person stopped says nothing of the work. */
  attempts: whole,
  /** Of these, how many failed, and how many had to begin again because of what was merged beside them. */
  failed: whole,
  conflicts: whole,
  /** Time from start to merge queue, people's thinking left out. */
  ms: measureSchema,
  mergeMs: measureSchema,
  input: measureSchema,
  cachedRead: measureSchema,
  cacheWrite: measureSchema,
  output: measureSchema,
  reasoning: measureSchema,
  /** Of attempts whose cost was known. */
  costMicros: measureSchema,
});
export type Work = z.infer<typeof workSchema>;

export const priorsSchema = z.strictObject({
  /** Past runs that count here, and runs that could not be read. */
  runs: whole,
  passedOver: whole,
  work: z.array(workSchema),
});
export type Priors = z.infer<typeof priorsSchema>;

export const noPriors: Priors = { runs: 0, passedOver: 0, work: [] };

export const figures = ["ms", "mergeMs", "input", "cachedRead", "cacheWrite", "output", "reasoning"] as const;
export type Figure = (typeof figures)[number];

/** The middle attempt, and how far attempts of one project scatter (standard deviation of ln(1 + x)). */
export type Stated = { readonly middle: number; readonly scatter: number };
export type StatedWork = Readonly<Record<Figure, Stated>>;

/**
 * No measurement, but arithmetic on this program's own sizes; docs/guide/forecast.md tells it to the reader. An attempt
 * of 15 calls: system prompt, tools and brief are about 10,000 tokens, each turn adds about 1,000 (a file read, a diff),
 * so that 15 calls send about 250,000, of which a provider with a cache reads nine tenths; 400 tokens written for each
 * call; 20 s for each call and its tools. A merge with its checks: 10 s.
 */
export const statedWork: StatedWork = {
  ms: { middle: 300_000, scatter: 0.7 },
  mergeMs: { middle: 10_000, scatter: 0.7 },
  input: { middle: 20_000, scatter: 0.8 },
  cachedRead: { middle: 200_000, scatter: 0.8 },
  cacheWrite: { middle: 25_000, scatter: 0.8 },
  output: { middle: 6_000, scatter: 0.7 },
  reasoning: { middle: 2_000, scatter: 0.8 },
};

/** A scripted model answers at once: what is left is git and the commands. */
export const statedScripted: StatedWork = {
  ms: { middle: 1_000, scatter: 0.7 },
  mergeMs: { middle: 200, scatter: 0.7 },
  input: { middle: 5_000, scatter: 0.7 },
  cachedRead: { middle: 0, scatter: 0.1 },
  cacheWrite: { middle: 0, scatter: 0.1 },
  output: { middle: 200, scatter: 0.7 },
  reasoning: { middle: 0, scatter: 0.1 },
};

/** A whole project may lie off the stated middle by this factor, up or down, two times out of three. */
export const statedDoubt = 2.5;

/** Of five attempts one fails, of fifty one conflicts; both count as much as five attempts seen. */
export const statedRisk = { failed: 0.2, conflicts: 0.02, attempts: 5 } as const;
