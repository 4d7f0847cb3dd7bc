// A refusal in words: what is wrong, and what to do next. One sentence each, for terminals and for the API.

import { describePlanProblem } from "../domain/plan-problem.ts";
import { toPrintableLine } from "../domain/printable.ts";
import type { Rejection } from "../domain/rejection.ts";
import { byWhom } from "./actor-name.ts";
import { describeDeliberationRefused } from "./rejection-of-deliberation.ts";
import { answerWords } from "./words.ts";

export type RejectionWords = { readonly message: string; readonly remedy: string };

const seeApprovals = "See what is open with `tutti approvals`.";

export function describeRejection(rejection: Rejection): RejectionWords {
  switch (rejection.code) {
    case "run_exists":
      return { message: "this run exists already", remedy: "Continue it with `tutti resume`." };
    case "run_missing":
      return { message: "there is no such run", remedy: "See the runs of this repository with `tutti runs`." };
    case "run_ended":
      return {
        message: `the run has ended: ${rejection.outcome}`,
        remedy:
          rejection.outcome === "completed" || rejection.outcome === "planned" || rejection.outcome === "aborted"
            ? "Start a new run for further work."
            : "Try its open tickets again with `tutti resume --retry <ticket>`.",
      };
    case "invalid_plan":
    case "plan_unsettled":
    case "invalid_patch":
      return describePlanRefused(rejection);
    case "ticket_unknown":
      return {
        message: `there is no ticket ${JSON.stringify(rejection.ticket)} in this run`,
        remedy: "See its tickets with `tutti status`.",
      };
    case "ticket_settled":
      return {
        message: `ticket ${rejection.ticket} is ${rejection.status}`,
        remedy: "See where the tickets stand with `tutti status`.",
      };
    case "approval_unknown":
    case "approval_answered":
    case "approval_void":
    case "digest_mismatch":
    case "edit_missing":
    case "edit_invalid":
    case "decision_not_offered":
      return describeAnswerRefused(rejection);
    case "fork_refused":
      return { message: `no run can begin there: ${rejection.why}`, remedy: rejection.remedy };
    case "price_unknown":
      return priceUnknownWords(rejection.models);
    case "models_unusable":
      return {
        message: rejection.problems.map(({ problem }) => problem).join("; "),
        remedy: [...new Set(rejection.problems.map(({ remedy }) => remedy))].join(" "),
      };
    case "rule_invalid":
    case "rule_unknown":
      return describeRuleRefused(rejection);
    case "bound_not_raised":
      return { message: rejection.problem, remedy: "See the bounds as they stand with `tutti budget`." };
    case "nothing_to_compact":
      return nothingToCompactWords(rejection);
    case "already_so":
      return { message: `${rejection.what} already`, remedy: "Nothing was changed." };
    default:
      return describeDeliberationRefused(rejection);
  }
}

const describeRuleRefused = (
  rejection: Extract<Rejection, { readonly code: "rule_invalid" | "rule_unknown" }>,
): RejectionWords =>
  rejection.code === "rule_invalid"
    ? { message: `the rule ${rejection.problem}`, remedy: "See `tutti help rules`." }
    : { message: `there is no rule ${JSON.stringify(rejection.rule)} in this run`, remedy: "See `tutti rules`." };

const priceUnknownWords = (models: readonly string[]): RejectionWords => ({
  message: `money is bounded, and the price of ${models.join(", ")} is not known`,
  remedy: `Say the price in your config.toml, for example [models."${models[0] ?? "provider/model"}"] with input = 3 and output = 15 (US dollars per million tokens), or bound tokens instead.`,
});

const nothingToCompactWords = (
  rejection: Extract<Rejection, { readonly code: "nothing_to_compact" }>,
): RejectionWords => ({
  message: `there is nothing to tell in short on ${toPrintableLine(rejection.ticket)}: ${rejection.why}`,
  remedy: "See what fills its window with `tutti context`.",
});

const answeredAs = (decision: string): string =>
  new Map<string, string>(Object.entries(answerWords)).get(decision) ?? decision;

/** A question is answered by what the core calls an edit: the person's text takes the result's place. */
const toCommandWord = (decision: string): string =>
  decision === "edit" ? "edit (or answer, for a question)" : decision;

type PlanRefused = Extract<Rejection, { readonly code: "invalid_plan" | "plan_unsettled" | "invalid_patch" }>;

function describePlanRefused(rejection: PlanRefused): RejectionWords {
  switch (rejection.code) {
    case "invalid_plan":
      return {
        message: rejection.problems.map(describePlanProblem).join("\n"),
        remedy: "Correct the ticket file and try again.",
      };
    case "plan_unsettled":
      return {
        message: "this run has no settled plan that could be changed",
        remedy: "Where its plan waits for you, answer there: `tutti approvals`.",
      };
    case "invalid_patch":
      return {
        message: rejection.problems.map(describePlanProblem).join("\n"),
        remedy: "Correct the patch and try again; nothing was changed.",
      };
    default:
      return rejection satisfies never;
  }
}

/** `ticket 3 (T4): dependsOn: "T9" is no ticket of this plan. Correct the id ...` */
type AnswerRefused = Extract<Rejection, { readonly approval: unknown }>;

function describeAnswerRefused(rejection: AnswerRefused): RejectionWords {
  switch (rejection.code) {
    case "approval_unknown":
      return {
        message: `there is no approval ${JSON.stringify(rejection.approval)} in this run`,
        remedy: seeApprovals,
      };
    case "approval_answered":
      return {
        message: `${rejection.approval} was ${answeredAs(rejection.decision)}${byWhom(rejection.by)} before`,
        remedy: "The first answer counts; nothing was changed by this one.",
      };
    case "approval_void":
      return { message: `${rejection.approval} no longer waits: ${rejection.reason}`, remedy: seeApprovals };
    case "digest_mismatch":
      return {
        message: `what ${rejection.approval} asks about has changed since it was shown`,
        remedy: "Look at it again with `tutti approvals`, then answer.",
      };
    case "edit_missing":
      return {
        message: `${rejection.approval}: an edit needs the new text`,
        remedy: "Give it with --text or --file, or let `tutti edit` open your editor.",
      };
    case "edit_invalid":
      return {
        message: `${rejection.approval}: ${rejection.problem}`,
        remedy: "Correct the edited text and try again; nothing was changed.",
      };
    case "decision_not_offered":
      return {
        message: `${rejection.approval} cannot be answered like that`,
        remedy: `It takes: ${rejection.offered.map(toCommandWord).join(", ")}.`,
      };
    default:
      return rejection satisfies never;
  }
}
