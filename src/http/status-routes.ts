// A run's status under the earlier system's names, of one run and of the one that matters now.

import type { Hono } from "hono";
import { isRunId, type RunId } from "../domain/ids.ts";
import { mmaStatusOf, type MmaStatus } from "../views/mma-status.ts";
import { createStreamTexts, type StreamTexts } from "../views/stream-texts.ts";
import { toProblem } from "./problem.ts";
import type { OpenRun, Runs } from "./runs.ts";

type Told = { readonly texts: StreamTexts; seq: number };

/** A log is read once; from then on only what was recorded since. */
const told = new WeakMap<OpenRun, Told>();

function statusOf(open: OpenRun): MmaStatus {
  const state = open.state();
  const before = told.get(open) ?? { texts: createStreamTexts(), seq: 0 };
  told.set(open, before);
  for (const recorded of open.ports.log.read(before.seq)) {
    if (recorded.seq > state.seq) break;
    before.texts.take(recorded);
    before.seq = recorded.seq;
  }
  return mmaStatusOf(state, before.texts.read());
}

/** Below `/api/runs/:run`. */
export function addRunStatus(app: Hono): void {
  app.get("/status", (context) => context.json(statusOf(context.get("open"))));
}

export function addStatus(app: Hono, runs: Runs): void {
  app.get("/api/status", async (context) => {
    const run = await chooseRun(runs, context.req.query("run"));
    const found = run === undefined ? undefined : await runs.find(run);
    if (run === undefined || found === undefined) return noRun();
    if (found.kind === "elsewhere") {
      const answer = await found.send(`/api/runs/${run}/status`, { method: "GET" });
      return new Response(answer.body, { status: answer.status, headers: typeOf(answer) });
    }
    try {
      return context.json(statusOf(found.open));
    } finally {
      found.release();
    }
  });
}

/** The one that goes on, here before elsewhere; else the newest. */
async function chooseRun(runs: Runs, wanted: string | undefined): Promise<RunId | undefined> {
  if (wanted !== undefined) return isRunId(wanted) ? wanted : undefined;
  const cards = (await runs.list()).filter(({ problem }) => problem === null);
  const [first] =
    [
      cards.filter(({ conducted }) => conducted === "here"),
      cards.filter(({ conducted }) => conducted === "elsewhere"),
      cards,
    ].find((some) => some.length > 0) ?? [];
  return first?.run;
}

const typeOf = (answer: Response): Record<string, string> => ({
  "content-type": answer.headers.get("content-type") ?? "application/json",
});

const noRun = (): Response =>
  toProblem(404, { code: "run_missing", detail: "There is no such run.", remedy: "GET /api/runs lists them." });
