// What did not complete: why, in words, what it cost to try, and how many tickets wait for it in vain.

import { toPrintableLine } from "../../../domain/printable.ts";
import { Link } from "@tanstack/react-router";
import type { RunState } from "../../../core/state.ts";
import { boardOf } from "../../../views/board.ts";
import { causeWords, counted } from "../../../views/words.ts";
import { useRun, useRunView } from "../../state/hooks.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";

function unhappyOf(state: RunState) {
  const { tickets } = boardOf(state);
  const waitingFor = new Map<string, number>();
  for (const { waitsFor } of tickets)
    if (waitsFor?.kind === "never") for (const id of waitsFor.ids) waitingFor.set(id, (waitingFor.get(id) ?? 0) + 1);
  return tickets
    .filter(({ status }) => status === "failed" || status === "blocked" || status === "cancelled")
    .map(({ id, title, status, cause, reason, attempt, model }) => ({
      id,
      title,
      status,
      cause,
      reason,
      attempt,
      model,
      holdsUp: waitingFor.get(id) ?? 0,
    }));
}

export function Unhappy() {
  const tickets = useRun(unhappyOf, "slow");
  const { run } = useRunView();
  if (tickets.length === 0) return null;
  return (
    <section aria-labelledby="unhappy">
      <h2 id="unhappy" className="mb-2 text-14">
        Not completed
      </h2>
      <ul className="grid gap-2">
        {tickets.map(({ id, title, status, cause, reason, attempt, model, holdsUp }) => (
          <li key={id} className="rounded-panel border border-line bg-s1 px-4 py-3">
            <div className="flex flex-wrap items-center gap-x-2">
              <StatusIcon status={status} />
              <Link
                to="/runs/$run/tickets/$ticket"
                params={{ run, ticket: id }}
                className="min-w-0 font-medium underline"
              >
                {toPrintableLine(title)}
              </Link>
              <span className="font-mono text-12 text-fg2">{id}</span>
              <span className="ml-auto text-12 text-fg2 max-sm:ml-0 max-sm:basis-full">
                {counted(attempt, "attempt")}, last on {model}
              </span>
            </div>
            <p className="mt-1 text-fg2">
              {cause === null ? "Cancelled" : `Because ${causeWords[cause]}`}
              {reason === null || reason === "" ? "." : `: ${toPrintableLine(reason)}`}
            </p>
            {holdsUp > 0 && <p className="text-blocked">{counted(holdsUp, "ticket")} will not start because of it.</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
