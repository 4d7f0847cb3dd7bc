// Every route of the API with what it takes, gives and refuses. A route that is not here fails a test, and so does one
// that is here alone.

import { answerSchema, commandSchema, messageEditSchema, patchSchema, sessionSchema } from "../wire.ts";
import { allRoutes } from "./all-routes.ts";
import * as desk from "./desk-answers.ts";
import { pastRoutes } from "./past-routes.ts";
import { projectRoutes } from "./project-routes.ts";
import { ruleRoutes } from "./rule-routes.ts";
import type { Answer, ApiRoute } from "./route.ts";
import * as run from "./run-answers.ts";
import { travelRoutes } from "./travel-routes.ts";

const accepted: Answer = { name: "Accepted", schema: desk.accepted, what: "Recorded." };
/** Of whatever sends a body, and of whatever changes a run. */
const bodyProblems = [400, 413, 415, 422];
const changeProblems = [...bodyProblems, 404, 409];

export const apiRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/openapi.json",
    tag: "contract",
    summary: "This document",
    answer: "document",
    problems: [],
  },
  {
    method: "POST",
    path: "/api/session",
    tag: "sessions",
    summary: "Let a browser in by a one-time code",
    body: { name: "SessionRequest", schema: sessionSchema },
    answer: { name: "Session", schema: desk.session, what: "A cookie is set." },
    problems: [...bodyProblems, 401],
  },
  {
    method: "GET",
    path: "/api/session",
    tag: "sessions",
    summary: "Who asks, and until when the session lasts",
    answer: { name: "Session", schema: desk.session, what: "The caller." },
    problems: [],
  },
  {
    method: "DELETE",
    path: "/api/session",
    tag: "sessions",
    summary: "End this browser's session",
    answer: "nothing",
    problems: [],
  },
  {
    method: "POST",
    path: "/api/session/codes",
    tag: "sessions",
    summary: "Make a new one-time code; for who holds the token",
    answer: { name: "Code", schema: desk.code, what: "It opens one session within ten minutes." },
    problems: [],
  },
  {
    method: "GET",
    path: "/api/status",
    tag: "runs",
    summary: "A run's status under the earlier system's names",
    query: { run: "The run's id; left out: one that goes on here, else the newest." },
    answer: { name: "MmaStatus", schema: run.mmaStatus, what: "Tickets, streams, usage by tier, and what waits." },
    problems: [404],
  },
  ...allRoutes,
  ...projectRoutes,
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
  ...pastRoutes,
  ...ruleRoutes,
  ...travelRoutes,
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
    path: "/api/runs/:run/context",
    tag: "runs",
    summary: "How full each worker's context window is, what fills it, and what telling it in short would give back",
    answer: { name: "Context", schema: desk.context, what: "A meter for each worker that is at work." },
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
    path: "/api/runs/:run/precedents",
    tag: "decide",
    summary: "How requests like those that wait were answered before",
    answer: { name: "Precedents", schema: desk.precedents, what: "Counted by request and by tool." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/tools",
    tag: "decide",
    summary: "The tools its workers may be given, and what each takes",
    answer: { name: "Tools", schema: desk.tools, what: "Arguments as JSON schema." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/approvals",
    tag: "decide",
    summary: "What waits for a person, the most urgent first",
    answer: { name: "Approvals", schema: desk.approvals, what: "Each with what to see before an answer." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/approvals/:id",
    tag: "decide",
    summary: "One that waits; or who closed it",
    answer: { name: "Approval", schema: desk.approval, what: "It is open." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/approvals/:id/message",
    tag: "decide",
    summary: "The message that can be rewritten there, with all its versions",
    answer: { name: "Message", schema: desk.message, what: "Texts whole, the oldest version first." },
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/runs/:run/approvals/:id/answer",
    tag: "decide",
    summary: "Approve, edit, reject or abort",
    body: { name: "Answer", schema: answerSchema },
    answer: accepted,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/message-edits",
    tag: "decide",
    summary: "Rewrite the model's last message at a gate",
    body: { name: "MessageEdit", schema: messageEditSchema },
    answer: accepted,
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/commands",
    tag: "decide",
    summary: "Pause, resume, mode, trust, lanes, bounds, abort, and of a ticket trust, abort, reopening",
    body: { name: "Command", schema: commandSchema },
    answer: accepted,
    problems: changeProblems,
  },
  {
    method: "GET",
    path: "/api/runs/:run/plan",
    tag: "plan",
    summary: "The plan as it is now",
    answer: { name: "Plan", schema: desk.plan, what: "It can be run." },
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/runs/:run/plan/diff",
    tag: "plan",
    summary: "What a patch would do; changes nothing",
    body: { name: "Patch", schema: patchSchema },
    answer: { name: "PlanDiff", schema: desk.planDiff, what: "As a graph diff and in words." },
    problems: changeProblems,
  },
  {
    method: "POST",
    path: "/api/runs/:run/plan/patch",
    tag: "plan",
    summary: "Change the plan",
    body: { name: "Patch", schema: patchSchema },
    answer: accepted,
    problems: changeProblems,
  },
];
