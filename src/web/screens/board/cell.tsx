// A ticket on the board, in one of three densities. The element stays when the density changes.

import { memo } from "react";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { BoardTicket } from "../../../views/board.ts";
import type { Box, Density } from "../../../views/board-geometry.ts";
import type { Stage } from "../../../views/stage.ts";
import { stageOf, stages } from "../../../views/stage.ts";
import { cardNote, modelName, statusInWords } from "../../../views/ticket-words.ts";
import { costInWords, tokensInWords } from "../../../views/words.ts";
import { useLastAt, useRun, useTicket } from "../../state/hooks.ts";
import { StatusIcon, statusInk } from "../../ui/status-icon.tsx";

export type CellProps = {
  readonly index: number;
  readonly density: Density;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The one that takes the focus. */
  readonly isCurrent: boolean;
  /** Open in the inspector. */
  readonly isSelected: boolean;
  readonly isDim: boolean;
  readonly isCritical: boolean;
  /** In words, for readers of the screen: its track and column. */
  readonly where: string;
};

export const cellId = (index: number): string => `ticket-${index}`;

export const Cell = memo((props: CellProps) => {
  const { index, density, isCurrent, isSelected, isDim, isCritical } = props;
  const ticket = useTicket(index);
  return (
    <div
      role="option"
      id={cellId(index)}
      data-index={index}
      data-density={density}
      data-status={ticket.status}
      data-dim={isDim || undefined}
      data-critical={isCritical || undefined}
      aria-selected={isSelected}
      {...(density === 1 && { "aria-label": wordsFor(ticket, props) })}
      tabIndex={isCurrent ? 0 : -1}
      className="board-cell"
      style={placeOf(props)}
    >
      {density === 2 && <CompactBody ticket={ticket} {...props} />}
      {density === 3 && <CardBody ticket={ticket} {...props} />}
    </div>
  );
});
Cell.displayName = "Cell";

const placeOf = ({ x, y, width, height }: Box): { transform: string; width: number; height: number } => ({
  transform: `translate(${x}px, ${y}px)`,
  width,
  height,
});

const wordsFor = (ticket: BoardTicket, { where, isCritical }: CellProps): string =>
  toPrintableLine(
    `${ticket.title}, ${ticket.id}, ${statusInWords(ticket)}, ${where}${isCritical ? ", on the critical path" : ""}`,
  );

type BodyProps = CellProps & { readonly ticket: BoardTicket };

function CompactBody({ ticket, where, isCritical }: BodyProps) {
  return (
    <span className="flex h-full items-center gap-1.5 px-2 text-12">
      <StatusIcon status={ticket.status} size={13} />
      <span className="max-w-16 shrink-0 truncate font-mono text-11 text-fg3">{toPrintableLine(ticket.id)}</span>
      <span className="board-title truncate">{toPrintableLine(ticket.title)}</span>
      <span className="sr-only">
        {statusInWords(ticket)}, {where}
        {isCritical && ", on the critical path"}
      </span>
    </span>
  );
}

function CardBody({ ticket, index, where, isCritical }: BodyProps) {
  const note = cardNote(ticket, useLastAt(ticket));
  return (
    <>
      <span className="flex h-full items-start gap-2 px-2.5 pt-2 leading-[18px]">
        <StatusIcon status={ticket.status} />
        <span className="min-w-0 flex-1">
          <span className="board-title block truncate">{toPrintableLine(ticket.title)}</span>
          <span className="flex items-baseline gap-1.5 text-11 text-fg3">
            <span className="max-w-18 shrink-0 truncate font-mono">{toPrintableLine(ticket.id)}</span>
            {ticket.status === "running" && (
              <span className="board-ink max-w-21 shrink-0 truncate text-running">
                {modelName(ticket.model)}
                {ticket.attempt > 1 && ` #${ticket.attempt}`}
              </span>
            )}
            <span className={`board-ink min-w-0 flex-1 truncate ${noteInk(ticket)}`}>{note}</span>
            {ticket.tokens > 0 && (
              <span className="shrink-0 tabular">
                {tokensInWords(ticket.tokens)}
                <span className="sr-only"> tokens</span>
                {ticket.usage === null && isPriced(ticket) && ` ${costInWords(ticket.costMicros)}`}
              </span>
            )}
          </span>
        </span>
        <span className="sr-only">
          {ticket.status === "running" && "Running, "}
          {where}
          {isCritical && ", on the critical path"}
        </span>
      </span>
      {ticket.status === "running" && <StageLine index={index} />}
    </>
  );
}

const isPriced = ({ costMicros }: BoardTicket): boolean => costMicros !== null && costMicros > 0;

const noteInk = ({ status }: BoardTicket): string =>
  status === "step_paused" || status === "failed" || status === "blocked" ? statusInk(status) : "";

/** Which of the four stages its attempt is in. Stands still but where it changes. */
function StageLine({ index }: { readonly index: number }) {
  const stage = useRun((state): Stage | null => stageOf(state.attempts.get(index)));
  if (stage === null) return null;
  return (
    <span className="board-stage" data-stage={stage}>
      <span className="sr-only">{stages[stage]}</span>
    </span>
  );
}
