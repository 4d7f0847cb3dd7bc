// One place of the blackboard: the version that stands, those before it, and what changed between two.

import { lazy, useId, useState } from "react";
import type { Entry, EntryVersion, Evidence } from "../../../core/deliberation/state.ts";
import { originWords } from "../../../views/deliberation-face.ts";
import type { Standing } from "../../../views/deliberation-standing.ts";
import { durationInWords } from "../../../views/words.ts";
import { LazyPart } from "../../ui/lazy-part.tsx";
import { LongText, useWholeText } from "../worker/long-text.tsx";
import { drawWords, Moment, StandingBadge } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

const WordDiff = lazy(async () => ({ default: (await import("../inbox/word-diff-view.tsx")).WordDiff }));

export function EntryCard({ entry }: { readonly entry: Entry }) {
  const { versions, key, section } = entry;
  const { result, accepted } = useDeliberation();
  const [chosen, setChosen] = useState<number | null>(null);
  const [isDiff, setIsDiff] = useState(false);
  const title = useId();
  const latest = versions.at(-1);
  const shown = versions.find(({ version }) => version === chosen) ?? latest;
  if (shown === undefined || latest === undefined) return null;
  const before = versions.find(({ version }) => version === shown.version - 1);
  const isAgreed = section === "synthesis" && result?.agreed?.key === key && result.agreed.version === shown.version;
  const isTaken = accepted?.section === section && accepted.key === key && accepted.version === shown.version;
  return (
    <article aria-labelledby={title} className="grid min-w-0 gap-2 rounded-card border border-line2 bg-s2 px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h4 id={title} className="min-w-0 flex-1 truncate font-mono text-12 font-medium">
          {section}/{key}
        </h4>
        {isAgreed && (
          <StandingBadge
            of={{ status: "completed", word: result.outcome === "consensus" ? "agreed" : "most stand for it" }}
          />
        )}
        {isTaken && <StandingBadge of={{ status: "completed", word: "taken" }} />}
        <Versions entry={entry} shown={shown.version} onChoose={setChosen} />
      </div>
      <Origin version={shown} />
      {isDiff && before !== undefined ? (
        <LazyPart what="the comparison">
          <Changed before={before} after={shown} />
        </LazyPart>
      ) : (
        <LongText draw={drawWords} text={shown.text} lines={10} what="entry" />
      )}
      {before !== undefined && (
        <button
          type="button"
          aria-pressed={isDiff}
          className="min-h-6 justify-self-start rounded-control text-12 text-fg2 underline decoration-line3 underline-offset-2 hover:text-fg"
          onClick={() => setIsDiff(!isDiff)}
        >
          {isDiff ? "Show the text" : `What changed since v${before.version}`}
        </button>
      )}
      <Patch version={shown} />
    </article>
  );
}

type VersionsProps = { readonly entry: Entry; readonly shown: number; readonly onChoose: (version: number) => void };

function Versions({ entry: { versions, section, key }, shown, onChoose }: VersionsProps) {
  if (versions.length === 1) return <span className="text-12 text-fg2 tabular">v{shown}</span>;
  return (
    <select
      aria-label={`Version of ${section}/${key}`}
      value={shown}
      onChange={({ target }) => onChoose(Number(target.value))}
      className="min-h-6 rounded-control border border-line3 bg-s1 px-1.5 text-12 tabular"
    >
      {versions.toReversed().map(({ version, author }, place) => (
        <option key={version} value={version}>
          v{version} of {author}
          {place === 0 ? ", stands" : ""}
        </option>
      ))}
    </select>
  );
}

function Origin({ version: { author, at, provenance, evidence } }: { readonly version: EntryVersion }) {
  const { inheritance } = useDeliberation();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-fg2">
      <span>
        {author} <Moment at={at} />
      </span>
      {provenance !== null && (
        <span
          className="rounded-cell bg-s4 px-1.5 text-11 text-fg"
          title={`Run ${provenance.run}. Not checked: data of that run.`}
        >
          {originWords(provenance, inheritance)}
        </span>
      )}
      {evidence !== null && <EvidenceBadge evidence={evidence} />}
    </div>
  );
}

const evidenceStandings = {
  green: { status: "completed", word: "evidence green" },
  red: { status: "failed", word: "evidence red" },
  unfit: { status: "blocked", word: "patch does not fit" },
  skipped: { status: "pending", word: "evidence not tried" },
} as const satisfies Record<Evidence["result"], Standing>;

function EvidenceBadge({ evidence: { result, ms } }: { readonly evidence: Evidence }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <StandingBadge of={evidenceStandings[result]} />
      <span className="tabular">{durationInWords(ms)}</span>
    </span>
  );
}

function Changed({ before, after }: { readonly before: EntryVersion; readonly after: EntryVersion }) {
  const from = useWholeText(before.text, true);
  const to = useWholeText(after.text, true);
  const problem = from.problem ?? to.problem;
  if (problem !== null)
    return (
      <p className="text-failed">
        {problem.detail} {problem.remedy}
      </p>
    );
  return from.isWhole && to.isWhole ? (
    <WordDiff before={from.text} after={to.text} />
  ) : (
    <p className="text-fg2">Loading both versions</p>
  );
}

/** What it brings to be tried, and what came of that. */
function Patch({ version: { patch, tests, evidence } }: { readonly version: EntryVersion }) {
  if (patch === null && tests.length === 0) return null;
  const isBad = evidence !== null && evidence.result !== "green";
  return (
    <details open={isBad} className="text-12">
      <summary className="min-h-6 cursor-pointer text-fg2">
        {patch === null ? "Its tests" : "Its patch"}
        {patch !== null && tests.length > 0 && " and tests"}
      </summary>
      <div className="grid gap-2 pt-1">
        {tests.length > 0 && <p className="font-mono wrap-anywhere">{tests.join(" && ")}</p>}
        {evidence !== null && evidence.detail !== "" && <LongText text={evidence.detail} lines={6} what="outcome" />}
        {patch !== null && <LongText text={patch} lines={8} what="patch" />}
      </div>
    </details>
  );
}
