// A run's card, kept in its folder while nobody conducts it. A cache: without it, or with one that does not fit, the log
// is folded.

import { readFileSync } from "node:fs";
import { replacePrivateFile, runFiles } from "../adapters/run-files.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { RunCard } from "../http/run-card.ts";
import type { ProjectRuns } from "./place.ts";

/** Raised whenever a card has other fields or is made in another way. */
const format = 4;

type Kept = { readonly format: number; readonly stamp: string; readonly card: RunCard };

/** `stamp`: of the log the card was made from. What cannot be kept is made again the next time. */
export function keepCard({ runs }: ProjectRuns, card: RunCard, stamp: string): void {
  try {
    replacePrivateFile(runFiles(runs, card.run).card, JSON.stringify({ format, stamp, card } satisfies Kept));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** Undefined where there is none of exactly this log. */
export function readKeptCard({ runs }: ProjectRuns, run: RunId, stamp: string): RunCard | undefined {
  try {
    const kept = JSON.parse(readFileSync(runFiles(runs, run).card, "utf8")) as Partial<Kept> | null;
    const fits = kept?.format === format && kept.stamp === stamp && kept.card?.run === run;
    return fits ? kept.card : undefined;
  } catch {
    return undefined;
  }
}
