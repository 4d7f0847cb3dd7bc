// Bounds as bars: what is spent, what calls under way hold back, what is left. 80 % warns.

import type { BudgetLine, BudgetView } from "../../../views/budget.ts";
import { costInWords, tokensInWords } from "../../../views/words.ts";
import { names } from "../../ui/class-names.ts";

type Bar = {
  readonly key: string;
  readonly name: string;
  readonly used: number;
  readonly held: number;
  readonly cap: number;
  readonly words: (amount: number) => string;
};

const warnAt = 0.8;
const money = (micros: number): string => costInWords(micros);
const plain = (amount: number): string => amount.toLocaleString("en");

function barsOf({ scope, caps, counted, reserved, spent }: BudgetLine): readonly Bar[] {
  if (caps === null) return [];
  const all = [
    ["costMicros", "money", counted.costMicros, reserved.costMicros, money],
    ["tokens", "tokens", counted.tokens, reserved.tokens, tokensInWords],
    ["turns", "turns", spent.turns, 0, plain],
    ["minutes", "minutes", Math.round(spent.minutes), 0, plain],
    ["spawns", "attempts", spent.spawns, 0, plain],
  ] as const;
  return all.flatMap(([field, name, used, held, words]) => {
    const cap = caps[field];
    return cap === undefined
      ? []
      : [{ key: `${scope} ${field}`, name: `${scopeName(scope)}: ${name}`, used, held, cap, words }];
  });
}

const scopeName = (scope: string): string => {
  const [kind = "", id = ""] = scope.split(/:(.*)/s);
  return id === "" ? `This ${kind}` : `${kind[0]?.toUpperCase() ?? ""}${kind.slice(1)} ${id}`;
};

export function BudgetBars({ budget }: { readonly budget: BudgetView }) {
  const bars = [budget.run, ...budget.tiers, ...budget.tracks, ...budget.tickets].flatMap(barsOf);
  return (
    <section aria-labelledby="budgets" className="rounded-panel border border-line bg-s1 p-4">
      <h2 id="budgets" className="mb-3 text-14">
        Budgets
      </h2>
      {bars.length === 0 ? (
        <p className="text-fg2">Nothing bounds this run. Give it a bound below, or in tutti.toml under [budgets].</p>
      ) : (
        <ul className="grid gap-3">
          {bars.map((bar) => (
            <BudgetBar key={bar.key} bar={bar} />
          ))}
        </ul>
      )}
    </section>
  );
}

function BudgetBar({ bar }: { readonly bar: Bar }) {
  const { name, used, held, cap, words } = bar;
  const share = cap === 0 ? 1 : used / cap;
  const left = Math.max(0, cap - used - held);
  const text = `${words(used)} of ${words(cap)}${held > 0 ? `, ${words(held)} held back for calls under way` : ""}, ${words(left)} left`;
  return (
    <li>
      <div className="mb-1 flex justify-between gap-4 tabular">
        <span>{name}</span>
        <span className={names("text-fg2", share >= 1 && "text-failed", share >= warnAt && share < 1 && "text-paused")}>
          {share >= 1 ? "Used up: " : share >= warnAt ? "Nearly used up: " : ""}
          {text}
        </span>
      </div>
      <div
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={Math.max(cap, 1)}
        aria-valuenow={Math.min(used, Math.max(cap, 1))}
        aria-valuetext={text}
        className="flex h-2 overflow-hidden rounded-full bg-s4"
      >
        <span
          className={share >= 1 ? "bg-failed" : share >= warnAt ? "bg-paused" : "bg-completed"}
          style={{ width: `${Math.min(100, 100 * share)}%` }}
        />
        <span
          className="bg-line3"
          style={{ width: `${cap === 0 ? 0 : Math.min(100 - 100 * share, (100 * held) / cap)}%` }}
        />
      </div>
    </li>
  );
}
