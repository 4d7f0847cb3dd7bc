// What is asked of all runs together, and what makes or takes over a run.

import type { Context, Hono } from "hono";
import { isRunId, type RunId } from "../domain/ids.ts";
import { approvalsOf, byHoldUp } from "../views/approvals.ts";
import { findCards } from "./find-cards.ts";
import { noSuchRun, toProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { AskingRun, ServedRuns } from "./runs.ts";
import { beginSchema, landSchema, resumeSchema, runsQuerySchema, saveModelsSchema } from "./runs-wire.ts";
import type { InboxBody, InboxItem, ProjectsBody, ProjectModelsBody, SavedModelsBody } from "./runs-wire.ts";

/** To be called before the routes of one run are added: some of these lie under a run that is not to be opened for them. */
export function addRuns(app: Hono, runs: ServedRuns): void {
  app.get("/api/runs", async (context) => {
    const query = runsQuerySchema.safeParse(context.req.query());
    if (!query.success) return badQuery(query.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
    const found = findCards(await runs.list(), query.data);
    return found === undefined ? badQuery(["cursor: it is none of this list's"]) : context.json(found);
  });

  app.get("/api/projects", async (context) => {
    const body: ProjectsBody = { projects: await runs.projects() };
    return context.json(body);
  });

  app.get("/api/inbox", async (context) => context.json(inboxOf(await runs.asking())));

  app.post("/api/runs", async (context) => {
    const body = await readBody(context, beginSchema);
    if (!body.ok) return body.refusal;
    const begun = await runs.begin(body.value);
    return context.json(begun, 201, { location: `/api/runs/${begun.run}` });
  });

  app.post("/api/forecast", async (context) => {
    const body = await readBody(context, beginSchema);
    if (!body.ok) return body.refusal;
    if (body.value.tickets === undefined) return noTickets();
    return context.json(await runs.forecast(body.value));
  });

  app.post("/api/runs/:run/resume", async (context) => {
    const run = runIn(context);
    if (run === undefined) return noSuchRun(context.req.param("run"));
    const body = await readBody(context, resumeSchema);
    return body.ok ? context.json(await runs.resume(run, body.value)) : body.refusal;
  });

  app.get("/api/runs/:run/project/models", async (context) => {
    const run = runIn(context);
    return run === undefined
      ? noSuchRun(context.req.param("run"))
      : context.json((await runs.projectModels(run)) satisfies ProjectModelsBody);
  });

  app.put("/api/runs/:run/project/models", async (context) => {
    const run = runIn(context);
    if (run === undefined) return noSuchRun(context.req.param("run"));
    const body = await readBody(context, saveModelsSchema);
    return body.ok ? context.json((await runs.saveModels(run, body.value)) satisfies SavedModelsBody) : body.refusal;
  });

  app.post("/api/runs/:run/land", async (context) => {
    const run = runIn(context);
    if (run === undefined) return noSuchRun(context.req.param("run"));
    const body = await readBody(context, landSchema);
    return body.ok ? context.json(await runs.land(run, body.value)) : body.refusal;
  });
}

const runIn = (context: Context): RunId | undefined => {
  const run = context.req.param("run") ?? "";
  return isRunId(run) ? run : undefined;
};

/** What holds up the longest path first, of all runs; among equals the oldest question. */
function inboxOf(asking: readonly AskingRun[]): InboxBody {
  const items = asking.flatMap(({ card: { run, title, project, conducted }, state }) =>
    approvalsOf(state).map((approval): InboxItem => ({ run, title, project, conducted, approval })),
  );
  return { approvals: items.toSorted(({ approval: a }, { approval: b }) => byHoldUp(a, b)) };
}

const badQuery = (problems: readonly string[]): Response =>
  toProblem(400, {
    code: "query_invalid",
    detail: problems.slice(0, 5).join("; "),
    remedy: "Correct the address, or leave the parameter out.",
  });

const noTickets = (): Response =>
  toProblem(422, {
    code: "tickets_missing",
    detail: "Only tickets can be forecast; a goal has to be planned first.",
    remedy: "Send `tickets`.",
  });
