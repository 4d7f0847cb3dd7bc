// A deliberation: who sits at the table, what stands on the blackboard, what is said and voted, how near it is to an end,
// and how it ended. Of a run that is a deliberation it stands in the board's place.

import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Deliberation } from "../../../core/deliberation/state.ts";
import type { RunState } from "../../../core/state.ts";
import { deliberationStanding } from "../../../views/deliberation-standing.ts";
import { counted } from "../../../views/words.ts";
import { useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/notes.tsx";
import { LongText } from "../worker/long-text.tsx";
import { useActionsOff } from "../worker/use-actions-off.ts";
import { Blackboard } from "./blackboard.tsx";
import { ChainNote } from "./chain-note.tsx";
import { EndingSteps } from "./ending.tsx";
import { FailureAlert, Reports } from "./failure-alert.tsx";
import { Conditions, Convergence, Limits } from "./measures.tsx";
import { Seats } from "./seats.tsx";
import { drawWords, StandingBadge } from "./status-words.tsx";
import { Talk } from "./talk.tsx";
import { DeliberationContext, useDeliberation, useNamedDeliberation } from "./use-deliberation.ts";
import { Objections, Votes } from "./verdict.tsx";
import { WordBox } from "./word-box.tsx";

export function DeliberationScreen() {
  const deliberation = useNamedDeliberation();
  return deliberation === null ? (
    <Empty title="No deliberation is opened here">It appears by itself as soon as its agents sit down.</Empty>
  ) : (
    <Table deliberation={deliberation} />
  );
}

function Table({ deliberation }: { readonly deliberation: Deliberation }) {
  return (
    <DeliberationContext value={deliberation}>
      <div className="grid h-full min-h-0 grid-rows-[minmax(0,1fr)_auto]">
        <div className="min-h-0 overflow-auto" tabIndex={0} role="region" aria-label="Deliberation">
          <div className="mx-auto grid max-w-[110rem] grid-cols-[minmax(0,1fr)] gap-4 p-4 max-sm:p-3">
            <Head />
            <FailureAlert />
            <Seats />
            <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] items-start gap-4 max-lg:grid-cols-[minmax(0,1fr)]">
              <div className="grid min-w-0 gap-4">
                <Blackboard />
                <Talk />
              </div>
              <div className="grid min-w-0 gap-4">
                <EndingSteps />
                <Conditions />
                <Votes />
                <Objections />
                <Convergence />
                <Limits />
              </div>
            </div>
          </div>
        </div>
        <WordBox />
      </div>
    </DeliberationContext>
  );
}

const purposeWords = {
  question: "Deliberation",
  plan: "Deliberation about the plan",
  ticket: "Deliberation about a ticket",
  conflict: "Deliberation about a merge conflict",
} as const satisfies Record<Deliberation["purpose"], string>;

function Head() {
  const deliberation = useDeliberation();
  const { objective, round, setup, inheritance, recovery, purpose, ticket, result } = deliberation;
  const isPaused = useRun((state) => state.pause !== null);
  const { run } = useRunView();
  return (
    <header className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-16">
          {purposeWords[purpose]}
          {ticket !== null && (
            <>
              {" "}
              <Link
                to="/runs/$run/tickets/$ticket"
                params={{ run, ticket }}
                search={(now) => ({ at: now.at })}
                className="font-mono underline decoration-line3 underline-offset-2"
              >
                {ticket}
              </Link>
            </>
          )}
        </h1>
        <StandingBadge of={deliberationStanding(deliberation)} />
        {isPaused && result === null && <StandingBadge of={{ status: "step_paused", word: "paused" }} />}
        <ChainNote
          attempt={inheritance?.generation ?? 1}
          prior={inheritance?.prior ?? null}
          next={recovery?.run ?? null}
        />
        <span className="text-12 text-fg2 tabular">
          Round {Math.min(round, setup.limits.rounds)} of {setup.limits.rounds}
        </span>
        <span className="flex-1" />
        <Acts />
      </div>
      <LongText draw={drawWords} text={objective.text} lines={4} what="objective" />
      {(objective.constraints.length > 0 || objective.success.length > 0 || inheritance !== null) && (
        <details className="text-12">
          <summary className="min-h-6 cursor-pointer text-fg2">
            {counted(objective.constraints.length, "constraint")},{" "}
            {counted(objective.success.length, "criterion", "criteria")}
            {inheritance === null ? "" : `, ${counted(inheritance.changes.length, "change")} since the run before`}
          </summary>
          <Lines title="Constraints" lines={objective.constraints} />
          <Lines title="It has succeeded when" lines={objective.success} />
          <Lines title="Other than in the run before" lines={inheritance?.changes ?? []} />
        </details>
      )}
    </header>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div className="pt-1">
      <p className="text-fg2">{title}</p>
      <ul className="list-disc pl-5">
        {lines.map((line) => (
          <li key={line} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
    </div>
  );
}

const AbortDialog = lazy(async () => ({ default: (await import("../report/abort-dialog.tsx")).AbortDialog }));

const isAborted = ({ aborted, phase }: RunState): boolean => aborted || phase === "ended";

function Acts() {
  const { result, purpose } = useDeliberation();
  const [isAsked, setIsAsked] = useState(false);
  const isOver = useRun(isAborted);
  const off = useActionsOff();
  if (result !== null) return result.outcome === "consensus" ? <Reports /> : null;
  if (purpose !== "question" || isOver || off !== null) return null;
  return (
    <>
      <Button kind="danger" onClick={() => setIsAsked(true)}>
        Abort
      </Button>
      <Suspense>{isAsked && <AbortDialog onClose={() => setIsAsked(false)} />}</Suspense>
    </>
  );
}
