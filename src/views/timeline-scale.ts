// Wall time as a scale: where a moment stands, and which round moments are marked.

export type Scale = {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly width: number;
};

export const placeAt = ({ from, to, width }: Scale, at: number): number =>
  ((at - from) * width) / Math.max(1, to - from);

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [
  second,
  2 * second,
  5 * second,
  10 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
] as const;

/** Ms after the beginning, at least `apart` pixels from each other. */
export function ticksOf(scale: Scale, apart = 90): readonly number[] {
  const span = scale.to - scale.from;
  const least = (span * apart) / Math.max(1, scale.width);
  const step = steps.find((each) => each >= least) ?? Math.ceil(least / (24 * hour)) * 24 * hour;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, place) => place * step);
}
