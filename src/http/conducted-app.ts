// What is asked of one run that this process conducts, by a process that has been let in already: it shares the store.

import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { Fault } from "../engine/ports.ts";
import { addCarried } from "./carried-route.ts";
import { toFaultProblem, toServerProblem } from "./problem.ts";
import { createRunApp } from "./run-app.ts";
import type { OpenRun, Runs } from "./runs.ts";
import type { FindPageFile } from "./static-page.ts";

export type ConductedOptions = {
  readonly open: OpenRun;
  readonly runs: Runs;
  readonly page?: FindPageFile;
  readonly onError: (error: Error) => void;
};

/** The routes below `/api/runs/<the run>`, and no other. What is asked is recorded under `open.person`. */
export function createConductedApp({ open, runs, page, onError }: ConductedOptions): Hono {
  const app = new Hono();
  app.use(
    "/api/runs/:run/*",
    createMiddleware(async (context, next) => {
      if (context.req.param("run") !== open.run) return context.notFound();
      context.set("open", open);
      return next();
    }),
  );
  addCarried(app, page === undefined ? { runs } : { runs, page });
  app.route("/api/runs/:run", createRunApp());
  app.onError((error) => {
    if (error instanceof Fault) return toFaultProblem(error);
    onError(error);
    return toServerProblem();
  });
  return app;
}
