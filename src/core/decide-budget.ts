// A person's word on a budget: raise a bound, at a gate or at any time; skip what was refused; stop the run.

import { inUsd, type BudgetScope, type Raise } from "../domain/budget.ts";
import type { CommandOf } from "../domain/command.ts";
import type { Caps } from "../domain/config.ts";
import type { TicketId } from "../domain/ids.ts";
import { capsFor } from "./budget.ts";
import { abortRun } from "./decide-run.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { emitAnswer } from "./emit-answer.ts";
import { failAttempt } from "./end.ts";
import { giveUpPlanning } from "./planning.ts";
import { subjectOf, type Approval, type RunState } from "./state.ts";
import { items } from "./vector.ts";

type Answer = CommandOf<"approval.answer">;

export function answerBudget(draft: Draft, approval: Approval, answer: Answer): Refused {
  const raises = answer.decision === "edit" ? (answer.raises ?? []) : [];
  const problem = answer.decision === "edit" ? problemOf(draft.state, raises) : undefined;
  if (problem !== undefined) return { code: "edit_invalid", approval: approval.id, problem };
  emitAnswer(draft, approval, answer);
  const reason = answer.reason === "" ? "stopped at a budget" : answer.reason;
  if (answer.decision === "abort") return abortRun(draft, { type: "run.abort", reason });
  if (answer.decision === "edit") raise(draft, raises);
  else skip(draft, approval, answer.reason);
  return undefined;
}

function skip(draft: Draft, approval: Approval, reason: string): void {
  const detail = `no budget allows the next call, and a person skipped it${reason === "" ? "" : `: ${reason}`}`;
  if (approval.index === null) {
    giveUpPlanning(draft, detail);
    return;
  }
  const attempt = draft.state.attempts.get(approval.index);
  if (attempt !== undefined) failAttempt(draft, attempt, { cause: "budget", detail });
}

export function raiseBudget(draft: Draft, { raises }: CommandOf<"budget.raise">): Refused {
  const { ended } = draft.state;
  const isOver = ended !== null && (ended.outcome === "aborted" || blockedByBudget(draft.state).length === 0);
  if (isOver) return { code: "run_ended", outcome: ended.outcome };
  const problem = problemOf(draft.state, raises);
  if (problem !== undefined) return { code: "bound_not_raised", problem };
  raise(draft, raises);
  return undefined;
}

/** Whatever a bound held up is looked at again. */
function raise(draft: Draft, raises: readonly Raise[]): void {
  for (const { scope, caps } of raises) emit(draft, { type: "budget.raised", scope, caps });
  for (const approval of draft.state.approvals.values()) {
    if (approval.gate !== "budget") continue;
    const reason = "a bound was raised";
    emit(draft, { type: "approval.voided", ...subjectOf(approval), approval: approval.id, reason });
  }
  for (const ticket of blockedByBudget(draft.state)) emit(draft, { type: "ticket.reopened", ticket });
}

function blockedByBudget(state: RunState): readonly TicketId[] {
  const found: TicketId[] = [];
  let index = 0;
  for (const ticket of items(state.tickets)) {
    const id = state.graph.tickets[index]?.id;
    if (ticket.status === "blocked" && ticket.cause === "budget" && id !== undefined) found.push(id);
    index += 1;
  }
  return found;
}

const boundNames = {
  costMicros: "money",
  tokens: "tokens",
  turns: "turns",
  minutes: "minutes",
  spawns: "spawns",
} as const satisfies Record<keyof Caps, string>;

/** Why these are no new bounds; undefined where each is above the one that stands. */
function problemOf(state: RunState, raises: readonly Raise[]): string | undefined {
  if (raises.length === 0) return "no new bound is named";
  const problems = raises.flatMap(({ scope, caps }) => {
    if (!isThere(state, scope)) return [`there is no ${scope.replace(":", " ")} in this run`];
    const now = capsFor(state, scope);
    return (Object.keys(boundNames) as (keyof Caps)[]).flatMap((each) => {
      const [to, from] = [caps[each], now?.[each]];
      if (to === undefined) return [];
      const name = `the bound of ${scope.replace(":", " ")} on ${boundNames[each]}`;
      if (from === undefined) return [`${scope.replace(":", " ")} has no bound on ${boundNames[each]} to raise`];
      return to > from ? [] : [`${name} is ${shown(each, from)} already; ${shown(each, to)} does not raise it`];
    });
  });
  return problems.length === 0 ? undefined : problems.join("; ");
}

const shown = (name: keyof Caps, value: number): string =>
  name === "costMicros" ? inUsd(value) : `${value} ${boundNames[name]}`;

const isThere = (state: RunState, scope: BudgetScope): boolean =>
  scope.startsWith("ticket:")
    ? state.graph.indexOf.has(scope.slice("ticket:".length) as TicketId)
    : !scope.startsWith("track:") ||
      state.graph.tickets.some(({ track }) => track === scope.slice("track:".length)) ||
      (state.tracks ?? []).some(({ id }) => id === scope.slice("track:".length));
