// System B's routes: what orchestrators and agents tell of a pipeline, and what a person looks at and chooses.

import { handoffSchema } from "../../domain/handoff.ts";
import {
  acceptSchema,
  failureContextSchema,
  pipelineLogSchema,
  recordErrorSchema,
  recoverSchema,
  revokeSchema,
} from "../pipeline-wire.ts";
import * as told from "./pipeline-answers.ts";
import type { Answer, ApiRoute } from "./route.ts";

const bodyProblems = [400, 413, 415, 422];
const tellProblems = [...bodyProblems, 404, 409];

const recorded: Answer = { name: "RecordedIncident", schema: told.recorded, what: "It stands in the run's log." };
const handoff: Answer = { name: "Handoff", schema: handoffSchema, what: "As it was stored, with its checksum." };
const partial: Answer = { name: "Partial", schema: told.partial, what: "What was taken." };

export const pipelineRoutes: readonly ApiRoute[] = [
  {
    method: "POST",
    path: "/api/pipeline/errors/record",
    tag: "pipeline",
    summary: "An error of a pipeline; an agent's own capability will do as the token",
    body: { name: "PipelineError", schema: recordErrorSchema },
    answer: recorded,
    problems: tellProblems,
  },
  {
    method: "POST",
    path: "/api/pipeline/log",
    tag: "pipeline",
    summary: "A line for a pipeline's log; an agent's own capability will do as the token",
    body: { name: "PipelineLogLine", schema: pipelineLogSchema },
    answer: recorded,
    problems: tellProblems,
  },
  {
    method: "POST",
    path: "/api/pipeline/failure-context",
    tag: "pipeline",
    summary: "Why an orchestrator gave a pipeline up",
    body: { name: "PipelineFailure", schema: failureContextSchema },
    answer: recorded,
    problems: tellProblems,
  },
  {
    method: "POST",
    path: "/api/pipeline/revoke",
    tag: "pipeline",
    summary: "Make the capabilities of a pipeline's agents worth nothing",
    body: { name: "PipelineRevocation", schema: revokeSchema },
    answer: { name: "Revoked", schema: told.revoked, what: "They are heard no more." },
    problems: tellProblems,
  },
  {
    method: "GET",
    path: "/api/pipeline",
    tag: "pipeline",
    summary: "Every run that is one deliberation, the newest first",
    answer: { name: "Pipelines", schema: told.pipelines, what: "With its place in a chain of recoveries." },
    problems: [],
  },
  {
    method: "GET",
    path: "/api/pipeline/:id",
    tag: "pipeline",
    summary: "One pipeline: its chain, agents, errors, failure, and the earlier system's keys",
    answer: { name: "PipelineDetail", schema: told.pipelineDetail, what: "As its log tells now." },
    // The names of routes that take another method are no pipelines.
    problems: [404, 405, 409],
  },
  {
    method: "GET",
    path: "/api/pipeline/:id/handoff",
    tag: "pipeline",
    summary: "What it handed over when it ended without consensus",
    answer: handoff,
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/pipeline/:id/recover",
    tag: "pipeline",
    summary:
      "Begin the run that recovers from it: as the policy would, once more, with the mediator, or with higher models",
    body: { name: "Recover", schema: recoverSchema },
    answer: { name: "Recovered", schema: told.recovered, what: "One run, however often it is asked for." },
    problems: tellProblems,
  },
  {
    method: "POST",
    path: "/api/pipeline/:id/accept",
    tag: "pipeline",
    summary: "Take what there is without an agreement",
    body: { name: "AcceptPartial", schema: acceptSchema },
    answer: partial,
    problems: tellProblems,
  },
  {
    method: "GET",
    path: "/api/runs/:run/pipeline",
    tag: "pipeline",
    summary: "As /api/pipeline/:id, of this run alone",
    answer: { name: "PipelineOfRun", schema: told.pipelineOfRun, what: "As its log tells now." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/handoff",
    tag: "pipeline",
    summary: "As /api/pipeline/:id/handoff",
    answer: handoff,
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/runs/:run/accept",
    tag: "pipeline",
    summary: "As /api/pipeline/:id/accept",
    body: { name: "AcceptPartial", schema: acceptSchema },
    answer: partial,
    problems: tellProblems,
  },
];
