// The inspector's tabs. The first one is what is most wanted: the failure of a ticket that failed.

import { useCallback } from "react";
import type { TicketStatus } from "../../../../domain/ticket.ts";
import type { RunState } from "../../../../core/state.ts";
import { useRun, useTicket } from "../../../state/hooks.ts";
import { ContextTab } from "../../worker/context-tab.tsx";
import { FailurePanel } from "../../worker/failure-panel.tsx";
import { WorkerStream } from "../../worker/stream.tsx";
import { useBoardSearch } from "../use-board-search.ts";
import { Dependencies } from "./dependencies.tsx";
import { Events } from "./events.tsx";

type Tab = { readonly id: string; readonly label: string; readonly count?: number };

export function Tabs({ index }: { readonly index: number }) {
  const [search, change] = useBoardSearch();
  const tabs = useTabs(index);
  const chosen = tabs.find(({ id }) => id === search.tab) ?? tabs[0];
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0 || chosen === undefined) return;
    const next = tabs[(tabs.indexOf(chosen) + by + tabs.length) % tabs.length];
    change({ tab: next?.id });
    document.getElementById(`tab-${next?.id}`)?.focus();
    event.preventDefault();
  };
  return (
    <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <div
        role="tablist"
        aria-label="About the ticket"
        className="flex gap-1 border-b border-line px-3 max-sm:gap-0 max-sm:overflow-x-auto max-sm:overflow-y-hidden max-sm:px-2"
      >
        {tabs.map(({ id, label, count }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === chosen?.id}
            aria-controls="tab-panel"
            tabIndex={id === chosen?.id ? 0 : -1}
            onClick={() => change({ tab: id })}
            onKeyDown={onKeyDown}
            className="-mb-px min-h-9 shrink-0 border-b-2 border-transparent px-2 text-fg2 hover:text-fg aria-selected:border-accent aria-selected:text-fg"
          >
            {label}
            {count !== undefined && count > 0 && <span className="ml-1.5 text-11 text-fg3 tabular">{count}</span>}
          </button>
        ))}
      </div>
      <div
        id="tab-panel"
        role="tabpanel"
        aria-labelledby={`tab-${chosen?.id}`}
        tabIndex={0}
        className="min-h-0 overflow-auto [contain:strict]"
      >
        <Panel tab={chosen?.id} index={index} />
      </div>
    </div>
  );
}

const stuck: ReadonlySet<TicketStatus> = new Set(["failed", "blocked"]);

function useTabs(index: number): readonly Tab[] {
  const { status, attempt } = useTicket(index);
  const dependencies = useRun(
    useCallback(
      ({ graph }: RunState) => (graph.tickets[index]?.dependsOn.length ?? 0) + (graph.dependents[index]?.length ?? 0),
      [index],
    ),
  );
  return [
    ...(stuck.has(status) ? [{ id: "failure", label: "Failure" }] : []),
    ...(attempt > 0 ? [{ id: "stream", label: "Stream" }] : []),
    ...(attempt > 0 ? [{ id: "context", label: "Context" }] : []),
    { id: "dependencies", label: "Dependencies", count: dependencies },
    { id: "events", label: "Events" },
  ];
}

function Panel({ tab, index }: { readonly tab: string | undefined; readonly index: number }) {
  const { id } = useTicket(index);
  switch (tab) {
    case "failure":
      return <FailurePanel ticket={id} index={index} />;
    case "stream":
      return <WorkerStream ticket={id} hasKeys />;
    case "context":
      return <ContextTab ticket={id} index={index} />;
    case "events":
      return <Events ticket={id} />;
    default:
      return <Dependencies index={index} />;
  }
}
