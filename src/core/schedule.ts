// What follows of itself after every command: the next steps of attempts that may go on, new attempts, the end.
// SCH rules in docs/SPEC.md. No waves: a ticket starts when its own dependencies are completed and a lane is free.

import { providerOf } from "../domain/ids.ts";
import { advance, fundTurn, openAttempt } from "./advance.ts";
import { giveUpOverdue } from "./decide-consult.ts";
import { blockedWords, refusalToStart } from "./budget.ts";
import { emit, type Draft } from "./draft.ts";
import { deliberateFirst, endUnwanted } from "./deliberation/for-ticket.ts";
import { settleDeliberations } from "./deliberation/settle-deliberations.ts";
import { retryBrief } from "./brief.ts";
import { fundConsults } from "./fund-consults.ts";
import { archetypeOf, ladderOf, modelAt } from "./ladder.ts";
import { laneLimit } from "./lane-limit.ts";
import { spenderOf } from "./ledger.ts";
import { firstReady } from "./change.ts";
import { configOf, ticketAt, type Attempt, type RunState } from "./state.ts";
import { at } from "./vector.ts";
import { askReplans } from "./ask-replan.ts";
import { endAborted, endRun } from "./end.ts";
import { settlePlanning } from "./planning.ts";
import { voidStaleReplans } from "./replanning.ts";

export function settle(draft: Draft): void {
  fundConsults(draft);
  endUnwanted(draft);
  if (draft.state.deliberations.size > 0) settleDeliberations(draft);
  if (draft.state.aborted) endAborted(draft, lastEndingOf(draft.state));
  if (draft.state.phase === "planning" && settlePlanning(draft)) settleDeliberations(draft);
  if (draft.state.phase !== "running" || draft.state.aborted) return;
  for (const attempt of draft.state.attempts.values()) fundTurn(draft, attempt);
  voidStaleReplans(draft);
  giveUpOverdue(draft);
  continueAttempts(draft);
  if (startAttempts(draft)) settleDeliberations(draft);
  askReplans(draft);
  endRun(draft);
}

/** Of the deliberation that an aborted run waited for. */
const lastEndingOf = ({ deliberations }: RunState): string =>
  [...deliberations.values()].findLast(({ ending }) => ending !== null)?.ending?.detail ?? "";

const hasRoom = (state: RunState, tier: string, provider: string): boolean => {
  const { lanes } = configOf(state);
  return (
    state.lanesUsed < laneLimit(state) &&
    (state.lanesByTier.get(tier) ?? 0) < (lanes.tiers[tier] ?? Infinity) &&
    (state.lanesByProvider.get(provider) ?? 0) < (lanes.providers[provider] ?? Infinity)
  );
};

/** Attempts between two steps: first those that have a lane, then those that need one while there is room for any. */
function continueAttempts(draft: Draft): void {
  if (draft.state.pause !== null && !draft.state.pause.drain) return;
  for (const { index, ticket, attempt } of betweenSteps(draft.state, true))
    if (draft.state.pausedTickets.has(index)) emit(draft, { type: "attempt.parked", ticket, attempt, why: "pause" });
  const going = betweenSteps(draft.state, true);
  const staying = going.length - Math.max(0, draft.state.lanesUsed - laneLimit(draft.state));
  going.forEach((attempt, place) => {
    if (place < staying) advance(draft, attempt.index);
    else emit(draft, { type: "attempt.parked", ticket: attempt.ticket, attempt: attempt.attempt });
  });
  // One at a time and from the start again: what one attempt does may free or take the lane of the next.
  const stuck = new Set<number>();
  for (let next = bestWaiting(draft.state, stuck); next !== undefined; next = bestWaiting(draft.state, stuck)) {
    advance(draft, next.index);
    if (draft.state.attempts.get(next.index) === next) stuck.add(next.index);
  }
}

const betweenSteps = (state: RunState, lane: boolean): Attempt[] => {
  const found: Attempt[] = [];
  for (const attempt of state.attempts.values())
    if (attempt.phase.at === "next" && attempt.lane === lane) found.push(attempt);
  return found.length < 2 ? found : found.toSorted((a, b) => byPath(state, a, b));
};

/** Longest remaining path first; equal ones in the plan's order. */
const byPath = (state: RunState, a: { readonly index: number }, b: { readonly index: number }): number =>
  (state.graph.rank[b.index] ?? 0) - (state.graph.rank[a.index] ?? 0) || a.index - b.index;

/** `stuck`: they wait for a budget, and nothing that follows of itself gives any back. */
const bestWaiting = (state: RunState, stuck: ReadonlySet<number>): Attempt | undefined =>
  state.lanesUsed < laneLimit(state)
    ? betweenSteps(state, false).find(
        ({ index, tier, model }) =>
          !stuck.has(index) && !state.pausedTickets.has(index) && hasRoom(state, String(tier), providerOf(model)),
      )
    : undefined;

/** True where one of them begins with a deliberation. */
function startAttempts(draft: Draft): boolean {
  const config = configOf(draft.state);
  let isDeliberated = false;
  while (draft.state.pause === null && draft.state.lanesUsed < laneLimit(draft.state)) {
    const held = draft.state.attempts.size - draft.state.lanesUsed;
    if (held >= config.limits.held || (draft.state.mode === "linear" && isBusy(draft.state))) return isDeliberated;
    const index = findReady(draft.state);
    if (index === undefined) return isDeliberated;
    const ticket = ticketAt(draft.state, index);
    const { history } = at(draft.state.tickets, index);
    const model = modelAt(ladderOf(config, ticket), history.rung);
    const spender = spenderOf(draft.state, { tier: archetypeOf(config, ticket).tier, index });
    const refusal = refusalToStart(draft.state, spender, model);
    if (refusal !== undefined) {
      const detail = blockedWords("another start of a worker", refusal);
      emit(draft, { type: "ticket.blocked", ticket: ticket.id, cause: "budget", detail });
      continue;
    }
    emit(draft, {
      type: "attempt.started",
      ticket: ticket.id,
      attempt: history.attempts + 1,
      model,
      rung: history.rung,
    });
    if (deliberateFirst(draft, index)) isDeliberated = true;
    else startWork(draft, index);
  }
  return isDeliberated;
}

/** Without a worktree there is nothing to prepare. */
function startWork(draft: Draft, index: number): void {
  if (configOf(draft.state).workspace === "git") return;
  const ticket = ticketAt(draft.state, index);
  const { history } = at(draft.state.tickets, index);
  const prompt = retryBrief(ticket, history, draft.circumstances.digest);
  const ref = { ticket: ticket.id, attempt: history.attempts };
  if (prompt !== undefined)
    emit(draft, { type: "attempt.prepared", ...ref, base: "", branch: "", prompt, omitted: [] });
  openAttempt(draft, index);
  advance(draft, index);
}

/** In linear mode a ticket's worktree is gone before the next one's is made, so that the log has one order only. */
const isBusy = (state: RunState): boolean => state.attempts.size > 0 || state.disposals.size > 0;

/** The best ready ticket of all pools that have room. */
function findReady(state: RunState): number | undefined {
  let best: { index: number; rank: number } | undefined;
  for (const [pool, queue] of state.ready) {
    const [tier = "", provider = ""] = pool.split("|");
    const top = firstReady(state.tickets, queue, pool);
    if (top === null || !hasRoom(state, tier, provider)) continue;
    if (best === undefined || top.rank > best.rank || (top.rank === best.rank && top.index < best.index)) best = top;
  }
  return best?.index;
}
