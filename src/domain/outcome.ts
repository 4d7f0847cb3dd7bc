// How things end: closed lists, so that every ending has a name and a row in the retry table.

import { z } from "zod";
import { textSchema } from "./text.ts";

/** Why an attempt did not complete its ticket. The retry table in core/retry.ts has a row for each. */
export const failureCauses = [
  "worker_blocked",
  "verification_failed",
  "no_verdict",
  "turn_limit",
  "malformed_calls",
  "refusal",
  "context_overflow",
  "timeout",
  "provider_error",
  "conflict",
  "crash",
  "outside_touches",
  "user_rejected",
  "unattended",
  "aborted",
  "budget",
  "environment",
  "review_rejected",
] as const;
export const failureCauseSchema = z.enum(failureCauses);
export type FailureCause = z.infer<typeof failureCauseSchema>;

export const attemptFailureSchema = z.strictObject({
  cause: failureCauseSchema,
  /** One sentence for a person. */
  detail: z.string(),
  /** What the next attempt is told. */
  diagnosis: textSchema.optional(),
  /** Equal for equal failures: two in a row are not tried a third time. */
  fingerprint: z.string(),
});
export type AttemptFailure = z.infer<typeof attemptFailureSchema>;

/** `planned`: the run was to end with its plan, and the plan is signed. */
export const runOutcomeSchema = z.enum(["completed", "planned", "blocked", "failed", "aborted", "cancelled"]);
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** What a model call came to grief over; `retryable` and waits are judged in core/retry.ts. */
export const providerFaultCodes = [
  "rate_limited",
  "quota",
  "overloaded",
  "server_error",
  "timeout",
  "idle",
  "cut",
  "network",
  "auth",
  "unknown_model",
  "bad_request",
  "context_overflow",
  "refusal",
  "malformed_response",
] as const;
export const providerFaultCodeSchema = z.enum(providerFaultCodes);
export type ProviderFaultCode = z.infer<typeof providerFaultCodeSchema>;

/** Process exit codes of every command that conducts a run. */
export const exitCodes = {
  completed: 0,
  planned: 0,
  failed: 1,
  blocked: 2,
  cancelled: 2,
  aborted: 3,
} as const satisfies Record<RunOutcome, number>;
