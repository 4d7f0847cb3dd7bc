// What the commands ask about runs that came to nothing.

import type { Conducting, Desk, ResumeOptions } from "../cli/desk.ts";
import { Fault } from "../engine/ports.ts";
import { findRun } from "./find-run.ts";
import type { Hub } from "./hub.ts";
import { findPerson } from "./person.ts";
import { findPlace, type Environment, type ProjectRuns } from "./place.ts";
import { recoverAndConduct, recoverByPolicy } from "./recover-run.ts";
import { resumeDeadRun } from "./resume-run.ts";

type Around = { readonly env: Environment; readonly hub: Hub };

export const recovering = (around: Around): Pick<Desk, "recover" | "followUp" | "resume"> => ({
  recover: async ({ repo, ...wish }) =>
    recoverAndConduct(await findPlace(repo, around.env), { ...wish, by: `person:${findPerson(around.env)}` }, around),
  followUp: async ({ repo, run }) => {
    const place = await findPlace(repo, around.env);
    return recoverByPolicy(place, (await findRun(place, run)).run, around);
  },
  resume: async (options) => resumeOrRecover(await findPlace(options.repo, around.env), options, around),
});

/** A process that died between the end of a run and the one that recovers from it left just that to go on with. */
async function resumeOrRecover(
  place: ProjectRuns,
  options: Omit<ResumeOptions, "repo">,
  around: Around,
): Promise<Conducting> {
  try {
    return await resumeDeadRun(place, options, around);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "run_ended") throw error;
    const next = await recoverByPolicy(place, options.run, around);
    if (next === undefined) throw error;
    return next;
  }
}
