// The run in figures, in the top bar: how far it is, what it used, what it may use.

import type { RunState } from "../../core/state.ts";
import { addUsage, zeroUsage } from "../../domain/usage.ts";
import { cacheEffectsOf } from "../../views/cache-effect.ts";
import { tableFiguresOf, type TableFigures } from "../../views/table-figures.ts";
import { costInWords, counted, tokensInWords } from "../../views/words.ts";
import { useRun } from "../state/hooks.ts";
import { names } from "../ui/class-names.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";

function figuresOf(state: RunState) {
  const spent = [...state.spend.values()].reduce(addUsage, zeroUsage);
  return {
    tokensIn: spent.input + spent.cachedRead + spent.cacheWrite,
    tokensOut: spent.output + spent.reasoning,
    costMicros: spent.costMicros,
    capMicros: state.caps.get("run")?.costMicros ?? null,
    cached: cacheEffectsOf(state).total.percent,
    counts: state.counts,
    total: state.tickets.length - state.dropped,
    asked: state.phase === "planning" ? state.consults.size : null,
    table: tableFiguresOf(state),
  };
}

/** From 80 % on a budget warns. */
const warnAt = 0.8;

export function Meters() {
  const { tokensIn, tokensOut, costMicros, capMicros, cached, ...progress } = useRun(figuresOf, "slow");
  const share = capMicros === null || costMicros === null ? 0 : costMicros / Math.max(1, capMicros);
  return (
    <dl className="flex items-center gap-5 text-12 tabular max-lg:hidden">
      <Progress {...progress} />
      <Figure name="Tokens in, out" className="max-xl:hidden">
        {tokensInWords(tokensIn)}, {tokensInWords(tokensOut)}
      </Figure>
      <Figure name="Cache hits" className="max-xl:hidden">
        {cached === null ? "none yet" : `${Math.round(cached)} %`}
      </Figure>
      <Figure name="Cost">
        <span className={names(share >= 1 ? "text-failed" : share >= warnAt && "text-paused")}>
          {costInWords(costMicros)}
        </span>
        {capMicros !== null && <span className="font-normal text-fg2"> of {costInWords(capMicros)}</span>}
      </Figure>
    </dl>
  );
}

type Figures = ReturnType<typeof figuresOf>;

function Progress({ counts, total, asked, table }: Pick<Figures, "counts" | "total" | "asked" | "table">) {
  if (table !== null) return <Rounds table={table} />;
  if (asked !== null && total === 0) return <Figure name="Being planned">{counted(asked, "question")} asked</Figure>;
  return (
    <div className="w-37">
      <dt className="flex justify-between text-fg2">
        <span>
          {counts.completed.toLocaleString("en")} of {total.toLocaleString("en")}
        </span>
        <span>{counts.running + counts.step_paused} at work</span>
      </dt>
      <dd>
        <ProgressBar counts={counts} total={total} />
      </dd>
    </div>
  );
}

/** A deliberation has no tickets to count. */
function Rounds({ table: { round, rounds, atWork, hasEnded, standing } }: { readonly table: TableFigures }) {
  return (
    <Figure name={`Round ${round} of ${rounds}`}>
      <span className="block max-w-44 truncate">{hasEnded ? standing : `${standing}, ${atWork} at work`}</span>
    </Figure>
  );
}

type FigureProps = { readonly name: string; readonly className?: string; readonly children: React.ReactNode };

function Figure({ name, className, children }: FigureProps) {
  return (
    <div className={className}>
      <dt className="text-fg2">{name}</dt>
      <dd className="font-semibold text-fg">{children}</dd>
    </div>
  );
}
