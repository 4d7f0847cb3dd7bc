// Puts lines on a terminal's alternate screen and writes only those that changed since the last time.

import { lineWidth, type Line } from "./line.ts";
import type { Style } from "./style.ts";
import { sizeOf, type Screen } from "./terminal.ts";

const csi = "\u001b[";
/** A terminal that knows synchronized updates shows the frame at once; others ignore the marks. */
const beginFrame = `${csi}?2026h`;
const endFrame = `${csi}?2026l`;
/** Alternate screen, cursor hidden, no wrapping at the edge: an overlong line is cut, never two lines. */
const enter = `${csi}?1049h${csi}?25l${csi}?7l${csi}2J${csi}H`;
const leave = `${csi}?7h${csi}?25h${csi}?1049l`;

export type Cursor = { readonly row: number; readonly column: number };

export type Painter = {
  /** Draws the lines from the top; what stood below them is cleared. Enters the alternate screen when first called. */
  readonly paint: (lines: readonly Line[], cursor?: Cursor) => void;
  /** The next `paint` draws everything: after a resize, or after someone else drew. */
  readonly forget: () => void;
  /** Back to the screen as it was. Idempotent; `paint` enters anew. */
  readonly close: () => void;
};

export function createPainter(screen: Screen, style: Style): Painter {
  let shown: readonly string[] | undefined;
  let cursorWas = "";
  let isInside = false;
  return {
    paint: (lines, cursor) => {
      const { columns, rows } = sizeOf(screen);
      // Clearing to the right of a full line would take its last character away: the cursor cannot leave the edge.
      const wanted = lines
        .slice(0, rows)
        .map((line) => style.toAnsi(line) + (lineWidth(line) < columns ? `${csi}K` : ""));
      const cursorNow = cursor === undefined ? `${csi}?25l` : `${csi}${cursor.row + 1};${cursor.column + 1}H${csi}?25h`;
      const changes = changesOf(shown, wanted, rows);
      if (isInside && changes === "" && cursorNow === cursorWas) return;
      screen.write(`${isInside ? "" : enter}${beginFrame}${changes}${cursorNow}${endFrame}`);
      isInside = true;
      shown = wanted;
      cursorWas = cursorNow;
    },
    forget: () => {
      shown = undefined;
    },
    close: () => {
      if (isInside) screen.write(leave);
      isInside = false;
      shown = undefined;
    },
  };
}

/** Line by line; what a shorter line leaves is cleared after its text, so that nothing blinks. */
function changesOf(shown: readonly string[] | undefined, wanted: readonly string[], rows: number): string {
  const parts: string[] = shown === undefined ? [`${csi}2J`] : [];
  const height = Math.min(rows, Math.max(wanted.length, shown?.length ?? 0));
  for (let row = 0; row < height; row += 1) {
    const line = wanted[row] ?? `${csi}K`;
    if (shown !== undefined && shown[row] === line) continue;
    parts.push(`${csi}${row + 1};1H${line}`);
  }
  return parts.join("");
}
