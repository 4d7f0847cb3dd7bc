// Events of budgets in words.

import { inUsd } from "../domain/budget.ts";
import type { Caps } from "../domain/config.ts";
import type { BudgetEvent } from "../domain/event.ts";
import { firstLine } from "./words.ts";

export function tellBudget(event: BudgetEvent): string {
  switch (event.type) {
    case "budget.raised":
      return `may spend more: ${event.scope.replace(":", " ")}: ${capsInWords(event.caps)}`;
    case "budget.passed_over":
      return `goes on without asking for a ${event.purpose}: ${firstLine(event.detail)}`;
    default:
      return event satisfies never;
  }
}

/** `$12.50, 200000 tokens`. */
export const capsInWords = ({ costMicros, tokens, turns, minutes, spawns }: Caps): string =>
  [
    ...(costMicros === undefined ? [] : [inUsd(costMicros)]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
    ...(turns === undefined ? [] : [`${turns} turns`]),
    ...(minutes === undefined ? [] : [`${minutes} minutes`]),
    ...(spawns === undefined ? [] : [`${spawns} starts of workers`]),
  ].join(", ");
