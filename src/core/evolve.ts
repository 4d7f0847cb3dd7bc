// evolve(state, recorded): what the state is after an event. Total: a log that decide wrote always folds.
// Never checks a rule and never refuses; rules live in decide. Cost per event does not grow with the plan.

import {
  isBudgetEvent,
  isConsultEvent,
  isDeliberationEvent,
  isPlanEvent,
  isRuleEvent,
  isRunEvent,
  isTicketEvent,
  type Recorded,
} from "../domain/event.ts";
import { evolveCycle } from "./deliberation/evolve-cycle.ts";
import { evolveDeliberation } from "./deliberation/evolve-deliberation.ts";
import { evolveAttempt } from "./evolve-attempt.ts";
import { evolveBudget } from "./evolve-budget.ts";
import { evolveConsult } from "./evolve-consult.ts";
import { evolveGate } from "./evolve-gate.ts";
import { evolvePlan } from "./evolve-plan.ts";
import { evolveRules } from "./evolve-rules.ts";
import { evolveRun } from "./evolve-run.ts";
import { evolveTicket } from "./evolve-ticket.ts";
import { initialState, type RunState } from "./state.ts";

/** The state after one event. The argument is left as it was. */
export function evolve(state: RunState, recorded: Recorded): RunState {
  const next = fold(state, recorded);
  return { ...next, seq: recorded.seq, lastAt: recorded.at };
}

export const foldAll = (records: Iterable<Recorded>, from: RunState = initialState): RunState => {
  let state = from;
  for (const recorded of records) state = evolve(state, recorded);
  return state;
};

function fold(state: RunState, recorded: Recorded): RunState {
  const { event, seq, at, by } = recorded;
  if (isPlanEvent(event)) return evolvePlan(state, event);
  if (isConsultEvent(event)) return evolveConsult(evolveCycle(state, event, recorded), event, at);
  if (isDeliberationEvent(event)) return evolveDeliberation(state, event, { seq, at, by });
  if (isBudgetEvent(event)) return evolveBudget(state, event);
  if (isRunEvent(event)) return evolveRun(state, event, at);
  if (isRuleEvent(event)) return evolveRules(state, event, { at, by });
  if (isTicketEvent(event)) return evolveTicket(state, event, at);
  switch (event.type) {
    case "provider.held":
      return evolveRun(state, event, at);
    case "attempt.started":
    case "attempt.failed":
    case "attempt.disposed":
      return evolveTicket(state, event, at);
    case "approval.requested":
    case "approval.answered":
    case "approval.voided":
    case "message.edited":
    case "message.restored":
    case "result.edited":
    case "brief.edited":
      return evolveGate(state, event, { at, by });
    case "attempt.prepared":
    case "attempt.parked":
    case "note.added":
    case "context.compacted":
    case "turn.started":
    case "turn.replied":
    case "turn.failed":
    case "turn.refused":
    case "tool.called":
    case "tool.returned":
    case "tool.refused":
    case "tool.lost":
    case "finish.reported":
    case "verify.passed":
    case "verify.failed":
    case "review.closed":
    case "merge.queued":
    case "merge.published":
      return evolveAttempt(state, event);
    default:
      return event satisfies never;
  }
}
