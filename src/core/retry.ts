// Retry by cause, not by count: one table for attempts, one for model calls.

import type { AttemptFailure, FailureCause, ProviderFaultCode } from "../domain/outcome.ts";
import type { Limits } from "../domain/config.ts";
import type { FailedTries } from "./phase.ts";
import type { History } from "./state.ts";

type Row = {
  /** `never`: a person or the configuration has to change something first. */
  readonly again: "climb" | "same" | "never";
  /** How the ticket ends when it is not tried again. */
  readonly end: "blocked" | "failed";
};

/** Design.md section 3.7. A rejection is never retried; a blocked worker climbs; faults of the world do not. */
const table: Readonly<Record<FailureCause, Row>> = {
  worker_blocked: { again: "climb", end: "blocked" },
  verification_failed: { again: "climb", end: "failed" },
  no_verdict: { again: "climb", end: "failed" },
  turn_limit: { again: "climb", end: "failed" },
  malformed_calls: { again: "climb", end: "failed" },
  refusal: { again: "climb", end: "blocked" },
  context_overflow: { again: "climb", end: "failed" },
  outside_touches: { again: "climb", end: "blocked" },
  review_rejected: { again: "climb", end: "blocked" },
  timeout: { again: "same", end: "failed" },
  provider_error: { again: "same", end: "failed" },
  conflict: { again: "same", end: "blocked" },
  crash: { again: "same", end: "failed" },
  user_rejected: { again: "never", end: "blocked" },
  unattended: { again: "never", end: "blocked" },
  aborted: { again: "never", end: "blocked" },
  budget: { again: "never", end: "blocked" },
  environment: { again: "never", end: "failed" },
};

/** Two failures in a row that are alike are not tried a third time. */
const alikeLimit = 2;

/** How many of the latest failures in a row are alike, with one of this fingerprint after them. */
export const alikeWith = (history: Pick<History, "last" | "alike">, fingerprint: string): number =>
  history.last?.fingerprint === fingerprint ? history.alike + 1 : 1;

export const nextRung = (cause: FailureCause, rung: number): number =>
  table[cause].again === "climb" ? rung + 1 : rung;

export type AfterFailure = { readonly kind: "retry" } | { readonly kind: "blocked" | "failed"; readonly why: string };

/** `history` is the ticket's after the failure was folded in. */
export function afterFailure(failure: AttemptFailure, history: History, limits: Limits): AfterFailure {
  const row = table[failure.cause];
  if (row.again === "never") return { kind: row.end, why: failure.detail };
  if (history.alike >= alikeLimit) return { kind: row.end, why: `the same failure twice in a row: ${failure.detail}` };
  if (history.tries >= limits.attempts) {
    return { kind: row.end, why: `${history.tries} attempts are used up: ${failure.detail}` };
  }
  return { kind: "retry" };
}

type CallRow =
  /** Waits and tries again; `tries` bounds it. */
  | { readonly kind: "wait"; readonly tries: "free" | "costly" | "unbounded" }
  /** Holds the whole run until a person has mended something. */
  | { readonly kind: "park" }
  | { readonly kind: "fail"; readonly cause: FailureCause };

/** `costly`: bytes had flowed, so every try is money. `free`: the provider did not begin. */
const callTable: Readonly<Record<ProviderFaultCode, CallRow>> = {
  rate_limited: { kind: "wait", tries: "unbounded" },
  overloaded: { kind: "wait", tries: "free" },
  server_error: { kind: "wait", tries: "free" },
  network: { kind: "wait", tries: "free" },
  timeout: { kind: "wait", tries: "costly" },
  idle: { kind: "wait", tries: "costly" },
  cut: { kind: "wait", tries: "costly" },
  malformed_response: { kind: "wait", tries: "costly" },
  quota: { kind: "park" },
  auth: { kind: "park" },
  unknown_model: { kind: "fail", cause: "environment" },
  bad_request: { kind: "fail", cause: "provider_error" },
  context_overflow: { kind: "fail", cause: "context_overflow" },
  refusal: { kind: "fail", cause: "refusal" },
};

const costlyTries = 5;
const firstWaitMs = 1_000;
const longestBackoffMs = 300_000;
/** No wait is longer, whoever asks for it. */
export const longestWaitMs = 3_600_000;

/** What one more failed try makes of the count. */
export function countFailedTry(failed: FailedTries, code: ProviderFaultCode): FailedTries {
  const row = callTable[code];
  if (row.kind !== "wait" || row.tries === "unbounded") return failed;
  return row.tries === "costly" ? { ...failed, costly: failed.costly + 1 } : { ...failed, free: failed.free + 1 };
}

export type AfterCallFailure =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "park" }
  | { readonly kind: "fail"; readonly cause: FailureCause };

export type CallFailure = {
  readonly code: ProviderFaultCode;
  readonly try: number;
  /** Of the same call, this failure not counted. */
  readonly failed: FailedTries;
  readonly retryAfterMs: number | undefined;
  /** In [0, 1): spreads waits by a quarter either way. */
  readonly chance: number;
};

export function afterCallFailure(failure: CallFailure, limits: Limits): AfterCallFailure {
  const row = callTable[failure.code];
  if (row.kind !== "wait") return row;
  const { free, costly } = countFailedTry(failure.failed, failure.code);
  const isUsedUp = costly >= costlyTries || free + costly >= limits.providerTries;
  if (row.tries !== "unbounded" && isUsedUp) return { kind: "fail", cause: "provider_error" };
  // Never sooner than the provider asked; its wish was clamped where it was read.
  if (failure.retryAfterMs !== undefined) return { kind: "wait", ms: Math.min(failure.retryAfterMs, longestWaitMs) };
  const doubled = Math.min(longestBackoffMs, firstWaitMs * 2 ** Math.min(failure.try - 1, 20));
  return { kind: "wait", ms: Math.round(doubled * (0.75 + failure.chance / 2)) };
}
