// What one run that is a deliberation tells and takes under System B's names. They stand under `/api/runs/:run`.

import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { readHandoff } from "../domain/handoff.ts";
import { makeHandoff } from "../engine/make-handoff.ts";
import { bestPartialIn, questionIn } from "../views/pipeline.ts";
import { pipelineDetailOf, type PipelineDetail } from "../views/pipeline-detail.ts";
import { actorOf } from "./actor.ts";
import { acceptSchema, type PartialBody } from "./pipeline-wire.ts";
import { toProblem, toRejectionProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { OpenRun } from "./runs.ts";

export function addPipelineOfRun(app: Hono): void {
  app.get("/pipeline", (context) => {
    const detail: PipelineDetail | null = pipelineDetailOf(context.get("open").state());
    return detail === null ? noDeliberation() : context.json(detail);
  });

  app.get("/handoff", async (context) => loadHandoff(context.get("open")));

  app.post("/accept", async (context) => {
    const body = await readBody(context, acceptSchema);
    if (!body.ok) return body.refusal;
    const open = context.get("open");
    const deliberation = questionIn(open.state());
    if (deliberation === undefined) return noDeliberation();
    const { key, section = "synthesis", version, reason, as } = body.value;
    const chosen = key === undefined ? bestPartialIn(deliberation) : { section, key };
    if (chosen === undefined) return nothingThere();
    const asked = {
      type: "deliberation.accept_partial",
      deliberation: deliberation.id,
      section: chosen.section,
      key: chosen.key,
      ...(version !== undefined && { version }),
      reason,
    } as const;
    return open.change(async ({ conductor }) => {
      const submitted = await conductor.submit(asked, actorOf(open.person, as));
      if (!submitted.ok) return toRejectionProblem(submitted.rejection);
      const accepted = questionIn(conductor.state())?.accepted;
      const answer: PartialBody = {
        run: open.run,
        section: chosen.section,
        key: chosen.key,
        version: accepted?.version ?? 0,
      };
      return context.json(answer);
    });
  });
}

/** As it was stored; where it could not be, what the log still tells (B-127). */
async function loadHandoff({ state, ports, run }: OpenRun): Promise<Response> {
  const deliberation = questionIn(state());
  if (deliberation === undefined) return noDeliberation();
  const { id, handoff, result } = deliberation;
  if (handoff?.stored === true) {
    const text = new TextDecoder().decode(await ports.log.getBlob(handoff.handoff.blob));
    const read = readHandoff(text, digest);
    return read.ok
      ? Response.json(read.handoff)
      : toProblem(409, {
          code: "handoff_unusable",
          detail: `The handoff of ${run} cannot be used: ${read.problem}.`,
          remedy: "Look at its log: tutti log.",
        });
  }
  if (result === null || result.outcome === "consensus") return noHandoff(run);
  const { outcome, detail } = result;
  return Response.json(await makeHandoff(ports.log, { deliberation: id, at: state().seq, outcome, detail, digest }));
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

const noDeliberation = (): Response =>
  toProblem(404, {
    code: "pipeline_missing",
    detail: "This run is no deliberation.",
    remedy: "GET /api/pipeline lists those that are.",
  });

const noHandoff = (run: string): Response =>
  toProblem(404, {
    code: "handoff_missing",
    detail: `${run} has handed nothing over: it goes on, or its agents agreed.`,
    remedy: "Ask again when it has ended without consensus.",
  });

const nothingThere = (): Response =>
  toProblem(409, {
    code: "entry_unknown",
    detail: "Nothing stands on its blackboard that could be accepted.",
    remedy: "Recover from it instead: POST /api/pipeline/:id/recover.",
  });
