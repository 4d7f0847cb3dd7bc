// One worker: its stream, what it changed, its window, its events, what it needs and what needs it; and what a person can
// do with it.

import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { workerHeadOf } from "../../../views/worker-head.ts";
import { useRun } from "../../state/hooks.ts";
import { Empty } from "../../ui/notes.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { AttemptStreams } from "./attempt-streams.tsx";
import { ChangesTab } from "./changes-tab.tsx";
import { ContextTab } from "./context-tab.tsx";
import { DependenciesTab } from "./dependencies-tab.tsx";
import { EventsTab } from "./events-tab.tsx";
import { FailurePanel } from "./failure-panel.tsx";
import { TryFromBefore } from "./fork-actions.tsx";
import { useTicketStory } from "./ticket-story.ts";
import { SteerBox } from "./steer-box.tsx";
import { WorkerHeader } from "./worker-header.tsx";

const tabNames = ["failure", "stream", "changes", "context", "events", "dependencies"] as const;
type Tab = (typeof tabNames)[number];

const labels = {
  failure: "Failure",
  stream: "Stream",
  changes: "Changes",
  context: "Context",
  events: "Events",
  dependencies: "Dependencies",
} as const satisfies Record<Tab, string>;

export function WorkerScreen() {
  const { run, ticket } = useParams({ from: "/runs/$run/tickets/$ticket" });
  const index = useRun((state) => state.graph.indexOf.get(ticket as TicketId) ?? -1);
  if (index < 0)
    return (
      <Empty title={`There is no ticket ${ticket} in this run`}>
        <Link to="/runs/$run" params={{ run }} className="text-accent underline">
          Back to the board
        </Link>
      </Empty>
    );
  return <Worker key={ticket} ticket={ticket as TicketId} index={index} />;
}

function Worker({ ticket, index }: { readonly ticket: TicketId; readonly index: number }) {
  const select = useMemo(() => (state: Parameters<typeof workerHeadOf>[0]) => workerHeadOf(state, index), [index]);
  const head = useRun(select, "slow");
  const search = useSearch({ from: "/runs/$run" });
  const navigate = useNavigate({ from: "/runs/$run/tickets/$ticket" });
  const { story } = useTicketStory(ticket);
  if (head === null) return null;
  const hasFailed = head.status === "failed" || head.status === "blocked";
  const tabs = tabNames.filter((name) => name !== "failure" || hasFailed);
  const tab = tabs.find((name) => name === search.tab) ?? (hasFailed ? "failure" : "stream");
  const attempt = search.attempt ?? story.attempts.at(-1)?.attempt;
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)] grid-rows-[auto_auto_minmax(0,1fr)_auto]">
      <WorkerHeader ticket={ticket} index={index} head={head} story={story} attempt={attempt} />
      <Tabs
        label="About this worker"
        value={tab}
        options={tabs.map((value) => ({ value, label: labels[value] }))}
        onChange={(value) => void navigate({ search: (now) => ({ ...now, tab: value }), replace: true })}
      />
      <div
        role="tabpanel"
        aria-label={labels[tab]}
        tabIndex={0}
        className="min-h-0 overflow-auto outline-offset-[-2px]"
      >
        {tab === "failure" && (
          <FailurePanel
            ticket={ticket}
            index={index}
            actions={<TryFromBefore ticket={ticket} attempt={story.attempts.findLast(({ end }) => end === "failed")} />}
          />
        )}
        {tab === "stream" && (
          <AttemptStreams ticket={ticket} story={story} attempt={attempt} compare={search.compare} />
        )}
        {tab === "changes" && <ChangesTab ticket={ticket} story={story} attempt={attempt} />}
        {tab === "context" && <ContextTab ticket={ticket} index={index} />}
        {tab === "events" && <EventsTab ticket={ticket} />}
        {tab === "dependencies" && <DependenciesTab index={index} />}
      </div>
      {tab === "stream" && !head.isOver && <SteerBox ticket={ticket} head={head} />}
    </div>
  );
}
