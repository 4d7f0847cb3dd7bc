// A run that is one deliberation, in figures: what other runs have tickets for.

import type { RunState } from "../core/state.ts";
import { deliberationStanding } from "./deliberation-standing.ts";

export type TableFigures = {
  /** From 1; not above `rounds`. */
  readonly round: number;
  readonly rounds: number;
  /** Agents that are asked now. */
  readonly atWork: number;
  readonly hasEnded: boolean;
  /** How it stands, in a word or two. */
  readonly standing: string;
  readonly messages: number;
  readonly entries: number;
  readonly objections: number;
  readonly votes: number;
};

/** Before its agents sit down. */
const none: Omit<TableFigures, "rounds"> = {
  round: 1,
  atWork: 0,
  hasEnded: false,
  standing: "begins",
  messages: 0,
  entries: 0,
  objections: 0,
  votes: 0,
};

/** Null for every other run. */
export function tableFiguresOf(state: Pick<RunState, "config" | "deliberations">): TableFigures | null {
  const setup = state.config?.deliberation?.setup;
  if (setup === undefined) return null;
  const rounds = setup.limits.rounds;
  const own = [...state.deliberations.values()].find(({ purpose }) => purpose === "question");
  if (own === undefined) return { ...none, rounds };
  return {
    round: Math.min(own.round, rounds),
    rounds,
    atWork: own.agents.filter(({ consult }) => consult !== null).length,
    hasEnded: own.result !== null,
    standing: deliberationStanding(own).word,
    messages: own.tally.messages,
    entries: own.board.length,
    objections: own.objections.length,
    votes: own.votes.length,
  };
}
