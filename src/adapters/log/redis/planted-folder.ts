// What lies beside a planted run on this machine: made under a name of its own, and moved into place by whoever made the
// run on the server. Killed in between, it is moved by whoever opens the run next.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunId } from "../../../domain/ids.ts";
import { makeFolder, syncFolder } from "../durable-files.ts";

const abandonedMs = 24 * 3_600_000;

const plantings = (dir: string): string => join(dir, ".planting");
const plantedAt = (dir: string, run: RunId, claim: string): string => join(plantings(dir), `${run}-${claim}`);

/** `claim`: what the run is made with; no other planting has it. */
export function makePlantedFolder(dir: string, run: RunId, claim: string): string {
  makeFolder(plantings(dir));
  sweep(plantings(dir));
  const folder = plantedAt(dir, run, claim);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** Does nothing where there is none to be moved: it was moved, or the run was not planted on this machine. */
export function movePlantedFolder(dir: string, run: RunId, claim: string): void {
  const folder = plantedAt(dir, run, claim);
  if (claim === "" || !existsSync(folder)) return;
  const target = join(dir, run);
  // Of a run of this name that the server has no more.
  rmSync(target, { recursive: true, force: true });
  renameSync(folder, target);
  syncFolder(dirname(target));
}

export const dropPlantedFolder = (dir: string, run: RunId, claim: string): void =>
  rmSync(plantedAt(dir, run, claim), { recursive: true, force: true });

/** What processes that died left half made. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const age = Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > abandonedMs) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
