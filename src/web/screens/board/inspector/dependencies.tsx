// What a ticket waits for, and what waits for it.

import { useCallback } from "react";
import type { RunState } from "../../../../core/state.ts";
import { toPrintableLine } from "../../../../domain/printable.ts";
import { dependenciesOf } from "../../../../views/board-moves.ts";
import { lineageOf } from "../../../../views/ticket-lineage.ts";
import { noteInWords, statusInWords } from "../../../../views/ticket-words.ts";
import { counted } from "../../../../views/words.ts";
import { useLastAt, useRun, useTicket } from "../../../state/hooks.ts";
import { StatusIcon } from "../../../ui/status-icon.tsx";
import { useBoardSearch } from "../use-board-search.ts";

export function Dependencies({ index }: { readonly index: number }) {
  const before = useRun(useCallback((state: RunState) => dependenciesOf(state.graph, index), [index]));
  const after = useRun(useCallback((state: RunState) => state.graph.dependents[index] ?? [], [index]));
  const lineage = useRun(
    useCallback(
      ({ graph }: RunState) => {
        const reached = lineageOf(graph, index);
        return { before: reached.before.size, after: reached.after.size };
      },
      [index],
    ),
    "slow",
  );
  return (
    <div className="grid gap-5 p-4">
      <TicketList
        title="Waits for"
        indexes={before}
        none="Nothing: it could begin with the run."
        more={lineage.before - before.length}
      />
      <TicketList title="Needed by" indexes={after} none="Nothing waits for it." more={lineage.after - after.length} />
    </div>
  );
}

type ListProps = {
  readonly title: string;
  readonly indexes: readonly number[];
  readonly none: string;
  /** Reached through these. */
  readonly more: number;
};

function TicketList({ title, indexes, none, more }: ListProps) {
  return (
    <section>
      <h3 className="mb-1 text-12 text-fg2">
        {title}
        {more > 0 && <span className="font-normal text-fg3">, and {counted(more, "ticket")} through these</span>}
      </h3>
      {indexes.length === 0 ? (
        <p className="text-fg3">{none}</p>
      ) : (
        <ul className="grid overflow-hidden rounded-card border border-line">
          {indexes.map((each) => (
            <Row key={each} index={each} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ index }: { readonly index: number }) {
  const ticket = useTicket(index);
  const lastAt = useLastAt(ticket);
  const [, change] = useBoardSearch();
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        onClick={() => change({ ticket: ticket.id })}
        className="flex w-full items-start gap-2 px-3 py-2 text-left hover:bg-s3"
      >
        <span className="pt-0.5">
          <StatusIcon status={ticket.status} />
        </span>
        <span className="min-w-0">
          <span className="block truncate">
            <span className="font-mono text-12 text-fg3">{toPrintableLine(ticket.id)}</span>{" "}
            {toPrintableLine(ticket.title)}
          </span>
          <span className="block truncate text-12 text-fg2">
            {statusInWords(ticket)}
            {ticket.status !== "completed" && `: ${noteInWords(ticket, lastAt)}`}
          </span>
        </span>
      </button>
    </li>
  );
}
