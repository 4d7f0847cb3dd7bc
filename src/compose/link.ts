// A new address that lets one browser in, from a process that serves the run's page.

import { setTimeout as pause } from "node:timers/promises";
import { runFiles } from "../adapters/run-files.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { linkOf } from "../http/address.ts";
import type { CodeBody } from "../http/wire.ts";
import { findRun } from "./find-run.ts";
import { stayingServerFile } from "./hub.ts";
import type { Place } from "./place.ts";
import { isListening, sendRaw } from "./send.ts";
import { readServerFile, type ServerFile } from "./server-file.ts";

/** A process that has just begun a run serves it a moment later. */
const tries = 60;
const tryEveryMs = 50;

/** Waits up to 3 s for the server of a run that a process holds. Throws Fault `nothing_served`, `run_unreachable`. */
export async function linkTo(place: Place, run: RunId): Promise<string> {
  let server = await findServer(place, run);
  for (let left = tries; left > 0 && server === undefined; left -= 1) {
    if ((await findRun(place, run)).owner === null) break;
    await pause(tryEveryMs);
    server = await findServer(place, run);
  }
  if (server === undefined)
    throw new Fault("nothing_served", `No process serves the page of ${run}.`, {
      remedy: "`tutti serve` serves the page of every run, ended ones too.",
    });
  const response = await sendRaw(server, "/api/session/codes", { method: "POST" });
  const { code, home } = (await response.json()) as CodeBody;
  return linkOf(home, code, run);
}

/** `tutti serve` before the process that conducts the run: its page stays, and browsers that are in stay in. */
async function findServer({ homes, runs }: Place, run: RunId): Promise<ServerFile | undefined> {
  for (const file of [stayingServerFile(homes.state), runFiles(runs, run).server]) {
    const server = readServerFile(file);
    if (server !== undefined && (await isListening(server))) return server;
  }
  return undefined;
}
