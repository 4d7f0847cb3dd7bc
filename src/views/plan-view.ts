// A run's plan for eyes and for scripts: tracks, tickets, edges and the longest path; drafted or settled.

import { planStory } from "../core/deliberation/plan-story.ts";
import { draftedTickets } from "../core/planning.ts";
import { longestPathOf, planOverview } from "../core/plan-text.ts";
import type { RunState } from "../core/state.ts";
import type { Track } from "../domain/plan.ts";
import type { TicketId } from "../domain/ids.ts";
import { toTicketFileText } from "../domain/ticket-file-text.ts";
import { toPrintableLine } from "../domain/printable.ts";

export type PlanView = {
  readonly tracks: readonly Track[];
  readonly tickets: number;
  /** `from` has to be merged before `to` may start. */
  readonly edges: readonly { readonly from: TicketId; readonly to: TicketId }[];
  readonly criticalPath: readonly TicketId[];
  /** A ticket file: `tutti run` takes it. */
  readonly file: string;
  /** For a terminal; everything foreign in it is printable. */
  readonly overview: readonly string[];
  /** Of a plan that was deliberated: who proposed, who stands for it, who does not. */
  readonly story: readonly string[];
};

export function planViewOf(state: RunState): PlanView {
  const { tracks, config } = state;
  const story = planStory(state);
  const tickets = state.phase === "planning" ? draftedTickets(state) : state.graph.tickets;
  return {
    tracks: tracks ?? [],
    tickets: tickets.length,
    edges: tickets.flatMap(({ id, dependsOn }) => dependsOn.map((from) => ({ from, to: id }))),
    criticalPath: longestPathOf(tickets),
    file: toTicketFileText(tickets, config?.title),
    overview: [...(story.length === 0 ? [] : [...story, ""]), ...planOverview({ tracks, tickets })].map(
      toPrintableLine,
    ),
    story: story.map(toPrintableLine),
  };
}
