// Opens the table at which the plan of a goal is made: each proposer works out one of its own.

import type { Draft } from "../draft.ts";
import { configOf } from "../state.ts";
import { planningTable } from "./chosen-plan.ts";
import { openDeliberation } from "./open-deliberation.ts";

/** True where the plan is to be made at a table, and that has just been opened. */
export function openPlanningTable(draft: Draft): boolean {
  const { goal, deliberations } = configOf(draft.state);
  if (goal === undefined || deliberations?.planning !== true || planningTable(draft.state) !== undefined) return false;
  const objective = { text: goal.epic, constraints: [], success: [], subtasks: [] };
  openDeliberation(draft, { purpose: "plan", config: { objective, setup: deliberations.setup } });
  return true;
}
