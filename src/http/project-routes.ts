// What a run would meet in a project of this person. Nothing is started, asked of a provider or written.

import type { Hono } from "hono";
import { toProblem } from "./problem.ts";
import { viewQuerySchema } from "./projects-wire.ts";
import type { ConfigBody, DoctorBody, PromptsBody, ViewBody, ViewQuery } from "./projects-wire.ts";

/** `project`: its key. Each throws Fault `project_unknown` where there is none of that name. */
export type ProjectDesk = {
  /** Throws Fault `settings_invalid`. */
  readonly config: (project: string) => Promise<ConfigBody>;
  readonly examine: (project: string) => Promise<DoctorBody["checks"]>;
  /** Throws Fault `file_missing`, `file_refused`, `wrong_view`. */
  readonly view: (project: string, query: ViewQuery) => Promise<ViewBody>;
  /** Throws Fault `prompts_invalid`. */
  readonly prompts: () => Promise<PromptsBody["prompts"]>;
};

export function addProjects(app: Hono, desk: ProjectDesk): void {
  app.get("/api/prompts", async (context) => {
    const body: PromptsBody = { prompts: await desk.prompts() };
    return context.json(body);
  });

  app.get("/api/projects/:project/config", async (context) =>
    context.json(await desk.config(context.req.param("project"))),
  );

  app.get("/api/projects/:project/doctor", async (context) => {
    const body: DoctorBody = { checks: await desk.examine(context.req.param("project")) };
    return context.json(body);
  });

  app.get("/api/projects/:project/view", async (context) => {
    const query = viewQuerySchema.safeParse(context.req.query());
    if (query.success) return context.json(await desk.view(context.req.param("project"), query.data));
    return toProblem(400, {
      code: "query_invalid",
      detail: query.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
      remedy: "`path` names a file or folder of the repository, `as` one of map, skeleton, curated, raw.",
    });
  });
}
