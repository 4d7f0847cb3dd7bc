// How an agent leaves the table for good: what it may do is revoked, and what it had against others is nobody's any more.

import type { DeliberationId } from "../../domain/deliberation.ts";
import { emit, type Draft } from "../draft.ts";

type Leaving = { readonly role: string; readonly reason: string; readonly dismissed?: true };

/** Its question under way is asked no longer. */
export function revokeAgent(draft: Draft, id: DeliberationId, { role, reason, dismissed }: Leaving): void {
  const consult = [...draft.state.consults.values()].find((each) => each.deliberation === id && each.role === role);
  if (consult !== undefined)
    emit(draft, {
      type: "consult.ended",
      consult: consult.id,
      result: "void",
      detail: `${role} is revoked: ${reason}`,
    });
  const why = dismissed === undefined ? {} : { dismissed };
  emit(draft, { type: "deliberation.revoked", deliberation: id, role, reason, ...why });
}

export function silence(draft: Draft, id: DeliberationId, role: string): void {
  for (const { id: objection, role: author, settled } of draft.state.deliberations.get(id)?.objections ?? [])
    if (author === role && settled === null)
      emit(draft, { type: "deliberation.objection_settled", deliberation: id, role, objection, how: "gone" });
}
