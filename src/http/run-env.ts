// What stands beside a request of one run, and how a change of it is answered.

import type { Submitted } from "../engine/conductor.ts";
import { toRejectionProblem } from "./problem.ts";
import type { OpenRun } from "./runs.ts";
import type { Accepted } from "./wire.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** For every route below `/api/runs/:run`. */
    readonly open: OpenRun;
  }
}

export const toAnswer = (submitted: Submitted): Response => {
  if (!submitted.ok) return toRejectionProblem(submitted.rejection);
  const body: Accepted = { seq: submitted.seq, events: submitted.records.length };
  return Response.json(body);
};
