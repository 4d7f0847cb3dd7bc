// When the old turns of a conversation are told in short: before a call that would fill too much of the model's window,
// when a provider says that it was too much, and when a person asks for it.

import type { CommandOf } from "../domain/command.ts";
import { defaultLimits } from "../domain/config.ts";
import type { EventOf } from "../domain/event.ts";
import { compactableTo, compactItems, wholeTurns } from "./compact-items.ts";
import { estimateOf, windowOf } from "./context-size.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { findTicket } from "./graph.ts";
import { configOf, type Attempt, type Item, type RunState } from "./state.ts";

/** What telling the old turns in short would come to, in estimated tokens of the next call. */
export type Compaction = {
  readonly upTo: number;
  readonly before: number;
  readonly after: number;
  readonly items: readonly Item[];
};

/** Undefined where there is nothing to gain. */
export function compactionOf(state: RunState, attempt: Attempt): Compaction | undefined {
  const upTo = compactableTo(attempt.items);
  if (upTo <= attempt.compacted) return undefined;
  const items = compactItems(attempt.items, { after: attempt.compacted, upTo });
  const before = estimateOf(state, attempt);
  const after = estimateOf(state, attempt, items);
  return after < before ? { upTo, before, after, items } : undefined;
}

/** Per cent of the window from which on old turns are told in short. */
export const compactAtOf = (state: RunState): number => configOf(state).limits.compactAt ?? defaultLimits.compactAt;

/** Whether the next call fills so much of a window whose size is known. */
export function isOverThreshold(state: RunState, attempt: Attempt, estimate = estimateOf(state, attempt)): boolean {
  const window = windowOf(state, attempt);
  return window !== null && estimate * 100 > window * compactAtOf(state);
}

/** What is gained has to be worth a prompt cache that begins anew. */
const leastGainPercent = 2;

/** The compaction that comes before the attempt's next turn of itself. */
export function dueCompaction(state: RunState, attempt: Attempt): Compaction | undefined {
  const window = windowOf(state, attempt);
  if (window === null || !isOverThreshold(state, attempt)) return undefined;
  const compaction = compactionOf(state, attempt);
  if (compaction === undefined) return undefined;
  const { before, after } = compaction;
  return before > window || (before - after) * 100 >= window * leastGainPercent ? compaction : undefined;
}

/** True where it was told in short. */
export function compactBeforeTurn(draft: Draft, attempt: Attempt): boolean {
  return emitCompaction(draft, attempt, { compaction: dueCompaction(draft.state, attempt), why: "limit" });
}

/** At most once for a turn: afterwards there is nothing more to tell in short before another turn is over. */
export function compactAfterOverflow(draft: Draft, attempt: Attempt): boolean {
  return emitCompaction(draft, attempt, { compaction: compactionOf(draft.state, attempt), why: "overflow" });
}

type Planned = {
  readonly compaction: Compaction | undefined;
  readonly why: EventOf<"context.compacted">["why"];
};

function emitCompaction(draft: Draft, { ticket, attempt }: Attempt, { compaction, why }: Planned): boolean {
  if (compaction === undefined) return false;
  const { upTo, before, after } = compaction;
  emit(draft, { type: "context.compacted", ticket, attempt, upTo, before, after, why });
  return true;
}

/** By hand; it counts from the next call on. */
export function compactContext(draft: Draft, { ticket }: CommandOf<"context.compact">): Refused {
  const { ended, graph, attempts } = draft.state;
  if (ended !== null) return { code: "run_ended", outcome: ended.outcome };
  const index = findTicket(graph, ticket);
  if (index === undefined) return { code: "ticket_unknown", ticket };
  const attempt = attempts.get(index);
  if (attempt === undefined) return { code: "nothing_to_compact", ticket, why: "no worker is on it now" };
  const compaction = compactionOf(draft.state, attempt);
  if (!emitCompaction(draft, attempt, { compaction, why: "asked" }))
    return { code: "nothing_to_compact", ticket, why: whyNot(attempt) };
  return undefined;
}

export function whyNot(attempt: Attempt): string {
  if (attempt.compacted > 0 && compactableTo(attempt.items) <= attempt.compacted)
    return `turns 1 to ${attempt.compacted} are told in short already, and the newest ${wholeTurns} stay whole`;
  return compactableTo(attempt.items) === 0
    ? `the newest ${wholeTurns} turns stay whole, and there are no older ones`
    : "nothing in its older turns is long and may be cut";
}
