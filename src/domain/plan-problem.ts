// A plan's fault in one line, for people and for the model whose plan goes back.

import type { PlanProblem } from "./rejection.ts";

export function describePlanProblem({ index, id, field, problem, remedy }: PlanProblem): string {
  const place = index < 0 ? "" : `ticket ${index}${id === undefined ? "" : ` (${id})`}: `;
  return `${place}${field}: ${problem}${problem.endsWith("?") ? "" : "."} ${remedy}`;
}
