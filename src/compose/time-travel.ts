// What the commands that go back in a run ask for: forks, exports, imports.

import type { Conducting, Desk, ForkOptions, RunChoice } from "../cli/desk.ts";
import type { RunListing } from "../engine/ports.ts";
import { carriedPageOf } from "./carried-page.ts";
import { forkRun } from "./fork-run.ts";
import type { Hub } from "./hub.ts";
import { bringIn, takeOut } from "./imports.ts";
import { findPerson } from "./person.ts";
import { findPlace, type Environment, type Place } from "./place.ts";
import { resumeDeadRun } from "./resume-run.ts";
import { saveFile } from "./save-file.ts";
import { stateAt } from "./state-at.ts";
import { compareStates } from "../views/compare-states.ts";

/** `program`: the folder the package lies in. */
type Around = { readonly env: Environment; readonly hub: Hub; readonly program: string };
type Choose = (choice: RunChoice) => Promise<{ readonly place: Place; readonly listing: RunListing }>;

export const travelling = ({
  choose,
  ...around
}: Around & { readonly choose: Choose }): Pick<
  Desk,
  "fork" | "compare" | "takeOut" | "carriedPage" | "bringIn" | "saveParts"
> => ({
  fork: (options) => forkAndConduct(options, around),
  compare: async ({ one, a, b, other }) => {
    const { place, listing } = await choose(one);
    const second = other === undefined ? listing.run : (await choose({ repo: one.repo, run: other })).listing.run;
    return compareStates(await stateAt(place, listing.run, a), await stateAt(place, second, b));
  },
  takeOut: (choice) => takeOutChosen(() => choose(choice)),
  carriedPage: async (choice) => {
    const { place, listing } = await choose(choice);
    return { run: listing.run, html: await carriedPageOf(place, listing, around.program) };
  },
  bringIn: async (repo, source) => bringIn(await findPlace(repo, around.env), source),
  saveParts: saveFile,
});

/** Once the fork is made it is a run like any other whose process is gone. */
async function forkAndConduct({ repo, ...options }: ForkOptions, { env, hub }: Around): Promise<Conducting> {
  const { attended } = options;
  const place = await findPlace(repo, env);
  const { run, at: since } = await forkRun(place, { ...options, by: `person:${findPerson(env)}` }, env);
  return resumeDeadRun(place, { run, reopen: [], ...(attended !== undefined && { attended }) }, { env, hub, since });
}

async function* takeOutChosen(choose: () => ReturnType<Choose>): AsyncGenerator<string> {
  const { place, listing } = await choose();
  yield* takeOut(place, listing.run);
}
