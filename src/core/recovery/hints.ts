// What is advised after a deliberation without consensus, by what it came to grief over.

import type { DeliberationOutcome } from "../../domain/deliberation.ts";

/** One sentence; the failure context carries it (B-88). */
export function recoveryHint(outcome: DeliberationOutcome): string {
  switch (outcome) {
    case "stuck":
      return "Fresh agents, or the mediator from the start, may move what stood still.";
    case "iteration_limit":
      return "Simplify the objective, or allow more rounds.";
    case "timeout":
      return "Allow more time, or ask for less in one deliberation.";
    case "budget":
      return "Raise the budget, or ask for less in one deliberation.";
    case "deadlock":
    case "majority_with_dissent":
      return "The mediator may resolve what the proposers could not settle between them.";
    case "crashed":
      return "See why the agents' calls failed, then try with other models.";
    case "cancelled":
      return "A person ended it: begin it anew when it is wanted again.";
    case "consensus":
      return "Nothing is to be recovered.";
    default:
      return outcome satisfies never;
  }
}

export type HintFacts = {
  readonly outcome: DeliberationOutcome;
  readonly detail: string;
  readonly rounds: { readonly done: number; readonly most: number };
  readonly isMediated: boolean;
  readonly proposals: number;
  readonly syntheses: number;
  /** Blocking objections that are open. */
  readonly blocking: number;
  /** Roles whose calls came to nothing for good. */
  readonly lost: readonly string[];
};

/** B-103; what is said of the reason is said of the reason that was (DB-40). */
export function recoveryHints(facts: HintFacts): string[] {
  const { outcome, detail, rounds, isMediated, proposals, syntheses, blocking, lost } = facts;
  return [
    `It ended as ${outcome.replaceAll("_", " ")}${detail === "" ? "" : `: ${detail}`}.`,
    `The busiest proposer finished ${rounds.done} of ${rounds.most} rounds.`,
    isMediated ? "The mediator had been seated." : "No mediator had been seated.",
    `There were ${proposals} ${proposals === 1 ? "proposal" : "proposals"} and ${syntheses} ${syntheses === 1 ? "synthesis" : "syntheses"}.`,
    ...(blocking > 0
      ? [`${blocking} blocking ${blocking === 1 ? "objection was" : "objections were"} open: answer them first.`]
      : []),
    ...(lost.length > 0 ? [`Calls of ${lost.join(", ")} had failed for good.`] : []),
    recoveryHint(outcome),
    ...(isMediated || outcome === "cancelled" ? [] : ["Seat the mediator from the start."]),
  ];
}
