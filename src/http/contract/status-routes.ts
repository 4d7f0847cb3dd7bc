// Routes that tell how one run stands.

import * as desk from "./desk-answers.ts";
import type { ApiRoute } from "./route.ts";
import * as run from "./run-answers.ts";

export const statusRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/status",
    tag: "runs",
    summary: "A run's status under the earlier system's names",
    query: { run: "The run's id; left out: one that goes on here, else the newest." },
    answer: { name: "MmaStatus", schema: run.mmaStatus, what: "Tickets, streams, usage by tier, and what waits." },
    problems: [404],
  },
  {
    method: "GET",
    path: "/api/runs/:run",
    tag: "runs",
    summary: "How a run stands: board, summary, what waits, forecast",
    answer: { name: "Status", schema: run.status, what: "As it is on disk now." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/status",
    tag: "runs",
    summary: "As /api/status, of this run",
    answer: { name: "MmaStatus", schema: run.mmaStatus, what: "Tickets, streams, usage by tier, and what waits." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/budget",
    tag: "runs",
    summary: "What bounds it, and what is spent, held back and left, by scope",
    answer: { name: "Budget", schema: desk.budget, what: "Classes of tokens apart." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/forecast",
    tag: "runs",
    summary: "What was expected of it beside what came of it, in words",
    answer: { name: "ForecastCompared", schema: run.forecastCompared, what: "No rows before there is a plan." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/context",
    tag: "runs",
    summary: "How full each worker's context window is, what fills it, and what telling it in short would give back",
    answer: { name: "Context", schema: desk.context, what: "A meter for each worker that is at work." },
    problems: [404, 409],
  },
];
