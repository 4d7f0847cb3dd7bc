// Spreads of figures that were tried out many times, and the normal distribution without chance of its own.

/** Of ten such runs one is below `low` and one above `high`; half are below `likely`. */
export type Spread = { readonly low: number; readonly likely: number; readonly high: number };

/** Rounded to whole ones. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number): number => Math.round(sorted[Math.round((sorted.length - 1) * share)] ?? 0);
  return { low: at(0.1), likely: at(0.5), high: at(0.9) };
}

/** The value below which this share of a standard normal distribution lies: Acklam's approximation, good to 1e-9. */
export function normalAt(share: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const poly = (factors: readonly number[], x: number): number => factors.reduce((sum, factor) => sum * x + factor, 0);
  const edge = 0.02425;
  if (share < edge) {
    const q = Math.sqrt(-2 * Math.log(share));
    return poly(c, q) / poly(d, q);
  }
  if (share > 1 - edge) return -normalAt(1 - share);
  const q = share - 0.5;
  return (poly(a, q * q) * q) / poly(b, q * q);
}
