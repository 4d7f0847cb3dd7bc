// The run in figures, in the top bar: how far it is, what it used, what it may use.

import { lazy, Suspense } from "react";
import type { RunState } from "../../core/state.ts";
import { addUsage, zeroUsage } from "../../domain/usage.ts";
import { cacheEffectsOf } from "../../views/cache-effect.ts";
import { costInWords, tokensInWords } from "../../views/words.ts";
import { useRun } from "../state/hooks.ts";
import { names } from "../ui/class-names.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { patiently } from "../ui/patiently.ts";

const OtherProgress = lazy(async () => ({
  default: (await patiently(() => import("./other-progress.tsx"))).OtherProgress,
}));

function figuresOf(state: RunState) {
  const { config, phase, tickets } = state;
  const spent = [...state.spend.values()].reduce(addUsage, zeroUsage);
  return {
    tokensIn: spent.input + spent.cachedRead + spent.cacheWrite,
    tokensOut: spent.output + spent.reasoning,
    costMicros: spent.costMicros,
    capMicros: state.caps.get("run")?.costMicros ?? null,
    cached: cacheEffectsOf(state).total.percent,
    counts: state.counts,
    total: tickets.length - state.dropped,
    hasNone: config?.deliberation !== undefined || (phase === "planning" && tickets.length === 0),
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

type ProgressProps = Pick<ReturnType<typeof figuresOf>, "counts" | "total" | "hasNone">;

function Progress({ counts, total, hasNone }: ProgressProps) {
  if (hasNone)
    return (
      <Suspense>
        <OtherProgress />
      </Suspense>
    );
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

type FigureProps = { readonly name: string; readonly className?: string; readonly children: React.ReactNode };

function Figure({ name, className, children }: FigureProps) {
  return (
    <div className={className}>
      <dt className="text-fg2">{name}</dt>
      <dd className="font-semibold text-fg">{children}</dd>
    </div>
  );
}
