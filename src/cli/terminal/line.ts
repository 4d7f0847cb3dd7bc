// A line to draw: spans of printable text with a tone each. Layout happens on spans; colour comes last.

import type { TicketStatus } from "../../domain/ticket.ts";
import { cutToWidth, displayWidth } from "./width.ts";

/** What a span means; style.ts says how it looks. */
export type Tone = TicketStatus | "plain" | "quiet" | "faint" | "accent" | "added" | "removed" | "hunk" | "alarm";

export type Span = { readonly text: string; readonly tone?: Tone; readonly bold?: boolean };
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = "plain", bold = false): Span => ({ text, tone, bold });

export const lineWidth = (line: Line): number => line.reduce((width, { text }) => width + displayWidth(text), 0);

/** At most so many columns; the span at the edge is cut with an ellipsis. */
export function fitLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const fitting: Span[] = [];
  let left = columns;
  for (const each of line) {
    const width = displayWidth(each.text);
    if (width > left) {
      fitting.push({ ...each, text: cutToWidth(each.text, left) });
      break;
    }
    fitting.push(each);
    left -= width;
  }
  return fitting;
}

/** `left` from the left edge, `right` at the right edge. Where both do not fit, the right one gives way. */
export function justify(left: Line, right: Line, columns: number): Line {
  const gap = columns - lineWidth(left) - lineWidth(right);
  return gap < 2 ? fitLine(left, columns) : [...left, span(" ".repeat(gap)), ...right];
}

export const plainText = (line: Line): string => line.map(({ text }) => text).join("");
