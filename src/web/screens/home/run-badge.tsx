// How a run stands, as one word with the silhouette of the ticket status that means the same.

import type { RunCard } from "../../../http/run-card.ts";
import { pipelineStanding } from "../../../views/deliberation-face.ts";
import type { Standing } from "../../../views/deliberation-standing.ts";
import { StatusIcon, statusInk } from "../../ui/status-icon.tsx";

const outcomes = {
  completed: { status: "completed", word: "completed" },
  planned: { status: "completed", word: "planned" },
  blocked: { status: "blocked", word: "blocked" },
  failed: { status: "failed", word: "failed" },
  aborted: { status: "cancelled", word: "aborted" },
  cancelled: { status: "cancelled", word: "cancelled" },
} as const satisfies Record<NonNullable<RunCard["outcome"]>, Standing>;

export function standingOf(card: RunCard): Standing {
  if (card.problem !== null) return { status: "failed", word: "unreadable" };
  const told = card.pipeline === null ? undefined : pipelineStanding(card.pipeline);
  if (told !== undefined) return told;
  if (card.outcome !== null) return outcomes[card.outcome];
  if (card.needsYou > 0) return { status: "step_paused", word: `needs you, ${card.needsYou}` };
  if (card.conducted === "nobody") return { status: "pending", word: "stopped" };
  if (card.isPaused) return { status: "step_paused", word: "paused" };
  return card.phase === "planning"
    ? { status: "running", word: "planning" }
    : { status: "running", word: card.pipeline === null ? "running" : "deliberating" };
}

export function RunBadge({ card }: { readonly card: RunCard }) {
  const { status, word } = standingOf(card);
  return (
    <span className={`inline-flex shrink-0 items-center gap-1.5 text-12 font-medium ${statusInk(status)}`}>
      <StatusIcon status={status} size={14} />
      {word}
    </span>
  );
}
