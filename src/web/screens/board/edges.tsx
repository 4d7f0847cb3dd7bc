// The dependencies that can be seen. In the larger densities every line is an element of its own: what is drawn anew then
// is that line's part of the board. The overview shows all lines at once: those that look alike and lie near each other
// are one element, or it would have four times as many lines as tickets. A dashed line is drawn in pieces in both.

import { memo, useCallback, useMemo } from "react";
import type { RunState } from "../../../core/state.ts";
import { edgesIn, type Box, type Geometry } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { edgeKindOf, edgeKinds } from "../../../views/edge-kind.ts";
import { useRun } from "../../state/hooks.ts";
import { createRoutes } from "./routes.ts";

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

const looks = ["back", ...edgeKinds, "critical", "traced"] as const;
type Look = (typeof looks)[number];

/** Drawn in this order: what matters lies on top. */
const layers = ["plain", "lost", "flowing", "critical", "traced"] as const;
type Layer = (typeof layers)[number];

/** Most lines are plain and of one hue: they change their look in their place, where another layer would be another element. */
const layerOf = (look: Look): Layer =>
  look === "back" || look === "done" || look === "waiting" || look === "open" ? "plain" : look;

const dashed: ReadonlySet<Look> = new Set(["waiting", "lost"]);

/** One element: a line, a piece of it, or in the overview all that are alike in one block of the board. */
type Stroke = { readonly key: string; readonly look: Look; path: string };

/** About as wide as what a browser draws at once, px. */
const block = 240;

/** Where the middle of it lies. */
const blockOf = ({ x, y, width, height }: Box): string =>
  `${Math.floor((x + width / 2) / block)} ${Math.floor((y + height / 2) / block)}`;

export const Edges = memo((props: EdgesProps) => {
  const { layout, geometry, part } = props;
  const seen = useMemo(() => edgesIn(layout, geometry, part), [layout, geometry, part]);
  const routes = useMemo(() => createRoutes(layout, geometry), [layout, geometry]);
  const lookOf = useLook(props);
  // One character for each line: as cheap to make and to compare as can be, for it happens with every event.
  const kinds = useRun(
    useCallback((state: RunState) => seen.map((edge) => looks.indexOf(lookOf(state, edge))).join(""), [seen, lookOf]),
  );
  const byLayer = useMemo(() => {
    const groups = new Map(layers.map((layer) => [layer, new Map<string, Stroke>()]));
    seen.forEach((edge, place) => {
      const look = looks[Number(kinds[place])];
      if (look === undefined) return;
      const strokes = groups.get(layerOf(look));
      for (const { path, box } of dashed.has(look) ? routes.pieces(edge, part) : [routes.whole(edge)]) {
        const key = geometry.density === 1 ? `${look} ${blockOf(box)}` : `${edge} ${path}`;
        const had = strokes?.get(key);
        if (had === undefined) strokes?.set(key, { key, look, path });
        else had.path += path;
      }
    });
    return groups;
  }, [seen, routes, part, kinds, geometry.density]);
  return (
    <svg
      aria-hidden
      className="board-edges pointer-events-none absolute"
      data-density={geometry.density}
      width={geometry.width}
      height={geometry.height}
    >
      {[...byLayer].map(([layer, strokes]) => (
        <g key={layer}>
          {[...strokes.values()].map(({ key, look, path }) => (
            <path key={key} className={look} d={path} />
          ))}
        </g>
      ))}
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
