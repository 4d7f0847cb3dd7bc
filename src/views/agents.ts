// Who is at work: every worker that stands, those that wait for the person first, and what other tiers are asked.

import type { Consult, RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { Purpose } from "../domain/event.ts";
import type { ConsultId, TicketId } from "../domain/ids.ts";

export type AgentCard = {
  readonly index: number;
  readonly ticket: TicketId;
  readonly attempt: number;
  readonly tier: number;
  readonly needsYou: boolean;
  /** Epoch ms. */
  readonly startedAt: number;
};

/** In the order they began, so that no pane moves while others come and go. */
export const agentsOf = (state: RunState): readonly AgentCard[] =>
  [...state.attempts.values()]
    .map(({ index, ticket, attempt, tier, startedAt }) => ({
      index,
      ticket,
      attempt,
      tier,
      needsYou: at(state.tickets, index).status === "step_paused",
      startedAt,
    }))
    .toSorted((a, b) => a.startedAt - b.startedAt || a.index - b.index);

export type ConsultCard = {
  readonly consult: ConsultId;
  readonly tier: number;
  readonly purpose: Purpose;
  readonly model: string;
  /** Who is asked, where it is an agent of a deliberation. */
  readonly role: string | null;
  /** What it is about: a track, a ticket, or the whole run. */
  readonly about: string;
  readonly ticket: TicketId | null;
  readonly round: number;
  readonly try: number;
  /** What is wrong with its last answer. */
  readonly problems: readonly string[];
  readonly isParked: boolean;
  readonly startedAt: number;
};

/** What tiers 1, 2 and 4 are asked now, tier by tier. */
export const consultsOf = (state: RunState): readonly ConsultCard[] =>
  [...state.consults.values()].map(cardOf).toSorted((a, b) => a.tier - b.tier || a.startedAt - b.startedAt);

const cardOf = (consult: Consult): ConsultCard => {
  const { id, purpose, tier, model, role, track, ticket, attempt, round, problems, isParked, startedAt } = consult;
  const ticketWords = ticket === null ? "the whole run" : attempt === null ? ticket : `${ticket}, attempt ${attempt}`;
  return {
    consult: id,
    tier,
    purpose,
    model,
    role,
    about: track ?? ticketWords,
    ticket,
    round,
    try: consult.try,
    problems,
    isParked,
    startedAt,
  };
};

export const purposeWords = {
  tracks: "plans tracks",
  tickets: "plans tickets",
  replan: "plans around a block",
  review: "reviews a result",
  diagnosis: "reads a red check",
  deliberate: "deliberates",
  mediate: "mediates",
  synthesise: "has the last word",
} as const satisfies Record<Purpose, string>;

export const tierNames: Readonly<Record<number, string>> = {
  1: "Tier 1 (Planner)",
  2: "Tier 2 (Lead)",
  3: "Tier 3 (Worker)",
  4: "Tier 4 (Diagnosis)",
};
