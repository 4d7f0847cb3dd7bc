// Plans among an agent's moves: read as an answer of tiers 1 and 2 is, and held to the same rules before they are written.

import type { AgentAnswer, EntryMove, SynthesisAnswer } from "../../domain/deliberation-answer.ts";
import { entryText, readEntryPlan, type PlanValue } from "../../domain/entry-plan.ts";
import type { EntryPlan } from "../../domain/plan.ts";
import { checkDraft } from "../check-draft.ts";
import { configOf, type RunState } from "../state.ts";
import type { Deliberation } from "./state.ts";

/** An entry as it is to be written: where it has a plan, its text ends with it. */
export type WholeMove = Omit<EntryMove, "plan"> & { readonly plan?: EntryPlan };
export type WholeAnswer = Omit<AgentAnswer, "entries"> & { readonly entries: readonly WholeMove[] };

type ReadPlans<T> = { readonly whole: T; readonly problems: readonly string[] };

export const isPlanning = ({ purpose }: Pick<Deliberation, "purpose">): boolean => purpose === "plan";

/** At a table that makes a plan every solution and every synthesis is one. */
export function readPlans(state: RunState, table: Deliberation, answer: AgentAnswer): ReadPlans<WholeAnswer> {
  const read = answer.entries.map((move) => readMove(state, table, move));
  return {
    whole: { ...answer, entries: read.map(({ whole }) => whole) },
    problems: read.flatMap(({ problems }) => problems),
  };
}

function readMove(state: RunState, table: Deliberation, { plan, ...move }: EntryMove): ReadPlans<WholeMove> {
  if (!isPlanning(table)) return { whole: move, problems: [] };
  const name = `entries: ${move.section}/${move.key}`;
  const isProposal = move.section !== "problem";
  const read = plan === undefined ? undefined : readPlan(state, plan);
  const problems = [
    ...(isProposal && plan === undefined ? ["there is no plan. Give the whole of it, tracks and tickets."] : []),
    ...(!isProposal && plan !== undefined ? ["a plan belongs into solutions or synthesis."] : []),
    ...((move.patch ?? "").trim() !== ""
      ? ["this table plans the work, nobody does it yet. Leave the patch out."]
      : []),
    ...(read?.problems.map((problem) => `plan: ${problem}`) ?? []),
  ];
  const whole = { ...move, text: entryText({ text: move.text, plan }) };
  return {
    whole: read?.plan === undefined ? whole : { ...whole, plan: read.plan },
    problems: problems.map((problem) => `${name}: ${problem}`),
  };
}

/** The mediator's last word need not be a plan; where it has one, it has to be sound. */
export function readLastPlan(state: RunState, { plan }: SynthesisAnswer): ReadPlans<EntryPlan | undefined> {
  const read = plan === undefined ? undefined : readPlan(state, plan);
  return { whole: read?.plan, problems: read?.problems.map((problem) => `plan: ${problem}`) ?? [] };
}

function readPlan(
  state: RunState,
  value: PlanValue,
): { readonly plan?: EntryPlan; readonly problems: readonly string[] } {
  const read = readEntryPlan(value);
  if (!read.ok) return { problems: read.problems };
  const problems = checkDraft(configOf(state), read.value.tickets);
  return problems.length > 0 ? { problems } : { plan: read.value, problems };
}
