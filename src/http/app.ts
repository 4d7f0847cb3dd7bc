// The loopback API of one conducted run. Every route needs the token; nothing changes by GET.

import { Hono, type Context } from "hono";
import type { Request as RunRequest } from "../domain/command.ts";
import type { Actor, ApprovalId, TicketId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { submitAnswer, submitMessageEdit } from "../engine/answer-approval.ts";
import { loadApprovalDetail } from "../engine/approval-detail.ts";
import type { Conductor, Submitted } from "../engine/conductor.ts";
import { Fault, type Ports } from "../engine/ports.ts";
import { storeText } from "../engine/texts.ts";
import { byWhom } from "../views/actor-name.ts";
import { approvalsOf, type ApprovalView } from "../views/approvals.ts";
import { budgetOf } from "../views/budget.ts";
import { boardOf } from "../views/board.ts";
import { forecastOfRun } from "../views/forecast-fact.ts";
import { pendingKindsOf } from "../views/pending-kinds.ts";
import { proposalLines } from "../views/plan-diff.ts";
import { summaryOf } from "../views/summary.ts";
import { actorOf } from "./actor.ts";
import { addDoor, type DoorOptions } from "./door.ts";
import { createEventStream } from "./event-stream.ts";
import { toProblem, toRejectionProblem } from "./problem.ts";
import { addPlan, type PlanOptions } from "./plan-routes.ts";
import { readBody } from "./read-body.ts";
import { answerSchema, commandSchema, messageEditSchema } from "./wire.ts";
import type { Accepted, ApprovalBody, ApprovalsBody, BudgetBody, LogBody, StatusBody } from "./wire.ts";
import type { z } from "zod";

/** `person`: who holds the token; the name answers are recorded under. */
export type AppOptions = Pick<PlanOptions, "isHeld"> &
  DoorOptions & {
    readonly conductor: Conductor;
    readonly ports: Ports;
    /** Aborted when the run is over: open event streams end. */
    readonly signal: AbortSignal;
    /** Told of every error that is not the client's. */
    readonly onError: (error: Error) => void;
  };

const logPage = 1_000;

export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  addDoor(app, options);
  addLooking(app, options);
  addAnswering(app, options);
  addPlan(app, options);
  app.all("/api/*", (context) => refuseMethod(context, app));
  app.notFound(() => noRoute());
  app.onError((error) => {
    if (error instanceof Fault)
      return toProblem(409, { code: error.code, detail: error.message, remedy: error.remedy });
    options.onError(error);
    return toProblem(500, {
      code: "server_failed",
      detail: "Something went wrong inside Tutti; the run goes on.",
      remedy: "Its process.log in the run's folder says more.",
    });
  });
  return app;
}

function addLooking(app: Hono, options: AppOptions): void {
  const { conductor, ports } = options;

  app.get("/api/status", (context) => {
    const state = conductor.state();
    const body: StatusBody = {
      run: ports.log.run,
      board: boardOf(state),
      summary: summaryOf(state),
      pending: pendingKindsOf(state),
      forecast: forecastOfRun(state),
    };
    return context.json(body);
  });

  app.get("/api/budget", (context) => {
    const body: BudgetBody = { run: ports.log.run, budget: budgetOf(conductor.state(), ports.log.read()) };
    return context.json(body);
  });

  app.get("/api/approvals", async (context) => {
    const views = approvalsOf(conductor.state());
    const body: ApprovalsBody = { approvals: await Promise.all(views.map((view) => loadApproval(view, options))) };
    return context.json(body);
  });

  app.get("/api/approvals/:id", async (context) => {
    const id = context.req.param("id") as ApprovalId;
    const view = approvalsOf(conductor.state()).find((each) => each.id === id);
    if (view === undefined) return toRejectionProblem(closedApproval(conductor.state().settled.get(id), id));
    return context.json(await loadApproval(view, options));
  });

  app.get("/api/events", (context) => streamEvents(context, options));

  app.get("/api/log", (context) => {
    const after = parseAfter(context.req.query("after"));
    return after === undefined ? badAfter() : context.json(readLogPage(options, after));
  });
}

function addAnswering(app: Hono, { conductor, ports, person }: AppOptions): void {
  app.post("/api/approvals/:id/answer", async (context) => {
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
    return toAnswer(context, await submitAnswer({ conductor, ports }, answer, actorOf(person, as)));
  });

  app.post("/api/message-edits", async (context) => {
    const body = await readBody(context, messageEditSchema);
    if (!body.ok) return body.refusal;
    const { as, approval, text, calls, reason } = body.value;
    const edit = { approval: approval as ApprovalId, text, reason, ...(calls === undefined ? {} : { calls }) };
    return toAnswer(context, await submitMessageEdit({ conductor, ports }, edit, actorOf(person, as)));
  });

  app.post("/api/commands", async (context) => {
    const body = await readBody(context, commandSchema);
    if (!body.ok) return body.refusal;
    const by: Actor = actorOf(person, body.value.as);
    return toAnswer(context, await conductor.submit(await toRequest(body.value, { ports, by }), by));
  });
}

const toAnswer = (context: Context, submitted: Submitted): Response => {
  if (!submitted.ok) return toRejectionProblem(submitted.rejection);
  const body: Accepted = { seq: submitted.seq, events: submitted.records.length };
  return context.json(body);
};

async function toRequest(
  body: z.output<typeof commandSchema>,
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
      return { type: "run.abort", reason: why };
    case "ticket.abort":
      return { type: "ticket.abort", ticket: body.ticket as TicketId, reason: why };
    case "ticket.reopen": {
      const guidance = body.guidance === undefined ? {} : { guidance: await storeText(ports.log, body.guidance) };
      return { type: "ticket.reopen", ticket: body.ticket as TicketId, ...guidance };
    }
    default:
      return body satisfies never;
  }
}

async function loadApproval(view: ApprovalView, { conductor, ports }: AppOptions): Promise<ApprovalBody> {
  try {
    const state = conductor.state();
    const detail = (await loadApprovalDetail(ports, state, view.id)) ?? null;
    const proposal = proposalLines(state, view.id);
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

function readLogPage({ conductor, ports }: AppOptions, after: number): LogBody {
  const records: LogBody["records"][number][] = [];
  const durable = conductor.state().seq;
  for (const recorded of ports.log.read(after)) {
    if (recorded.seq > durable) break;
    if (records.length === logPage) return { records, next: after + logPage };
    records.push(recorded);
  }
  return { records, next: null };
}

function streamEvents(context: Context, { conductor, ports, signal }: AppOptions): Response {
  const after = parseAfter(context.req.header("last-event-id") ?? context.req.query("after"));
  if (after === undefined) return badAfter();
  const stream = createEventStream({
    log: ports.log,
    feed: conductor.feed,
    durable: () => conductor.state().seq,
    after,
    signal,
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream", "x-accel-buffering": "no" } });
}

/** Undefined where it is not a whole number. */
const parseAfter = (text: string | undefined): number | undefined => {
  if (text === undefined || text === "") return 0;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

const badAfter = (): Response =>
  toProblem(400, {
    code: "after_invalid",
    detail: "`after` must be a record's number.",
    remedy: "Leave it out to start at the beginning.",
  });

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
