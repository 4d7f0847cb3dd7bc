// Figures of past attempts, kept as count, mean and squares of ln(1 + x), and what they say together with a stated one.

import { figures, statedDoubt, type Measure, type Stated, type Work } from "../domain/priors.ts";
import type { ModelId } from "../domain/ids.ts";

export const noMeasure: Measure = { count: 0, mean: 0, squares: 0 };

export function measured({ count, mean, squares }: Measure, value: number): Measure {
  const x = Math.log1p(Math.max(0, value));
  const step = x - mean;
  const moved = mean + step / (count + 1);
  return { count: count + 1, mean: moved, squares: squares + step * (x - moved) };
}

export function together(a: Measure, b: Measure): Measure {
  const count = a.count + b.count;
  if (count === 0) return noMeasure;
  const apart = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (apart * b.count) / count,
    squares: a.squares + b.squares + (apart * apart * a.count * b.count) / count,
  };
}

export const noWork = (tier: number, model: ModelId): Work => ({
  tier,
  model,
  attempts: 0,
  failed: 0,
  conflicts: 0,
  ms: noMeasure,
  mergeMs: noMeasure,
  input: noMeasure,
  cachedRead: noMeasure,
  cacheWrite: noMeasure,
  output: noMeasure,
  reasoning: noMeasure,
  costMicros: noMeasure,
});

/** Tier and model are those of `a`. */
export function joinWork(a: Work, b: Work): Work {
  const joined = {
    ...a,
    attempts: a.attempts + b.attempts,
    failed: a.failed + b.failed,
    conflicts: a.conflicts + b.conflicts,
    costMicros: together(a.costMicros, b.costMicros),
  };
  for (const figure of figures) joined[figure] = together(a[figure], b[figure]);
  return joined;
}

/** By tier and model, in the order they first come. */
export function sumWork(all: Iterable<Work>): readonly Work[] {
  const sums = new Map<string, Work>();
  for (const work of all) {
    const key = `${work.tier}|${work.model}`;
    const before = sums.get(key);
    sums.set(key, before === undefined ? work : joinWork(before, work));
  }
  return [...sums.values()];
}

/** Of ln(1 + x): the middle, how far that middle itself may be off, and how far single attempts scatter around it. */
export type Estimate = { readonly middle: number; readonly doubt: number; readonly scatter: number };

/** A scatter beyond this factor of e says that attempts are not alike, not that one will take a hundred times as long. */
const mostScatter = 1.25;
/** The stated scatter counts as much as this many attempts seen. */
const statedAttempts = 4;

/**
 * What is stated and what was seen, each weighed by how sure it is: with nothing seen the stated figure and its whole
 * doubt, after a handful of attempts hardly anything of it. A stated nothing is no figure to be in doubt about.
 */
export function blend(stated: Stated, seen: Measure): Estimate {
  const { count, mean, squares } = seen;
  if (stated.middle === 0 && count === 0) return { middle: 0, doubt: 0, scatter: 0 };
  const seenSquares = statedAttempts * stated.scatter ** 2 + squares;
  const scatter = Math.min(mostScatter, Math.sqrt(seenSquares / (statedAttempts + Math.max(0, count - 1))));
  const ofStated = stated.middle === 0 ? 0 : 1 / Math.log(statedDoubt) ** 2;
  const ofSeen = count / scatter ** 2;
  const middle = (Math.log1p(stated.middle) * ofStated + mean * ofSeen) / (ofStated + ofSeen);
  return { middle, doubt: Math.sqrt(1 / (ofStated + ofSeen)), scatter };
}
