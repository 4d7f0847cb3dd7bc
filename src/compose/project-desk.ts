// What the API tells of a project and of this machine, done as the commands do it.

import { findRoot } from "./projects.ts";
import type { AppOptions } from "../http/app.ts";
import type { Project } from "../http/runs-wire.ts";
import type { ProjectDesk } from "../http/project-routes.ts";
import { examine } from "./examine.ts";
import { explainConfig } from "./explain-config.ts";
import { createMachinesDesk } from "./machine-list.ts";
import { listPrompts } from "./list-prompts.ts";
import type { Environment } from "./place.ts";
import { view } from "./view.ts";

export type ProjectDeskOptions = {
  readonly env: Environment;
  /** The folder the package lies in. */
  readonly program: string;
  readonly projects: () => Promise<readonly Project[]>;
};

/** What is asked of no run. */
export const createDesks = (options: ProjectDeskOptions): Pick<AppOptions, "projects" | "machines"> => ({
  projects: createProjectDesk(options),
  machines: createMachinesDesk(options.env, options.program),
});

export function createProjectDesk({ env, program, projects }: ProjectDeskOptions): ProjectDesk {
  const rootOf = async (project: string): Promise<string> => findRoot(await projects(), project);
  return {
    config: async (project) => explainConfig({ repo: await rootOf(project), models: [], sandbox: "bwrap" }, env),
    examine: async (project) => examine({ repo: await rootOf(project), env, program, online: false }),
    view: async (project, { path, as }) =>
      view({ repo: await rootOf(project), path, ...(as === undefined ? {} : { as }) }, env),
    prompts: () => listPrompts(env, program),
  };
}
