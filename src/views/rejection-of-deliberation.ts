// A refusal about a deliberation in words: what is wrong, and what to do next.

import { toPrintableLine } from "../domain/printable.ts";
import type { Rejection } from "../domain/rejection.ts";

type Refused = Extract<
  Rejection,
  {
    readonly code:
      | `deliberation_${string}`
      | "role_unknown"
      | "entry_unknown"
      | "recovery_claimed"
      | "recovery_refused";
  }
>;

export function describeDeliberationRefused(rejection: Refused): { readonly message: string; readonly remedy: string } {
  const seeStatus = "See where it stands with `tutti status`.";
  switch (rejection.code) {
    case "deliberation_unknown":
      return {
        message: `there is no deliberation ${JSON.stringify(rejection.deliberation)} in this run`,
        remedy: seeStatus,
      };
    case "deliberation_over":
      return {
        message: `the deliberation has ended: ${rejection.outcome}`,
        remedy: "Its entries, votes and messages stay to be read.",
      };
    case "deliberation_invalid":
      return {
        message: `nobody can deliberate like that: ${rejection.problems.join("; ")}`,
        remedy: "Name two or more proposers and at most one mediator, each under a name of its own.",
      };
    case "deliberation_open":
      return { message: "the deliberation goes on", remedy: "Wait for its end, or end it with `tutti abort`." };
    case "role_unknown":
      return {
        message: `nobody named ${JSON.stringify(toPrintableLine(rejection.role))} sits at the table`,
        remedy: `These do: ${rejection.known.join(", ")}.`,
      };
    case "entry_unknown":
      return {
        message: `there is no version ${rejection.version} of ${toPrintableLine(rejection.entry)} on the blackboard`,
        remedy: "Name an entry by its section, its key and a version that was written.",
      };
    case "recovery_claimed":
      return { message: `${rejection.run} recovers from this run already`, remedy: "Follow that run." };
    case "recovery_refused":
      return {
        message: `no run can recover from this one: ${rejection.problem}`,
        remedy: "Accept what there is, or begin a new deliberation.",
      };
    default:
      return rejection satisfies never;
  }
}
