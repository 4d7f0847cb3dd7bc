// The routes of all runs together, and of those that make, take over and land a run.

import { z } from "zod";
import { tierSchema } from "../../domain/config.ts";
import { beginSchema, landSchema, resumeSchema, saveModelsSchema } from "../runs-wire.ts";
import type {
  BegunBody,
  ForecastBody,
  InboxBody,
  LandedBody,
  ProjectModelsBody,
  ProjectsBody,
  ResumedBody,
  RunsBody,
  SavedModelsBody,
} from "../runs-wire.ts";
import { approval } from "./desk-answers.ts";
import { count, epochMs, modelId, outcome, runId } from "./parts.ts";
import { changeProblems, type Answer, type ApiRoute } from "./route.ts";
import { forecast, runCard } from "./run-answers.ts";

const runs: Answer = {
  name: "Runs",
  schema: z.strictObject({
    runs: z.array(runCard),
    next: z.string().nullable().describe("Ask again with this as `cursor`; null at the end."),
  }) satisfies z.ZodType<RunsBody>,
  what: "A card for each.",
};

const projects: Answer = {
  name: "Projects",
  schema: z.strictObject({
    projects: z.array(
      z.strictObject({
        key: z.string(),
        root: z.string().describe("Top folder of the repository; empty where no run of it can be read."),
        name: z.string(),
        runs: count,
        open: count.describe("Runs that have not ended."),
        needsYou: count.describe("Open approvals."),
        lastAt: epochMs.nullable(),
      }),
    ),
  }) satisfies z.ZodType<ProjectsBody>,
  what: "Those that have runs, and those that were named for this server.",
};

const inbox: Answer = {
  name: "Inbox",
  schema: z.strictObject({
    approvals: z.array(
      z.strictObject({
        run: runId,
        title: z.string(),
        project: z.strictObject({ key: z.string(), root: z.string(), name: z.string() }),
        conducted: z
          .enum(["here", "elsewhere", "nobody"])
          .describe("Where nobody does, an answer is recorded and counts once the run is resumed."),
        approval: approval.omit({ detail: true, problem: true }),
      }),
    ),
  }) satisfies z.ZodType<InboxBody>,
  what: "Ordered by what it holds up.",
};

const begun: Answer = {
  name: "Begun",
  schema: z.strictObject({ run: runId, notes: z.array(z.string()) }) satisfies z.ZodType<BegunBody>,
  what: "It is conducted by this server.",
  status: 201,
};

const resumed: Answer = {
  name: "Resumed",
  schema: z.strictObject({
    run: runId,
    kept: count.describe("Completed tickets, which stay so."),
    continued: z.array(z.string()).describe("Steps begun anew where the last owner left them."),
    unknown: z.array(z.string()).describe("Steps that may have had an effect nobody saw."),
  }) satisfies z.ZodType<ResumedBody>,
  what: "It is conducted by this server.",
};

const projectModels: Answer = {
  name: "ProjectModels",
  schema: z.strictObject({
    file: z.string(),
    tiers: z.array(z.strictObject({ tier: tierSchema, models: z.array(modelId) })),
  }) satisfies z.ZodType<ProjectModelsBody>,
  what: "What its tutti.toml says of each tier; an empty ladder where it says nothing.",
};

const savedModels: Answer = {
  name: "SavedModels",
  schema: z.strictObject({
    file: z.string(),
    isChanged: z.boolean().describe("False: it said so already."),
    notes: z.array(z.string()).describe("Why some of them will not count."),
  }) satisfies z.ZodType<SavedModelsBody>,
  what: "The ladders stand in the file; the rest of it is as it was.",
};

const landed: Answer = {
  name: "Landed",
  schema: z.strictObject({
    run: runId,
    outcome,
    into: z.string(),
    how: z.enum(["already_there", "fast_forward", "merge"]),
    from: z.string(),
    to: z.string(),
    files: count,
  }) satisfies z.ZodType<LandedBody>,
  what: "The branch holds the run's result.",
};

const forecastOf: Answer = {
  name: "ForecastOfTickets",
  schema: z.strictObject({
    title: z.string(),
    forecast,
    notes: z.array(z.string()),
  }) satisfies z.ZodType<ForecastBody>,
  what: "With its spread; nothing is started.",
};

export const runsRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/runs",
    tag: "runs",
    summary: "Every run of this person, the newest first, a page at a time",
    query: {
      q: "Words, each of which the title, the id, the project or the goal has to hold.",
      project: "A project's key.",
      outcome: "How it ended.",
      phase: "empty, planning, running or ended.",
      cursor: "`next` of the page before.",
      limit: "At most so many, 1 to 200; 50 where left out.",
    },
    answer: runs,
    problems: [400],
  },
  {
    method: "GET",
    path: "/api/projects",
    tag: "runs",
    summary: "The projects of this person",
    answer: projects,
    problems: [],
  },
  {
    method: "GET",
    path: "/api/inbox",
    tag: "decide",
    summary: "What waits for a person in all runs that a process conducts",
    answer: inbox,
    problems: [],
  },
  {
    method: "POST",
    path: "/api/runs",
    tag: "runs",
    summary: "Begin a run of a goal or of tickets, in a project that is known here",
    body: { name: "RunOrder", schema: beginSchema },
    answer: begun,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/forecast",
    tag: "plan",
    summary: "What the tickets are expected to take; the body of a run's beginning",
    body: { name: "RunOrder", schema: beginSchema },
    answer: forecastOf,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/resume",
    tag: "runs",
    summary: "Take over a run that no process conducts",
    body: { name: "Resume", schema: resumeSchema },
    answer: resumed,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/land",
    tag: "runs",
    summary: "Bring a run's result over to the person's branch",
    body: { name: "Land", schema: landSchema },
    answer: landed,
    problems: changeProblems,
  },
  {
    method: "GET",
    path: "/api/runs/:run/project/models",
    tag: "runs",
    summary: "Which models its project's tutti.toml names for each tier",
    answer: projectModels,
    problems: [404, 409, 422],
  },
  {
    method: "PUT",
    path: "/api/runs/:run/project/models",
    tag: "runs",
    summary: "Write ladders of tiers into its project's tutti.toml, for the runs to come",
    body: { name: "SaveModels", schema: saveModelsSchema },
    answer: savedModels,
    problems: changeProblems,
  },
];
