// What a rule would have decided of everything this run asked so far, beside what became of it.

import { toPrintableLine } from "../../../domain/printable.ts";
import type { RulePreviewBody } from "../../../http/wire.ts";
import { nameOf } from "../../../views/actor-name.ts";
import { answerWords, counted } from "../../../views/words.ts";
import { names } from "../../ui/class-names.ts";

const wouldWords = { approve: "would approve", reject: "would reject", ask: "would ask" } as const;

const didWords = (did: string): string =>
  did === "open"
    ? "waits"
    : did === "void"
      ? "no longer counts"
      : ((answerWords as Readonly<Record<string, string>>)[did] ?? did);

export function RulePast({ preview }: { readonly preview: RulePreviewBody }) {
  const { asked, counts, questions } = preview;
  return (
    <section aria-label="What it would have decided" className="grid gap-2">
      <h3 className="text-12 font-semibold text-fg2">What it would have decided</h3>
      <p>
        Of {counted(asked, "question")} so far it is about {counts.matched}: {counts.same} answered as it would have,{" "}
        <span className={names(counts.other > 0 && "font-semibold text-paused")}>{counts.other} otherwise</span>.
      </p>
      {questions.length > 0 && (
        <ul
          // Scrolls by itself, so that it has to be reached by key.
          tabIndex={0}
          aria-label="Questions it is about"
          className="max-h-56 overflow-auto rounded-card border border-line2"
        >
          {questions.toReversed().map(({ approval, ticket, asks, would, did, by }) => {
            const isOther = did !== would && did !== "open" && did !== "void" && would !== "ask";
            return (
              <li
                key={approval}
                className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-3 py-1.5 last:border-0"
              >
                <span className="font-mono text-12 text-fg2">{toPrintableLine(ticket)}</span>
                <span className="min-w-40 flex-1 wrap-anywhere">{toPrintableLine(asks)}</span>
                <span className="text-12 text-fg2">{wouldWords[would]}</span>
                <span className={names("text-12", isOther ? "font-semibold text-paused" : "text-fg2")}>
                  {didWords(did)}
                  {by !== null && ` by ${nameOf(by) ?? "Tutti"}`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
