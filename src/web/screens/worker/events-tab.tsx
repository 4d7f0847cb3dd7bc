// What happened to a ticket, a line each, with the number of its record: the way to the run as it was then.

import { Link } from "@tanstack/react-router";
import type { TicketId } from "../../../domain/ids.ts";
import type { WorkerEntry } from "../../../views/worker-entries.ts";
import { entryInWords } from "../../../views/entry-words.ts";
import { useRunView } from "../../state/hooks.ts";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { Empty } from "../../ui/notes.tsx";
import { useTicketStory } from "./ticket-story.ts";

const rowHeight = 30;

type Row = { readonly entry: WorkerEntry; readonly attempt: number };

export function EventsTab({ ticket }: { readonly ticket: TicketId }) {
  const { story } = useTicketStory(ticket);
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    (): readonly Row[] =>
      [{ attempt: 0, entries: story.before }, ...story.attempts]
        .flatMap(({ attempt, entries }) => entries.map((entry) => ({ attempt, entry })))
        .toReversed(),
    [story],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  if (rows.length === 0) return <Empty title="Nothing has happened to it yet" />;
  return (
    <div
      ref={box}
      role="region"
      aria-label="Events, the newest first"
      tabIndex={0}
      className="h-full overflow-auto px-4 py-2"
    >
      <ol className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <EventRow key={`${row.attempt} ${row.entry.key}`} row={row} start={start} />
          );
        })}
      </ol>
    </div>
  );
}

function EventRow({ row: { entry, attempt }, start }: { readonly row: Row; readonly start: number }) {
  const { run } = useRunView();
  const time = new Date(entry.at).toLocaleTimeString("en", { hour12: false });
  return (
    <li
      className="absolute inset-x-0 flex items-center gap-3 border-b border-line text-12"
      style={{ height: rowHeight, transform: `translateY(${start}px)` }}
    >
      <Link
        to="/runs/$run/tickets/$ticket"
        from="/runs/$run/tickets/$ticket"
        params={(now) => ({ ...now, run })}
        search={(now) => ({ ...now, at: entry.seq })}
        title="See the run as it was then"
        className="tabular flex min-h-6 w-16 shrink-0 items-center font-mono text-fg3 hover:text-accent"
      >
        {entry.seq}
      </Link>
      <time className="tabular w-18 shrink-0 text-fg3" dateTime={new Date(entry.at).toISOString()}>
        {time}
      </time>
      <span className="tabular w-6 shrink-0 text-fg3">{attempt === 0 ? "" : attempt}</span>
      <span className="min-w-0 truncate">{entryInWords(entry)}</span>
    </li>
  );
}
