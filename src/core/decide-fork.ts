// A run begins as another one was at a record, with what a person changed. FORK rules in docs/SPEC.md.

import { capsOfBudgets } from "../domain/budget.ts";
import type { CommandOf } from "../domain/command.ts";
import type { Rejection } from "../domain/rejection.ts";
import { patchPlan } from "./decide-patch.ts";
import { finishDeliberations } from "./deliberation/finish-forked.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { findTicket } from "./graph.ts";
import { afterFailure } from "./retry.ts";
import { configOf, isDropped, ticketAt, type RunState } from "./state.ts";
import { findUnpriced } from "./unpriced.ts";
import { at, items } from "./vector.ts";

type Fork = CommandOf<"run.fork">;

export function forkRun(draft: Draft, command: Fork): Refused {
  const refused = refuseFork(draft.state, command);
  if (refused !== undefined) return refused;
  const { run, from, at: seq, config, guidance, models, bounds, changes } = command;
  emit(draft, {
    type: "run.forked",
    run,
    from,
    at: seq,
    config,
    guidance: guidance.map((each) => ({ ...each })),
    models: models.map((each) => ({ ticket: each.ticket, models: [...each.models] })),
    bounds: bounds.map((each) => ({ ...each })),
    changes: [...changes],
  });
  finishDecision(draft);
  finishDeliberations(draft);
  const { mode, trust, lanes, patch } = command;
  if (mode !== undefined && mode !== draft.state.mode) emit(draft, { type: "run.mode_changed", mode });
  if (trust !== undefined && trust !== draft.state.trust) emit(draft, { type: "run.trust_changed", trust });
  if (lanes !== undefined && lanes !== draft.state.laneLimit) emit(draft, { type: "run.lanes_changed", lanes });
  return patch === undefined ? undefined : patchPlan(draft, { type: "plan.patch", patch });
}

/** The record may stand between a failure and what was decided of it: that is decided now, as it was then. */
function finishDecision(draft: Draft): void {
  const { limits } = configOf(draft.state);
  [...items(draft.state.tickets)].forEach((own, index) => {
    const { last, tries } = own.history;
    if (own.status !== "ready" || last === null || tries === 0) return;
    const after = afterFailure(last, own.history, limits);
    if (after.kind === "retry") return;
    const type = after.kind === "blocked" ? "ticket.blocked" : "ticket.failed";
    emit(draft, { type, ticket: ticketAt(draft.state, index).id, cause: last.cause, detail: after.why });
  });
}

const refuse = (why: string, remedy: string): Rejection => ({ code: "fork_refused", why, remedy });

function refuseFork(state: RunState, command: Fork): Rejection | undefined {
  const { goal, deliberation } = configOf(state);
  const isPlanned = state.graph.tickets.length > 0;
  if (deliberation !== undefined && command.patch !== undefined)
    return refuse("the run is one deliberation, which has no plan", "Leave out the patch.");
  if (
    deliberation === undefined &&
    !isPlanned &&
    (goal === undefined || state.draftPlan.length > 0) &&
    state.tracks === null
  )
    return refuse(
      `at record ${command.at} the plan of the run was not yet recorded`,
      "Fork from a record after its plan was accepted.",
    );
  if (isPlanned && goal?.only === "plan")
    return refuse(
      "the run was to end with its plan, and there the plan is settled",
      "Fork from a record before that, or run the plan's ticket file.",
    );
  const named = [...command.guidance, ...command.models];
  for (const { ticket } of named)
    if (findTicket(state.graph, ticket) === undefined) return { code: "ticket_unknown", ticket };
  for (const { ticket } of named) {
    const own = at(state.tickets, findTicket(state.graph, ticket) ?? -1);
    const isOver = own.status === "completed" || isDropped(own);
    if (isOver) return { code: "ticket_settled", ticket, status: own.status === "completed" ? "completed" : "dropped" };
  }
  return refuseUnpriced(state, command);
}

function refuseUnpriced(state: RunState, { config, models, bounds }: Fork): Rejection | undefined {
  const isBounded = [
    ...capsOfBudgets(config.budgets),
    ...state.caps,
    ...bounds.map((each) => [each.scope, each.caps] as const),
  ].some(([, caps]) => caps.costMicros !== undefined);
  if (!isBounded) return undefined;
  const named = new Map(models.map(({ ticket, models: ladder }) => [ticket, ladder]));
  const tickets = [...state.graph.tickets, ...state.draftPlan.flat()].map((ticket) => ({
    ...ticket,
    models: [...(named.get(ticket.id) ?? ticket.models)],
  }));
  const unpriced = findUnpriced({ ...config, budgets: { run: { costMicros: 0 } } }, tickets);
  return unpriced.length === 0 ? undefined : { code: "price_unknown", models: unpriced };
}
