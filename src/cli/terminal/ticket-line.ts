// One ticket of the live board as one line: shape, id, title, what it does or waits for, figures at the right edge.

import { toPrintableLine } from "../../domain/printable.ts";
import type { Board, BoardTicket } from "../../views/board.ts";
import { noteInWords } from "../../views/ticket-words.ts";
import { costInWords, tokensInWords } from "../../views/words.ts";
import { contextTones } from "../context-lines.ts";
import { justify, span, type Line, type Span } from "./line.ts";
import type { Glyphs } from "./style.ts";
import { cutToWidth, displayWidth, padToWidth } from "./width.ts";

export type Columns = {
  readonly all: number;
  readonly id: number;
  /** 0: there is no room for titles. */
  readonly title: number;
  readonly isWide: boolean;
  readonly model: number;
  readonly showTokens: boolean;
  readonly showContext: boolean;
  readonly showCost: boolean;
};

/** Which columns fit, decided once per frame so that they stand under each other. */
export function columnsFor(board: Board, all: number): Columns {
  const longest = (text: (ticket: BoardTicket) => string, of: readonly BoardTicket[]): number =>
    of.reduce((most, ticket) => Math.max(most, displayWidth(toPrintableLine(text(ticket)))), 0);
  const { tickets } = board;
  const active = tickets.filter(({ usage }) => usage !== null);
  const isWide = all >= 120;
  const id = Math.min(
    longest((ticket) => ticket.id, tickets),
    all < 60 ? 10 : 16,
  );
  const model =
    all < 72
      ? 0
      : Math.min(
          longest((ticket) => modelOf(ticket, isWide), active),
          isWide ? 40 : all < 100 ? 14 : 18,
        );
  // What a ticket does or waits for keeps this much; its title takes what is left.
  const note = all < 100 ? 22 : 36;
  const showContext = all >= 90 && active.some(({ context }) => context !== null && context.percent !== null);
  const figures = model + 18 + (isWide ? 9 : 0) + (showContext ? 5 : 0);
  return {
    all,
    id,
    title:
      all < 60
        ? 0
        : Math.min(
            longest(({ title }) => title, tickets),
            Math.max(12, all - id - figures - note - 6),
          ),
    isWide,
    model,
    showTokens: all >= 50,
    showContext,
    showCost: isWide && board.spend.costMicros !== 0,
  };
}

/** With its provider where there is room. */
const modelOf = ({ model, rung }: BoardTicket, isWide: boolean): string =>
  `${isWide ? model : model.slice(model.indexOf("/") + 1)}${rung === 0 ? "" : ` ^${rung}`}`;

/** A name that is too long is cut before the rung is. */
function modelColumn(ticket: BoardTicket, columns: Columns, glyphs: Glyphs): string {
  const rung = ticket.rung === 0 ? "" : ` ${glyphs.rung}${ticket.rung}`;
  const name = toPrintableLine(modelOf({ ...ticket, rung: 0 }, columns.isWide));
  return padToWidth(`${cutToWidth(name, columns.model - displayWidth(rung))}${rung}`, columns.model);
}

type Meta = { readonly glyphs: Glyphs; readonly now: number };

export function ticketLine(ticket: BoardTicket, columns: Columns, meta: Meta): Line {
  const { status } = ticket;
  const attempt = ticket.attempt > 1 ? `#${ticket.attempt} ` : "";
  const left: Span[] = [
    span(` ${meta.glyphs[status]} `, status),
    span(
      `${padToWidth(toPrintableLine(ticket.id), columns.id)} `,
      status === "pending" ? "faint" : "plain",
      status === "running" || status === "step_paused",
    ),
  ];
  if (columns.title > 0)
    left.push(
      span(`${padToWidth(toPrintableLine(ticket.title), columns.title)}  `, status === "pending" ? "faint" : "quiet"),
    );
  const right = figuresOf(ticket, columns, meta);
  const used = left.reduce((sum, { text }) => sum + displayWidth(text), 0);
  const figures = right.reduce((sum, { text }) => sum + displayWidth(text), 0);
  const room = columns.all - used - figures - (figures === 0 ? 0 : 2);
  const note = noteInWords(ticket, meta.now);
  // Where columns are few, what is done says more than the turn it is done in.
  left.push(span(cutToWidth(`${attempt}${columns.isWide ? note : note.replace(/^turn \d+: /, "")}`, room), status));
  return justify(left, right, columns.all);
}

function figuresOf(ticket: BoardTicket, columns: Columns, meta: Meta): Line {
  const { usage, since, status } = ticket;
  if (usage === null || since === null) return [];
  const parts: Span[] = [];
  // A question needs its room more than the name of the model that waits.
  if (columns.model > 0 && (columns.isWide || status !== "step_paused"))
    parts.push(span(`${modelColumn(ticket, columns, meta.glyphs)} `, "faint"));
  if (columns.showTokens)
    parts.push(span(padToWidth(ticket.tokens === 0 ? "" : tokensInWords(ticket.tokens), 6, "right"), "quiet"));
  if (columns.showContext) parts.push(contextSpan(ticket));
  if (columns.showCost)
    parts.push(span(padToWidth(ticket.tokens === 0 ? "" : costInWords(ticket.costMicros), 9, "right"), "quiet"));
  parts.push(span(padToWidth(shortDuration(meta.now - since), 7, "right"), "faint"));
  return parts;
}

/** How full the model's window is. */
function contextSpan({ context }: BoardTicket): Span {
  const words = context === null || context.percent === null ? "" : `${context.percent}%`;
  return span(padToWidth(words, 5, "right"), context === null ? "faint" : contextTones[context.colour]);
}

/** `12s`, `3m05`, `2h07`: for columns. */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, "0")}`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}`;
}
