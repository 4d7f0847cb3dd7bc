// The queue beside the request in view; one after the other where there is no room for both.

import { ArrowLeft } from "lucide-react";
import { lazy, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { ApprovalId, RunId, TicketId } from "../../../domain/ids.ts";
import { IconButton } from "../../ui/button.tsx";
import { names } from "../../ui/class-names.ts";
import { Keys } from "../../ui/keys.tsx";
import { LazyPart } from "../../ui/lazy-part.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { movePlace, nowhere, passPlace, settlePlace, type Place } from "./queue.ts";
import { QueueList } from "./queue-list.tsx";
import { rowKey, type QueueRow } from "./rows.ts";
import { RunScope } from "./run-scope.tsx";
import type { Fate } from "./use-decision.ts";

/** Comes beside the screen, not after it: its loading begins with it. */
const loading = import("./request-detail.tsx");
const RequestDetail = lazy(async () => ({ default: (await loading).RequestDetail }));

export type ChosenRow = { readonly run: RunId; readonly id: ApprovalId };

type InboxFrameProps = {
  /** Null: not known yet. */
  readonly rows: readonly QueueRow[] | null;
  /** By the address; null: nothing is chosen there. */
  readonly chosen: string | null;
  readonly onChoose: (row: ChosenRow | null) => void;
  readonly empty: ReactNode;
  /** Its requests are of several runs: each is shown within its own. */
  readonly isOfAll?: boolean;
};

const toRow = (key: string | null): ChosenRow | null => {
  if (key === null) return null;
  const [run = "", id = ""] = key.split("/");
  return { run: run as RunId, id: id as ApprovalId };
};

export function InboxFrame({ rows, chosen, onChoose, empty, isOfAll }: InboxFrameProps) {
  const keys = (rows ?? []).map(({ key }) => key);
  const [isOpened, setOpened] = useState(chosen !== null);
  const { place, go, answering, follow } = usePlace({ rows, chosen, onChoose });
  const step = (by: 1 | -1): void => go(movePlace(keys, place, by));
  useQueueKeys(step);
  const { request, isBehind } = useRequestInView(place.key, isOfAll === true, {
    answering: ({ run, id }, fate) => answering(rowKey(run, id), fate),
    follow,
    next: () => step(1),
    back: () => setOpened(false),
  });
  if (rows === null)
    return (
      <p aria-busy className="p-4 text-fg2">
        Loading
      </p>
    );
  return (
    <div className="relative grid h-full min-h-0 md:grid-cols-[300px_minmax(0,1fr)]">
      <h1 className="sr-only">Inbox</h1>
      <section
        aria-label="Queue"
        className={names(
          "flex min-h-0 flex-col border-r border-line bg-s1",
          isOpened && place.key !== null && "max-md:hidden",
        )}
      >
        <QueueHead count={rows.length} />
        <QueueList
          rows={rows}
          chosen={place.key}
          onMove={step}
          onChoose={(key) => {
            go({ key, at: keys.indexOf(key) });
            setOpened(true);
          }}
        />
        <QueueHint />
      </section>
      <div aria-busy={isBehind} className={names("min-h-0 min-w-0", !isOpened && rows.length > 0 && "max-md:hidden")}>
        {place.key === null ? empty : (request ?? empty)}
      </div>
    </div>
  );
}

type RequestActs = {
  readonly answering: (row: ChosenRow, fate: Fate) => void;
  readonly follow: (subject: Subject | null) => void;
  readonly next: () => void;
  readonly back: () => void;
};

type RequestInView = {
  /** Null: none. */
  readonly request: ReactNode;
  /** It is still the one before. */
  readonly isBehind: boolean;
};

/**
 * The request at the place in the queue. It is drawn once the place itself is in sight, so that a key that moves on waits
 * for the list alone; the one before takes no answer from then on.
 */
function useRequestInView(key: string | null, isOfAll: boolean, acts: RequestActs): RequestInView {
  const shown = useDeferredValue(key);
  const latest = useRef({ key, acts });
  latest.current = { key, acts };
  const request = useMemo(() => {
    const row = toRow(shown);
    if (row === null) return null;
    const told = (): RequestActs => latest.current.acts;
    const request = (
      <LazyPart what="the request">
        <RequestDetail
          id={row.id}
          isInView={() => latest.current.key === shown}
          onAnswering={(id, fate) => told().answering({ run: row.run, id }, fate)}
          onRewriting={(view, isTaken) => told().follow(isTaken ? toSubject(row.run, view) : null)}
          onNext={() => told().next()}
          back={<BackToQueue onBack={() => told().back()} />}
        />
      </LazyPart>
    );
    if (!isOfAll) return request;
    return (
      <RunScope key={row.run} run={row.run}>
        {request}
      </RunScope>
    );
  }, [shown, isOfAll]);
  return { request, isBehind: shown !== key };
}

function useQueueKeys(step: (by: 1 | -1) => void): void {
  useKeys("Inbox", [
    { keys: "J", does: "Next request", run: () => step(1) },
    { keys: "K", does: "Request before", run: () => step(-1) },
    { keys: "Down", does: "Next request", run: () => step(1) },
    { keys: "Up", does: "Request before", run: () => step(-1) },
  ]);
}

const BackToQueue = ({ onBack }: { readonly onBack: () => void }) => (
  <span className="md:hidden">
    <IconButton label="Back to the queue" icon={<ArrowLeft aria-hidden size={16} />} onClick={onBack} />
  </span>
);

const QueueHead = ({ count }: { readonly count: number }) => (
  <p className="flex items-baseline gap-2 border-b border-line px-4 py-2.5 text-14 font-semibold">
    Inbox <span className="tabular text-12 font-normal text-fg2">{count} waiting</span>
  </p>
);

const QueueHint = () => (
  <p className="flex items-center gap-2 border-t border-line px-4 py-2 text-12 text-fg2 max-md:hidden">
    <Keys keys="J K" /> move <Keys keys="E" /> edit <Keys keys="Ctrl ⌫" /> reject
  </p>
);

/** Whose request it is: what is asked anew of the same attempt takes its place. */
type Subject = { readonly run: RunId; readonly ticket: TicketId | null; readonly attempt: number | null };

const toSubject = (run: RunId, { ticket, attempt }: Omit<Subject, "run">): Subject => ({ run, ticket, attempt });

const isOf = (subject: Subject, { run, view }: QueueRow): boolean =>
  run === subject.run && view.ticket === subject.ticket && view.attempt === subject.attempt;

/** The address follows a place where somebody rests: writing it takes a browser longer than moving on does. */
const restMs = 150;

type PlaceOptions = Pick<InboxFrameProps, "rows" | "chosen" | "onChoose">;

type PlaceUse = {
  readonly place: Place;
  readonly go: (to: Place) => void;
  readonly answering: (key: string, fate: Fate) => void;
  readonly follow: (subject: Subject | null) => void;
};

function usePlace({ rows, chosen, onChoose }: PlaceOptions): PlaceUse {
  const keys = (rows ?? []).map(({ key }) => key);
  const [kept, go] = useState<Place>(() => placeAt(keys, chosen));
  const [seen, setSeen] = useState(chosen);
  const mine = useRef(new Set<string>());
  const own = useRef(new Set<string | null>());
  const followed = useRef<Subject | null>(null);
  if (chosen !== seen) {
    setSeen(chosen);
    // The address follows the place; where it went elsewhere by itself, somebody opened a link.
    if (chosen !== null && chosen !== kept.key && !own.current.has(chosen)) go(placeAt(keys, chosen));
    if (chosen === kept.key) own.current.clear();
  }
  const place = rows === null ? kept : settlePlace(keys, successor(rows, kept, followed.current), mine.current);
  if (place !== kept) go(place);
  const tell = useRef(onChoose);
  tell.current = onChoose;
  useEffect(() => {
    followed.current = null;
    const timer = setTimeout(() => {
      own.current.add(place.key);
      tell.current(toRow(place.key));
    }, restMs);
    return () => clearTimeout(timer);
  }, [place.key]);
  const answering = (key: string, fate: Fate): void => {
    if (fate === "none") mine.current.delete(key);
    else mine.current.add(key);
    // What can still be taken back is there; nobody has to wait for it.
    if (fate === "held") go(passPlace(keys, key));
  };
  const follow = (subject: Subject | null): void => {
    followed.current = subject;
  };
  return { place, go, answering, follow };
}

function successor(rows: readonly QueueRow[], place: Place, subject: Subject | null): Place {
  if (subject === null || rows.some(({ key }) => key === place.key)) return place;
  const at = rows.findIndex((row) => isOf(subject, row));
  const next = rows[at];
  return next === undefined ? place : { key: next.key, at };
}

const placeAt = (keys: readonly string[], key: string | null): Place =>
  key === null ? nowhere : { key, at: Math.max(0, keys.indexOf(key)) };
