// Everything the API refuses leaves here, as problem+json with a remedy.

import type { Rejection } from "../domain/rejection.ts";
import type { Fault } from "../engine/ports.ts";
import { describeRejection } from "../views/rejection.ts";
import type { ProblemBody } from "./wire.ts";

const titles: Readonly<Record<number, string>> = {
  400: "The request cannot be read",
  401: "Not authenticated",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "The run does not allow this now",
  413: "The request is too large",
  415: "Not JSON",
  422: "The request does not fit",
  500: "The server failed",
  502: "The run's own process does not answer",
  503: "Not there yet",
};

export type ProblemParts = { readonly code: string; readonly detail: string; readonly remedy: string };

export function toProblem(status: number, parts: ProblemParts, more: Partial<ProblemBody> = {}): Response {
  const body: ProblemBody = { type: "about:blank", title: titles[status] ?? "Refused", status, ...parts, ...more };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });
}

/** Whoever may look into the server's log is told there what it was. */
export const toServerProblem = (): Response =>
  toProblem(500, {
    code: "server_failed",
    detail: "Something went wrong inside Tutti; the run goes on.",
    remedy: "Its process.log in the run's folder says more.",
  });

export const noSuchRun = (run: string): Response =>
  toProblem(404, {
    code: "run_missing",
    detail: `There is no run ${JSON.stringify(run.slice(0, 80))}.`,
    remedy: "GET /api/runs lists them.",
  });

const faultStatuses: Readonly<Record<string, number>> = {
  run_missing: 404,
  machine_unknown: 404,
  project_unknown: 404,
  file_missing: 404,
  file_refused: 422,
  file_unreadable: 422,
  goal_invalid: 422,
  model_unusable: 422,
  scenario_invalid: 422,
  settings_refused: 422,
  settings_invalid: 422,
  tickets_invalid: 422,
  wrong_view: 422,
  run_unreachable: 502,
};

/** The world is not as it must be for what was asked. */
export const toFaultProblem = ({ code, message, remedy }: Fault): Response =>
  toProblem(faultStatuses[code] ?? 409, { code, detail: message, remedy });

const statuses = {
  run_exists: 409,
  run_missing: 404,
  run_ended: 409,
  invalid_plan: 422,
  plan_unsettled: 409,
  invalid_patch: 422,
  ticket_unknown: 404,
  ticket_settled: 409,
  approval_unknown: 404,
  approval_answered: 409,
  approval_void: 409,
  digest_mismatch: 409,
  edit_missing: 422,
  edit_invalid: 422,
  decision_not_offered: 422,
  fork_refused: 409,
  price_unknown: 422,
  models_unusable: 422,
  rule_invalid: 422,
  rule_unknown: 404,
  bound_not_raised: 422,
  nothing_to_compact: 409,
  deliberation_unknown: 404,
  deliberation_over: 409,
  deliberation_invalid: 422,
  deliberation_open: 409,
  role_unknown: 404,
  entry_unknown: 404,
  recovery_claimed: 409,
  recovery_refused: 409,
  already_so: 409,
} as const satisfies Record<Rejection["code"], number>;

export function toRejectionProblem(rejection: Rejection): Response {
  const { message, remedy } = describeRejection(rejection);
  const who = rejection.code === "approval_answered" ? { by: rejection.by, decision: rejection.decision } : {};
  const problems =
    rejection.code === "invalid_patch" || rejection.code === "invalid_plan" ? { problems: rejection.problems } : {};
  return toProblem(
    statuses[rejection.code],
    { code: rejection.code, detail: message, remedy },
    { ...who, ...problems },
  );
}
