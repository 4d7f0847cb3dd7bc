// Why a ticket failed: its last call with the output, every attempt in a line, and what waits for it in vain.

import type { ReactNode } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { failureOf, type FailureFacts } from "../../../views/failure-facts.ts";
import { causeWords, costInWords, counted, durationInWords, firstLine } from "../../../views/words.ts";
import { useRun } from "../../state/hooks.ts";
import { CallCard } from "./call-card.tsx";
import { LongText } from "./long-text.tsx";
import { useTicketStory } from "./ticket-story.ts";

type FailureProps = { readonly ticket: TicketId; readonly index: number; readonly actions?: ReactNode };

export function FailurePanel({ ticket, index, actions }: FailureProps) {
  const { story } = useTicketStory(ticket);
  const stuck = useRun((state) => failureOf(state, index), "slow");
  const last = story.attempts.at(-1);
  const call = last?.entries.findLast((entry) => entry.kind === "call");
  const check = last?.entries.findLast((entry) => entry.kind === "check" && !entry.isGreen);
  return (
    <div className="mx-auto grid max-w-4xl gap-4 p-4">
      <Headline facts={stuck} />
      {actions}
      {check?.kind === "check" && (
        <Section title="Red check">
          <div className="rounded-card border border-line2 bg-s2 px-3 py-2">
            <p className="mb-1 font-mono text-12 text-fg2">{firstLine(check.command)}</p>
            <LongText text={check.output} what="output" lines={16} />
          </div>
        </Section>
      )}
      {call?.kind === "call" && (
        <Section title="Last tool call">
          <CallCard entry={call} isCompact={false} />
        </Section>
      )}
      <Section title="Attempts">
        <ol className="overflow-hidden rounded-card border border-line">
          {story.attempts.map((each) => (
            <li
              key={each.attempt}
              className="grid grid-cols-[1.5rem_minmax(0,9rem)_minmax(0,1fr)_auto] gap-3 border-t border-line px-3 py-2 text-12 first:border-t-0"
            >
              <span className="tabular text-fg3">{each.attempt}</span>
              <span className="truncate">{each.model}</span>
              <span className="wrap-anywhere text-fg2">
                {each.cause === null ? "still at work" : `${causeWords[each.cause]}: ${firstLine(each.detail, 200)}`}
              </span>
              <span className="tabular text-fg2">
                {durationInWords((each.endedAt ?? each.startedAt) - each.startedAt)},{" "}
                {costInWords(each.usage.costMicros)}
              </span>
            </li>
          ))}
        </ol>
      </Section>
    </div>
  );
}

function Headline({ facts }: { readonly facts: FailureFacts | null }) {
  if (facts === null) return null;
  return (
    <div className="rounded-card bg-del px-3 py-2 text-del-fg">
      <p className="font-medium">
        {facts.status === "blocked" ? "Blocked" : "Failed"} because {causeWords[facts.cause]}
      </p>
      <p className="wrap-anywhere">{firstLine(facts.detail, 600)}</p>
      {facts.waiting > 0 && <p>{counted(facts.waiting, "ticket")} further down cannot start.</p>}
    </div>
  );
}

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode => (
  <section>
    <h2 className="mb-1.5 text-12 font-medium text-fg2">{title}</h2>
    {children}
  </section>
);
