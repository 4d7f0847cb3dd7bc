// The dependencies that can be seen, as one drawing: one path for all lines that look alike.

import { memo, useCallback, useMemo } from "react";
import type { RunState } from "../../../core/state.ts";
import { edgesIn, routeOf, type Box, type Geometry } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { edgeKindOf, edgeKinds } from "../../../views/edge-kind.ts";
import { useRun } from "../../state/hooks.ts";

type EdgesProps = {
  readonly layout: BoardLayout;
  readonly geometry: Geometry;
  readonly part: Box;
  /** Tickets of the critical path in its order. */
  readonly critical: readonly number[];
  /** The tickets that stand out; null: all. */
  readonly standingOut: ReadonlySet<number> | null;
  readonly isTraced: boolean;
};

/** Drawn in this order: what matters lies on top. */
const looks = ["back", ...edgeKinds, "critical", "traced"] as const;
type Look = (typeof looks)[number];

export const Edges = memo((props: EdgesProps) => {
  const { layout, geometry, part } = props;
  const seen = useMemo(() => edgesIn(layout, geometry, part), [layout, geometry, part]);
  const routes = useMemo(() => seen.map((edge) => routeOf(layout, geometry, edge)), [layout, geometry, seen]);
  const lookOf = useLook(props);
  // One character for each line: as cheap to make and to compare as can be, for it happens with every event.
  const kinds = useRun(
    useCallback((state: RunState) => seen.map((edge) => looks.indexOf(lookOf(state, edge))).join(""), [seen, lookOf]),
  );
  const paths = useMemo(() => {
    const byLook = new Map<Look, string>();
    routes.forEach((route, place) => {
      const look = looks[Number(kinds[place])] ?? "waiting";
      byLook.set(look, (byLook.get(look) ?? "") + route);
    });
    return byLook;
  }, [routes, kinds]);
  return (
    <svg
      aria-hidden
      className="board-edges pointer-events-none absolute"
      width={geometry.width}
      height={geometry.height}
    >
      {looks.map((look) => {
        const path = paths.get(look);
        return path === undefined ? null : <path key={look} className={look} d={path} />;
      })}
    </svg>
  );
});
Edges.displayName = "Edges";

function useLook({ layout, critical, standingOut, isTraced }: EdgesProps): (state: RunState, edge: number) => Look {
  return useMemo(() => {
    const next = new Map(critical.slice(0, -1).map((index, place) => [index, critical[place + 1]]));
    return (state, edge) => {
      const from = layout.edgeFrom[edge] ?? 0;
      const to = layout.edgeTo[edge] ?? 0;
      if (standingOut !== null && !(standingOut.has(from) && standingOut.has(to))) return "back";
      if (isTraced) return "traced";
      return next.get(from) === to ? "critical" : edgeKindOf(state, from, to);
    };
  }, [layout, critical, standingOut, isTraced]);
}
