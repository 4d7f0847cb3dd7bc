// How the run went: its end and why, what did not complete and what that holds up, forecast beside fact, its family, and
// what can be taken home.

import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import type { RunState } from "../../../core/state.ts";
import type { RunCard } from "../../../http/run-card.ts";
import { branchOf, hasMerged } from "../../../views/summary.ts";
import { spendOf } from "../../../views/spend.ts";
import { tableFiguresOf, type TableFigures } from "../../../views/table-figures.ts";
import { counted, durationInWords, tokensInWords } from "../../../views/words.ts";
import { totalTokens } from "../../../domain/usage.ts";
import { useBackend, useRun, useRunCards, useRunView } from "../../state/hooks.ts";
import { RunBadge } from "../home/run-badge.tsx";
import { ForecastTable } from "./forecast-table.tsx";
import { RunActions } from "./run-actions.tsx";
import { Unhappy } from "./unhappy.tsx";

function headOf(state: RunState) {
  const { total } = spendOf(state);
  return {
    title: state.config?.title ?? "",
    ended: state.ended,
    took: state.lastAt - state.startedAt,
    completed: state.counts.completed,
    planned: state.tickets.length - state.dropped,
    totals: state.totals,
    tokens: totalTokens(total),
    cost: total.cost,
    branch: state.run !== null && hasMerged(state) ? branchOf(state.run) : null,
    root: state.config?.project.root ?? "",
    base: state.config?.project.base ?? "",
    events: state.seq,
    table: tableFiguresOf(state),
  };
}

export function ReportScreen() {
  const head = useRun(headOf, "slow");
  const view = useRunView();
  const cards = useRunCards() ?? [];
  const card = cards.find(({ run }) => run === view.run);
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="region" aria-label="Report">
      <div className="mx-auto grid max-w-5xl gap-6 p-6 max-sm:p-3">
        <header className="grid gap-1">
          <div className="flex flex-wrap items-center gap-3">
            <h1 className="text-20">{head.title}</h1>
            {card !== undefined && !view.isPast && <RunBadge card={card} />}
          </div>
          <p className="text-fg2">
            {head.ended === null
              ? "The run goes on."
              : `Ended${head.table === null ? ` ${head.ended.outcome}` : ""}: ${head.ended.reason}.`}
          </p>
          {card !== undefined && <RunActions card={card} hasMerged={head.branch !== null} />}
        </header>
        <Figures head={head} />
        <Unhappy />
        <ForecastTable />
        {card !== undefined && <Family card={card} cards={cards} />}
        <TakeHome branch={head.branch} isTable={head.table !== null} />
      </div>
    </div>
  );
}

type Head = ReturnType<typeof headOf>;
type Figure = readonly [name: string, value: string];

const ofTickets = ({ totals }: Head): readonly Figure[] => [
  ["Attempts", totals.attempts.toLocaleString("en")],
  ["Turns", totals.turns.toLocaleString("en")],
  ["Tool calls", totals.toolCalls.toLocaleString("en")],
  ["Merges", totals.merged.toLocaleString("en")],
];

const ofTable = ({ messages, entries, objections, votes }: TableFigures): readonly Figure[] => [
  ["Messages", messages.toLocaleString("en")],
  ["Entries", entries.toLocaleString("en")],
  ["Objections", objections.toLocaleString("en")],
  ["Votes", votes.toLocaleString("en")],
];

function Figures({ head }: { readonly head: Head }) {
  const { table } = head;
  const figures: readonly Figure[] = [
    table === null
      ? ["Tickets", `${head.completed} of ${head.planned}`]
      : ["Rounds", `${table.round} of ${table.rounds}`],
    ["Took", durationInWords(head.took)],
    ["Cost", head.cost],
    ["Tokens", tokensInWords(head.tokens)],
    ...(table === null ? ofTickets(head) : ofTable(table)),
    ["Events", head.events.toLocaleString("en")],
    ...(head.base === "" ? [] : [["Began at", head.base.slice(0, 12)] as const]),
  ];
  return (
    <dl className="grid grid-cols-5 gap-3 max-md:grid-cols-2">
      {figures.map(([name, value]) => (
        <div key={name} className="rounded-panel border border-line bg-s1 px-4 py-3">
          <dt className="text-12 text-fg2">{name}</dt>
          <dd className="truncate font-semibold tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The run it came from and those that came from it. */
function Family({ card, cards }: { readonly card: RunCard; readonly cards: readonly RunCard[] }) {
  const children = cards.filter(({ lineage }) => lineage?.from === card.run);
  if (card.lineage === null && children.length === 0) return null;
  const word = { fork: "Forked", recovery: "Recovers" } as const;
  return (
    <section aria-labelledby="family" className="rounded-panel border border-line bg-s1 p-4">
      <h2 id="family" className="mb-2 text-14">
        Where it comes from, and what came of it
      </h2>
      <ul className="grid gap-1">
        {card.lineage !== null && (
          <li>
            {word[card.lineage.kind]} from{" "}
            <Link
              to="/runs/$run"
              params={{ run: card.lineage.from }}
              search={{ at: card.lineage.seq }}
              className="text-accent underline"
            >
              {cards.find(({ run }) => run === card.lineage?.from)?.title ?? card.lineage.from} at event{" "}
              {card.lineage.seq.toLocaleString("en")}
            </Link>
          </li>
        )}
        {children.map((child) => (
          <li key={child.run}>
            {child.lineage?.kind === "recovery" ? "Recovered by" : "Forked into"}{" "}
            <Link to="/runs/$run" params={{ run: child.run }} className="text-accent underline">
              {child.title}
            </Link>{" "}
            at event {child.lineage?.seq.toLocaleString("en")}, {child.outcome ?? child.phase}
          </li>
        ))}
      </ul>
    </section>
  );
}

const downloads = [
  ["export.html", "One page, works offline"],
  ["export.jsonl", "Every event, to be imported again"],
] as const;

type TakeHomeProps = { readonly branch: string | null; readonly isTable: boolean };

function TakeHome({ branch, isTable }: TakeHomeProps) {
  const { isOffline } = useBackend();
  const view = useRunView();
  return (
    <section aria-labelledby="take-home" className="rounded-panel border border-line bg-s1 p-4">
      <h2 id="take-home" className="mb-2 text-14">
        Take it home
      </h2>
      {branch !== null && (
        <p className="mb-3 text-fg2">
          What was merged stands on the branch <code className="rounded-cell bg-s3 px-1 text-fg">{branch}</code>; your
          checkout is as you left it. Bring it over:{" "}
          <code className="rounded-cell bg-s3 px-1 text-fg">tutti land {view.run}</code>
        </p>
      )}
      {branch === null && (
        <p className="mb-3 text-fg2">
          {isTable ? (
            <>
              A deliberation changes nothing in the project: there is nothing to land. What was agreed and the report of
              it stand{" "}
              <Link to="/runs/$run" params={{ run: view.run }} className="text-accent underline">
                at its table
              </Link>
              .
            </>
          ) : (
            `${counted(0, "ticket")} merged: there is nothing to land yet.`
          )}
        </p>
      )}
      {!isOffline && (
        <ul className="flex flex-wrap gap-2">
          {downloads.map(([file, about]) => (
            <li key={file}>
              <a
                href={`/api/runs/${view.run}/${file}`}
                download
                className="inline-flex min-h-8 items-center gap-2 rounded-control border border-line2 bg-s2 px-3 hover:bg-s3"
              >
                <Download aria-hidden size={14} />
                {about}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
