// Events of budgets themselves: bounds raised, questions passed over.

import { indexOf, withoutStuck } from "./change.ts";
import type { BudgetEvent } from "../domain/event.ts";
import { withEntry } from "./small-map.ts";
import type { RunState } from "./state.ts";

export function evolveBudget(state: RunState, event: BudgetEvent): RunState {
  switch (event.type) {
    case "budget.raised": {
      const { scope, caps } = event;
      return { ...state, caps: withEntry(state.caps, scope, { ...state.caps.get(scope), ...caps }) };
    }
    case "budget.passed_over":
      return event.purpose === "replan" && event.ticket !== undefined
        ? withoutStuck(state, indexOf(state, event.ticket))
        : state;
    default:
      return event satisfies never;
  }
}
