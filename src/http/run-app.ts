// The routes of one run. They stand under `/api/runs/:run`; whoever mounts them says first which run is meant.

import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { z } from "zod";
import type { Request as RunRequest } from "../domain/command.ts";
import type { DeliberationId } from "../domain/deliberation.ts";
import type { Actor, ApprovalId, ModelId, TicketId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { submitAnswer, submitMessageEdit } from "../engine/answer-approval.ts";
import { submitModels, type ModelsWish } from "../engine/change-models.ts";
import { loadApprovalDetail } from "../engine/approval-detail.ts";
import { Fault, type Ports } from "../engine/ports.ts";
import { storeText } from "../engine/texts.ts";
import { byWhom } from "../views/actor-name.ts";
import { approvalsOf, type ApprovalView } from "../views/approvals.ts";
import { boardOf } from "../views/board.ts";
import { budgetOf } from "../views/budget.ts";
import { contextMetersOf } from "../views/context-meter.ts";
import { forecastFactOf, forecastOfRun } from "../views/forecast-fact.ts";
import { comparedRows } from "../views/forecast-lines.ts";
import { observeRun } from "../views/observe-run.ts";
import { pendingKindsOf } from "../views/pending-kinds.ts";
import { proposalLines } from "../views/plan-diff.ts";
import { summaryOf } from "../views/summary.ts";
import { actorOf } from "./actor.ts";
import { addInbox } from "./inbox-routes.ts";
import { addModels } from "./model-routes.ts";
import { addPast } from "./past-routes.ts";
import { addPipelineOfRun } from "./pipeline-run-routes.ts";
import { addPlan } from "./plan-routes.ts";
import { toRejectionProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { toAnswer } from "./run-env.ts";
import { addSpans } from "./spans-route.ts";
import { addRunStream } from "./stream/stream-route.ts";
import { addRules } from "./rule-routes.ts";
import type { OpenRun } from "./runs.ts";
import { addRunStatus } from "./status-routes.ts";
import { answerSchema, commandSchema, messageEditSchema } from "./wire.ts";
import type { ApprovalBody, ApprovalsBody, BudgetBody, ContextBody, ForecastBody, StatusBody } from "./wire.ts";

export function createRunApp(): Hono {
  const app = new Hono();
  addLooking(app);
  addSpans(app);
  addAnswering(app);
  addPlan(app);
  addRules(app);
  addModels(app);
  addInbox(app);
  addPast(app);
  addRunStream(app);
  addRunStatus(app);
  addPipelineOfRun(app);
  return app;
}

/** The routes of one run that is known already, for whoever speaks to it inside this process. */
export const createAppOf = (open: OpenRun): Hono =>
  new Hono()
    .use(
      createMiddleware(async (context, next) => {
        context.set("open", open);
        await next();
      }),
    )
    .route("/", createRunApp());

function addLooking(app: Hono): void {
  app.get("/", (context) => {
    const { run, state } = context.get("open");
    const now = state();
    const body: StatusBody = {
      run,
      board: boardOf(now),
      summary: summaryOf(now),
      pending: pendingKindsOf(now),
      forecast: forecastOfRun(now),
    };
    return context.json(body);
  });

  app.get("/budget", (context) => {
    const { run, state, ports } = context.get("open");
    const body: BudgetBody = { run, budget: budgetOf(state(), ports.log.read()) };
    return context.json(body);
  });

  app.get("/context", (context) => {
    const { run, state } = context.get("open");
    const body: ContextBody = { run, workers: contextMetersOf(state()) };
    return context.json(body);
  });

  app.get("/forecast", (context) => {
    const { run, state, ports } = context.get("open");
    const compared = forecastFactOf(state(), observeRun(ports.log.read()).facts);
    const body: ForecastBody = {
      run,
      isDone: compared?.isDone ?? false,
      rows: compared === null ? [] : comparedRows(compared),
    };
    return context.json(body);
  });

  app.get("/approvals", async (context) => {
    const open = context.get("open");
    const views = approvalsOf(open.state());
    const body: ApprovalsBody = { approvals: await Promise.all(views.map((view) => loadApproval(view, open))) };
    return context.json(body);
  });

  app.get("/approvals/:id", async (context) => {
    const open = context.get("open");
    const id = context.req.param("id") as ApprovalId;
    const view = approvalsOf(open.state()).find((each) => each.id === id);
    if (view === undefined) return toRejectionProblem(closedApproval(open.state().settled.get(id), id));
    return context.json(await loadApproval(view, open));
  });
}

function addAnswering(app: Hono): void {
  app.post("/approvals/:id/answer", async (context) => {
    const body = await readBody(context, answerSchema);
    if (!body.ok) return body.refusal;
    const { as, decision, reason, edited, digest } = body.value;
    const answer = {
      approval: context.req.param("id") as ApprovalId,
      decision,
      reason,
      ...(edited === undefined ? {} : { edited }),
      ...(digest === undefined ? {} : { digest }),
    };
    const { change, person } = context.get("open");
    return change(async (desk) => toAnswer(await submitAnswer(desk, answer, actorOf(person, as))));
  });

  app.post("/message-edits", async (context) => {
    const body = await readBody(context, messageEditSchema);
    if (!body.ok) return body.refusal;
    const { as, approval, text, calls, reason } = body.value;
    const edit = { approval: approval as ApprovalId, text, reason, ...(calls === undefined ? {} : { calls }) };
    const { change, person } = context.get("open");
    return change(async (desk) => toAnswer(await submitMessageEdit(desk, edit, actorOf(person, as))));
  });

  app.post("/commands", async (context) => {
    const body = await readBody(context, commandSchema);
    if (!body.ok) return body.refusal;
    const { change, person } = context.get("open");
    const by: Actor = actorOf(person, body.value.as);
    const wish = body.value;
    return change(async (desk) => {
      if (wish.type === "models.set") return toAnswer(await submitModels(desk, toModelsWish(wish), by));
      return toAnswer(await desk.conductor.submit(await toRequest(wish, { ports: desk.ports, by }), by));
    });
  });
}

type Wish = z.output<typeof commandSchema>;

const toModelsWish = ({ ticket, tier, models }: Extract<Wish, { type: "models.set" }>): ModelsWish => {
  const ladder = models as ModelId[];
  return tier === undefined ? { ticket: ticket as TicketId, models: ladder } : { tier, models: ladder };
};

async function toRequest(
  body: Exclude<Wish, { type: "models.set" }>,
  { ports, by }: { ports: Pick<Ports, "log">; by: Actor },
): Promise<RunRequest> {
  const why = "reason" in body && body.reason !== "" ? body.reason : `asked for${byWhom(by)}`;
  switch (body.type) {
    case "pause":
      return { type: "run.pause", drain: body.drain, reason: why };
    case "resume":
      return { type: "run.resume" };
    case "mode":
      return { type: "run.set_mode", mode: body.mode };
    case "trust":
      return { type: "run.set_trust", trust: body.trust };
    case "ticket.trust":
      return { type: "ticket.set_trust", ticket: body.ticket as TicketId, trust: body.trust };
    case "context.compact":
      return { type: "context.compact", ticket: body.ticket as TicketId };
    case "lanes":
      return { type: "run.set_lanes", lanes: body.lanes };
    case "attended":
      return { type: "run.set_attended", attended: body.attended };
    case "budget.raise":
      return { type: "budget.raise", raises: body.bounds };
    case "abort":
      return { type: "run.abort", reason: why, ...(body.now && { now: true }) };
    case "ticket.abort":
      return { type: "ticket.abort", ticket: body.ticket as TicketId, reason: why };
    case "message.restore":
      return { type: "message.restore", approval: body.approval as ApprovalId, reason: body.reason };
    case "rule.add":
      return { type: "rule.add", rule: body.rule, answer: body.answer as ApprovalId[] };
    case "rule.remove":
      return { type: "rule.remove", id: body.id };
    case "ticket.steer":
      return { type: "ticket.steer", ticket: body.ticket as TicketId, text: await storeText(ports.log, body.text) };
    case "deliberation.tell": {
      const deliberation = body.deliberation as DeliberationId;
      return { type: "deliberation.tell", deliberation, to: body.to, text: await storeText(ports.log, body.text) };
    }
    case "ticket.pause":
      return { type: "ticket.pause", ticket: body.ticket as TicketId, reason: why };
    case "ticket.resume":
      return { type: "ticket.resume", ticket: body.ticket as TicketId };
    case "ticket.reopen": {
      const guidance = body.guidance === undefined ? {} : { guidance: await storeText(ports.log, body.guidance) };
      return { type: "ticket.reopen", ticket: body.ticket as TicketId, ...guidance };
    }
    default:
      return body satisfies never;
  }
}

async function loadApproval(view: ApprovalView, { state, ports }: OpenRun): Promise<ApprovalBody> {
  try {
    const now = state();
    const detail = (await loadApprovalDetail(ports, now, view.id)) ?? null;
    const proposal = proposalLines(now, view.id);
    if (detail === null || proposal === undefined) return { ...view, detail };
    return { ...view, detail: { ...detail, preview: proposal.join("\n") } };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...view, detail: null, problem: `${error.message}; ${error.remedy}` };
  }
}

type Settled = { readonly by: Actor; readonly decision: string; readonly void: boolean };

function closedApproval(settled: Settled | undefined, approval: ApprovalId): Rejection {
  if (settled === undefined) return { code: "approval_unknown", approval };
  const { by, decision } = settled;
  return settled.void
    ? { code: "approval_void", approval, reason: decision }
    : { code: "approval_answered", approval, by, decision };
}
