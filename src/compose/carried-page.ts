// A run as one file that opens in a browser, made for a terminal: no server is needed for it.

import { join } from "node:path";
import { createPageFiles } from "../adapters/page-files.ts";
import { runFiles } from "../adapters/run-files.ts";
import { projectKey } from "../adapters/workspace/run-names.ts";
import { foldAll } from "../core/evolve.ts";
import { carry, makeCarriedPage } from "../http/carried-page.ts";
import { cardOf } from "../http/run-card.ts";
import type { RunListing } from "../engine/ports.ts";
import { observeLog } from "./collect-priors.ts";
import { withLog } from "./find-run.ts";
import { isImported } from "./imports.ts";
import type { Place } from "./place.ts";

/** `program`: the folder the package lies in. Throws Fault `page_not_built` and what reading a log throws. */
export const carriedPageOf = (place: Place, { run, createdAt, owner }: RunListing, program: string): Promise<string> =>
  withLog(place, run, async (log) => {
    const { ms } = observeLog(runFiles(place.runs, run).observed, log, { keep: false }).facts;
    const conducted = owner === null ? "nobody" : "elsewhere";
    const state = foldAll(log.read());
    const beside = { run, createdAt, ms, conducted, isImported: isImported(place, run) } as const;
    const card = cardOf(state, { ...beside, projectKey: projectKey(place.root) });
    return makeCarriedPage(createPageFiles(join(program, "dist/page")), await carry(log, card));
  });
