// A new address that lets one browser in, from the process that serves the run.

import { runFiles } from "../adapters/run-files.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { linkOf } from "../http/address.ts";
import type { CodeBody } from "../http/wire.ts";
import type { Place } from "./place.ts";
import { isListening, sendRaw } from "./send.ts";
import { readServerFile } from "./server-file.ts";

/** Throws Fault `nothing_served`, `run_unreachable`. */
export async function linkTo(place: Place, run: RunId): Promise<string> {
  const server = readServerFile(runFiles(place.runs, run).server);
  if (server === undefined || !(await isListening(server)))
    throw new Fault("nothing_served", `No process serves ${run}.`, {
      remedy: `\`tutti resume ${run}\` goes on with it and serves its page.`,
    });
  const response = await sendRaw(server, "/api/session/codes", { method: "POST" });
  const { code, home } = (await response.json()) as CodeBody;
  return linkOf(home, code, run);
}
