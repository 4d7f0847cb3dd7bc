// What the run spent and may spend: by tier, model and ticket, the classes of tokens apart; budgets as bars.

import type { RunState } from "../../../core/state.ts";
import { cacheEffectsOf } from "../../../views/cache-effect.ts";
import { spendOf, type SpendLine } from "../../../views/spend.ts";
import { costInWords } from "../../../views/words.ts";
import type { BudgetBody } from "../../../http/wire.ts";
import { useAnswer, useCanAct, useRun, useRunView } from "../../state/hooks.ts";
import { ProblemNote } from "../../ui/notes.tsx";
import { BudgetBars } from "./budget-bars.tsx";
import { RaiseForm } from "./raise-form.tsx";
import { SpendTable } from "./spend-table.tsx";
import { TicketSpends } from "./ticket-spends.tsx";

const money = (state: RunState) => ({ spend: spendOf(state), cache: cacheEffectsOf(state).total });

export function MoneyScreen() {
  const view = useRunView();
  const canAct = useCanAct();
  const { spend, cache } = useRun(money, "slow");
  // The bars are of the log, which the page has only in part; asked again as the spend moves.
  const version = Math.floor((spend.total.output + spend.total.input) / 1_000);
  const answer = useAnswer<BudgetBody>(canAct ? `/api/runs/${view.run}/budget` : null, version);
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="region" aria-label="Spend">
      <div className="mx-auto grid max-w-6xl gap-6 p-6 max-sm:p-3">
        <h1 className="text-20">Spend</h1>
        <Totals
          total={spend.total}
          orchestration={spend.orchestration}
          cached={cache.percent}
          saved={cache.savedMicros}
        />
        {answer?.ok === true && <BudgetBars budget={answer.value.budget} />}
        {answer?.ok === false && <ProblemNote problem={answer.problem} />}
        {canAct ? <RaiseForm /> : <p className="text-fg2">Budgets are shown, and raised, in the run as it is now.</p>}
        <SpendTable
          title="By tier"
          rows={spend.tiers.map((line) => ({
            key: String(line.tier),
            name: tierNames[line.tier] ?? `Tier ${line.tier}`,
            line,
          }))}
        />
        <SpendTable title="By model" rows={spend.models.map((line) => ({ key: line.model, name: line.model, line }))} />
        <TicketSpends />
      </div>
    </div>
  );
}

const tierNames: Readonly<Record<number, string>> = {
  1: "Tier 1, orchestrator",
  2: "Tier 2, tech lead",
  3: "Tier 3, workers",
  4: "Tier 4, QA",
};

type TotalsProps = {
  readonly total: SpendLine;
  readonly orchestration: SpendLine;
  readonly cached: number | null;
  readonly saved: number | null;
};

function Totals({ total, orchestration, cached, saved }: TotalsProps) {
  const figures = [
    ["Cost", total.cost + (total.estimated ? ", partly estimated" : "")],
    ["Of it planning and review", orchestration.cost],
    ["From the provider's cache", cached === null ? "none yet" : `${Math.round(cached)} % of what was sent`],
    ["Saved by the cache", saved === null ? "unknown" : costInWords(saved)],
  ] as const;
  return (
    <dl className="grid grid-cols-4 gap-3 max-md:grid-cols-2">
      {figures.map(([name, value]) => (
        <div key={name} className="rounded-panel border border-line bg-s1 p-4">
          <dt className="text-12 text-fg2">{name}</dt>
          <dd className="text-16 font-semibold tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
