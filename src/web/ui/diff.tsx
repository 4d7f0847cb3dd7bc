// A change as rows: unified or side by side, with the words that changed within a line. Long ones draw what is in sight.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, type ReactNode } from "react";
import {
  diffRowsOf,
  splitRowsOf,
  type DiffRow,
  type DiffRows,
  type LinePiece,
  type SplitRow,
} from "../../views/diff-rows.ts";
import { names } from "./class-names.ts";

type DiffProps = {
  /** A unified diff, or rows made of something else. */
  readonly diff: string | DiffRows;
  readonly split?: boolean;
  /** What it is a change of; the name of the region. */
  readonly label: string;
  /** Sets the height. Without one it takes what its rows need, up to a part of the screen. */
  readonly className?: string;
};

/** Fewer rows than this are all drawn. */
const drawnWhole = 150;
const rowHeight = 21;

/** How much a diff changes: files, lines added, lines removed. */
export function DiffCounts({ rows }: { readonly rows: DiffRows }) {
  return (
    <span className="tabular text-fg2">
      {rows.files > 0 && `${rows.files} ${rows.files === 1 ? "file" : "files"}, `}
      <span className="text-add-fg">{rows.added} added</span>,{" "}
      <span className="text-del-fg">{rows.removed} removed</span>
    </span>
  );
}

export function Diff({ diff, split = false, label, className = "max-h-[60vh]" }: DiffProps) {
  const read = useMemo(() => (typeof diff === "string" ? diffRowsOf(diff) : diff), [diff]);
  const rows = useMemo(
    (): readonly SplitRow[] => (split ? splitRowsOf(read.rows) : read.rows.map((row) => ({ left: row, right: row }))),
    [read, split],
  );
  const box = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={box}
      role="region"
      aria-label={label}
      tabIndex={0}
      className={names("overflow-auto bg-bg font-mono text-12 leading-[21px] outline-offset-[-2px]", className)}
    >
      {rows.length <= drawnWhole ? (
        rows.map((row, place) => <Row key={place} row={row} split={split} />)
      ) : (
        <InSight rows={rows} split={split} box={box} />
      )}
    </div>
  );
}

type InSightProps = {
  readonly rows: readonly SplitRow[];
  readonly split: boolean;
  readonly box: React.RefObject<HTMLDivElement | null>;
};

function InSight({ rows, split, box }: InSightProps) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  return (
    <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, start }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <div
            key={index}
            ref={virtual.measureElement}
            data-index={index}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${start}px)` }}
          >
            <Row row={row} split={split} />
          </div>
        );
      })}
    </div>
  );
}

function Row({ row: { left, right }, split }: { readonly row: SplitRow; readonly split: boolean }) {
  const either = left ?? right;
  if (either === null) return null;
  if (either.kind === "file") return <FileRow row={either} />;
  if (either.kind === "hunk")
    return <div className="truncate bg-s3 px-3 text-fg2">{either.words === "" ? "…" : either.words}</div>;
  if (either.kind === "note") return <div className="px-3 whitespace-pre-wrap text-fg3 italic">{either.text}</div>;
  if (!split) return <UnifiedLine row={either} />;
  return (
    <div className="grid grid-cols-2">
      <SideLine row={left} side="before" />
      <SideLine row={right} side="after" />
    </div>
  );
}

const changeWords = { changed: "", new: "new file", deleted: "deleted", moved: "moved from" } as const;

function FileRow({ row: { path, from, change } }: { readonly row: Extract<DiffRow, { kind: "file" }> }) {
  return (
    <div className="flex items-baseline gap-2 border-y border-line2 bg-s3 px-3 py-0.5 first:border-t-0">
      <span className="min-w-0 font-medium break-all text-fg">{path}</span>
      <span className="shrink-0 text-fg2">
        {changeWords[change]}
        {from !== null && ` ${from}`}
      </span>
    </div>
  );
}

type Line = Extract<DiffRow, { kind: "context" | "removed" | "added" }>;

const tints = { context: "", removed: "bg-del", added: "bg-add" } as const;
const marks = { context: " ", removed: "-", added: "+" } as const;
const inks = { context: "text-fg3", removed: "text-del-fg", added: "text-add-fg" } as const;

function UnifiedLine({ row }: { readonly row: Line }) {
  return (
    <div className={names("flex", tints[row.kind])}>
      <Number value={"before" in row ? row.before : null} />
      <Number value={"after" in row ? row.after : null} />
      <Mark kind={row.kind} />
      <Code kind={row.kind} pieces={row.pieces} />
    </div>
  );
}

function SideLine({ row, side }: { readonly row: DiffRow | null; readonly side: "before" | "after" }) {
  if (row === null || !("pieces" in row))
    return <div className={names("bg-s1", side === "before" && "border-r border-line")} />;
  const number = side === "before" && "before" in row ? row.before : "after" in row ? row.after : null;
  return (
    <div className={names("flex min-w-0", tints[row.kind], side === "before" && "border-r border-line")}>
      <Number value={number} />
      <Mark kind={row.kind} />
      <Code kind={row.kind} pieces={row.pieces} />
    </div>
  );
}

/** Not read out and not copied: the lines are what counts. */
const Number = ({ value }: { readonly value: number | null }): ReactNode => (
  <span aria-hidden className="tabular w-11 shrink-0 pr-2 text-right text-fg3 select-none">
    {value}
  </span>
);

const Mark = ({ kind }: { readonly kind: Line["kind"] }): ReactNode => (
  <span className={names("w-4 shrink-0 text-center select-none", inks[kind])}>{marks[kind]}</span>
);

function Code({ kind, pieces }: { readonly kind: Line["kind"]; readonly pieces: readonly LinePiece[] }) {
  const Changed = kind === "removed" ? "del" : "ins";
  return (
    <span className="min-w-0 flex-1 pr-3 wrap-anywhere whitespace-pre-wrap text-fg [tab-size:4]">
      {pieces.map(({ text, isChanged }, place) =>
        isChanged ? (
          <Changed
            key={place}
            className={names("rounded-[3px] no-underline", kind === "removed" ? "bg-del-hi" : "bg-add-hi")}
          >
            {text}
          </Changed>
        ) : (
          text
        ),
      )}
    </span>
  );
}
