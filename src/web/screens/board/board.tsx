// The tickets of a run that has a plan: toolbar, one of three views, and the inspector beside them.

import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { findTicket } from "../../../core/graph.ts";
import type { RunState } from "../../../core/state.ts";
import { criticalPathOf } from "../../../views/critical-path.ts";
import type { Density } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { firstLook } from "../../../views/needs-you.ts";
import { counted } from "../../../views/words.ts";
import { useRun, useSteadyView } from "../../state/hooks.ts";
import { announce } from "../../ui/announcer.tsx";
import { Graph } from "./graph.tsx";
import { Toolbar, type BoardKind } from "./toolbar.tsx";
import { useBoardKeys } from "./use-board-keys.ts";
import { useBoardSearch } from "./use-board-search.ts";
import { useStandingOut } from "./use-dimmed.ts";
import { useNarrow } from "./use-narrow.ts";
import { useLayout } from "./use-layout.ts";

const ListView = lazy(async () => ({ default: (await import("./list/list.tsx")).ListView }));
const TimelineView = lazy(async () => ({ default: (await import("./timeline/timeline.tsx")).TimelineView }));
const PlanEdit = lazy(async () => ({ default: (await import("./plan-edit/plan-edit.tsx")).PlanEdit }));
const Inspector = lazy(async () => ({ default: (await import("./inspector/inspector.tsx")).Inspector }));

/** So many tickets are shown as cards, or compact, where nobody said otherwise. */
const cardsUpTo = 48;
const compactUpTo = 160;

const densityFor = (tickets: number): Density => (tickets <= cardsUpTo ? 3 : tickets <= compactUpTo ? 2 : 1);

export function Board() {
  const view = useSteadyView();
  const layout = useLayout();
  const [search, change] = useBoardSearch();
  const [query, setQuery] = useState("");
  const [isEditing, setEditing] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const selected = useIndex(search.ticket);
  const { current, call, go } = useCurrent(layout, selected);
  const isNarrow = useNarrow();
  const kind: BoardKind = search.view ?? (isNarrow ? "list" : "graph");
  const density = search.d ?? densityFor(layout.lane.length);
  const critical = useCriticalPath();
  const isTraced = search.trace === true;
  const traced = isTraced ? (selected ?? current) : null;
  const standingOut = useStandingOut({ status: search.status, query, traced });
  const shownLanes = useMemo(() => lanesOf(layout, search.track), [layout, search.track]);
  const open = useCallback(
    (index: number) => change({ ticket: view.state().graph.tickets[index]?.id }),
    [change, view],
  );
  const onSearch = (): void => searchField.current?.focus();
  const { jump } = useBoardKeys({ change, kind, isTraced, isOpen: selected !== null, go, current, onSearch });
  const Shown = views[kind];
  const shown = { layout, density, critical, standingOut, shownLanes, isTraced };
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)_auto]">
      <section aria-label="Tickets" className="grid min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)]">
        <Toolbar
          {...{ layout, search, change, kind, density, query, searchField }}
          onQuery={setQuery}
          onFind={useNextFound(layout, standingOut, { current, go })}
          critical={critical.length}
          onNext={() => jump(1)}
          onEdit={() => setEditing(true)}
        />
        <Suspense fallback={null}>
          <Shown {...shown} {...{ selected, current, call }} onCurrent={go} onOpen={open} />
        </Suspense>
      </section>
      {isEditing && (
        <Suspense fallback={null}>
          <PlanEdit about={search.ticket} onClose={() => setEditing(false)} />
        </Suspense>
      )}
      {selected !== null && (
        <Suspense fallback={null}>
          <Inspector key={selected} index={selected} />
        </Suspense>
      )}
    </div>
  );
}

const views = { graph: Graph, list: ListView, timeline: TimelineView } as const;

function useIndex(ticket: string | undefined): number | null {
  return useRun(
    useCallback(
      (state: RunState) => (ticket === undefined ? null : (findTicket(state.graph, ticket) ?? null)),
      [ticket],
    ),
  );
}

const useCriticalPath = (): readonly number[] =>
  useRun((state) => criticalPathOf(state).ids.flatMap((id) => state.graph.indexOf.get(id) ?? []), "slow");

/** Goes on to the next ticket that stands out, round and round. */
function useNextFound(
  layout: BoardLayout,
  standingOut: ReadonlySet<number> | null,
  { current, go }: Pick<Current, "current" | "go">,
): () => void {
  return () => {
    const found = layout.lanes.flatMap(({ tickets }) => tickets).filter((index) => standingOut?.has(index) ?? false);
    const next = found[(found.indexOf(current) + 1) % Math.max(1, found.length)];
    announce(found.length === 0 ? "No ticket found." : `${counted(found.length, "ticket")} found.`);
    if (next !== undefined) go(next, true);
  };
}

/** The lanes that are shown; undefined: all. */
function lanesOf(layout: BoardLayout, track: string | undefined): ReadonlySet<number> | undefined {
  const lane = track === undefined ? -1 : layout.lanes.findIndex((each) => each.track === track);
  return lane < 0 ? undefined : new Set([lane]);
}

type Current = {
  /** The ticket that takes the focus. */
  readonly current: number;
  /** Grows whenever that ticket is called for. */
  readonly call: number;
  readonly go: (index: number, isCalled: boolean) => void;
};

/** At first the ticket in the inspector, or one at work: where the board is looked at. */
function useCurrent(layout: BoardLayout, selected: number | null): Current {
  const view = useSteadyView();
  const [{ current, call }, set] = useState(() => ({
    current:
      selected ??
      firstLook(
        view.state(),
        layout.lanes.flatMap(({ tickets }) => tickets),
      ),
    call: 0,
  }));
  const go = useCallback(
    (index: number, isCalled: boolean) => set((had) => ({ current: index, call: had.call + (isCalled ? 1 : 0) })),
    [],
  );
  const isThere = (layout.lane[current] ?? -1) >= 0;
  const first = layout.lanes[0]?.tickets[0] ?? 0;
  useEffect(() => {
    if (!isThere) go(first, false);
  }, [isThere, first, go]);
  return { current: isThere ? current : first, call, go };
}
