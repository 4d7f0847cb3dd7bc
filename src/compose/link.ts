// A new address that lets one browser in, from a process that serves the run's page.

import { runFiles } from "../adapters/run-files.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { linkOf } from "../http/address.ts";
import type { CodeBody } from "../http/wire.ts";
import { stayingServerFile } from "./hub.ts";
import type { Place } from "./place.ts";
import { isListening, sendRaw } from "./send.ts";
import { readServerFile, type ServerFile } from "./server-file.ts";

/** Throws Fault `nothing_served`, `run_unreachable`. */
export async function linkTo(place: Place, run: RunId): Promise<string> {
  const server = await findServer(place, run);
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
