// A change of the plan before it is asked for: what would be recorded, or why it would be refused.

import { refuseChange } from "../core/decide-patch.ts";
import { checkPatch } from "../core/plan-patch.ts";
import type { RunState } from "../core/state.ts";
import type { PatchRequest, PlanPatch } from "../domain/plan-patch.ts";
import type { Rejection } from "../domain/rejection.ts";
import { ticketFileCaps } from "../domain/ticket-fields.ts";

export type CheckedChange =
  | { readonly ok: true; readonly patch: PlanPatch }
  | { readonly ok: false; readonly rejection: Rejection };

export function checkChange(state: RunState, request: PatchRequest): CheckedChange {
  const rejection = refuseChange(state);
  if (rejection !== undefined) return { ok: false, rejection };
  const checked = checkPatch(state, request, ticketFileCaps.tickets);
  return checked.ok ? checked : { ok: false, rejection: { code: "invalid_patch", problems: checked.problems } };
}
