// Which run a command means where runs lie on a server: one of the repository it stands in, or else one of all that are
// there. The machine that asks may have the repository elsewhere, or not at all.

import { findHomes } from "../adapters/run-files.ts";
import type { Look, RunChoice } from "../cli/desk.ts";
import { Fault, type RunListing } from "../engine/ports.ts";
import { findRun, listRuns, lookAt, pickConducted, pickNamed } from "./find-run.ts";
import { findPlace, runsOf, type Environment, type Place, type ProjectRuns } from "./place.ts";
import { projectKeys } from "./shelves.ts";
import { rootIn } from "./travel.ts";

export type Chosen = { readonly place: Place; readonly listing: RunListing };

/** Throws Fault `run_missing`, `run_ambiguous`, `not_a_repository` and its like. */
export async function chooseRun({ repo, run }: RunChoice, env: Environment): Promise<Chosen> {
  try {
    const place = await findPlace(repo, env);
    return { place, listing: await findRun(place, run) };
  } catch (error) {
    const found = isOfFolder(error) ? await findOnServer(run, env) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/** Newest first: those of the repository; where it has none, or is none, all that lie on the server. */
export async function lookAtAll(repo: string, env: Environment): Promise<readonly Look[]> {
  const isOnServer = findHomes(env).store !== undefined;
  let here: readonly Look[] = [];
  try {
    here = await lookIn(await findPlace(repo, env));
  } catch (error) {
    if (!isOnServer || !isOfFolder(error)) throw error;
  }
  if (here.length > 0 || !isOnServer) return here;
  const all = await Promise.all((await placesOnServer(env)).map(lookIn));
  return all.flat().toSorted((a, b) => b.createdAt - a.createdAt || (a.run < b.run ? 1 : -1));
}

const lookIn = async (place: ProjectRuns): Promise<readonly Look[]> =>
  Promise.all((await listRuns(place)).map((listing) => lookAt(place, listing)));

/** The folder a command stands in does not lead to the run. */
const isOfFolder = (error: unknown): boolean =>
  error instanceof Fault &&
  ["run_missing", "not_a_repository", "bare_repository", "foreign_owner"].includes(error.code);

/** A run by its name, or the one that is conducted; undefined where there is none. Throws Fault `run_ambiguous`. */
async function findOnServer(wanted: string | undefined, env: Environment): Promise<Chosen | undefined> {
  const found: { readonly place: ProjectRuns; readonly listing: RunListing }[] = [];
  for (const place of await placesOnServer(env))
    for (const listing of await listRuns(place)) found.push({ place, listing });
  const listings = found.map(({ listing }) => listing);
  const picked = wanted === undefined ? pickConducted(listings) : pickNamedOrNone(listings, wanted);
  const chosen = found.find(({ listing }) => listing === picked);
  if (chosen === undefined) return undefined;
  const { place, listing } = chosen;
  return { place: { ...place, root: (await rootIn(place, listing.run)) ?? "" }, listing };
}

function pickNamedOrNone(listings: readonly RunListing[], wanted: string): RunListing | undefined {
  try {
    return pickNamed(listings, wanted);
  } catch (error) {
    if (error instanceof Fault && error.code === "run_missing") return undefined;
    throw error;
  }
}

async function placesOnServer(env: Environment): Promise<readonly ProjectRuns[]> {
  const homes = findHomes(env);
  return homes.store === undefined ? [] : (await projectKeys(homes)).map((key) => runsOf(homes, key));
}
