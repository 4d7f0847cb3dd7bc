// The ruler above the board: columns by depth, and where work is going on.

import { memo, useCallback } from "react";
import type { RunState } from "../../../core/state.ts";
import { slotX, type Box, type Geometry } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { activeByColumn } from "../../../views/lane-figures.ts";
import { useRun } from "../../state/hooks.ts";

type RulerProps = {
  readonly layout: BoardLayout;
  readonly geometry: Geometry;
  readonly part: Box;
  /** Of the lane heads' column. */
  readonly head: number;
  readonly height: number;
};

/** By column: how many of its tickets are at work. */
export const useActive = (layout: BoardLayout): readonly number[] =>
  useRun(
    useCallback((state: RunState) => activeByColumn(state, layout), [layout]),
    "slow",
  );

export type Column = { readonly column: number; readonly x: number; readonly width: number };

/** The columns that can be seen. */
export function columnsIn(layout: BoardLayout, geometry: Geometry, part: Box): readonly Column[] {
  return layout.inColumn.flatMap((_, column) => {
    const x = slotX(geometry, layout.firstSlot[column] ?? 0);
    const width = slotX(geometry, layout.firstSlot[column + 1] ?? 0) - x;
    return x > part.x + part.width || x + width < part.x ? [] : [{ column, x, width }];
  });
}

export const Ruler = memo(({ layout, geometry, part, head, height }: RulerProps) => {
  const active = useActive(layout);
  const isTight = geometry.density === 1;
  // In the overview a number takes the room of several columns.
  const every = isTight ? Math.ceil(34 / geometry.pitch.width) : 1;
  return (
    <div className="sticky top-0 z-20 border-b border-line bg-bg text-11" style={{ height }}>
      <div
        className="sticky left-0 z-10 border-r border-line bg-bg px-4 text-fg3 max-sm:px-2"
        style={{ width: head, height: height - 1, lineHeight: `${height - 1}px` }}
      >
        Track
      </div>
      <div
        aria-hidden
        className="absolute top-0 overflow-hidden"
        style={{ left: head, width: geometry.width, height: height - 1, lineHeight: `${height - 1}px` }}
      >
        {columnsIn(layout, geometry, part).map(({ column, x, width }) => {
          const running = active[column] ?? 0;
          if (running === 0 && column % every !== 0) return null;
          return (
            <span
              key={column}
              className={`absolute truncate tabular ${running > 0 ? "bg-bg font-medium text-running" : "text-fg3"}`}
              style={{ left: x, maxWidth: isTight ? undefined : width }}
            >
              {isTight ? column + 1 : `Depth ${column + 1}${running > 0 ? `, ${running} at work` : ""}`}
            </span>
          );
        })}
      </div>
    </div>
  );
});
Ruler.displayName = "Ruler";
