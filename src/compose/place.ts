// Where things are: the person's folders, and the runs of the repository a command was given.

import { resolve } from "node:path";
import { createSqliteRunStore } from "../adapters/log/sqlite-log.ts";
import { findHomes, runsFolder, type Homes } from "../adapters/run-files.ts";
import { createGit } from "../adapters/workspace/git.ts";
import { locateRepository } from "../adapters/workspace/locate-repository.ts";
import { projectKey } from "../adapters/workspace/run-names.ts";
import type { RunStore } from "../engine/ports.ts";

export type Place = {
  readonly homes: Homes;
  /** Canonical top folder of the repository. */
  readonly root: string;
  /** Folder of its runs; may not exist yet. */
  readonly runs: string;
  readonly store: RunStore;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws Fault `not_a_repository`, `bare_repository`, `foreign_owner`. */
export async function findPlace(repo: string, env: Environment): Promise<Place> {
  const { root } = await locateRepository(createGit(), resolve(repo));
  return placeOf(root, env);
}

/** For a canonical top folder that is known already. */
export function placeOf(root: string, env: Environment): Place {
  const homes = findHomes(env);
  const runs = runsFolder(homes, projectKey(root));
  return { homes, root, runs, store: createSqliteRunStore({ dir: runs }) };
}
