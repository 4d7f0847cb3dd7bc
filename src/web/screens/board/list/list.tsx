// The run's tickets as a list: tracks, and below each its tickets, with all that is known of them. For reading in order,
// for sorting, and for doing one thing to several tickets.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RunState } from "../../../../core/state.ts";
import type { BoardLayout } from "../../../../views/board-layout.ts";
import { orderTickets, type Order, type OrderKey } from "../../../../views/ticket-order.ts";
import { useRun } from "../../../state/hooks.ts";
import { Empty } from "../../../ui/notes.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { columns, TicketRow, TrackRow } from "./rows.tsx";

export type ListProps = {
  readonly layout: BoardLayout;
  readonly shownLanes: ReadonlySet<number> | undefined;
  /** The tickets that are shown; null: all. */
  readonly standingOut: ReadonlySet<number> | null;
  readonly critical: readonly number[];
  readonly selected: number | null;
  readonly current: number;
  /** Renewed when the current ticket is to be brought into view and take the focus. */
  readonly call: number;
  readonly onCurrent: (index: number, isCalled: boolean) => void;
  readonly onOpen: (index: number) => void;
};

export type ListLine =
  | { readonly kind: "track"; readonly lane: number; readonly isOpen: boolean; readonly shown: number }
  | { readonly kind: "ticket"; readonly lane: number; readonly index: number };

const rowHeight = 38;

export function ListView(props: ListProps) {
  const [order, setOrder] = useState<Order>({ key: "plan", isDown: false });
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const lines = useLines(props, order, closed);
  const toggleLane = useCallback((lane: number) => setClosed((had) => toggled(had, lane)), []);
  const toggleChosen = useCallback((index: number) => setChosen((had) => toggled(had, index)), []);
  const ticketCount = lines.filter(({ kind }) => kind === "ticket").length;
  return (
    <div className="grid h-full min-h-0 grid-rows-[minmax(0,1fr)_auto]">
      {ticketCount === 0 && closed.size === 0 ? (
        <Empty title="No ticket is like that">Show all statuses again, or clear what is searched for.</Empty>
      ) : (
        <Grid {...props} {...{ lines, order, setOrder, chosen, toggleLane, toggleChosen }} />
      )}
      <BulkBar chosen={chosen} onClear={() => setChosen(new Set())} />
    </div>
  );
}

function toggled(had: ReadonlySet<number>, each: number): ReadonlySet<number> {
  const next = new Set(had);
  if (!next.delete(each)) next.add(each);
  return next;
}

function useLines(
  { layout, shownLanes, standingOut }: ListProps,
  order: Order,
  closed: ReadonlySet<number>,
): readonly ListLine[] {
  const lanes = useMemo(
    () =>
      layout.lanes.map(({ tickets }, lane) =>
        shownLanes === undefined || shownLanes.has(lane)
          ? tickets.filter((index) => standingOut === null || standingOut.has(index))
          : [],
      ),
    [layout, shownLanes, standingOut],
  );
  const ordered = useRun(
    useCallback((state: RunState) => lanes.map((tickets) => orderTickets(state, tickets, order)), [lanes, order]),
    "slow",
  );
  return useMemo(
    () =>
      ordered.flatMap((tickets, lane): ListLine[] => {
        if (tickets.length === 0) return [];
        const isOpen = !closed.has(lane);
        const own = isOpen ? tickets.map((index): ListLine => ({ kind: "ticket", lane, index })) : [];
        return [{ kind: "track", lane, isOpen, shown: tickets.length }, ...own];
      }),
    [ordered, closed],
  );
}

type GridProps = ListProps & {
  readonly lines: readonly ListLine[];
  readonly order: Order;
  readonly setOrder: (order: Order) => void;
  readonly chosen: ReadonlySet<number>;
  readonly toggleLane: (lane: number) => void;
  readonly toggleChosen: (index: number) => void;
};

function Grid(props: GridProps) {
  const { lines, layout, chosen, critical } = props;
  const place = useRef<HTMLDivElement>(null);
  const onCritical = useMemo(() => new Set(critical), [critical]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 16,
  });
  const { line, onKeyDown, onPoint } = useRows(props, (to) => rows.scrollToIndex(to));
  return (
    <div
      ref={place}
      role="treegrid"
      aria-label="Tickets"
      aria-rowcount={lines.length + 1}
      aria-multiselectable
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="overflow-auto bg-bg [contain:strict]"
    >
      <Heads order={props.order} onOrder={props.setOrder} />
      <div role="rowgroup" className="relative md:min-w-[1060px]" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index: number, start }) => {
          const each = lines[number];
          if (each === undefined) return null;
          const shared = { number, top: start, height: rowHeight, isCurrent: number === line, onPoint };
          return each.kind === "track" ? (
            <TrackRow key={`lane ${each.lane}`} line={each} title={layout.lanes[each.lane]?.title ?? ""} {...shared} />
          ) : (
            <TicketRow
              key={each.index}
              index={each.index}
              isChosen={chosen.has(each.index)}
              isOpen={props.selected === each.index}
              isCritical={onCritical.has(each.index)}
              onChoose={props.toggleChosen}
              {...shared}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Moving over the rows by keys, and what a press on one does. */
function useRows(props: GridProps, scrollTo: (line: number) => void) {
  const { lines, current, onCurrent, onOpen, toggleLane, toggleChosen } = props;
  const [onTrack, setOnTrack] = useState<number | null>(null);
  const found = lines.findIndex((each) =>
    onTrack === null
      ? each.kind === "ticket" && each.index === current
      : each.kind === "track" && each.lane === onTrack,
  );
  const line = Math.max(0, found);
  const at = lines[line];
  const go = (to: number): void => {
    const next = lines[to];
    if (next === undefined) return;
    setOnTrack(next.kind === "track" ? next.lane : null);
    if (next.kind === "ticket") onCurrent(next.index, false);
    scrollTo(to);
    requestAnimationFrame(() => document.getElementById(`line-${to}`)?.focus({ preventScroll: true }));
  };
  const answered = useRef(props.call);
  useEffect(() => {
    if (answered.current === props.call) return;
    answered.current = props.call;
    const to = lines.findIndex((each) => each.kind === "ticket" && each.index === current);
    if (to >= 0) go(to);
  });
  const acts: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(line + 1),
    ArrowUp: () => go(line - 1),
    Home: () => go(0),
    End: () => go(lines.length - 1),
    ArrowLeft: () => {
      if (at?.kind === "ticket") go(lines.findIndex((each) => each.kind === "track" && each.lane === at.lane));
      else if (at?.isOpen === true) toggleLane(at.lane);
    },
    ArrowRight: () => {
      if (at?.kind === "track") return at.isOpen ? go(line + 1) : toggleLane(at.lane);
    },
    Enter: () => (at?.kind === "track" ? toggleLane(at.lane) : at !== undefined && onOpen(at.index)),
    " ": () => (at?.kind === "track" ? toggleLane(at.lane) : at !== undefined && toggleChosen(at.index)),
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const isRow = event.target instanceof HTMLElement && event.target.role === "row";
    const act = acts[event.key];
    if (act === undefined || !isRow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const onPoint = (to: number): void => {
    const next = lines[to];
    go(to);
    if (next?.kind === "track") toggleLane(next.lane);
    else if (next !== undefined) onOpen(next.index);
  };
  return { line, onKeyDown, onPoint };
}

function Heads({ order, onOrder }: { readonly order: Order; readonly onOrder: (order: Order) => void }) {
  const press = (key: OrderKey): void => {
    if (order.key !== key) onOrder({ key, isDown: false });
    else onOrder(order.isDown ? { key: "plan", isDown: false } : { key, isDown: true });
  };
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-bg text-12 text-fg2 md:min-w-[1060px]">
      <div role="row" aria-rowindex={1} className="board-row min-h-8 items-center">
        {columns.map(({ name, label, order: key, isWide }) => (
          <span
            key={name}
            role="columnheader"
            aria-sort={key === undefined || order.key !== key ? "none" : order.isDown ? "descending" : "ascending"}
            className={isWide === true ? "max-md:hidden" : "max-md:overflow-hidden"}
          >
            {key === undefined ? (
              <span className={name === "choose" ? "sr-only" : ""}>{label}</span>
            ) : (
              <button
                type="button"
                className={`min-h-6 hover:text-fg ${name === "status" ? "max-md:sr-only" : ""}`}
                onClick={() => press(key)}
              >
                {label}
                <span aria-hidden>{order.key === key ? (order.isDown ? " ↓" : " ↑") : ""}</span>
              </button>
            )}
          </span>
        ))}
      </div>
    </div>
  );
}
