// Token classes, kept apart: they have different prices and are never summed into one another.

import { z } from "zod";

const count = z.number().int().nonnegative();

export const usageSchema = z.strictObject({
  /** Prompt tokens that were neither read from nor written to a cache. */
  input: count,
  cachedRead: count,
  cacheWrite: count,
  /** Output tokens without reasoning. */
  output: count,
  reasoning: count,
  /** Millionths of a US dollar; null where the model's price is unknown. */
  costMicros: count.nullable(),
  /** True where the provider said nothing usable and the figures are our worst case. */
  estimated: z.boolean(),
});
export type Usage = z.infer<typeof usageSchema>;

export const zeroUsage: Usage = {
  input: 0,
  cachedRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  costMicros: 0,
  estimated: false,
};

/** Class by class; an unknown price stays unknown, an estimate stays an estimate. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  input: a.input + b.input,
  cachedRead: a.cachedRead + b.cachedRead,
  cacheWrite: a.cacheWrite + b.cacheWrite,
  output: a.output + b.output,
  reasoning: a.reasoning + b.reasoning,
  costMicros: a.costMicros === null || b.costMicros === null ? null : a.costMicros + b.costMicros,
  estimated: a.estimated || b.estimated,
});

/** All token classes together: a size, never a basis for cost. */
export const totalTokens = ({ input, cachedRead, cacheWrite, output, reasoning }: Usage): number =>
  input + cachedRead + cacheWrite + output + reasoning;
