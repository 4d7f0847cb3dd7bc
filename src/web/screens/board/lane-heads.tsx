// The heads of lanes, at the left edge whatever is scrolled: name, how many are done and at work, and a stacked bar.

import { memo, useCallback } from "react";
import type { RunState } from "../../../core/state.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { Geometry } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { laneFiguresOf, stackedStatuses, type LaneFigures } from "../../../views/lane-figures.ts";
import { statusWords } from "../../../views/words.ts";
import { useRun } from "../../state/hooks.ts";

type LaneHeadsProps = { readonly layout: BoardLayout; readonly geometry: Geometry; readonly width: number };

export const LaneHeads = memo(({ layout, geometry, width }: LaneHeadsProps) => {
  const figures = useRun(
    useCallback((state: RunState) => laneFiguresOf(state, layout), [layout]),
    "slow",
  );
  return (
    <div className="sticky left-0 z-10 border-r border-line bg-bg" style={{ width, height: geometry.height }}>
      {layout.lanes.map(({ track, title }, lane) => {
        const own = figures[lane];
        if (own === undefined || geometry.laneHeight[lane] === 0) return null;
        const place = { top: geometry.laneTop[lane], height: geometry.laneHeight[lane] };
        return (
          <div key={track ?? ""} className="absolute inset-x-0 border-b border-line" style={place}>
            <div className="sticky top-8 px-4 py-2 max-sm:px-2">
              <p className="truncate font-semibold" title={toPrintableLine(title)}>
                {toPrintableLine(title)}
              </p>
              <Progress figures={own} />
            </div>
          </div>
        );
      })}
    </div>
  );
});
LaneHeads.displayName = "LaneHeads";

const inks = {
  completed: "bg-completed",
  running: "bg-running",
  step_paused: "bg-paused",
  failed: "bg-failed",
  blocked: "bg-blocked",
  pending: "bg-pending",
  ready: "bg-ready",
  cancelled: "bg-fg3",
} as const;

function Progress({ figures: { total, counts } }: { readonly figures: LaneFigures }) {
  const active = counts.running + counts.step_paused;
  return (
    <>
      <p className="text-11 text-fg2 tabular">
        {counts.completed} of {total} done
        {active > 0 && <span className="text-running">, {active} at work</span>}
      </p>
      <div aria-hidden className="mt-1.5 flex h-1.5 gap-px overflow-hidden rounded-full bg-s4">
        {stackedStatuses.map((status) =>
          counts[status] === 0 ? null : (
            <span
              key={status}
              title={`${counts[status]} ${statusWords[status]}`}
              className={inks[status]}
              style={{ width: `${(counts[status] * 100) / total}%` }}
            />
          ),
        )}
      </div>
    </>
  );
}
