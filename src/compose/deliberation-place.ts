// Where a deliberation takes place: in a repository, or in any other folder. Patches are tried where there are commits.

import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { inspectProject } from "../adapters/workspace/inspect-project.ts";
import type { Project, RunConfig } from "../domain/config.ts";
import { Fault } from "../engine/ports.ts";
import { createSandbox } from "./ports.ts";

export type DeliberationPlace = {
  readonly project: Project;
  readonly workspace: RunConfig["workspace"];
  /** The top folder of a repository that may speak in settings; undefined: none does. */
  readonly speaks: string | undefined;
  readonly notes: readonly string[];
};

/** Here there is nothing a patch could be applied to; everything else goes on all the same. */
const withoutCommits = new Set([
  "not_a_repository",
  "bare_repository",
  "no_commits",
  "unknown_base",
  "incomplete_repository",
  "git_missing",
  "git_too_old",
]);

/** Throws Fault `folder_missing`, and `foreign_owner` for a repository of somebody else. */
export async function findDeliberationPlace(repo: string, sandbox: RunConfig["sandbox"]): Promise<DeliberationPlace> {
  const folder = await realpath(resolve(repo)).catch((cause: unknown) => {
    throw new Fault("folder_missing", `There is no folder ${repo}.`, {
      remedy: "Name one that exists with --repo.",
      cause,
    });
  });
  try {
    const { dirty, submodules: _, ...project } = await inspectProject(folder, { allowDirty: true, base: "HEAD" });
    const place = { project, speaks: project.root };
    const missing = await createSandbox(sandbox).check();
    if (missing !== undefined)
      return {
        ...place,
        workspace: "none",
        notes: [`Patches of proposals are not tried here: ${missing.problem}. ${missing.remedy}`],
      };
    const note = `Patches are tried on commit ${project.base.slice(0, 12)}, without your uncommitted changes.`;
    return { ...place, workspace: "git", notes: dirty ? [note] : [] };
  } catch (error) {
    if (!(error instanceof Fault) || !withoutCommits.has(error.code)) throw error;
    return { project: { root: folder, branch: null, base: "" }, workspace: "none", speaks: undefined, notes: [] };
  }
}
