// The run's tickets as a graph: lanes and columns, scrolled natively both ways; only what can be seen is drawn.

import { useCallback, useLayoutEffect, useMemo, useRef, type RefObject } from "react";
import { boxOf, geometryOf, ticketsIn, type Box, type Density, type Geometry } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { moveOn, type Move } from "../../../views/board-moves.ts";
import { useSteadyView } from "../../state/hooks.ts";
import { Cell, cellId } from "./cell.tsx";
import { Edges } from "./edges.tsx";
import { LaneHeads } from "./lane-heads.tsx";
import { columnsIn, Ruler, useActive } from "./ruler.tsx";
import { Tip } from "./tip.tsx";
import { useNarrow } from "./use-narrow.ts";
import { useWindow } from "./use-window.ts";
import "./board.css";

export type GraphProps = {
  readonly layout: BoardLayout;
  readonly density: Density;
  readonly shownLanes: ReadonlySet<number> | undefined;
  /** The tickets that stand out; null: all. */
  readonly standingOut: ReadonlySet<number> | null;
  readonly isTraced: boolean;
  readonly critical: readonly number[];
  readonly selected: number | null;
  /** The ticket that takes the focus. */
  readonly current: number;
  /** Renewed when the current ticket is to be brought into view and take the focus. */
  readonly call: number;
  readonly onCurrent: (index: number, isCalled: boolean) => void;
  readonly onOpen: (index: number) => void;
};

const placeClass = "relative h-full overflow-auto bg-bg [contain:strict]";
const rulerHeight = 32;
const headWidths = { wide: 172, narrow: 112 } as const;

export function Graph(props: GraphProps) {
  const { layout, density, shownLanes, critical, current } = props;
  const place = useRef<HTMLDivElement>(null);
  const head = headWidths[useNarrow() ? "narrow" : "wide"];
  const { size, part } = useWindow(
    place,
    useMemo(() => ({ width: head, height: rulerHeight }), [head]),
  );
  const geometry = useMemo(
    () => geometryOf(layout, { density, viewport: size, shown: shownLanes }),
    [layout, density, size, shownLanes],
  );
  useKeptPlace(place, { layout, geometry, anchor: props.selected ?? current, isReady: size.width > 0 });
  useCalled(place, { layout, geometry, current, call: props.call, head });
  const seen = useMemo(() => {
    const found = ticketsIn(layout, geometry, part);
    return found.includes(current) || boxOf(layout, geometry, current) === undefined ? found : [...found, current];
  }, [layout, geometry, part, current]);
  const onCritical = useMemo(() => new Set(critical), [critical]);
  const world = { left: head, top: rulerHeight, width: geometry.width, height: geometry.height };
  // How much can be seen is known once the place stands: nothing is drawn into it before, and then all at once.
  if (size.width === 0) return <div ref={place} className={placeClass} />;
  return (
    <div ref={place} className={placeClass}>
      <div className="relative" style={{ width: geometry.width + head, height: geometry.height + rulerHeight }}>
        <Ruler layout={layout} geometry={geometry} part={part} head={head} height={rulerHeight} />
        <LaneHeads layout={layout} geometry={geometry} width={head} />
        <div className="absolute" style={world}>
          <Bands layout={layout} geometry={geometry} part={part} />
          <Edges
            layout={layout}
            geometry={geometry}
            part={part}
            critical={critical}
            standingOut={props.standingOut}
            isTraced={props.isTraced}
          />
          <Cells {...props} geometry={geometry} seen={seen} onCritical={onCritical} />
        </div>
      </div>
      <Tip layout={layout} place={place} density={density} />
    </div>
  );
}

type CellsProps = GraphProps & {
  readonly geometry: Geometry;
  readonly seen: readonly number[];
  readonly onCritical: ReadonlySet<number>;
};

const moves: Readonly<Record<string, Move>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

const indexAt = (target: EventTarget): number | undefined => {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return cell === null ? undefined : Number(cell.dataset["index"]);
};

function Cells({ layout, geometry, seen, onCritical, ...props }: CellsProps) {
  const view = useSteadyView();
  const { current, onCurrent, onOpen } = props;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moves[event.key];
    if (move !== undefined) onCurrent(moveOn(layout, view.state().graph, current, move), true);
    else if (event.key === "Enter" || event.key === " ") onOpen(current);
    else return;
    event.preventDefault();
  };
  const onClick = (event: React.MouseEvent): void => {
    const index = indexAt(event.target);
    if (index === undefined) return;
    onCurrent(index, false);
    onOpen(index);
  };
  return (
    // The tickets in it take the focus, one at a time.
    <div
      role="listbox"
      aria-label="Tickets"
      aria-orientation="horizontal"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {seen.map((index) => {
        const box = boxOf(layout, geometry, index);
        if (box === undefined) return null;
        return (
          <Cell
            key={index}
            index={index}
            density={geometry.density}
            {...box}
            isCurrent={index === current}
            isSelected={index === props.selected}
            isDim={props.standingOut !== null && !props.standingOut.has(index)}
            isCritical={onCritical.has(index)}
            where={whereIs(layout, index)}
          />
        );
      })}
    </div>
  );
}

export const whereIs = (layout: BoardLayout, index: number): string =>
  `${layout.lanes[layout.lane[index] ?? -1]?.title ?? ""}, depth ${(layout.column[index] ?? 0) + 1}`;

/** Lanes told apart, and the columns where work is going on. */
function Bands({
  layout,
  geometry,
  part,
}: {
  readonly layout: BoardLayout;
  readonly geometry: Geometry;
  readonly part: Box;
}) {
  const active = useActive(layout);
  const half = (geometry.pitch.width - geometry.cell.width) / 2;
  return (
    <div aria-hidden>
      {columnsIn(layout, geometry, part).map(({ column, x, width }) => (
        <div
          key={column}
          className={`absolute top-0 h-full border-l border-line ${(active[column] ?? 0) > 0 ? "bg-running/5" : ""}`}
          style={{ transform: `translateX(${x - half}px)`, width }}
        />
      ))}
      {layout.lanes.map(({ track }, lane) => (
        <div
          key={track ?? ""}
          className="absolute inset-x-0 border-b border-line"
          style={{ top: geometry.laneTop[lane], height: geometry.laneHeight[lane] }}
        />
      ))}
    </div>
  );
}

// ---- what is in view -------------------------------------------------------------------------------------------

type Keeping = {
  readonly layout: BoardLayout;
  readonly geometry: Geometry;
  readonly anchor: number;
  readonly isReady: boolean;
};

/** One map in three densities: the ticket that is looked at stays where it is on the screen. */
function useKeptPlace(place: RefObject<HTMLElement | null>, { layout, geometry, anchor, isReady }: Keeping): void {
  const last = useRef<Geometry | null>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null || !isReady) return;
    const before = last.current;
    last.current = geometry;
    if (before !== null && before.density === geometry.density) return;
    const now = boxOf(layout, geometry, anchor);
    if (now === undefined) return;
    const had = before === null ? undefined : boxOf(layout, before, anchor);
    const room = { x: element.clientWidth * 0.35, y: element.clientHeight * 0.35 };
    const away = had === undefined ? room : { x: had.x - element.scrollLeft, y: had.y - element.scrollTop };
    const isSeen =
      away.x >= 0 && away.y >= 0 && away.x < element.clientWidth - 300 && away.y < element.clientHeight - 90;
    element.scrollTo({ left: now.x - (isSeen ? away : room).x, top: now.y - (isSeen ? away : room).y });
  }, [place, layout, geometry, anchor, isReady]);
}

type Called = {
  readonly layout: BoardLayout;
  readonly geometry: Geometry;
  readonly current: number;
  readonly call: number;
  readonly head: number;
};

/** Brings the current ticket into view, clear of heads and ruler, and gives it the focus. */
function useCalled(place: RefObject<HTMLElement | null>, { layout, geometry, current, call, head }: Called): void {
  const answered = useRef(call);
  const reveal = useCallback(
    (element: HTMLElement, box: Box): void => {
      const margin = 12;
      const width = element.clientWidth - head;
      const height = element.clientHeight - rulerHeight;
      const { scrollLeft: left, scrollTop: top } = element;
      const toLeft = box.x - margin < left ? box.x - margin : Math.max(left, box.x + box.width + margin - width);
      const toTop = box.y - margin < top ? box.y - margin : Math.max(top, box.y + box.height + margin - height);
      if (toLeft !== left || toTop !== top) element.scrollTo({ left: toLeft, top: toTop });
    },
    [head],
  );
  useLayoutEffect(() => {
    const element = place.current;
    const box = boxOf(layout, geometry, current);
    if (element === null || box === undefined || answered.current === call) return;
    answered.current = call;
    reveal(element, box);
    document.getElementById(cellId(current))?.focus({ preventScroll: true });
  }, [place, layout, geometry, current, call, reveal]);
}
