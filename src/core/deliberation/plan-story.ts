// How a plan that was made at a table came about, in sentences: who proposed, who stands for it, who does not and why.

import { headOf } from "../../domain/text.ts";
import type { RunState } from "../state.ts";
import { lastWordOn } from "./agreement.ts";
import { chosenPlan, planningTable, proposedPlans, type ChosenPlan } from "./chosen-plan.ts";
import type { Deliberation, Result } from "./state.ts";

/** Empty where no table has ended. One sentence each; reasons are the agents' words, cut. */
export function planStory(state: Pick<RunState, "deliberations">): readonly string[] {
  const table = planningTable(state);
  if (table === undefined || table.result === null) return [];
  const chosen = chosenPlan(table);
  return [proposedWords(table), ...(chosen === undefined ? [noneWords(table.result)] : chosenWords(table, chosen))];
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

function proposedWords(table: Deliberation): string {
  const { mediator } = table;
  const authors = proposedPlans(table).flatMap(({ role }) => (role === mediator?.role ? [] : [role]));
  const proposed = authors.length === 0 ? "Nobody proposed a plan" : `${listed(authors)} proposed plans`;
  return `Deliberated: ${proposed}${mediator === null ? "" : `; ${mediator.role} mediated`}.`;
}

const failedWords = ({ outcome, detail }: Result): string => `${outcome.replaceAll("_", " ")}: ${detail}`;

const noneWords = (result: Result): string =>
  `They did not agree (${failedWords(result)}), and no mediator left a plan. Tiers 1 and 2 are asked for one, and shown what was proposed.`;

function chosenWords(table: Deliberation, chosen: ChosenPlan): readonly string[] {
  const { key, version, author, how } = chosen;
  const { result } = table;
  if (result === null) return [];
  const accepted = acceptedBy(table, chosen);
  const name = `synthesis/${key} version ${version}, written by ${author}`;
  const head = {
    agreed: `${listed(accepted)} agree on this plan: ${name}.`,
    majority: `They did not all agree (${failedWords(result)}). ${listed(accepted)} stand for this plan: ${name}.`,
    mediator: `They did not agree (${failedWords(result)}). This plan is what ${author} put together: ${name}.`,
  }[how];
  return [head, ...dissentWords(table, chosen, accepted)];
}

const acceptedBy = ({ agents, votes }: Deliberation, { key, version }: ChosenPlan): readonly string[] =>
  agents
    .map(({ role }) => role)
    .filter((role) =>
      votes.some(
        (vote) => vote.role === role && vote.key === key && vote.version === version && vote.stance === "accept",
      ),
    );

/** Those who came to the end of it and do not stand for this version. */
const dissentWords = (table: Deliberation, { key, author }: ChosenPlan, accepted: readonly string[]): string[] =>
  table.agents
    .filter(({ role, status }) => status !== "lost" && role !== author && !accepted.includes(role))
    .map(({ role }) => {
      const reason = cut(headOf(lastWordOn(table, key, role)));
      return reason === ""
        ? `${role} does not stand for it and gave no reason.`
        : `${role} does not stand for it: "${reason}"`;
    });

const longestReason = 400;

function cut(words: string): string {
  const line = words.trim().replace(/\s+/g, " ");
  return line.length <= longestReason ? line : `${line.slice(0, longestReason)}…`;
}
