// What a patch does to a plan, as a graph diff: tickets and edges, the critical path before and after, and whose work stops.

import { planPatched } from "../core/evolve-patch.ts";
import { findTicket } from "../core/graph.ts";
import { planLength, ticketAt, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { ApprovalId, ModelId, TicketId } from "../domain/ids.ts";
import type { PlanPatch } from "../domain/plan-patch.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { toPatchFileText } from "../domain/ticket-file-text.ts";
import type { Ticket, TicketStatus } from "../domain/ticket.ts";
import { criticalPathOf, type CriticalPath } from "./critical-path.ts";
import { stepOf } from "./step.ts";
import { counted, firstLine, listInWords } from "./words.ts";

type Named = { readonly id: TicketId; readonly title: string };
type Waiting = Named & { readonly dependsOn: readonly TicketId[] };

export type PlanDiff = {
  readonly reason: string;
  /** New tickets that are no part of a split one. */
  readonly added: readonly Waiting[];
  /** Tickets that leave and are not split. */
  readonly dropped: readonly (Named & { readonly status: TicketStatus })[];
  readonly split: readonly (Named & { readonly status: TicketStatus; readonly into: readonly Waiting[] })[];
  readonly rewired: readonly (Named & { readonly before: readonly TicketId[]; readonly after: readonly TicketId[] })[];
  /** Workers that are stopped, their work thrown away. */
  readonly stopped: readonly {
    readonly ticket: TicketId;
    readonly attempt: number;
    readonly model: ModelId;
    readonly step: string;
    readonly turns: number;
  }[];
  readonly tickets: { readonly before: number; readonly after: number };
  /** Of the work still to do. */
  readonly criticalPath: { readonly before: CriticalPath; readonly after: CriticalPath };
};

/** Expects a patch that was found sound for this state. */
export function planDiffOf(state: RunState, patch: PlanPatch): PlanDiff {
  const after = planPatched(state, { type: "plan.patched", patch });
  const parts = new Set(patch.split.flatMap(({ into }) => into));
  const wholes = new Set(patch.split.map(({ ticket }) => ticket));
  const added = new Map(patch.add.map((ticket) => [ticket.id, toWaiting(ticket)]));
  return {
    reason: patch.reason,
    added: [...added.values()].filter(({ id }) => !parts.has(id)),
    dropped: patch.drop.filter((id) => !wholes.has(id)).map((id) => leavingOf(state, id)),
    split: patch.split.map(({ ticket, into }) => ({
      ...leavingOf(state, ticket),
      into: into.flatMap((id) => added.get(id) ?? []),
    })),
    rewired: patch.rewire.map(({ ticket, dependsOn }) => {
      const { id, title, dependsOn: before } = ticketAt(state, indexIn(state, ticket));
      return { id, title, before, after: dependsOn };
    }),
    stopped: patch.drop.flatMap((id) => stoppedBy(state, id)),
    tickets: { before: planLength(state), after: planLength(after) },
    criticalPath: { before: criticalPathOf(state), after: criticalPathOf(after) },
  };
}

const toWaiting = ({ id, title, dependsOn }: Ticket): Waiting => ({ id, title, dependsOn });

function indexIn(state: RunState, id: TicketId): number {
  const index = findTicket(state.graph, id);
  if (index === undefined) throw new Error(`the patch names a ticket that the plan does not have: ${id}`);
  return index;
}

function leavingOf(state: RunState, ticket: TicketId): Named & { readonly status: TicketStatus } {
  const index = indexIn(state, ticket);
  const { id, title } = ticketAt(state, index);
  return { id, title, status: at(state.tickets, index).status };
}

function stoppedBy(state: RunState, id: TicketId): PlanDiff["stopped"] {
  const attempt = state.attempts.get(indexIn(state, id));
  if (attempt === undefined) return [];
  const { ticket, attempt: number, model, turn } = attempt;
  return [{ ticket, attempt: number, model, step: stepOf(state, attempt), turns: turn }];
}

/** What a person is shown before they sign tier 2's patch; undefined for any other approval. */
export function proposalLines(state: RunState, approval: ApprovalId): readonly string[] | undefined {
  const proposal = state.proposals.get(approval);
  if (proposal === undefined) return undefined;
  const { ticket, patch } = proposal;
  const about = `Tier 2 would get around the block of ${toPrintableLine(ticket)}.`;
  return [about, ...planDiffLines(planDiffOf(state, patch)), "", ...toPatchFileText(patch).trimEnd().split("\n")];
}

// ---- as text ---------------------------------------------------------------------------------------------------

/** Lines without colours; everything foreign in them is printable. */
export function planDiffLines(diff: PlanDiff): readonly string[] {
  const { added, dropped, split, rewired, stopped, tickets, criticalPath } = diff;
  return [
    `Why: ${toPrintableLine(diff.reason)}`,
    "",
    ...split.flatMap((whole) => [
      `  / ${nameOf(whole)}  [${whole.status}]  becomes ${counted(whole.into.length, "ticket")}:`,
      ...whole.into.map((part) => `      + ${nameOf(part)}  ${waitWords(part.dependsOn)}`),
    ]),
    ...added.map((ticket) => `  + ${nameOf(ticket)}  ${waitWords(ticket.dependsOn)}`),
    ...dropped.map((ticket) => `  - ${nameOf(ticket)}  [${ticket.status}]`),
    ...rewired.map(
      (ticket) => `  > ${nameOf(ticket)}  ${waitWords(ticket.after)} (before: ${idsInWords(ticket.before)})`,
    ),
    "",
    ...stopped.map(
      ({ ticket, attempt, model, step, turns }) =>
        `Stops the worker on ${toPrintableLine(ticket)} (attempt ${attempt}, ${model}, ${counted(turns, "turn")}): ${toPrintableLine(step)}`,
    ),
    ...(stopped.length === 0 ? ["No worker is stopped."] : []),
    `Tickets: ${tickets.before} before, ${tickets.after} after.`,
    `Longest path still to do: ${pathWords(criticalPath.before)} before, ${pathWords(criticalPath.after)} after.`,
  ];
}

const nameOf = ({ id, title }: Named): string =>
  title === id ? toPrintableLine(id) : `${toPrintableLine(id)} ${firstLine(title, 60)}`;

const idsInWords = (ids: readonly TicketId[]): string =>
  ids.length === 0 ? "nothing" : listInWords(ids.map(toPrintableLine), 8);

const waitWords = (ids: readonly TicketId[]): string => `waits for ${idsInWords(ids)}`;

const pathWords = ({ weight, ids }: CriticalPath): string =>
  ids.length === 0 ? "nothing" : `${weight} (${listInWords(ids.map(toPrintableLine), 8)})`;
