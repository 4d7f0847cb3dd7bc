// Above the board: how it is shown, how many tickets are how far, what stands out, and the way to what needs the person.

import { PencilRuler, Search as SearchIcon } from "lucide-react";
import type { RefObject } from "react";
import { laneLimit } from "../../../core/lane-limit.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import { ticketStatuses, type TicketStatus } from "../../../domain/ticket.ts";
import type { Density } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { statusWords } from "../../../views/words.ts";
import { useCanAct, useRun } from "../../state/hooks.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Keys } from "../../ui/keys.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";
import type { Search } from "../../search.ts";
import type { ChangeSearch } from "./use-board-search.ts";
import { Choice, MoreMenu } from "./toolbar-parts.tsx";
import { chosenStatuses } from "./use-dimmed.ts";

export type BoardKind = "graph" | "list" | "timeline";

type ToolbarProps = {
  readonly layout: BoardLayout;
  readonly search: Search;
  readonly change: ChangeSearch;
  readonly kind: BoardKind;
  readonly density: Density;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** To the next ticket that is found. */
  readonly onFind: () => void;
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly critical: number;
  /** To the next ticket that needs the person. */
  readonly onNext: () => void;
  readonly onEdit: () => void;
};

export function Toolbar(props: ToolbarProps) {
  const { search, change, kind, density } = props;
  return (
    <div className="@container/bar border-b border-line">
      <div className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1 @min-[700px]/bar:flex-nowrap">
        <Choice
          label="View"
          value={kind}
          options={kinds}
          onChange={(view) => change({ view })}
          wide="@max-[900px]/bar:hidden"
          narrow="@min-[900px]/bar:hidden"
        />
        {kind === "graph" && (
          <Choice
            label="Density"
            value={String(density) as `${Density}`}
            options={densities}
            onChange={(value) => change({ d: Number(value) as Density })}
            wide={roomy}
            narrow={tight}
          />
        )}
        <StatusCounts status={search.status} onChange={(status) => change({ status })} />
        <TrackFilter layout={props.layout} track={search.track} onChange={(track) => change({ track })} />
        <SearchField {...props} />
        <Right {...props} />
      </div>
    </div>
  );
}

/** What gives way where the bar has not the room for all of it stands in a menu, or takes a smaller form. */
const roomy = "@max-[1180px]/bar:hidden";
const tight = "@min-[1180px]/bar:hidden";

const kinds = [
  { value: "graph", label: "Graph" },
  { value: "list", label: "List" },
  { value: "timeline", label: "Timeline" },
] as const;

const densities = [
  { value: "1", label: "Overview" },
  { value: "2", label: "Compact" },
  { value: "3", label: "Cards" },
] as const;

function Right({ layout, search, change, kind, critical, onNext, onEdit }: ToolbarProps) {
  const isTraced = search.trace === true;
  const canAct = useCanAct();
  const onTrace = (): void => change({ trace: isTraced ? undefined : true });
  return (
    <span className="ml-auto flex shrink-0 items-center gap-x-2 text-12 text-fg2">
      <Lanes />
      {kind === "graph" && <Hints {...{ critical, isTraced, onTrace, onNext }} />}
      <IconButton
        label="Change the plan"
        icon={<PencilRuler aria-hidden size={15} />}
        disabled={!canAct}
        onClick={onEdit}
      />
      <span className={tight}>
        <MoreMenu {...{ layout, change, kind, isTraced, onTrace, onNext }} track={search.track} />
      </span>
    </span>
  );
}

const order = [
  "running",
  "step_paused",
  "failed",
  "blocked",
  "ready",
  "pending",
  "completed",
  "cancelled",
] as const satisfies readonly TicketStatus[];

/** Shown even where no ticket has it: that there is none is worth knowing. */
const always: ReadonlySet<TicketStatus> = new Set(["running", "step_paused", "completed"]);

type StatusCountsProps = {
  readonly status: string | undefined;
  readonly onChange: (status: string | undefined) => void;
};

/** How many tickets have each status; a press shows those alone, or beside what is chosen already. */
function StatusCounts({ status, onChange }: StatusCountsProps) {
  const counts = useRun((state) => state.counts, "slow");
  const chosen = chosenStatuses(status);
  const toggle = (each: TicketStatus): void => {
    const next = ticketStatuses.filter((one) => (one === each) !== (chosen?.has(one) ?? false));
    onChange(next.length === 0 ? undefined : next.join(","));
  };
  const shown = order.filter((each) => counts[each] > 0 || always.has(each) || chosen?.has(each) === true);
  const wordless = shown.length > 5 ? "@max-[1820px]/bar:sr-only" : "@max-[1500px]/bar:sr-only";
  return (
    <div
      role="group"
      aria-label="Show statuses"
      className="flex flex-wrap items-center @min-[700px]/bar:flex-nowrap @min-[1500px]/bar:gap-0.5"
    >
      {shown.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={chosen?.has(each) ?? false}
          onClick={() => toggle(each)}
          className="flex min-h-7 items-center gap-1.5 rounded-control border border-transparent px-1 text-12 text-fg2 hover:bg-s3 aria-pressed:border-line3 aria-pressed:bg-s3 aria-pressed:text-fg"
        >
          <StatusIcon status={each} size={14} />
          <span className={wordless}>
            {statusWords[each].charAt(0).toUpperCase()}
            {statusWords[each].slice(1)}
          </span>{" "}
          <strong className="font-semibold text-fg tabular">{counts[each].toLocaleString("en")}</strong>
        </button>
      ))}
    </div>
  );
}

type TrackFilterProps = {
  readonly layout: BoardLayout;
  readonly track: string | undefined;
  readonly onChange: (track: string | undefined) => void;
};

function TrackFilter({ layout, track, onChange }: TrackFilterProps) {
  const tracks = layout.lanes.filter((lane) => lane.track !== null);
  if (layout.lanes.length < 2) return null;
  return (
    <label className={`text-12 text-fg2 ${roomy}`}>
      <span className="sr-only">Track</span>
      <select
        value={track ?? ""}
        onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
        className="min-h-7 max-w-28 rounded-control border border-line2 bg-s1 px-1.5 text-fg"
      >
        <option value="">All tracks</option>
        {tracks.map((lane) => (
          <option key={lane.track} value={lane.track ?? ""}>
            {toPrintableLine(lane.title)}
          </option>
        ))}
      </select>
    </label>
  );
}

type SearchProps = Pick<ToolbarProps, "query" | "onQuery" | "onFind" | "searchField">;

function SearchField({ query, onQuery, onFind, searchField }: SearchProps) {
  return (
    <label className="flex min-h-7 items-center gap-1.5 rounded-control border border-line2 bg-s1 px-2 text-fg3 focus-within:border-accent">
      <SearchIcon aria-hidden size={13} />
      <span className="sr-only">Find tickets by id or title</span>
      <input
        ref={searchField}
        type="search"
        value={query}
        placeholder="Find"
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onQuery("");
          else if (event.key === "Enter" && query.trim() !== "") onFind();
        }}
        className="min-h-6 w-16 bg-transparent @max-[900px]/bar:w-12 text-12 text-fg outline-none placeholder:text-fg3"
      />
      <span className="contents @max-[900px]/bar:hidden">
        <Keys keys="/" />
      </span>
    </label>
  );
}

/** How many workers are at work of how many may be, and whether the run stands still. */
function Lanes() {
  const used = useRun((state) => state.lanesUsed, "slow");
  const limit = useRun(laneLimit, "slow");
  const pause = useRun((state) => state.pause);
  return (
    <>
      {pause !== null && (
        <span className="rounded-control border border-paused/60 bg-paused-fill px-1.5 py-0.5 text-paused">
          {pause.drain ? "Draining" : "Paused"}: {toPrintableLine(pause.reason)}
        </span>
      )}
      <span className="tabular @max-[1500px]/bar:hidden" title="Workers at work, of as many as may be at once">
        <strong className="font-semibold text-fg">{used}</strong> of {limit} lanes
      </span>
    </>
  );
}

type HintsProps = {
  readonly critical: number;
  readonly isTraced: boolean;
  readonly onTrace: () => void;
  readonly onNext: () => void;
};

function Hints({ critical, isTraced, onTrace, onNext }: HintsProps) {
  const needsYou = useRun((state) => state.counts.step_paused, "slow");
  return (
    <>
      {critical > 0 && (
        <span
          className={`flex items-center gap-1.5 ${roomy}`}
          title="The longest chain of tickets still to do: what the run's end waits for"
        >
          <span aria-hidden className="h-3 w-1 rounded-full bg-fg" />
          <span className="@max-[1620px]/bar:sr-only">Critical path</span>{" "}
          <strong className="font-semibold text-fg tabular">{critical}</strong>
        </span>
      )}
      <span className={`flex gap-x-1 ${roomy}`}>
        <Button
          small
          kind="ghost"
          keys="T"
          aria-pressed={isTraced}
          title="All it rests on, and all that rests on it"
          onClick={onTrace}
        >
          {isTraced ? "End trace" : "Trace"}
        </Button>
        {needsYou > 0 && (
          <Button small kind="ghost" keys="N" title="Next ticket that needs you" onClick={onNext}>
            Next
          </Button>
        )}
      </span>
    </>
  );
}
