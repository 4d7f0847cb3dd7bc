// The records of one ticket, page by page, from the server that shows the run.

import type { Recorded } from "../../domain/event.ts";
import type { TicketId } from "../../domain/ids.ts";
import type { Answer, Backend, Problem } from "./backend.ts";
import type { RunView } from "./run-store.ts";

export type AskedRecords = {
  readonly view: RunView;
  readonly backend: Backend;
  readonly ticket: TicketId;
  readonly signal: AbortSignal;
  /** Seq of the last one that is here already. */
  readonly after: number;
};

/** How far the run's log is read, of how much there is to read. */
export type ReadSoFar = { readonly seq: number; readonly head: number };

type Page = { readonly records: readonly Recorded[]; readonly next: number | null; readonly head: number };

/** Of a past view, up to its record. Gives why it could not go on; null also where nobody waits for it any more. */
export async function loadTicketRecords(
  { view, backend, ticket, signal, after }: AskedRecords,
  onPage: (records: readonly Recorded[], read: ReadSoFar) => void,
): Promise<Problem | null> {
  const last = view.isPast ? view.state().seq : Infinity;
  const base = `/api/runs/${view.run}/tickets/${encodeURIComponent(ticket)}/records`;
  let next: number | null = after;
  while (next !== null && next < last) {
    const answer: Answer<Page> = await backend.get(`${base}?after=${next}`, signal);
    if (signal.aborted) return null;
    if (!answer.ok) return answer.problem;
    const { records, next: following, head }: Page = answer.value;
    const seq = following ?? head;
    onPage(
      records.filter((record) => record.seq <= last),
      { seq: Math.min(seq, last), head: Math.min(head, last) },
    );
    next = following;
  }
  return null;
}
