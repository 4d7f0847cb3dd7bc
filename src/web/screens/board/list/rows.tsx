// The rows of the list of tickets: a track with its progress, a ticket with all its facts.

import { ChevronDown, ChevronRight } from "lucide-react";
import { memo, useCallback, type ReactNode } from "react";
import { toPrintableLine } from "../../../../domain/printable.ts";
import type { OrderKey } from "../../../../views/ticket-order.ts";
import { modelName, noteInWords, statusInWords } from "../../../../views/ticket-words.ts";
import { costInWords, counted, durationInWords, tokensInWords } from "../../../../views/words.ts";
import { useNow, useRun, useTicket } from "../../../state/hooks.ts";
import { names } from "../../../ui/class-names.ts";
import { StatusIcon, statusInk } from "../../../ui/status-icon.tsx";
import type { ListLine } from "./list.tsx";

type ColumnHead = {
  readonly name: string;
  readonly label: string;
  readonly order?: OrderKey;
  /** Left out on narrow screens. */
  readonly isWide?: boolean;
};

/** In the order of the cells. */
export const columns: readonly ColumnHead[] = [
  { name: "choose", label: "Choose" },
  { name: "status", label: "Status", order: "status" },
  { name: "id", label: "Id", order: "id" },
  { name: "title", label: "Title", order: "title" },
  { name: "note", label: "Does, or waits for", isWide: true },
  { name: "worker", label: "Worker", isWide: true },
  { name: "model", label: "Model", isWide: true },
  { name: "attempt", label: "Try", order: "attempt", isWide: true },
  { name: "tokens", label: "Tokens", order: "tokens", isWide: true },
  { name: "cost", label: "Cost", order: "cost", isWide: true },
  { name: "since", label: "Since", order: "since", isWide: true },
];

type RowProps = {
  /** Place in the list, from 0. */
  readonly number: number;
  readonly top: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly onPoint: (number: number) => void;
};

const placeOf = ({ top, height }: RowProps) => ({ transform: `translateY(${top}px)`, height });

type TrackRowProps = RowProps & { readonly line: Extract<ListLine, { kind: "track" }>; readonly title: string };

export function TrackRow({ line, title, ...row }: TrackRowProps) {
  const Arrow = line.isOpen ? ChevronDown : ChevronRight;
  return (
    <div
      role="row"
      id={`line-${row.number}`}
      aria-level={1}
      aria-rowindex={row.number + 2}
      aria-expanded={line.isOpen}
      tabIndex={row.isCurrent ? 0 : -1}
      onClick={() => row.onPoint(row.number)}
      onKeyDown={() => {}}
      className="absolute inset-x-0 top-0 flex cursor-pointer items-center gap-2 border-b border-line bg-s1 px-3 -outline-offset-2 hover:bg-s3"
      style={placeOf(row)}
    >
      <span role="gridcell" aria-colspan={columns.length} className="sticky left-3 flex items-center gap-2">
        <Arrow aria-hidden size={14} />
        <strong className="font-semibold">{toPrintableLine(title)}</strong>
        <span className="text-12 text-fg2 tabular">{counted(line.shown, "ticket")}</span>
      </span>
    </div>
  );
}

type TicketRowProps = RowProps & {
  readonly index: number;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  readonly isCritical: boolean;
  readonly onChoose: (index: number) => void;
};

export const TicketRow = memo(({ index, isChosen, isOpen, isCritical, onChoose, ...row }: TicketRowProps) => {
  const ticket = useTicket(index);
  const archetype = useRun(useCallback((state) => state.graph.tickets[index]?.archetype ?? "", [index]));
  const now = useNow(5_000);
  const note = noteInWords(ticket, now);
  const hasUsed = ticket.tokens > 0;
  return (
    <div
      role="row"
      id={`line-${row.number}`}
      aria-level={2}
      aria-rowindex={row.number + 2}
      aria-selected={isChosen}
      tabIndex={row.isCurrent ? 0 : -1}
      onClick={() => row.onPoint(row.number)}
      onKeyDown={() => {}}
      className={names(
        "board-row absolute inset-x-0 top-0 cursor-pointer items-center border-b border-line -outline-offset-2 hover:bg-s3",
        isOpen && "bg-s3 shadow-[inset_2px_0_0_var(--accent)]",
        ticket.status === "step_paused" && "bg-paused-fill",
      )}
      style={placeOf(row)}
    >
      <span role="gridcell" className="flex items-center">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Choose ${toPrintableLine(ticket.id)}`}
          checked={isChosen}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onChoose(index)}
          className="size-4 accent-accent-solid"
        />
      </span>
      <span role="gridcell" className={`flex items-center gap-1.5 text-12 ${statusInk(ticket.status)}`}>
        <StatusIcon status={ticket.status} size={14} />
        <span className="truncate max-md:sr-only">{statusInWords(ticket)}</span>
      </span>
      <span role="gridcell" className="truncate font-mono text-12 text-fg3">
        {toPrintableLine(ticket.id)}
      </span>
      <span role="gridcell" className="truncate" title={toPrintableLine(ticket.title)}>
        {isCritical && (
          <span className="mr-1.5 inline-block h-3 w-1 rounded-full bg-fg align-[-1px]" title="On the critical path">
            <span className="sr-only">On the critical path: </span>
          </span>
        )}
        {toPrintableLine(ticket.title)}
        <span className="block truncate text-11 text-fg2 md:hidden">{note}</span>
      </span>
      <Cell title={note}>{note}</Cell>
      <Cell>{toPrintableLine(archetype)}</Cell>
      <Cell>{modelName(ticket.model)}</Cell>
      <Cell isFigure>{ticket.attempt === 0 ? "" : ticket.attempt}</Cell>
      <Cell isFigure>{hasUsed ? tokensInWords(ticket.tokens) : ""}</Cell>
      <Cell isFigure>{hasUsed ? costInWords(ticket.costMicros) : ""}</Cell>
      <Cell isFigure>{ticket.since === null ? "" : durationInWords(now - ticket.since)}</Cell>
    </div>
  );
});
TicketRow.displayName = "TicketRow";

type CellProps = { readonly children: ReactNode; readonly isFigure?: boolean; readonly title?: string };

const Cell = ({ children, isFigure, title }: CellProps) => (
  <span
    role="gridcell"
    title={title}
    className={names("truncate text-12 text-fg2 max-md:hidden", isFigure === true && "tabular")}
  >
    {children}
  </span>
);
