// The API of all runs of this person. Every route needs the token; nothing changes by GET.

import { Hono, type Context } from "hono";
import { Fault } from "../engine/ports.ts";
import { addCarried } from "./carried-route.ts";
import { addContract } from "./contract-route.ts";
import { addDoor, type DoorOptions } from "./door.ts";
import { addMachines, type MachinesDesk } from "./machine-routes.ts";
import { addPipelines } from "./pipeline-routes.ts";
import { toFaultProblem, toProblem, toServerProblem } from "./problem.ts";
import { addProjects, type ProjectDesk } from "./project-routes.ts";
import { reachRun } from "./reach-run.ts";
import { createRunApp } from "./run-app.ts";
import { addRuns } from "./runs-routes.ts";
import { addTimeTravel, type TimeTravel } from "./time-travel.ts";
import type { ServedRuns } from "./runs.ts";
import { addStream, type ServerEnding } from "./stream/stream-route.ts";
import { addStatus } from "./status-routes.ts";

/** `person`: who holds the token. */
export type AppOptions = DoorOptions & {
  readonly runs: ServedRuns;
  /** Absent: the runs are as they are, as in a test of other routes. */
  readonly travel?: TimeTravel;
  /** Absent: nothing is told of projects. */
  readonly projects?: ProjectDesk;
  /** Absent: nothing is told of machines. */
  readonly machines?: MachinesDesk;
  /** Told of every error that is not the client's. */
  readonly onError: (error: Error) => void;
  /** Streams end in good order with it. */
  readonly ending?: ServerEnding;
};

export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  addDoor(app, options);
  addContract(app);
  addStatus(app, options.runs);
  addRuns(app, options.runs);
  addPipelines(app, options);
  addStream(app, options);
  if (options.projects !== undefined) addProjects(app, options.projects);
  if (options.machines !== undefined) addMachines(app, options.machines);
  if (options.travel !== undefined) addTimeTravel(app, { travel: options.travel, person: options.person });
  app.use("/api/runs/:run/*", reachRun(options.runs));
  addCarried(app, options);
  app.route("/api/runs/:run", createRunApp());
  app.all("/api/*", (context) => refuseMethod(context, app));
  app.notFound(() => noRoute());
  app.onError((error) => {
    if (error instanceof Fault) return toFaultProblem(error);
    options.onError(error);
    return toServerProblem();
  });
  return app;
}

const noRoute = (): Response =>
  toProblem(404, {
    code: "no_such_route",
    detail: "There is nothing at this address.",
    remedy: "The API's routes begin with /api/.",
  });

/** A known address with another method is told from an unknown one. */
function refuseMethod(context: Context, app: Hono): Response {
  const patterns = app.routes.filter(({ method, path }) => method !== "ALL" && toPattern(path).test(context.req.path));
  if (patterns.length === 0) return noRoute();
  const allowed = [...new Set(patterns.map(({ method }) => method))].join(", ");
  const refused = toProblem(405, {
    code: "method_refused",
    detail: `This address takes ${allowed}.`,
    remedy: "Use that method.",
  });
  refused.headers.set("allow", allowed);
  return refused;
}

const toPattern = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:[a-z]+/g, "[^/]+")}$`);
