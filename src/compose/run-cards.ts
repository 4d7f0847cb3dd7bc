// The cards of all runs of this person: each log is folded once, and again only where its files have changed. The card
// of a run that nobody conducts is kept beside its log, so that a long list is there at once.

import { hostname } from "node:os";
import type { Homes } from "../adapters/run-files.ts";
import { initialState, type RunState } from "../core/state.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault, type RunOwner } from "../engine/ports.ts";
import { cardOf, type BesideState, type RunCard } from "../http/run-card.ts";
import type { OpenRun } from "../http/runs.ts";
import { withChains } from "../views/chain.ts";
import { foldOn, freshFold, type Fold } from "./folding.ts";
import { isImported, pickPlace } from "./imports.ts";
import { keepCard, readKeptCard } from "./kept-card.ts";
import { runsOf, type ProjectRuns } from "./place.ts";
import { projectKeys } from "./shelves.ts";

/** A run of the state folder. */
export type Listed = {
  readonly card: RunCard;
  readonly place: ProjectRuns;
  /** Null where no process conducts it and nothing of it waits for an answer. */
  readonly state: RunState | null;
  /** Conducted on another machine and out of reach: its log can be read here, its process not spoken to. */
  readonly isAway: boolean;
};

export type Cards = {
  /** Looks at every run whose files have changed. Newest first. Nothing that was so before the call is missed. */
  readonly refresh: () => Promise<readonly Listed[]>;
  /** Where a run lies; undefined where there is no such run. */
  readonly placeOf: (run: RunId) => Promise<ProjectRuns | undefined>;
};

type Known = Listed & { readonly stamp: string; readonly fold: Fold };

export type CardsOptions = {
  readonly homes: Homes;
  /** The runs this process conducts. */
  readonly here: ReadonlyMap<RunId, OpenRun>;
  /** Whether the process that conducts a run on another machine can be asked from here; absent: none can. */
  readonly isWithinReach?: (place: ProjectRuns, run: RunId) => Promise<boolean>;
};

export function createCards({ homes, here, isWithinReach }: CardsOptions): Cards {
  const places = new Map<string, ProjectRuns>();
  let known: ReadonlyMap<RunId, Known> = new Map();
  let under: Promise<readonly Listed[]> | undefined;
  let next: Promise<readonly Listed[]> | undefined;

  const allPlaces = async (): Promise<readonly ProjectRuns[]> =>
    (await projectKeys(homes)).map((key) => {
      const place = places.get(key) ?? runsOf(homes, key, toldByCards);
      places.set(key, place);
      return place;
    });

  const lookAll = async (): Promise<readonly Listed[]> => {
    const seen = new Map<RunId, Known>();
    for (const [run, found] of await findAll(await allPlaces())) {
      const place = pickPlace([...found.keys()], run);
      const stamp = place === undefined ? undefined : found.get(place);
      if (place === undefined || stamp === undefined) continue;
      const one = await look({ place, run, stamp, open: here.get(run), isWithinReach }, known.get(run));
      if (one !== undefined) seen.set(run, one);
    }
    known = seen;
    return inChains([...seen.values()]).toSorted((a, b) => newestFirst(a.card, b.card));
  };

  const begin = (): Promise<readonly Listed[]> => {
    next = undefined;
    return (under = lookAll().finally(() => (under = undefined)));
  };

  return {
    // One that is under way may have passed a run before it changed: whoever comes now shares the one after it.
    refresh: () => (under === undefined ? begin() : (next ??= under.then(begin, begin))),
    placeOf: async (run) => known.get(run)?.place ?? findPlaceOf(await allPlaces(), run),
  };
}

/** What became of a run stands in the logs of others, so no card is kept with it. */
function inChains(listed: readonly Listed[]): readonly Listed[] {
  const cards = withChains(listed.map(({ card }) => card));
  return listed.map((each, index) => ({ ...each, card: cards[index] ?? each.card }));
}

async function findPlaceOf(places: readonly ProjectRuns[], run: RunId): Promise<ProjectRuns | undefined> {
  const holding: ProjectRuns[] = [];
  for (const place of places) if ((await place.stampOf(run)) !== undefined) holding.push(place);
  return pickPlace(holding, run);
}

/** By run, the stamp of its log in each place that holds it: one, but where folders were copied. */
async function findAll(places: readonly ProjectRuns[]): Promise<ReadonlyMap<RunId, ReadonlyMap<ProjectRuns, string>>> {
  const found = new Map<RunId, Map<ProjectRuns, string>>();
  for (const place of places)
    for (const { run, stamp } of await place.stamps())
      found.set(run, (found.get(run) ?? new Map<ProjectRuns, string>()).set(place, stamp));
  return found;
}

/** What is wrong with a log stands on its card, and would be said again with every look. */
const toldByCards = (): void => {};

const newestFirst = (a: RunCard, b: RunCard): number => b.createdAt - a.createdAt || (a.run < b.run ? 1 : -1);

type Looked = {
  readonly place: ProjectRuns;
  readonly run: RunId;
  readonly stamp: string;
  readonly open: OpenRun | undefined;
  readonly isWithinReach: CardsOptions["isWithinReach"] | undefined;
};

async function look(looked: Looked, before: Known | undefined): Promise<Known | undefined> {
  const { place, run, stamp, open } = looked;
  if (before !== undefined && open === undefined && before.card.conducted === "nobody" && before.stamp === stamp)
    return before;
  const resting = open === undefined && before === undefined ? readKeptCard(place, run, stamp) : undefined;
  if (resting !== undefined && !waits(resting))
    return { card: resting, place, state: null, stamp, fold: freshFold(), isAway: false };
  const listing = await place.store.look(run);
  if (listing === undefined) return undefined;
  const { createdAt, owner } = listing;
  const isElsewhere = open === undefined && isOwnerAway(place, owner);
  const isAway = isElsewhere && (await looked.isWithinReach?.(place, run)) !== true;
  const isFree = owner === null || (owner.pid === process.pid && !isElsewhere);
  const conducted = open !== undefined ? "here" : isFree ? "nobody" : "elsewhere";
  const beside = { projectKey: place.key, run, createdAt, conducted, isImported: isImported(place, run) } as const;
  try {
    const fold = await foldLog(looked, before?.fold ?? freshFold());
    // The conductor's own state is ahead of the fold, never behind.
    const state = open?.state() ?? fold.state;
    const card = cardOf(state, { ...beside, ms: fold.observer.observed().facts.ms });
    if (conducted !== "nobody") return { card, place, state, stamp, fold, isAway };
    if (owner === null) keepCard(place, card, stamp);
    return { card, place, state: waits(card) ? state : null, stamp, fold: freshFold(), isAway };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // What may pass by itself is looked at again the next time; a damaged log is so until its files change.
    const lasts = error.code === "log_corrupt" || error.code === "newer_store";
    const card = brokenCard(beside, error);
    return { card, place, state: null, stamp: lasts ? stamp : "", fold: freshFold(), isAway };
  }
}

/** Only what lies on a server can be another machine's. */
export const isOwnerAway = ({ homes }: ProjectRuns, owner: RunOwner | null): boolean =>
  homes.store !== undefined && owner !== null && owner.host !== hostname();

/** Nobody can answer for a run that was brought in from a file. */
const waits = ({ needsYou, phase, isImported: isForeign }: RunCard): boolean =>
  needsYou > 0 && phase !== "ended" && !isForeign;

async function foldLog({ place, run, open }: Looked, fold: Fold): Promise<Fold> {
  if (open !== undefined) return foldOn(open.ports.log, fold);
  const log = await place.store.peek(run);
  if (log === undefined) return fold;
  try {
    return await foldOn(log, fold);
  } finally {
    await log.close();
  }
}

const brokenCard = (beside: Omit<BesideState, "ms">, { message, remedy }: Fault): RunCard => ({
  ...cardOf(initialState, { ...beside, ms: 0 }),
  title: beside.run,
  problem: `${message}. ${remedy}`,
});
