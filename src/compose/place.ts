// Where things are: the person's folders, and the runs of the repository a command was given.

import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { RunShelf } from "../adapters/log/run-shelf.ts";
import { findHomes, runsFolder, type Homes } from "../adapters/run-files.ts";
import { createGit } from "../adapters/workspace/git.ts";
import { locateRepository } from "../adapters/workspace/locate-repository.ts";
import { projectKey } from "../adapters/workspace/run-names.ts";
import { Fault } from "../engine/ports.ts";
import { shelfOf } from "./shelves.ts";

/** The runs of one project. */
export type ProjectRuns = RunShelf & {
  readonly homes: Homes;
  /** Names the project in the state folder and in addresses. */
  readonly key: string;
  /** Folder of what lies beside their logs on this machine; may not exist yet. */
  readonly runs: string;
};

export type Place = ProjectRuns & {
  /** Canonical top folder of the repository. */
  readonly root: string;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A folder that is no repository is one as well where a deliberation took place in it. Throws Fault `not_a_repository`,
 * `bare_repository`, `foreign_owner`.
 */
export async function findPlace(repo: string, env: Environment): Promise<Place> {
  try {
    const { root } = await locateRepository(createGit(), resolve(repo));
    return placeOf(root, env);
  } catch (error) {
    const isPlain = error instanceof Fault && (error.code === "not_a_repository" || error.code === "bare_repository");
    const place = isPlain ? placeOf(await realpath(resolve(repo)), env) : undefined;
    if (place === undefined || !(await hasRuns(place))) throw error;
    return place;
  }
}

/** For a canonical top folder that is known already. */
export function placeOf(root: string, env: Environment): Place {
  return { root, ...runsOf(findHomes(env), projectKey(root)) };
}

/** `warn`: told of what is doubtful but not refused; the process's own warnings where absent. */
export function runsOf(homes: Homes, key: string, warn?: (message: string) => void): ProjectRuns {
  const runs = runsFolder(homes, key);
  return { homes, key, runs, ...shelfOf({ homes, key, runs }, warn) };
}

/** On a server the project may have runs of which this machine knows nothing yet. */
const hasRuns = async (place: Place): Promise<boolean> =>
  place.homes.store === undefined ? existsSync(place.runs) : (await place.stamps()).length > 0;
