// The run over wall time: a bar for each attempt, one row a ticket, the critical path marked and what a person was waited
// for shown as holds.

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { RunState } from "../../../../core/state.ts";
import { at } from "../../../../core/vector.ts";
import { toPrintableLine } from "../../../../domain/printable.ts";
import type { AttemptSpan } from "../../../../views/attempt-spans.ts";
import { placeAt, ticksOf, type Scale } from "../../../../views/timeline-scale.ts";
import { shownSpans, rowsOf, type TimelineRow } from "../../../../views/timeline-rows.ts";
import { durationInWords } from "../../../../views/words.ts";
import { useBackend, useNow, useRun, useRunView } from "../../../state/hooks.ts";
import { Segmented } from "../../../ui/segmented.tsx";
import { Empty, ProblemNote } from "../../../ui/notes.tsx";
import { StatusIcon } from "../../../ui/status-icon.tsx";
import type { ListProps } from "../list/list.tsx";
import { Bar } from "./bar.tsx";
import { useSpans } from "./use-spans.ts";

const headWidth = 220;
const rowHeight = 30;

export function TimelineView(props: ListProps) {
  const { spans, problem } = useSpans();
  const view = useRunView();
  const { isOffline } = useBackend();
  const begun = useRun((state) => state.startedAt);
  const isOver = useRun((state) => state.ended !== null);
  const isGoing = !isOver && !view.isPast && !isOffline;
  // A chart that grows is drawn anew every second, not with every record.
  const lastAt = useRun(
    useCallback((state: RunState) => (isGoing ? Math.ceil(state.lastAt / 1_000) * 1_000 : state.lastAt), [isGoing]),
    "slow",
  );
  const now = useNow(1_000);
  if (problem !== null)
    return (
      <div className="p-4">
        <ProblemNote problem={problem} />
      </div>
    );
  if (spans === null) return <Empty title="Loading the attempts" />;
  const shown = view.isPast ? shownSpans(spans.spans, lastAt) : spans.spans;
  if (shown.length === 0)
    return (
      <Empty title="No worker has begun yet">Each attempt will stand here as a bar, from its first moment on.</Empty>
    );
  const end = isGoing ? Math.max(Math.ceil(now / 1_000) * 1_000, lastAt) : lastAt;
  return <Chart {...props} spans={shown} from={begun} to={Math.max(end, begun + 1_000)} />;
}

type ChartProps = ListProps & { readonly spans: readonly AttemptSpan[]; readonly from: number; readonly to: number };

const zooms = [1, 2, 4, 8] as const;

function Chart(props: ChartProps) {
  const { spans, layout, shownLanes, standingOut, critical, from, to, selected, onOpen, onCurrent } = props;
  const place = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<(typeof zooms)[number]>(1);
  const room = useRoom(place);
  const indexOf = useRun((state) => state.graph).indexOf;
  const rows = useMemo(
    () => rowsOf({ spans, indexOf, layout, shownLanes, standingOut }),
    [spans, indexOf, layout, shownLanes, standingOut],
  );
  const onCritical = useMemo(() => new Set(critical), [critical]);
  const width = Math.max(300, room - headWidth - 24) * zoom;
  const scale = useMemo((): Scale => ({ from, to, width }), [from, to, width]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      <div className="flex items-center gap-3 border-b border-line px-4 py-1.5 text-12 text-fg2">
        <Segmented
          label="Zoom"
          value={String(zoom)}
          options={zooms.map((each) => ({ value: String(each), label: each === 1 ? "Whole run" : `${each}x` }))}
          onChange={(value) => setZoom(Number(value) as (typeof zooms)[number])}
        />
        <Legend />
      </div>
      <div
        ref={place}
        role="region"
        aria-label="Attempts over time"
        tabIndex={0}
        className="relative overflow-auto bg-bg [contain:strict]"
      >
        <div className="relative" style={{ width: headWidth + scale.width + 24, height: virtual.getTotalSize() + 32 }}>
          <Ticks scale={scale} />
          <ul className="absolute top-8 right-0 left-0" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index: line, start }) => {
              const row = rows[line];
              return row === undefined ? null : (
                <Row
                  key={row.index}
                  {...{ selected, onOpen, onCurrent, row }}
                  scale={scale}
                  top={start}
                  isCritical={onCritical.has(row.index)}
                />
              );
            })}
          </ul>
        </div>
      </div>
    </div>
  );
}

type RowProps = Pick<ListProps, "selected" | "onOpen" | "onCurrent"> & {
  readonly row: TimelineRow;
  readonly scale: Scale;
  readonly top: number;
  readonly isCritical: boolean;
};

const Row = memo(({ row, scale, top, isCritical, selected, onOpen, onCurrent }: RowProps) => {
  const status = useRun(useCallback((state: RunState) => at(state.tickets, row.index).status, [row.index]));
  const ticket = useRun(useCallback((state: RunState) => state.graph.tickets[row.index], [row.index]));
  const open = (): void => {
    onCurrent(row.index, false);
    onOpen(row.index);
  };
  return (
    <li
      className="absolute top-0 left-0 w-full border-b border-line"
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
    >
      <button
        type="button"
        onClick={open}
        aria-current={selected === row.index || undefined}
        className="sticky left-0 z-10 flex h-full items-center gap-1.5 border-r border-line bg-bg px-3 text-left text-12 -outline-offset-2 hover:bg-s3 aria-[current]:bg-s3"
        style={{ width: headWidth }}
      >
        {isCritical && (
          <span aria-hidden className="h-3.5 w-1 shrink-0 rounded-full bg-fg" title="On the critical path" />
        )}
        <StatusIcon status={status} size={13} />
        <span className="shrink-0 font-mono text-11 text-fg3">{toPrintableLine(ticket?.id ?? "")}</span>
        <span className="truncate">{toPrintableLine(ticket?.title ?? "")}</span>
        {isCritical && <span className="sr-only">, on the critical path</span>}
      </button>
      <span className="absolute inset-y-0" style={{ left: headWidth }}>
        {row.spans.map((span) => (
          <Bar key={span.attempt} span={span} scale={scale} />
        ))}
      </span>
    </li>
  );
});
Row.displayName = "Row";

function Ticks({ scale }: { readonly scale: Scale }) {
  return (
    <div className="sticky top-0 z-20 h-8 border-b border-line bg-bg text-11 text-fg3 tabular">
      <span
        className="sticky left-0 z-10 block h-full border-r border-line bg-bg px-3 leading-8"
        style={{ width: headWidth }}
      >
        Ticket
      </span>
      {ticksOf(scale).map((tick) => (
        <span
          key={tick}
          className="absolute top-0 border-l border-line pl-1 leading-8"
          style={{ left: headWidth + placeAt(scale, scale.from + tick) }}
        >
          {tick === 0 ? "0" : durationInWords(tick)}
        </span>
      ))}
    </div>
  );
}

function Legend() {
  const marks = [
    ["board-bar", "running", "At work"],
    ["board-bar", "completed", "Completed"],
    ["board-bar", "failed", "Failed"],
    ["board-hold", "", "Waited for a person"],
  ] as const;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {marks.map(([look, end, words]) => (
        <li key={words} className="flex items-center gap-1.5">
          <span aria-hidden className={`${look} !static inline-block h-2.5 w-5`} data-end={end} />
          {words}
        </li>
      ))}
    </ul>
  );
}

function useRoom(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const watcher = new ResizeObserver(() => setWidth(element.clientWidth));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [place]);
  return width;
}
