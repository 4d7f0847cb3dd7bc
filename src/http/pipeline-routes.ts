// System B's HTTP API: pipelines are runs that are one deliberation. What an agent of one may send itself, with the
// capability it was given, is an error and a line for the log; everything else is behind the same door as all routes.

import type { Hono } from "hono";
import type { RunId } from "../domain/ids.ts";
import type { PipelineDetail } from "../views/pipeline-detail.ts";
import { actorOf } from "./actor.ts";
import { recordIncident, revokeAgents, type Told } from "./pipeline-incidents.ts";
import { cardOf, chainOf, noPipeline, pipelineCards, toBody } from "./pipeline-cards.ts";
import type { PipelineDetailBody, PipelinesBody, RecoveredBody } from "./pipeline-wire.ts";
import {
  acceptSchema,
  failureContextSchema,
  pipelineLogSchema,
  recordErrorSchema,
  recoverSchema,
  revokeSchema,
} from "./pipeline-wire.ts";
import { readBody } from "./read-body.ts";
import { createAppOf } from "./run-app.ts";
import type { FoundRun, ServedRuns } from "./runs.ts";

export type PipelineOptions = { readonly runs: ServedRuns; readonly person: string };

export function addPipelines(app: Hono, { runs, person }: PipelineOptions): void {
  addTelling(app, runs);

  app.get("/api/pipeline", async (context) => {
    const cards = await pipelineCards(runs);
    const body: PipelinesBody = { pipelines: cards.map((card) => toBody(card)) };
    return context.json(body);
  });

  app.get("/api/pipeline/:id", async (context, next) => {
    // These take another method.
    if (/^(?:revoke|log|failure-context)$/.test(context.req.param("id"))) return next();
    const cards = await pipelineCards(runs);
    const card = cardOf(cards, context.req.param("id"));
    if (card === undefined) return noPipeline(context.req.param("id"));
    const answer = await lookInto(runs, card.run, "/pipeline");
    if (!answer.ok) return answer;
    const { pipeline: _told, ...detail } = (await answer.json()) as PipelineDetail;
    const body: PipelineDetailBody = { ...toBody(card), chain: chainOf(card, cards), detail };
    return context.json(body);
  });

  app.get("/api/pipeline/:id/handoff", async (context) => {
    const card = cardOf(await pipelineCards(runs), context.req.param("id"));
    return card === undefined ? noPipeline(context.req.param("id")) : lookInto(runs, card.run, "/handoff");
  });

  app.post("/api/pipeline/:id/recover", async (context) => {
    const body = await readBody(context, recoverSchema);
    if (!body.ok) return body.refusal;
    const card = cardOf(await pipelineCards(runs), context.req.param("id"));
    if (card === undefined) return noPipeline(context.req.param("id"));
    const { as, ...order } = body.value;
    const answer: RecoveredBody = await runs.recover(card.run, order, actorOf(person, as));
    return context.json(answer);
  });

  app.post("/api/pipeline/:id/accept", async (context) => {
    const body = await readBody(context, acceptSchema);
    if (!body.ok) return body.refusal;
    const card = cardOf(await pipelineCards(runs), context.req.param("id"));
    if (card === undefined) return noPipeline(context.req.param("id"));
    const init = { method: "POST", body: JSON.stringify(body.value), headers: { "content-type": "application/json" } };
    return sendTo(await runs.find(card.run), card.run, { path: "/accept", init });
  });
}

/** What orchestrators and agents tell: B-121 to B-124. */
function addTelling(app: Hono, runs: ServedRuns): void {
  app.post("/api/pipeline/errors/record", async (context) => {
    const told: Told = { context, runs, byAgents: true };
    return recordIncident(told, recordErrorSchema, ({ error_type: kind, severity, details, agent }) => ({
      kind,
      severity,
      detail: details,
      agent,
    }));
  });

  app.post("/api/pipeline/log", async (context) => {
    const told: Told = { context, runs, byAgents: true };
    return recordIncident(told, pipelineLogSchema, ({ message, level }) => ({
      kind: "reported",
      severity: "low",
      detail: level === "info" ? message : `${level}: ${message}`,
    }));
  });

  app.post("/api/pipeline/failure-context", async (context) => {
    const told: Told = { context, runs, byAgents: false };
    return recordIncident(told, failureContextSchema, ({ pipeline_id: _id, ...given }) => ({
      kind: failureKinds[given.failure_reason] ?? "orchestrator_failure",
      severity: "high",
      detail: JSON.stringify(given),
    }));
  });

  app.post("/api/pipeline/revoke", async (context) => {
    const body = await readBody(context, revokeSchema);
    return body.ok ? revokeAgents(context, runs, body.value) : body.refusal;
  });
}

/** B-86, B-90. */
const failureKinds: Readonly<Record<string, string>> = {
  stuck: "iteration_timeout",
  iteration_limit: "iteration_limit",
  consensus_failed: "consensus_failure",
};

/** What the run's own routes say, here or in the process that conducts it. `path`: below `/api/runs/:run`. */
async function lookInto(runs: ServedRuns, run: RunId, path: string): Promise<Response> {
  return sendTo(await runs.find(run), run, { path, init: { method: "GET" } });
}

async function sendTo(
  found: FoundRun | undefined,
  run: RunId,
  { path, init }: { readonly path: string; readonly init: RequestInit },
): Promise<Response> {
  if (found === undefined) return noPipeline(run);
  if (found.kind === "elsewhere") return copyOf(await found.send(`/api/runs/${run}${path}`, init));
  try {
    return await createAppOf(found.open).request(path, init);
  } finally {
    found.release();
  }
}

/** Headers of the way between two processes are nobody else's. */
const copyOf = (answer: Response): Response =>
  new Response(answer.body, {
    status: answer.status,
    headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
  });
