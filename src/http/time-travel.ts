// Going back in runs over the API: a fork, two moments compared, a run as a file out and in. Each reads logs only, so
// that it is the same for a run of any process.

import type { Context, Hono } from "hono";
import { z } from "zod";
import { forkEditSchema, type ForkEdit } from "../domain/fork-edit.ts";
import { isRunId, type Actor, type RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { compareStates, type Comparison } from "../views/compare-states.ts";
import { actorOf } from "./actor.ts";
import { toProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";

/** A run's folded state. Opaque here. */
type Folded = Parameters<typeof compareStates>[0];

export type ForkAsked = {
  readonly run: RunId;
  /** Undefined: the last record. */
  readonly at?: number;
  readonly edit: ForkEdit;
  readonly by: Actor;
};

/** Done by the composition root. */
export type TimeTravel = {
  /** As the run was at a record; undefined: at its last. Throws Fault `run_missing` or `record_missing`. */
  readonly stateAt: (run: RunId, seq: number | undefined) => Promise<Folded>;
  /** The new run, which this process conducts. Throws what making a fork throws; then nothing is left of it. */
  readonly fork: (asked: ForkAsked) => Promise<RunId>;
  /** Lines with their line breaks. Throws Fault `run_missing` before the first of them. */
  readonly takeOut: (run: RunId) => AsyncIterable<string>;
  /** `project`: its key; may be left out where there is one only. Throws what importing throws. */
  readonly bringIn: (
    project: string | undefined,
    source: AsyncIterable<Uint8Array>,
  ) => Promise<{ readonly run: RunId; readonly records: number }>;
};

const seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const forkSchema = z.strictObject({
  at: z.number().int().min(1).optional(),
  edit: forkEditSchema.prefault({}),
  as: z.string().max(80).optional(),
});
export type ForkBody = z.input<typeof forkSchema>;
export type ForkedBody = { readonly run: RunId };
export type ImportedBody = { readonly run: RunId; readonly records: number };
export type CompareBody = Comparison;

const compareSchema = z.strictObject({
  a: seq.optional(),
  b: seq.optional(),
  with: z.string().refine(isRunId, "it is no run's name").optional(),
});

export type TimeTravelOptions = { readonly travel: TimeTravel; readonly person: string };

/** To be added before the routes that are sent on to the process that conducts a run. */
export function addTimeTravel(app: Hono, { travel, person }: TimeTravelOptions): void {
  app.post("/api/runs/:run/fork", async (context) => {
    const run = runOf(context);
    const body = await readBody(context, forkSchema);
    if (!body.ok) return body.refusal;
    const { at, edit, as } = body.value;
    const by = actorOf(person, as);
    const answer: ForkedBody = { run: await travel.fork({ run, edit, by, ...(at !== undefined && { at }) }) };
    return context.json(answer);
  });

  app.get("/api/runs/:run/compare", async (context) => {
    const run = runOf(context);
    const asked = compareSchema.safeParse(context.req.query());
    if (!asked.success) return badQuery(asked.error);
    const { a, b, with: other = run } = asked.data;
    const body: CompareBody = compareStates(await travel.stateAt(run, a), await travel.stateAt(other, b));
    return context.json(body);
  });

  app.get("/api/runs/:run/export.jsonl", async (context) => {
    const run = runOf(context);
    const lines = travel.takeOut(run)[Symbol.asyncIterator]();
    // What is wrong from the start is told as a problem, not as a file.
    const first = await lines.next();
    return new Response(toStream(first, lines), {
      headers: {
        "content-type": "application/jsonl; charset=utf-8",
        "content-disposition": `attachment; filename="${run}.jsonl"`,
        "cache-control": "no-store",
      },
    });
  });

  app.post("/api/import", async (context) => {
    const { body } = context.req.raw;
    // As of JSON: a form or text/plain post needs no preflight, so a foreign page could send one.
    const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== "application/jsonl" || body === null)
      return toProblem(415, {
        code: "not_jsonl",
        detail: "The body must be an exported run, sent as application/jsonl.",
        remedy: "Set the Content-Type header and send the file's lines as they are.",
      });
    const answer: ImportedBody = await travel.bringIn(context.req.query("project"), body);
    return context.json(answer);
  });
}

function runOf(context: Context): RunId {
  const run = context.req.param("run") ?? "";
  if (isRunId(run)) return run;
  throw new Fault("run_missing", `There is no run ${JSON.stringify(run.slice(0, 80))}.`, {
    remedy: "GET /api/runs lists them.",
  });
}

const badQuery = (error: z.ZodError): Response =>
  toProblem(400, {
    code: "query_invalid",
    detail: error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    remedy: "Ask as ?a=<record>&b=<record>[&with=<run>].",
  });

const encoder = new TextEncoder();

/** Asked for as fast as the reader takes it; a reader who goes ends the reading of the log. */
const toStream = (first: IteratorResult<string>, lines: AsyncIterator<string>): ReadableStream<Uint8Array> => {
  let next: Promise<IteratorResult<string>> | undefined = Promise.resolve(first);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await (next ?? lines.next());
        next = undefined;
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await lines.return?.();
      },
    },
    { highWaterMark: 1 },
  );
};
