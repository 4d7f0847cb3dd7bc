// The plan of a run over the API: as it is, what a patch would do to it, and the patch itself.

import type { Hono } from "hono";
import type { PatchRequest } from "../domain/plan-patch.ts";
import { readPatch } from "../domain/plan-patch-file.ts";
import type { Conductor } from "../engine/conductor.ts";
import { findUnusableInPatch } from "../engine/check-models.ts";
import { checkChange } from "../engine/change-plan.ts";
import type { Ports } from "../engine/ports.ts";
import { currentPlanText } from "../views/current-plan.ts";
import { planDiffLines, planDiffOf } from "../views/plan-diff.ts";
import { actorOf } from "./actor.ts";
import { toRejectionProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { patchSchema, type Accepted, type PlanBody, type PlanDiffBody } from "./wire.ts";

export type PlanOptions = {
  readonly conductor: Conductor;
  readonly ports: Pick<Ports, "models">;
  readonly person: string;
  /** Nobody conducts the run: nothing is started before somebody does. */
  readonly isHeld?: boolean;
};

export function addPlan(app: Hono, { conductor, ports, person, isHeld = false }: PlanOptions): void {
  app.get("/api/plan", (context) => {
    const body: PlanBody = { text: currentPlanText(conductor.state()) };
    return context.json(body);
  });

  app.post("/api/plan/diff", async (context) => {
    const body = await readBody(context, patchSchema);
    if (!body.ok) return body.refusal;
    const request = await toRequest(ports, body.value.patch);
    if (request instanceof Response) return request;
    const state = conductor.state();
    const checked = checkChange(state, request);
    if (!checked.ok) return toRejectionProblem(checked.rejection);
    const diff = planDiffOf(state, checked.patch);
    const answer: PlanDiffBody = { diff, lines: planDiffLines(diff) };
    return context.json(answer);
  });

  app.post("/api/plan/patch", async (context) => {
    const body = await readBody(context, patchSchema);
    if (!body.ok) return body.refusal;
    const request = await toRequest(ports, body.value.patch);
    if (request instanceof Response) return request;
    const command = { type: "plan.patch" as const, patch: request, ...(isHeld ? { hold: true } : {}) };
    const submitted = await conductor.submit(command, actorOf(person, body.value.as));
    if (!submitted.ok) return toRejectionProblem(submitted.rejection);
    const answer: Accepted = { seq: submitted.seq, events: submitted.records.length };
    return context.json(answer);
  });
}

async function toRequest({ models }: PlanOptions["ports"], patch: unknown): Promise<PatchRequest | Response> {
  const read = readPatch(patch);
  const problems = read.ok ? await findUnusableInPatch(models, read.patch) : read.problems;
  return read.ok && problems.length === 0 ? read.patch : toRejectionProblem({ code: "invalid_patch", problems });
}
