// The attempts of a run over time: when each began and ended, how, on which model, and where it was held for a person.
// Folded record by record, so that a reader goes on where it stands.

import type { Recorded } from "../domain/event.ts";
import type { Gate } from "../domain/event.ts";
import type { ModelId, TicketId } from "../domain/ids.ts";
import type { FailureCause } from "../domain/outcome.ts";

export type Hold = {
  readonly approval: string;
  readonly gate: Gate;
  /** Epoch ms. */
  readonly from: number;
  /** Null while it waits. */
  readonly to: number | null;
};

export type SpanEnd = "completed" | "failed" | "cancelled" | "dropped";

export type AttemptSpan = {
  readonly ticket: TicketId;
  readonly attempt: number;
  readonly model: ModelId;
  readonly rung: number;
  /** Epoch ms. */
  readonly from: number;
  /** Null while it is under way. */
  readonly to: number | null;
  readonly end: SpanEnd | null;
  readonly cause: FailureCause | null;
  readonly holds: readonly Hold[];
};

export type AttemptSpans = {
  /** Of the last record folded in. */
  readonly seq: number;
  /** In the order in which they began. */
  readonly spans: readonly AttemptSpan[];
};

export const noSpans: AttemptSpans = { seq: 0, spans: [] };

/** Records the spans have already are passed over. `spans` stays the same array where nothing of them changed. */
export function foldSpans(had: AttemptSpans, records: Iterable<Recorded>): AttemptSpans {
  const spans = had.spans.slice();
  const open = new Map<TicketId, number>();
  spans.forEach(({ ticket, to }, place) => to === null && open.set(ticket, place));
  let { seq } = had;
  for (const recorded of records) {
    if (recorded.seq <= seq) continue;
    seq = recorded.seq;
    foldOne({ spans, open }, recorded);
  }
  if (seq === had.seq) return had;
  const isSame = spans.length === had.spans.length && spans.every((span, place) => span === had.spans[place]);
  return { seq, spans: isSame ? had.spans : spans };
}

type Folding = {
  readonly spans: AttemptSpan[];
  /** Place of a ticket's attempt that is under way. */
  readonly open: Map<TicketId, number>;
};

function foldOne(folding: Folding, { event, at }: Recorded): void {
  const { spans, open } = folding;
  switch (event.type) {
    case "attempt.started": {
      const { ticket, attempt, model, rung } = event;
      open.set(ticket, spans.length);
      spans.push({ ticket, attempt, model, rung, from: at, to: null, end: null, cause: null, holds: [] });
      return;
    }
    case "attempt.failed":
      end(folding, event.ticket, { at, end: "failed", cause: event.failure.cause });
      return;
    case "ticket.completed":
      end(folding, event.ticket, { at, end: "completed", cause: null });
      return;
    case "ticket.cancelled":
      end(folding, event.ticket, { at, end: "cancelled", cause: null });
      return;
    case "plan.patched":
      for (const ticket of event.patch.drop) end(folding, ticket, { at, end: "dropped", cause: null });
      return;
    case "approval.requested":
      change(folding, event.ticket, (span) => ({
        ...span,
        holds: [...span.holds, { approval: event.approval, gate: event.gate, from: at, to: null }],
      }));
      return;
    case "approval.answered":
    case "approval.voided":
      change(folding, event.ticket, (span) => ({ ...span, holds: closed(span.holds, event.approval, at) }));
      return;
    case "run.forked":
      // What was under way there is begun anew here.
      for (const ticket of open.keys()) end(folding, ticket, { at, end: "dropped", cause: null });
      return;
    default:
  }
}

const closed = (holds: readonly Hold[], approval: string, at: number): readonly Hold[] =>
  holds.map((hold) => (hold.approval === approval && hold.to === null ? { ...hold, to: at } : hold));

function change({ spans, open }: Folding, ticket: TicketId | undefined, to: (span: AttemptSpan) => AttemptSpan): void {
  const place = ticket === undefined ? undefined : open.get(ticket);
  const span = place === undefined ? undefined : spans[place];
  if (place !== undefined && span !== undefined) spans[place] = to(span);
}

type Ending = { readonly at: number; readonly end: SpanEnd; readonly cause: FailureCause | null };

function end(folding: Folding, ticket: TicketId, { at, end: how, cause }: Ending): void {
  change(folding, ticket, (span) => ({
    ...span,
    to: at,
    end: how,
    cause,
    holds: span.holds.map((hold) => (hold.to === null ? { ...hold, to: at } : hold)),
  }));
  folding.open.delete(ticket);
}
