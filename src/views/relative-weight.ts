// A ticket's weight beside the others of its plan: weights of different plans have different units.

/** 1 for the middle ticket; never more than a hundred times as much or as little. */
export function relativeWeights(weights: readonly number[]): readonly number[] {
  const sorted = weights.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 1;
  return weights.map((weight) => Math.min(100, Math.max(0.01, weight / middle)));
}
