// A person's words to a worker: when they are told, and what waits for them.

import { emit, type Draft } from "./draft.ts";
import type { Attempt } from "./state.ts";

/** Between two steps, when every call has its result. True where there was something to tell. */
export function tellWords(draft: Draft, attempt: Attempt): boolean {
  const { ticket, attempt: number, words } = attempt;
  for (const { seq, text } of words)
    emit(draft, { type: "note.added", ticket, attempt: number, kind: "steering", text, said: seq });
  return words.length > 0;
}

/** The way into the merge queue: a word that waits comes before it, and so does a pause. */
export function queueMerge(draft: Draft, index: number): void {
  const attempt = draft.state.attempts.get(index);
  if (attempt === undefined || draft.state.pausedTickets.has(index) || tellWords(draft, attempt)) return;
  emit(draft, { type: "merge.queued", ticket: attempt.ticket, attempt: attempt.attempt });
}
