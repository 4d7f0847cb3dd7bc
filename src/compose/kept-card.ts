// A run's card, kept in its folder while nobody conducts it. A cache: without it, or with one that does not fit, the log
// is folded.

import { readFileSync } from "node:fs";
import { replacePrivateFile, runFiles } from "../adapters/run-files.ts";
import type { RunState } from "../core/state.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { cardOf, type RunCard } from "../http/run-card.ts";
import { isImported } from "./imports.ts";
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

/** A run as the process left it that conducted it. `ms`: working time. */
export type Left = { readonly run: RunId; readonly state: RunState; readonly ms: number };

/** By the process that closed the run's log: the next list of all runs need not fold it. */
export async function keepLeftCard(place: ProjectRuns, { run, state, ms }: Left): Promise<void> {
  try {
    const stamp = await place.stampOf(run);
    const listing = await place.store.look(run);
    if (stamp === undefined || listing === undefined || listing.owner !== null) return;
    // Somebody may have spoken to it since: then the card is the next list's to make.
    if ((await hasMore(place, run, state.seq)) || (await place.stampOf(run)) !== stamp) return;
    const { createdAt } = listing;
    const beside = { projectKey: place.key, run, createdAt, ms, isImported: isImported(place, run) };
    keepCard(place, cardOf(state, { ...beside, conducted: "nobody" }), stamp);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

async function hasMore(place: ProjectRuns, run: RunId, seq: number): Promise<boolean> {
  const log = await place.store.peek(run);
  if (log === undefined) return true;
  try {
    for (const _ of log.read(seq)) return true;
    return false;
  } finally {
    await log.close();
  }
}
