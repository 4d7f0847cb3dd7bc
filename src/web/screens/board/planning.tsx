// A run that is still planned: which tier is asked what, the tracks there are and how far each is, and what waits for the
// person.

import { Link } from "@tanstack/react-router";
import { useCallback } from "react";
import { planStory } from "../../../core/deliberation/plan-story.ts";
import type { RunState } from "../../../core/state.ts";
import type { ConsultId } from "../../../domain/ids.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import { headOf } from "../../../domain/text.ts";
import { gateQuestion } from "../../../views/gate-question.ts";
import {
  goalInWords,
  planningOf,
  planningStageOf,
  trackInWords,
  type PlannedTrack,
} from "../../../views/planning-board.ts";
import { waitInWords } from "../../../views/ticket-words.ts";
import { counted, durationInWords } from "../../../views/words.ts";
import { keepPoint } from "../../search.ts";
import { useNow, useRun, useRunView } from "../../state/hooks.ts";
import { Empty } from "../../ui/notes.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { LiveAnswer } from "../worker/live-answer.tsx";

export function PlanningBoard() {
  const planning = useRun(planningOf);
  const now = useNow();
  const ended = useRun((state) => state.ended);
  if (planning === null)
    return (
      <Empty title={ended === null ? "This run has no tickets yet" : "This run ended before it had a plan"}>
        {ended === null ? "Its plan will stand here as soon as it has one." : toPrintableLine(ended.reason)}
      </Empty>
    );
  const ago = (since: number): string => `${durationInWords(now - since)} ago`;
  const goalWords = goalInWords(planning, ago);
  return (
    <div className="h-full overflow-auto p-6">
      <div className="mx-auto grid max-w-3xl gap-4">
        <Heading />
        <PlanGate />
        <section aria-label="Goal" className="rounded-panel border border-line bg-s1 p-4">
          <GoalState />
          {goalWords !== null && (
            <p className="mt-2 flex items-center gap-2 text-running">
              <StatusIcon status="running" />
              The goal is {toPrintableLine(goalWords)}
            </p>
          )}
          {planning.asked !== null && (
            <Answering consult={planning.asked.consult} who={`tier ${planning.asked.tier}`} />
          )}
          {planning.table !== null && <TableLink deliberation={planning.table.deliberation} />}
          <PlanStory />
        </section>
        {planning.tracks !== null && (
          <ul aria-label="Tracks" className="grid gap-2">
            {planning.tracks.map((track) => (
              <TrackRow key={track.id} track={track} ago={ago} />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function TableLink({ deliberation }: { readonly deliberation: string }) {
  const { run } = useRunView();
  return (
    <Link
      to="/runs/$run/deliberations/$deliberation"
      params={{ run, deliberation }}
      search={keepPoint}
      className="mt-2 inline-block text-accent underline"
    >
      See the table
    </Link>
  );
}

/** How a plan came about that was deliberated. */
function PlanStory() {
  const story = useRun(planStory);
  if (story.length === 0) return null;
  return (
    <ul aria-label="How the plan came about" className="mt-2 grid gap-1 text-12 text-fg2">
      {story.map((line) => (
        <li key={line}>{toPrintableLine(line)}</li>
      ))}
    </ul>
  );
}

function Heading() {
  const { title, about } = headings[useRun(planningStageOf)];
  return (
    <header>
      <h2 className="text-16">{title}</h2>
      <p className="text-fg2">{about}</p>
    </header>
  );
}

const headings = {
  held: {
    title: "The plan waits for you",
    about: "No worker starts before you have signed it. In the inbox you can change it, or turn it down with a reason.",
  },
  made: {
    title: "The plan is being made",
    about: "Tier 1 divides the goal into tracks; tier 2 makes the tickets of each. They stand here as they come.",
  },
  deliberated: {
    title: "The plan is being deliberated",
    about: "Each proposer works out a plan of its own; what they agree on becomes the run's, once you have signed it.",
  },
  begun: { title: "The run begins", about: "Its plan stands here as it comes with its next events." },
  brought: {
    title: "The run begins",
    about: "It was begun with its tickets: they stand here with its next events.",
  },
} as const;

function GoalState() {
  const epic = useRun((state) => headOf(state.config?.goal?.epic ?? state.config?.title ?? ""));
  return <p className="whitespace-pre-wrap">{epic}</p>;
}

const statusOf = { planned: "completed", asked: "running", waiting: "pending" } as const;

function TrackRow({ track, ago }: { readonly track: PlannedTrack; readonly ago: (since: number) => string }) {
  return (
    <li className="rounded-card border border-line bg-s1 px-4 py-2.5">
      <div className="flex items-center gap-3">
        <StatusIcon status={statusOf[track.status]} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{toPrintableLine(track.title)}</span>
          <span className="block text-12 text-fg2">{toPrintableLine(trackInWords(track, ago))}</span>
        </span>
      </div>
      {track.asked !== null && (
        <Answering consult={track.asked.consult} who={`tier ${track.asked.tier} for ${track.id}`} />
      )}
      {track.tickets > 0 && <Drafted track={track.id} />}
    </li>
  );
}

type AnsweringProps = { readonly consult: ConsultId; readonly who: string };

const Answering = (answering: AnsweringProps) => (
  <LiveAnswer {...answering} className="mt-2 max-h-72 border-t border-line pt-2" />
);

/** The tickets that a track has so far. */
function Drafted({ track }: { readonly track: string }) {
  const drafted = useRun(
    useCallback(
      (state: RunState) =>
        state.draftPlan
          .flat()
          .flatMap(({ id, title, dependsOn, track: own }) => (own === track ? [{ id, title, dependsOn }] : [])),
      [track],
    ),
  );
  return (
    <ul className="mt-2 grid gap-1 border-t border-line pt-2 pl-7 text-12">
      {drafted.map(({ id, title, dependsOn }) => (
        <li key={id} className="flex gap-2">
          <span className="shrink-0 font-mono text-fg3">{toPrintableLine(id)}</span>
          <span className="min-w-0 flex-1 truncate">{toPrintableLine(title)}</span>
          {dependsOn.length > 0 && (
            <span className="shrink-0 text-fg3">
              {toPrintableLine(waitInWords({ kind: "tickets", ids: dependsOn }, 0))}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What is asked about the run itself, with the way to answer it. */
function PlanGate() {
  const view = useRunView();
  const asked = useRun((state) => {
    const approval = [...state.approvals.values()].find(({ index }) => index === null);
    return approval === undefined ? null : { id: approval.id, gate: approval.gate, tool: approval.tool };
  });
  const drafted = useRun((state) => state.draftPlan.reduce((sum, part) => sum + part.length, 0));
  if (asked === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-card border-2 border-paused bg-paused-fill px-4 py-3">
      <StatusIcon status="step_paused" />
      <p className="min-w-0 flex-1 font-medium">
        Needs you: {gateQuestion(asked.gate, asked.tool)}
        {asked.gate === "plan" && drafted > 0 && ` It has ${counted(drafted, "ticket")}.`}
      </p>
      <Link
        to="/runs/$run/inbox"
        params={{ run: view.run }}
        search={(now) => ({ ...now, approval: asked.id })}
        className="rounded-control bg-accent-solid px-3 py-1.5 font-medium text-on-accent"
      >
        Look at it in the inbox
      </Link>
    </div>
  );
}
