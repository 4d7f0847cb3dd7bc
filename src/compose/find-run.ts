// Which run a command means, and what its log says of it.

import { foldAll } from "../core/evolve.ts";
import type { Look } from "../cli/desk.ts";
import { runFiles } from "../adapters/run-files.ts";
import { Fault, type EventLog, type RunListing } from "../engine/ports.ts";
import type { RunId } from "../domain/ids.ts";
import { isImported } from "./imports.ts";
import type { Place, ProjectRuns } from "./place.ts";

/** Newest first. */
export const listRuns = async ({ store }: ProjectRuns): Promise<readonly RunListing[]> =>
  (await store.list()).toSorted((a, b) => b.createdAt - a.createdAt || (a.run < b.run ? 1 : -1));

/**
 * An id, or the beginning of exactly one. Without one: the run a living process conducts, else the one that is open,
 * else the newest. Throws Fault `run_missing` or `run_ambiguous`.
 */
export async function findRun(place: Place, wanted: string | undefined): Promise<RunListing> {
  const listings = await listRuns(place);
  if (wanted !== undefined) return pickNamed(listings, wanted);
  const [newest] = listings;
  if (newest === undefined) {
    throw new Fault("run_missing", `There is no run of ${place.root} yet.`, {
      remedy: "Start one: tutti run <tickets.json>",
    });
  }
  const conducted = pickConducted(listings);
  if (conducted !== undefined) return conducted;
  const open = await filterOpen(place, listings);
  if (open.length > 1) throw ambiguous("More than one run is open", open);
  return open[0] ?? newest;
}

/** Throws Fault `run_ambiguous`. */
export function pickConducted(listings: readonly RunListing[]): RunListing | undefined {
  const conducted = listings.filter(({ owner }) => owner !== null);
  if (conducted.length > 1) throw ambiguous("More than one run is open", conducted);
  return conducted[0];
}

/** Throws Fault `run_missing`, `run_ambiguous`. */
export function pickNamed(listings: readonly RunListing[], wanted: string): RunListing {
  const exact = listings.find(({ run }) => run === wanted);
  const beginning = wanted.startsWith("run_") ? wanted : `run_${wanted}`;
  const matching = exact === undefined ? listings.filter(({ run }) => run.startsWith(beginning)) : [exact];
  const [first] = matching;
  if (first === undefined || wanted === "") {
    throw new Fault("run_missing", `There is no run ${JSON.stringify(wanted)} of this repository.`, {
      remedy: "See `tutti runs`.",
    });
  }
  if (matching.length > 1) throw ambiguous(`${JSON.stringify(wanted)} is the beginning of more than one run`, matching);
  return first;
}

const ambiguous = (what: string, listings: readonly RunListing[]): Fault =>
  new Fault(
    "run_ambiguous",
    `${what}: ${listings
      .map(({ run }) => run)
      .slice(0, 10)
      .join(", ")}.`,
    {
      remedy: "Name one of them; its first characters are enough.",
    },
  );

async function filterOpen(place: Place, listings: readonly RunListing[]): Promise<RunListing[]> {
  const open: RunListing[] = [];
  for (const listing of listings) {
    // Nobody can go on with one that was brought in from a file.
    if (isImported(place, listing.run)) continue;
    const { state } = await lookAt(place, listing);
    if (state.config !== null && state.ended === null) open.push(listing);
  }
  return open;
}

/** Read beside a living owner, without disturbing it. */
export async function lookAt(place: ProjectRuns, { run, createdAt, owner }: RunListing): Promise<Look> {
  const { folder } = runFiles(place.runs, run);
  const state = await withLog(place, run, (log) => foldAll(log.read()));
  return { run, folder, createdAt, pid: owner?.pid ?? null, state };
}

export async function withLog<T>(
  { store }: ProjectRuns,
  run: RunId,
  read: (log: EventLog) => T | Promise<T>,
): Promise<T> {
  const log = await store.peek(run);
  if (log === undefined) throw new Fault("run_missing", `There is no run ${run}.`, { remedy: "See `tutti runs`." });
  try {
    return await read(log);
  } finally {
    await log.close();
  }
}
