// A run with bounds that meets every event of budgets: rounds held back, calls the day refuses, a bound raised, a question
// passed over.

import type { Budgets } from "../../src/domain/config.ts";
import type { Taken } from "../support/given.ts";
import { answers, consultOf, goalRun, ticketsAnswer, tracksAnswer } from "./planned-story.ts";
import { answer, at, finish, mara, model, replied } from "./story.ts";

const price = { input: 1_000_000, cachedRead: 100_000, cacheWrite: 1_000_000, output: 10_000_000 };
export const cards = Object.fromEntries(
  ["alpha/small", "alpha/middle", "beta/large", "alpha/planner", "alpha/lead", "alpha/cheap"].map((id) => [
    model(id),
    { price, window: null },
  ]),
);

const budgets: Budgets = { run: { costMicros: 3_000_000 }, tiers: { "2": { turns: 1 } }, day: { tokens: 1_000_000 } };

export function budgetedStory(): Taken {
  const asked = goalRun({ budgets, cards, trust: "auto", planning: { replan: true, diagnosis: false } });
  const prose = asked.when(answers(asked, "Here is my plan: ..."));
  const { consult } = consultOf(prose);
  const refused = prose.when({ type: "report.consult_refused", consult, round: 2, try: 1, detail: "day: used up" });
  const raised = refused.when(
    answer(refused, "edit", { edited: "day", raises: [{ scope: "day", caps: { tokens: 2_000_000 } }] }),
    mara,
  );
  const tracked = raised.when(answers(raised, tracksAnswer("core")));
  const planned = tracked.when(answers(tracked, ticketsAnswer("A", "B")));
  const skipped = planned.when({ type: "report.turn_refused", ...turnOf("A#1/1"), try: 1, detail: "day: used up" });
  const again = skipped.when(
    answer(skipped, "edit", { edited: "day", raises: [{ scope: "day", caps: { tokens: 3_000_000 } }] }),
    mara,
  );
  const one = again.when(replied("A#1/2", [finish("blocked", "first")]));
  const two = one.when(replied("A#2/1", [finish("blocked", "first")]));
  return two.when(replied("B#1/1", [finish()]));
}

const turnOf = (step: string) => {
  const { ticket, attempt, turn } = at(step);
  return { ticket, attempt, turn };
};
