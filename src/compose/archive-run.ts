// A run that is over, moved out of its store into a file: nothing is taken from the store before the file is known to
// hold all of it.

import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Archived } from "../cli/desk.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { discardRun } from "./discard-run.ts";
import { findRun, lookAt } from "./find-run.ts";
import { takeOut } from "./imports.ts";
import type { Place } from "./place.ts";
import { saveFile } from "./save-file.ts";

/**
 * Writes `<folder>/<run>.jsonl`, reads it back, then removes the run. A file that holds the run already, as a move that
 * was cut off leaves it, will do. Throws Fault `run_open`, `run_held`, `run_changed`, `file_exists`, `file_unwritable`.
 */
export async function archiveRun(place: Place, run: RunId, folder: string): Promise<Archived> {
  await refuseOpen(place, run);
  const before = await place.stampOf(run);
  const file = join(resolve(folder), `${run}.jsonl`);
  await makeFolder(folder);
  if (!existsSync(file)) await saveFile(file, takeOut(place, run), { overwrite: false });
  const wanted = await digestOf(takeOut(place, run));
  if ((await digestOf(createReadStream(file))) !== wanted)
    throw new Fault("file_exists", `${file} is there and does not hold ${run} as it is: nothing was removed.`, {
      remedy: "Look what it is, then move it away or choose another folder.",
    });
  if ((await place.stampOf(run)) !== before)
    throw new Fault("run_changed", `${run} went on while it was written to ${file}: nothing was removed.`, {
      remedy: `Remove the file, and archive the run when it has ended: tutti status ${run}`,
    });
  await discardRun(place, run, false);
  return { run, file, bytes: (await stat(file)).size };
}

async function refuseOpen(place: Place, run: RunId): Promise<void> {
  const listing = await findRun(place, run);
  const { state } = await lookAt(place, listing);
  if (state.ended !== null && listing.owner === null) return;
  throw new Fault("run_open", `${run} is not over: only what has ended is archived.`, {
    remedy: `See how it stands with \`tutti status ${run}\`; \`tutti abort ${run}\` ends it.`,
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    throw new Fault("file_unwritable", `The folder ${folder} cannot be made: ${code}.`, {
      remedy: "Choose another place with --to.",
      cause,
    });
  }
}

async function digestOf(parts: AsyncIterable<string | Buffer>): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of parts) hash.update(part);
  return hash.digest("hex");
}
