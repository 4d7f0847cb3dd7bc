// Which tickets stand back: those that a filter, a search or a traced lineage leaves out. Nothing moves.

import { useMemo } from "react";
import { at } from "../../../core/vector.ts";
import type { TicketId } from "../../../domain/ids.ts";
import type { TicketStatus } from "../../../domain/ticket.ts";
import { ticketStatuses } from "../../../domain/ticket.ts";
import { lineageOf } from "../../../views/ticket-lineage.ts";
import { useRun } from "../../state/hooks.ts";

/** Undefined: all. */
export function chosenStatuses(status: string | undefined): ReadonlySet<TicketStatus> | undefined {
  if (status === undefined) return undefined;
  const named = status.split(",");
  return new Set(ticketStatuses.filter((each) => named.includes(each)));
}

export type Filter = {
  readonly status: string | undefined;
  readonly query: string;
  /** The ticket whose lineage is traced. */
  readonly traced: number | null;
};

/** The tickets that stand out, null where all do; of a traced lineage, the traced ticket among them. */
export function useStandingOut({ status, query, traced }: Filter): ReadonlySet<number> | null {
  const graph = useRun((state) => state.graph);
  const lineage = useMemo(() => {
    if (traced === null || traced >= graph.tickets.length) return null;
    const { before, after } = lineageOf(graph, traced);
    return new Set([...before, traced, ...after]);
  }, [graph, traced]);
  const statuses = useMemo(() => chosenStatuses(status), [status]);
  const ofStatus = useRun((state) =>
    statuses === undefined
      ? null
      : state.graph.tickets.flatMap((_, index) => (statuses.has(at(state.tickets, index).status) ? [index] : [])),
  );
  return useMemo(() => {
    const words = query.trim().toLowerCase();
    if (lineage === null && ofStatus === null && words === "") return null;
    const wanted = ofStatus === null ? null : new Set(ofStatus);
    const says = (id: TicketId, title: string): boolean =>
      words === "" || id.toLowerCase().includes(words) || title.toLowerCase().includes(words);
    return new Set(
      graph.tickets.flatMap(({ id, title }, index) =>
        (lineage?.has(index) ?? true) && (wanted?.has(index) ?? true) && says(id, title) ? [index] : [],
      ),
    );
  }, [graph, lineage, ofStatus, query]);
}
