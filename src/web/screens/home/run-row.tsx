// One run in the list: how it stands, where it came from, what it took.

import { Link } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import type { RunCard } from "../../../http/run-card.ts";
import { costInWords, durationInWords, tokensInWords } from "../../../views/words.ts";
import { totalTokens } from "../../../domain/usage.ts";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { ChainNote } from "../deliberation/chain-note.tsx";
import { RunBadge } from "./run-badge.tsx";

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Columns: run, project, tickets, took, tokens, cost, begun. */
export const rowColumns =
  "grid grid-cols-[minmax(220px,2.4fr)_minmax(90px,1fr)_minmax(130px,1.2fr)_90px_80px_80px_110px] gap-4 px-4 max-lg:grid-cols-[minmax(0,1fr)_110px] max-sm:grid-cols-[minmax(0,1fr)_72px] max-sm:px-3";

export function RunRow({ card }: { readonly card: RunCard }) {
  const title = card.title === "" ? card.run : card.title;
  return (
    <li className={`${rowColumns} relative items-center border-t border-line py-2.5 first:border-0 hover:bg-s3`}>
      <div className="min-w-0">
        <div className="flex items-center gap-x-2 max-sm:flex-wrap">
          <RunBadge card={card} />
          <Link
            to="/runs/$run"
            params={{ run: card.run }}
            className="min-w-0 truncate font-medium before:absolute before:inset-0"
          >
            {title}
          </Link>
        </div>
        <div className="flex items-center gap-1 truncate text-12 text-fg2">
          {card.lineage !== null && <Came lineage={card.lineage} />}
          {card.pipeline !== null && (
            <ChainNote
              attempt={card.pipeline.attempt}
              prior={card.pipeline.prior}
              next={card.pipeline.next?.run ?? null}
            />
          )}
          <span className="min-w-0 truncate">{card.problem ?? card.reason ?? card.run}</span>
        </div>
      </div>
      <span className="truncate text-fg2 max-lg:hidden" title={card.project.root}>
        {card.project.name}
      </span>
      <div className="tabular">
        {card.pipeline === null ? (
          <>
            <div className="mb-1 text-12 text-fg2">
              {card.counts.completed} of {card.total}
            </div>
            <ProgressBar counts={card.counts} total={card.total} />
          </>
        ) : (
          <span className="text-12 text-fg2">deliberation</span>
        )}
      </div>
      <span className="text-fg2 tabular max-lg:hidden">{durationInWords(card.ms)}</span>
      <span className="text-fg2 tabular max-lg:hidden">{tokensInWords(totalTokens(card.spend))}</span>
      <span className="tabular max-lg:hidden">{costInWords(card.spend.costMicros)}</span>
      <time className="text-fg2 tabular max-lg:hidden" dateTime={new Date(card.createdAt).toISOString()}>
        {day.format(card.createdAt)}
      </time>
    </li>
  );
}

const lineageWords = { fork: "Fork of", recovery: "Recovery of" } as const;

function Came({ lineage }: { readonly lineage: NonNullable<RunCard["lineage"]> }) {
  return (
    <Link
      to="/runs/$run"
      params={{ run: lineage.from }}
      search={{ at: lineage.seq }}
      className="relative z-10 inline-flex shrink-0 items-center gap-1 rounded-cell bg-s3 px-1.5 text-11 text-accent"
    >
      <CornerDownRight aria-hidden size={11} />
      {lineageWords[lineage.kind]} {lineage.from} at {lineage.seq.toLocaleString("en")}
    </Link>
  );
}
