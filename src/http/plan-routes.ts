// The plan of a run over the API: as it is, what a patch would do to it, and the patch itself.

import type { Hono } from "hono";
import type { PatchRequest } from "../domain/plan-patch.ts";
import { readPatch } from "../domain/plan-patch-file.ts";
import { findUnusableInPatch } from "../engine/check-models.ts";
import { checkChange } from "../engine/change-plan.ts";
import type { Ports } from "../engine/ports.ts";
import { currentPlanText } from "../views/current-plan.ts";
import { planDiffLines, planDiffOf } from "../views/plan-diff.ts";
import { actorOf } from "./actor.ts";
import { toRejectionProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { toAnswer } from "./run-env.ts";
import { patchSchema, type PlanBody, type PlanDiffBody } from "./wire.ts";

export function addPlan(app: Hono): void {
  app.get("/plan", (context) => {
    const body: PlanBody = { text: currentPlanText(context.get("open").state()) };
    return context.json(body);
  });

  app.post("/plan/diff", async (context) => {
    const body = await readBody(context, patchSchema);
    if (!body.ok) return body.refusal;
    const { ports, state } = context.get("open");
    const request = await toRequest(ports, body.value.patch);
    if (request instanceof Response) return request;
    const now = state();
    const checked = checkChange(now, request);
    if (!checked.ok) return toRejectionProblem(checked.rejection);
    const diff = planDiffOf(now, checked.patch);
    const answer: PlanDiffBody = { diff, lines: planDiffLines(diff) };
    return context.json(answer);
  });

  app.post("/plan/patch", async (context) => {
    const body = await readBody(context, patchSchema);
    if (!body.ok) return body.refusal;
    const open = context.get("open");
    const request = await toRequest(open.ports, body.value.patch);
    if (request instanceof Response) return request;
    return open.change(async ({ conductor, isHeld }) => {
      const command = { type: "plan.patch" as const, patch: request, ...(isHeld ? { hold: true } : {}) };
      return toAnswer(await conductor.submit(command, actorOf(open.person, body.value.as)));
    });
  });
}

async function toRequest({ models }: Pick<Ports, "models">, patch: unknown): Promise<PatchRequest | Response> {
  const read = readPatch(patch);
  const problems = read.ok ? await findUnusableInPatch(models, read.patch) : read.problems;
  return read.ok && problems.length === 0 ? read.patch : toRejectionProblem({ code: "invalid_patch", problems });
}
