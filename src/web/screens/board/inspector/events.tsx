// Everything that happened to a ticket, one sentence each, the newest at the foot.

import { useVirtualizer } from "@tanstack/react-virtual";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Recorded } from "../../../../domain/event.ts";
import type { TicketId } from "../../../../domain/ids.ts";
import { tellingOf } from "../../../../views/telling.ts";
import { counted } from "../../../../views/words.ts";
import type { Problem } from "../../../state/backend.ts";
import { useBackend, useRunView } from "../../../state/hooks.ts";
import { loadTicketRecords } from "../../../state/ticket-records.ts";
import { Empty, ProblemNote } from "../../../ui/notes.tsx";

type Happened = { readonly seq: number; readonly at: number; readonly words: string };
type Loaded = { readonly happened: readonly Happened[]; readonly isWhole: boolean; readonly problem: Problem | null };

const toHappened = (recorded: Recorded): Happened => ({
  seq: recorded.seq,
  at: recorded.at,
  words: tellingOf(recorded).words,
});

export function Events({ ticket }: { readonly ticket: TicketId }) {
  const { happened, isWhole, problem } = useHappened(ticket);
  if (problem !== null)
    return (
      <div className="p-4">
        <ProblemNote problem={problem} />
      </div>
    );
  if (happened.length === 0)
    return isWhole ? (
      <Empty title="Nothing has happened to it yet">What does will stand here, event by event.</Empty>
    ) : (
      <Empty title="Loading its events" />
    );
  return <List happened={happened} isWhole={isWhole} />;
}

const rowHeight = 44;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function List({ happened, isWhole }: { readonly happened: readonly Happened[]; readonly isWhole: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: happened.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  return (
    <div className="grid h-full grid-rows-[auto_minmax(0,1fr)]">
      <p className="border-b border-line px-4 py-1.5 text-12 text-fg2 tabular">
        {counted(happened.length, "event")}
        {!isWhole && ", more on their way"}
      </p>
      {/* Its rows are links; the place itself scrolls by keys as well. */}
      <div ref={place} role="region" aria-label="Events" tabIndex={0} className="overflow-auto [contain:strict]">
        <ol className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const each = happened[index];
            return each === undefined ? null : (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0 grid grid-cols-[4.25rem_minmax(0,1fr)] gap-3 border-b border-line px-4 py-1.5 text-12"
                style={{ transform: `translateY(${start}px)` }}
              >
                <span className="text-fg3 tabular">
                  {clock.format(each.at)}
                  <Link
                    from="/runs/$run"
                    to="."
                    search={(now) => ({ ...now, at: each.seq })}
                    title="See the run as it was then"
                    className="block min-h-6 hover:text-accent hover:underline"
                  >
                    {each.seq.toLocaleString("en")}
                    <span className="sr-only">: see the run as it was then</span>
                  </Link>
                </span>
                <span className="wrap-anywhere text-fg2 first-letter:uppercase">{each.words}</span>
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function useHappened(ticket: TicketId): Loaded {
  const view = useRunView();
  const backend = useBackend();
  const [loaded, setLoaded] = useState<Loaded>({ happened: [], isWhole: false, problem: null });
  useEffect(() => {
    const leaving = new AbortController();
    const add = (records: readonly Recorded[]): void => {
      const own = records.filter(({ event }) => "ticket" in event && event.ticket === ticket);
      if (own.length === 0) return;
      setLoaded((had) => {
        const last = had.happened.at(-1)?.seq ?? 0;
        const fresh = own.filter(({ seq }) => seq > last).map(toHappened);
        return fresh.length === 0 ? had : { ...had, happened: [...had.happened, ...fresh] };
      });
    };
    /** Came while older ones were on their way. */
    let waiting: Recorded[] | null = [];
    const unfollow = view.subscribeRecords((records) => (waiting === null ? add(records) : waiting.push(...records)));
    loadTicketRecords({ view, backend, ticket, signal: leaving.signal, after: 0 }, add)
      .then((problem) => {
        if (leaving.signal.aborted) return;
        add(waiting ?? []);
        waiting = null;
        setLoaded((had) => ({ ...had, isWhole: problem === null, problem }));
      })
      .catch(() => {});
    return () => {
      leaving.abort();
      unfollow();
    };
  }, [view, backend, ticket]);
  return loaded;
}
