// The rows of a run's timeline: a ticket each, in the order in which they began, lane by lane.

import type { TicketId } from "../domain/ids.ts";
import type { AttemptSpan } from "./attempt-spans.ts";
import type { BoardLayout } from "./board-layout.ts";
import { modelName } from "./ticket-words.ts";
import { causeWords, counted, durationInWords } from "./words.ts";

export type TimelineRow = { readonly index: number; readonly spans: readonly AttemptSpan[] };

export type RowsOptions = {
  readonly spans: readonly AttemptSpan[];
  readonly indexOf: ReadonlyMap<TicketId, number>;
  readonly layout: BoardLayout;
  readonly shownLanes: ReadonlySet<number> | undefined;
  readonly standingOut: ReadonlySet<number> | null;
};

export function rowsOf({ spans, indexOf, layout, shownLanes, standingOut }: RowsOptions): readonly TimelineRow[] {
  const byTicket = new Map<number, AttemptSpan[]>();
  for (const span of spans) {
    const index = indexOf.get(span.ticket);
    const lane = index === undefined ? -1 : (layout.lane[index] ?? -1);
    if (index === undefined || lane < 0) continue;
    if ((shownLanes !== undefined && !shownLanes.has(lane)) || (standingOut !== null && !standingOut.has(index)))
      continue;
    const own = byTicket.get(index);
    if (own === undefined) byTicket.set(index, [span]);
    else own.push(span);
  }
  return [...byTicket]
    .map(([index, own]) => ({ index, spans: own }))
    .toSorted((a, b) => (layout.lane[a.index] ?? 0) - (layout.lane[b.index] ?? 0) || startOf(a) - startOf(b));
}

const startOf = ({ spans }: TimelineRow): number => spans[0]?.from ?? 0;

/** As they were at a moment: what came later is left out, what ended later is under way. */
export const shownSpans = (spans: readonly AttemptSpan[], until: number): readonly AttemptSpan[] =>
  spans
    .filter(({ from }) => from <= until)
    .map((span) => ({
      ...span,
      ...(span.to !== null && span.to > until && { to: null, end: null, cause: null }),
      holds: span.holds
        .filter(({ from }) => from <= until)
        .map((hold) => (hold.to !== null && hold.to > until ? { ...hold, to: null } : hold)),
    }));

/** For example `Attempt 2 on claude-opus-4-8, failed after 3 min 05 s: its checks are red; held 2 times for 12 s`. */
export function spanInWords(span: AttemptSpan, now: number): string {
  const { attempt, model, from, to, end, cause, holds } = span;
  const ms = durationInWords((to ?? now) - from);
  const how = end === null ? `at work for ${ms}` : `${end} after ${ms}`;
  const held = holds.reduce((sum, hold) => sum + ((hold.to ?? now) - hold.from), 0);
  const waits = holds.length === 0 ? "" : `; held ${counted(holds.length, "time")} for ${durationInWords(held)}`;
  return `Attempt ${attempt} on ${modelName(model)}, ${how}${cause === null ? "" : `: ${causeWords[cause]}`}${waits}`;
}
