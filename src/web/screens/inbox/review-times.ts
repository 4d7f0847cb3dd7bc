// How long this person looks before they answer, by tool: kept in this browser alone, told to nobody.

import { medianOf } from "../../../views/precedents.ts";

const store = "tutti.review-times";
const kept = 50;
/** Fewer looks than this say nothing yet. */
const fewest = 5;
const hastyMs = 2_000;

type Times = Readonly<Record<string, readonly number[]>>;

function readTimes(): Times {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "{}") as Times;
  } catch {
    return {};
  }
}

export function keepReviewTime(matter: string, ms: number): void {
  const times = readTimes();
  const own = [...(times[matter] ?? []), Math.round(ms)].slice(-kept);
  localStorage.setItem(store, JSON.stringify({ ...times, [matter]: own }));
}

export type ReviewPace = { readonly medianMs: number; readonly looks: number; readonly isHasty: boolean };

/** Undefined: too few to say. */
export function reviewPace(matter: string): ReviewPace | undefined {
  const own = readTimes()[matter] ?? [];
  if (own.length < fewest) return undefined;
  const medianMs = medianOf(own);
  return { medianMs, looks: own.length, isHasty: medianMs < hastyMs };
}
