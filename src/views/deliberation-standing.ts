// How a deliberation stands, as one word with the silhouette of the ticket status that means the same. Small: the page's
// top bar has it before anything else is loaded.

import type { Deliberation } from "../core/deliberation/state.ts";
import type { DeliberationOutcome } from "../domain/deliberation.ts";
import type { TicketStatus } from "../domain/ticket.ts";

/** `status`: the ticket status whose silhouette and ink it is shown with; the word always stands beside it. */
export type Standing = { readonly status: TicketStatus; readonly word: string };

export const outcomeStandings = {
  consensus: { status: "completed", word: "consensus" },
  majority_with_dissent: { status: "blocked", word: "majority with dissent" },
  deadlock: { status: "blocked", word: "deadlock" },
  stuck: { status: "failed", word: "stuck" },
  iteration_limit: { status: "failed", word: "rounds used up" },
  timeout: { status: "failed", word: "out of time" },
  budget: { status: "failed", word: "out of money" },
  cancelled: { status: "cancelled", word: "cancelled" },
  crashed: { status: "failed", word: "crashed" },
} as const satisfies Record<DeliberationOutcome, Standing>;

/** How a deliberation stands as a whole. */
export function deliberationStanding({ result, ending, accepted }: Deliberation): Standing {
  if (accepted !== null) return { status: "completed", word: "partial result taken" };
  if (result !== null) return outcomeStandings[result.outcome];
  if (ending !== null) return { status: "running", word: `ending: ${outcomeStandings[ending.outcome].word}` };
  return { status: "running", word: "deliberating" };
}
