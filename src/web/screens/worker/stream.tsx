// The live stream of one worker: what it was told, thinks, says and does, in order, and what it is writing now.

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { memo, useMemo, type RefObject } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import type { AttemptStory, WorkerEntry, WorkerStory } from "../../../views/worker-entries.ts";
import { useRun, useRunView, useTicket } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { names } from "../../ui/class-names.ts";
import { Empty, ProblemNote } from "../../ui/notes.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { Entry } from "./entries.tsx";
import { EntryPlace } from "./entry-place.tsx";
import { LiveTurn } from "./live-turn.tsx";
import { useFollow, type Follow } from "./use-follow.ts";
import { useTicketStory } from "./ticket-story.ts";

type StreamProps = {
  readonly ticket: TicketId;
  /** The attempt that stands, or the last one, where it is left out. */
  readonly attempt?: number | undefined;
  /** A pane among many: the newest entries only, and no keys of its own. */
  readonly isCompact?: boolean;
  /** `End` follows and `PageUp` looks back, wherever the focus is. */
  readonly hasKeys?: boolean;
};

/** Fewer entries than this are all drawn. */
const drawnWhole = 60;
const entriesOfPane = 12;
const usualHeight = 64;

/** Has the stream's place: the name it is known by everywhere. */
export const streamName = (tier: number, ticket: TicketId, attempt: number): string =>
  `Tier ${tier} (Worker): ${ticket}${attempt > 0 ? `, attempt ${attempt}` : ""}`;

export function WorkerStream(props: StreamProps) {
  const { ticket, attempt, isCompact = false } = props;
  const { story, loading, problem, retry } = useTicketStory(ticket);
  const shown = attempt === undefined ? story.attempts.at(-1) : story.attempts.find((each) => each.attempt === attempt);
  if (problem !== null)
    return (
      <div className="p-3">
        <ProblemNote problem={problem} />
        <Button small onClick={retry} className="mt-2">
          Try again
        </Button>
      </div>
    );
  if (shown === undefined) return <Nothing loading={loading} story={story} attempt={attempt} />;
  return (
    <Shown
      // Another attempt is another stream: nothing of the one before stays in sight.
      key={`${ticket}#${shown.attempt}`}
      ticket={ticket}
      story={shown}
      isLast={shown === story.attempts.at(-1)}
      loading={loading}
      isCompact={isCompact}
      hasKeys={props.hasKeys === true}
    />
  );
}

type Loading = { readonly seq: number; readonly head: number } | null;

type NothingProps = { readonly loading: Loading; readonly story: WorkerStory; readonly attempt: number | undefined };

function Nothing({ loading, story, attempt }: NothingProps) {
  if (loading !== null) return <p className="p-3 text-12 text-fg3">{loadingWords(loading)}</p>;
  if (attempt !== undefined && story.attempts.length > 0)
    return (
      <Empty title={`There is no attempt ${attempt}`}>The last one is attempt {story.attempts.at(-1)?.attempt}.</Empty>
    );
  return <Empty title="No worker has been on it yet">What it does will stand here from its first word on.</Empty>;
}

const loadingWords = ({ seq, head }: NonNullable<Loading>): string =>
  `Loading event ${seq.toLocaleString("en")} of ${head.toLocaleString("en")}`;

type ShownProps = {
  readonly ticket: TicketId;
  readonly story: AttemptStory;
  readonly isLast: boolean;
  readonly loading: Loading;
  readonly isCompact: boolean;
  readonly hasKeys: boolean;
};

function Shown({ ticket, story, isLast, loading, isCompact, hasKeys }: ShownProps) {
  const follow = useFollow();
  const { isPast } = useRunView();
  const isLive = isLast && story.endedAt === null && !isPast;
  const entries = useMemo(
    () => (isCompact ? story.entries.filter(({ kind }) => kind !== "turn").slice(-entriesOfPane) : story.entries),
    [story.entries, isCompact],
  );
  const done = useMemo(() => lastReplied(story.entries), [story.entries]);
  return (
    <div className="relative h-full min-h-0">
      {hasKeys && <StreamKeys follow={follow} />}
      <div
        ref={follow.box}
        role="log"
        aria-live="off"
        aria-label={streamName(3, ticket, story.attempt)}
        tabIndex={0}
        {...follow.handlers}
        className={names("h-full overflow-auto outline-offset-[-2px]", isCompact ? "px-3 py-2" : "px-4 py-3")}
      >
        <div
          ref={follow.inner}
          className={names("grid grid-cols-[minmax(0,1fr)] gap-2.5", !isCompact && "mx-auto max-w-4xl")}
        >
          {loading !== null && <p className="text-12 text-fg3">{loadingWords(loading)}</p>}
          {entries.length > drawnWhole ? (
            <InSight entries={entries} box={follow.box} />
          ) : (
            entries.map((entry) =>
              isCompact ? <Entry key={entry.key} entry={entry} isCompact /> : <Placed key={entry.key} entry={entry} />,
            )
          )}
          {isLive && <LiveTurn ticket={ticket} attempt={story.attempt} done={done} {...(isCompact && { blocks: 3 })} />}
          {isLive && <Now ticket={ticket} />}
        </div>
      </div>
      {!follow.isFollowing && isLive && (
        <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
          <Button
            small
            className="pointer-events-auto shadow-layer"
            icon={<ArrowDown aria-hidden size={13} />}
            keys="End"
            onClick={follow.follow}
          >
            Follow live
          </Button>
        </div>
      )}
    </div>
  );
}

function lastReplied(entries: readonly WorkerEntry[]): number {
  const turn = entries.findLast((entry) => entry.kind === "turn" && entry.usage !== null);
  return turn?.kind === "turn" ? turn.turn : 0;
}

function StreamKeys({ follow }: { readonly follow: Follow }) {
  useKeys("Stream", [
    { keys: "End", does: "Follow live", run: follow.follow },
    { keys: "PageUp", does: "Look back", run: follow.lookBack },
  ]);
  return null;
}

const Placed = memo(function Placed({ entry }: { readonly entry: WorkerEntry }) {
  return (
    <EntryPlace entry={entry}>
      <Entry entry={entry} isCompact={false} />
    </EntryPlace>
  );
});

type InSightProps = { readonly entries: readonly WorkerEntry[]; readonly box: RefObject<HTMLDivElement | null> };

const InSight = memo(function InSight({ entries, box }: InSightProps) {
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => usualHeight,
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan: 10,
    gap: 10,
    initialOffset: () => entries.length * usualHeight,
  });
  return (
    <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, start, key }) => {
        const entry = entries[index];
        return entry === undefined ? null : (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${start}px)` }}
          >
            <Placed entry={entry} />
          </div>
        );
      })}
    </div>
  );
});

/** What it does now, or what it waits for, in words. */
function Now({ ticket }: { readonly ticket: TicketId }) {
  const index = useRun((state) => state.graph.indexOf.get(ticket) ?? -1);
  return index < 0 ? null : <NowOf index={index} />;
}

function NowOf({ index }: { readonly index: number }) {
  const { step, status } = useTicket(index);
  if (step === null) return null;
  return (
    <p className={names("text-12", status === "step_paused" ? "text-paused" : "text-fg3")}>
      <span aria-hidden>› </span>
      {step}
    </p>
  );
}
