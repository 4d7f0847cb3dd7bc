// The one event of an answer at a gate, whatever the gate.

import type { CommandOf } from "../domain/command.ts";
import { emit, type Draft } from "./draft.ts";
import { subjectOf, type Approval } from "./state.ts";

export function emitAnswer(draft: Draft, approval: Approval, answer: CommandOf<"approval.answer">): void {
  emit(draft, {
    type: "approval.answered",
    ...subjectOf(approval),
    approval: approval.id,
    decision: answer.decision,
    reason: answer.reason,
    ...(answer.edited === undefined ? {} : { edited: answer.edited }),
  });
}
