// What tiers 1, 2 and 4 are asked: a panel for each tier, with what is under way and what was answered meanwhile.

import { Link } from "@tanstack/react-router";
import { purposeWords, tierNames, type ConsultCard } from "../../../views/agents.ts";
import { durationInWords, firstLine } from "../../../views/words.ts";
import { useNow, useRunView } from "../../state/hooks.ts";
import { LiveAnswer } from "./live-answer.tsx";
import { LongText } from "./long-text.tsx";
import { useConsultNews, type ConsultNews } from "./use-consult-news.ts";

export function TierPanels({ consults }: { readonly consults: readonly ConsultCard[] }) {
  const news = useConsultNews();
  const tiers = [...new Set([...consults, ...news].map(({ tier }) => tier))].toSorted((a, b) => a - b);
  if (tiers.length === 0) return null;
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(18rem,1fr))] gap-2.5 px-2.5 pt-2.5">
      {tiers.map((tier) => (
        <section key={tier} className="rounded-panel border border-line2 bg-s1">
          <h2 className="border-b border-line px-3 py-1.5 text-12">{tierNames[tier] ?? `Tier ${tier}`}</h2>
          <div
            role="log"
            aria-live="off"
            aria-label={tierNames[tier] ?? `Tier ${tier}`}
            tabIndex={0}
            className="grid max-h-64 gap-2 overflow-auto px-3 py-2 outline-offset-[-2px]"
          >
            {news
              .filter((each) => each.tier === tier)
              .map((each) => (
                <Told key={each.seq} news={each} />
              ))}
            {consults
              .filter((consult) => consult.tier === tier)
              .map((consult) => (
                <Asked key={consult.consult} consult={consult} />
              ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function Told({ news: { words, answer } }: { readonly news: ConsultNews }) {
  return (
    <div className="text-12">
      <p className="wrap-anywhere text-fg2 first-letter:uppercase">{words}</p>
      {answer !== null && <LongText text={answer} what="answer" lines={4} />}
    </div>
  );
}

function Asked({ consult }: { readonly consult: ConsultCard }) {
  const { run } = useRunView();
  const now = useNow();
  const { purpose, role, about, ticket, model, round, problems, isParked, startedAt } = consult;
  const parts = [model, durationInWords(now - startedAt)];
  if (round > 1) parts.push(`round ${round}`);
  if (consult.try > 1) parts.push(`try ${consult.try}`);
  return (
    <div className="text-12">
      <p>
        <span className="font-medium">
          {role === null ? "" : `${role} `}
          {purposeWords[purpose]}
        </span>
        {role === null || ticket !== null ? ": " : ""}
        {ticket === null ? (
          role === null && firstLine(about)
        ) : (
          <Link
            to="/runs/$run/tickets/$ticket"
            params={{ run, ticket }}
            search={(before) => ({ at: before.at })}
            className="font-mono underline decoration-line3 underline-offset-2"
          >
            {firstLine(about)}
          </Link>
        )}
      </p>
      <p className="tabular text-fg3">{parts.join(" · ")}</p>
      {isParked && <p className="text-paused">Waits until you resume the run</p>}
      {problems.length > 0 && (
        <ul className="list-disc pl-4 text-fg2">
          {problems.slice(0, 5).map((problem) => (
            <li key={problem}>{firstLine(problem, 200)}</li>
          ))}
        </ul>
      )}
      <LiveAnswer consult={consult.consult} who={role ?? `tier ${consult.tier}`} className="mt-1 max-h-24" />
    </div>
  );
}
