// What a run left of its bounds for the one that recovers from it: a chain spends no more than one run may. RCV rules in
// docs/SPEC.md.

import type { Budgets, Caps } from "../../domain/config.ts";
import type { Spent } from "../account.ts";
import { noAccount } from "../ledger.ts";
import { configOf, type RunState } from "../state.ts";

export type RemainingBudget = {
  /** Undefined: the run had no bounds. */
  readonly budgets: Budgets | undefined;
  /** A bound of the whole run has nothing left: whatever is begun with it ends at once. */
  readonly isUsedUp: boolean;
};

/** As the bounds stand now, raised ones too. The bound of a day is kept elsewhere and stays. */
export function remainingBudget(state: RunState): RemainingBudget {
  const { budgets } = configOf(state);
  const run = left(state, "run");
  const tiers = Object.fromEntries(
    [1, 2, 3, 4].flatMap((tier) => {
      const caps = left(state, `tier:${tier}`);
      return caps === undefined ? [] : [[String(tier), caps]];
    }),
  );
  if (budgets === undefined && run === undefined && Object.keys(tiers).length === 0)
    return { budgets: undefined, isUsedUp: false };
  return {
    budgets: {
      ...budgets,
      ...(run !== undefined && { run }),
      ...(Object.keys(tiers).length > 0 && { tiers }),
    },
    isUsedUp: Object.values(run ?? {}).some((cap) => cap === 0),
  };
}

function left(state: RunState, scope: "run" | `tier:${number}`): Caps | undefined {
  const caps = state.caps.get(scope);
  if (caps === undefined) return undefined;
  const { spent } = state.ledger.get(scope) ?? noAccount;
  return Object.fromEntries(
    Object.entries(caps).map(([name, cap = 0]) => [name, Math.max(0, cap - used(name as keyof Caps, spent))]),
  );
}

function used(name: keyof Caps, spent: Spent): number {
  return name === "minutes" ? spent.ms / 60_000 : spent[name];
}
