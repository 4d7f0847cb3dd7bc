// Refusals are values from a closed list; faces turn them into words, status codes and exit codes.

import type { DeliberationOutcome } from "./deliberation.ts";
import type { Actor, ApprovalId } from "./ids.ts";
import type { RunOutcome } from "./outcome.ts";

/** One fault of a plan. `index` is the ticket's place in what was handed in, from 0; -1 stands for the whole file. */
export type PlanProblem = {
  readonly index: number;
  readonly id?: string;
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
};

export type ModelProblem = { readonly problem: string; readonly remedy: string };

export type Rejection =
  | { readonly code: "run_exists" }
  | { readonly code: "run_missing" }
  | { readonly code: "run_ended"; readonly outcome: RunOutcome }
  | { readonly code: "invalid_plan"; readonly problems: readonly PlanProblem[] }
  /** There is no settled plan to change. */
  | { readonly code: "plan_unsettled" }
  | { readonly code: "invalid_patch"; readonly problems: readonly PlanProblem[] }
  | { readonly code: "ticket_unknown"; readonly ticket: string }
  | { readonly code: "ticket_settled"; readonly ticket: string; readonly status: string }
  | { readonly code: "approval_unknown"; readonly approval: string }
  | { readonly code: "approval_answered"; readonly approval: ApprovalId; readonly by: Actor; readonly decision: string }
  | { readonly code: "approval_void"; readonly approval: ApprovalId; readonly reason: string }
  | { readonly code: "digest_mismatch"; readonly approval: ApprovalId }
  | { readonly code: "edit_missing"; readonly approval: ApprovalId }
  | { readonly code: "edit_invalid"; readonly approval: ApprovalId; readonly problem: string }
  | { readonly code: "decision_not_offered"; readonly approval: ApprovalId; readonly offered: readonly string[] }
  /** No run can begin as this one was there; `remedy` is a sentence for the person. */
  | { readonly code: "fork_refused"; readonly why: string; readonly remedy: string }
  /** Money is bounded, and what these models cost is not known. */
  | { readonly code: "price_unknown"; readonly models: readonly string[] }
  /** Models that this run cannot call, each with why and what to do. */
  | { readonly code: "models_unusable"; readonly problems: readonly ModelProblem[] }
  | { readonly code: "rule_invalid"; readonly problem: string }
  | { readonly code: "rule_unknown"; readonly rule: string }
  | { readonly code: "bound_not_raised"; readonly problem: string }
  | { readonly code: "nothing_to_compact"; readonly ticket: string; readonly why: string }
  | { readonly code: "deliberation_unknown"; readonly deliberation: string }
  | { readonly code: "deliberation_over"; readonly deliberation: string; readonly outcome: DeliberationOutcome }
  /** Those who are to sit down cannot deliberate like that. */
  | { readonly code: "deliberation_invalid"; readonly problems: readonly string[] }
  /** What is asked for is for when it has ended. */
  | { readonly code: "deliberation_open"; readonly deliberation: string }
  | { readonly code: "role_unknown"; readonly role: string; readonly known: readonly string[] }
  | { readonly code: "entry_unknown"; readonly entry: string; readonly version: number }
  /** The run that recovers from this one. */
  | { readonly code: "recovery_claimed"; readonly run: string }
  | { readonly code: "recovery_refused"; readonly problem: string }
  | { readonly code: "already_so"; readonly what: string };
