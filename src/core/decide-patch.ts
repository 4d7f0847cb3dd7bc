// A change to the plan of a run, by a person: checked whole, then one event. PATCH rules in docs/SPEC.md.

import type { CommandOf } from "../domain/command.ts";
import type { EventOf } from "../domain/event.ts";
import type { PlanPatch } from "../domain/plan-patch.ts";
import type { Rejection } from "../domain/rejection.ts";
import { ticketFileCaps } from "../domain/ticket-fields.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { cancelTicket } from "./end.ts";
import { findTicket } from "./graph.ts";
import { checkPatch } from "./plan-patch.ts";
import type { RunState } from "./state.ts";

export function patchPlan(draft: Draft, command: CommandOf<"plan.patch">): Refused {
  const refused = refuseChange(draft.state);
  if (refused !== undefined) return refused;
  const checked = checkPatch(draft.state, command.patch, ticketFileCaps.tickets);
  if (!checked.ok) return { code: "invalid_patch", problems: checked.problems };
  if (command.hold === true && draft.state.pause === null)
    emit(draft, { type: "run.paused", reason: "nobody conducts this run", drain: false });
  applyPatch(draft, checked.patch, {});
  return undefined;
}

/** Why no patch can be taken, whatever it says. An ended run goes on with a changed plan; an aborted one is over. */
export function refuseChange(state: RunState): Rejection | undefined {
  if (state.aborted) return { code: "run_ended", outcome: "aborted" };
  // A run that was to end with its plan is over with it: the plan's file is what is changed and run.
  if (state.ended?.outcome === "planned") return { code: "run_ended", outcome: "planned" };
  return state.graph.tickets.length === 0 ? { code: "plan_unsettled" } : undefined;
}

type Origin = Pick<EventOf<"plan.patched">, "blocked" | "approval">;

/** Workers on dropped tickets are stopped in the same decision. */
export function applyPatch(draft: Draft, patch: PlanPatch, origin: Origin): void {
  for (const ticket of patch.drop) {
    const index = findTicket(draft.state.graph, ticket);
    if (index !== undefined && draft.state.attempts.has(index)) cancelTicket(draft, index, droppedWhy(patch));
  }
  emit(draft, { type: "plan.patched", patch, ...origin });
}

const droppedWhy = ({ reason }: PlanPatch): string => `dropped: ${reason}`;
