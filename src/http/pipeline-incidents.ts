// Errors, notes and failure contexts that are told of a pipeline, and the revocation of its agents. Each is recorded
// once, by whichever process conducts the run (DB-24, DB-64).

import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { z } from "zod";
import { incidentSchema, type Incident } from "../domain/deliberation-event.ts";
import type { Recorded } from "../domain/event.ts";
import type { Actor, RunId } from "../domain/ids.ts";
import { errorsIn } from "../views/pipeline-detail.ts";
import { questionIn } from "../views/pipeline.ts";
import { actorOf } from "./actor.ts";
import { capabilityHeader, capabilityOf, unknownCaller } from "./guard.ts";
import type { RecordedBody, RevokedBody } from "./pipeline-wire.ts";
import { noPipeline, runOfPipeline } from "./pipeline-cards.ts";
import { toRejectionProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { OpenRun, ServedRuns } from "./runs.ts";

export type Told = {
  readonly context: Context;
  readonly runs: ServedRuns;
  /** An agent of the pipeline may tell it too, with its capability. */
  readonly byAgents: boolean;
};

type Incidental = {
  readonly kind: string;
  readonly severity: Incident["severity"];
  readonly detail: string;
  /** Whose it is, where somebody else tells of it. */
  readonly agent?: string | undefined;
};

const longestDetail = 4_000;

export async function recordIncident<S extends z.ZodType<{ readonly pipeline_id: string }>>(
  { context, runs, byAgents }: Told,
  schema: S,
  toIncident: (body: z.output<S>) => Incidental,
): Promise<Response> {
  const capability = byAgents ? capabilityOf(context) : undefined;
  const raw = context.req.raw.clone();
  const body = await readBody(context, schema);
  if (!body.ok) return capability === undefined ? body.refusal : noCapability();
  const id = body.value.pipeline_id;
  const run = await runOfPipeline(runs, id);
  const found = run === undefined ? undefined : await runs.find(run);
  if (run === undefined || found === undefined) return capability === undefined ? noPipeline(id) : noCapability();
  if (found.kind === "elsewhere") return found.send(context.req.path, await again(raw, capability));
  try {
    return await record(found.open, { capability, told: toIncident(body.value) });
  } finally {
    found.release();
  }
}

/** As it came; the other process looks at the capability itself. */
async function again(raw: Request, capability: string | undefined): Promise<RequestInit> {
  return {
    method: "POST",
    body: await raw.text(),
    headers: {
      "content-type": "application/json",
      ...(capability === undefined ? {} : { [capabilityHeader]: capability }),
    },
  };
}

type Recording = { readonly capability: string | undefined; readonly told: Incidental };

async function record(open: OpenRun, { capability, told }: Recording): Promise<Response> {
  const deliberation = questionIn(open.state());
  const by = deliberation === undefined ? undefined : teller(open, deliberation, capability);
  if (capability !== undefined && by === undefined) return noCapability();
  if (deliberation === undefined || by === undefined) return noPipeline(open.run);
  const { agent } = told;
  if (capability !== undefined && agent !== undefined && by !== `worker:${agent}`) return othersError();
  const incident = toRecorded(told);
  return open.change(async ({ conductor }) => {
    const command = { type: "deliberation.report_incident", deliberation: deliberation.id, incident, agent } as const;
    const submitted = await conductor.submit(command, by);
    if (!submitted.ok && submitted.rejection.code !== "already_so") return toRejectionProblem(submitted.rejection);
    const now = questionIn(conductor.state()) ?? deliberation;
    const body: RecordedBody = {
      recorded: submitted.ok,
      error_count: errorsIn(now),
      revoked: submitted.ok ? revokedIn(submitted.records) : [],
    };
    return Response.json(body);
  });
}

/** What System B did not know keeps its name in the words. */
function toRecorded({ kind, severity, detail }: Incidental): Incident {
  const known = incidentSchema.shape.kind.safeParse(kind);
  const words = known.success ? detail : `${kind}: ${detail}`;
  return { kind: known.success ? known.data : "reported", severity, detail: words.slice(0, longestDetail) };
}

type Question = NonNullable<ReturnType<typeof questionIn>>;

/** The person, or the agent whose capability it is while that is worth anything. */
function teller({ person }: OpenRun, { setup, agents }: Question, capability: string | undefined): Actor | undefined {
  if (capability === undefined) return actorOf(person);
  const digest = createHash("sha256").update(capability).digest("hex");
  const seat = setup.seats.find((each) => each.capability === digest);
  const agent = agents.find(({ role }) => role === seat?.role);
  return seat === undefined || agent?.status === "revoked" ? undefined : `worker:${seat.role}`;
}

const othersError = (): Response =>
  unknownCaller("capability_refused", "An agent tells of its own errors, not of another's.");

const noCapability = (): Response =>
  unknownCaller("capability_refused", "The token is no agent's of this pipeline, or is revoked.");

type Revoking = { readonly pipeline_id: string; readonly reason: string; readonly agents?: readonly string[] };

export async function revokeAgents(
  context: Context,
  runs: ServedRuns,
  { pipeline_id: id, reason, agents, ...rest }: Revoking,
): Promise<Response> {
  const run = await runOfPipeline(runs, id);
  const found = run === undefined ? undefined : await runs.find(run);
  if (run === undefined || found === undefined) return noPipeline(id);
  if (found.kind === "elsewhere") {
    const body = JSON.stringify({ pipeline_id: run, reason, ...(agents && { agents }), ...rest });
    return found.send(context.req.path, { method: "POST", body, headers: { "content-type": "application/json" } });
  }
  try {
    return await revoke(found.open, run, { reason, agents });
  } finally {
    found.release();
  }
}

type Revocation = { readonly reason: string; readonly agents: readonly string[] | undefined };

async function revoke(open: OpenRun, run: RunId, { reason, agents }: Revocation): Promise<Response> {
  const deliberation = questionIn(open.state());
  if (deliberation === undefined) return noPipeline(run);
  return open.change(async ({ conductor }) => {
    const roles = agents ?? "all";
    const command = { type: "deliberation.revoke", deliberation: deliberation.id, roles, reason } as const;
    const submitted = await conductor.submit(command, actorOf(open.person));
    // At its end nobody's capability is worth anything any more.
    if (!submitted.ok && !isDone(submitted.rejection.code)) return toRejectionProblem(submitted.rejection);
    const body: RevokedBody = { revoked: submitted.ok ? revokedIn(submitted.records) : [] };
    return Response.json(body);
  });
}

const revokedIn = (records: readonly Recorded[]): readonly string[] =>
  records.flatMap(({ event }) => (event.type === "deliberation.revoked" ? [event.role] : []));

const isDone = (code: string): boolean => code === "already_so" || code === "deliberation_over";
