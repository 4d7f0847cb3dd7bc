// How the tickets of a run or a track stand, as one bar; what it shows is said in words as well.

import type { TicketStatus } from "../../domain/ticket.ts";
import { statusWords } from "../../views/words.ts";

const parts = ["completed", "running", "step_paused", "failed", "blocked"] as const;

const fills = {
  completed: "bg-completed",
  running: "bg-running",
  step_paused: "bg-paused",
  failed: "bg-failed",
  blocked: "bg-blocked",
} as const satisfies Record<(typeof parts)[number], string>;

type ProgressBarProps = {
  readonly counts: Readonly<Record<TicketStatus, number>>;
  readonly total: number;
};

export function ProgressBar({ counts, total }: ProgressBarProps) {
  const shown = parts.filter((status) => counts[status] > 0);
  const words = shown.map((status) => `${counts[status]} ${statusWords[status]}`).join(", ");
  return (
    <div
      role="meter"
      aria-label="Tickets"
      aria-valuemin={0}
      aria-valuemax={Math.max(1, total)}
      aria-valuenow={counts.completed}
      aria-valuetext={words === "" ? `none of ${total} begun` : `${words}, of ${total}`}
      className="flex h-1.25 gap-px overflow-hidden rounded-full bg-s4"
    >
      {shown.map((status) => (
        <span
          key={status}
          className={fills[status]}
          style={{ width: `${(100 * counts[status]) / Math.max(1, total)}%` }}
        />
      ))}
    </div>
  );
}
