// What drafted tickets have to be in a run: not too many, for kinds of worker that it has, a sound graph.

import type { RunConfig } from "../domain/config.ts";
import { describePlanProblem } from "../domain/plan-problem.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import type { Ticket } from "../domain/ticket.ts";
import { checkPlan } from "./plan-rules.ts";

/** Everything that keeps these tickets from joining those that are drafted `before` them; empty: nothing does. */
export function checkDraft(
  config: RunConfig,
  tickets: readonly Ticket[],
  before: readonly Ticket[] = [],
): readonly string[] {
  const { limits } = config;
  const most = limits.planTickets ?? Infinity;
  const count = before.length + tickets.length;
  if (count > most) return [`The plan would have ${count} tickets; the most is ${most}. Make fewer, larger tickets.`];
  return [
    ...findStrangers(config, tickets).map(describePlanProblem),
    ...checkPlan([...before, ...tickets]).map((problem) => describePlanProblem(since(problem, before.length))),
  ];
}

/** Tickets for kinds of worker that this run does not have. */
export function findStrangers({ archetypes }: RunConfig, tickets: readonly Ticket[]): PlanProblem[] {
  const known = archetypes.map(({ name }) => name);
  return tickets.flatMap(({ id, archetype }, index) =>
    known.includes(archetype)
      ? []
      : [
          {
            index,
            id,
            field: "archetype",
            problem: `"${archetype}" is no archetype of this run`,
            remedy: `Use one of ${known.join(", ")}.`,
          },
        ],
  );
}

/** Numbered as in the answer, not as in the whole plan. */
const since = (problem: PlanProblem, from: number): PlanProblem =>
  problem.index < from ? problem : { ...problem, index: problem.index - from };
