// The one place in which a mediator takes its seat.

import type { ConditionType, DeliberationId } from "../../domain/deliberation.ts";
import { emit, type Draft } from "../draft.ts";

/** At most once. False where there is no seat for one, or it is taken. */
export function seatMediator(
  draft: Draft,
  id: DeliberationId,
  { why, detail }: { readonly why: ConditionType | "forced"; readonly detail: string },
): boolean {
  const deliberation = draft.state.deliberations.get(id);
  const seat = deliberation?.setup.seats.find(({ kind }) => kind === "mediator");
  if (seat === undefined || deliberation?.mediator !== null) return false;
  emit(draft, { type: "deliberation.mediated", deliberation: id, role: seat.role, why, detail });
  return true;
}
