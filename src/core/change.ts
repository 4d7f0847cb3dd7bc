// The few ways evolve changes a state, so that counters and indexes can not drift from what they count.

import type { TicketStatus } from "../domain/ticket.ts";
import { addUsage, zeroUsage, type Usage } from "../domain/usage.ts";
import { pop, push, type ReadyQueue } from "./ready-queue.ts";
import { poolOf } from "./ladder.ts";
import { withEntry } from "./small-map.ts";
import { configOf, ticketAt, type Attempt, type RunState, type TicketState } from "./state.ts";
import { at, withItem, type Vector } from "./vector.ts";
import { providerOf, type ModelId, type TicketId } from "../domain/ids.ts";

export const indexOf = (state: RunState, ticket: TicketId): number => {
  const index = state.graph.indexOf.get(ticket);
  if (index === undefined) throw new Error(`the log names a ticket that the plan does not have: ${ticket}`);
  return index;
};

/** Of a ready ticket that is paused. */
export const noPool = "";

/** Replaces a ticket's state and moves the counters with it. */
export function withTicket(state: RunState, index: number, ticket: TicketState): RunState {
  const before = at(state.tickets, index).status;
  return {
    ...state,
    tickets: withItem(state.tickets, index, ticket),
    counts: before === ticket.status ? state.counts : moveCount(state, before, ticket.status),
  };
}

const moveCount = (state: RunState, from: TicketStatus, to: TicketStatus): RunState["counts"] => ({
  ...state.counts,
  [from]: state.counts[from] - 1,
  [to]: state.counts[to] + 1,
});

/** Tier 2 is not asked about this ticket, or not again. */
export const withoutStuck = (state: RunState, index: number): RunState =>
  state.stuck.includes(index) ? { ...state, stuck: state.stuck.filter((each) => each !== index) } : state;

/** Puts a ticket into the queue of its pool; a paused one waits in none. */
export function withReady(state: RunState, index: number, history: TicketState["history"]): RunState {
  if (state.pausedTickets.has(index)) return withTicket(state, index, { status: "ready", pool: noPool, history });
  const pool = poolOf(configOf(state), ticketAt(state, index), history.rung);
  const queue = push(state.ready.get(pool) ?? null, index, state.graph.rank[index] ?? 0);
  return withTicket({ ...state, ready: withEntry(state.ready, pool, queue) }, index, {
    status: "ready",
    pool,
    history,
  });
}

/** The pool's first ready ticket: started, cancelled and climbed ones stay in its queue until they reach the top. */
export function firstReady(tickets: Vector<TicketState>, queue: ReadyQueue, pool: string): ReadyQueue {
  let top = queue;
  while (top !== null && !isReadyIn(at(tickets, top.index), pool)) top = pop(top);
  return top;
}

const isReadyIn = (ticket: TicketState, pool: string): boolean => ticket.status === "ready" && ticket.pool === pool;

export const withAttempt = (state: RunState, attempt: Attempt): RunState => ({
  ...state,
  attempts: withEntry(state.attempts, attempt.index, attempt),
});

/** The attempt an event is about. The log never names another: decide drops what is late. */
export function attemptOf(state: RunState, ref: { ticket: TicketId; attempt: number }): Attempt {
  const attempt = state.attempts.get(indexOf(state, ref.ticket));
  if (attempt === undefined || attempt.attempt !== ref.attempt) {
    throw new Error(`the log names an attempt that is not running: ${ref.ticket}#${ref.attempt}`);
  }
  return attempt;
}

const add = (map: ReadonlyMap<string, number>, key: string, by: number): ReadonlyMap<string, number> =>
  withEntry(map, key, (map.get(key) ?? 0) + by);

const countLanes = (state: RunState, attempt: Attempt, by: 1 | -1): RunState => ({
  ...state,
  lanesUsed: state.lanesUsed + by,
  lanesByTier: add(state.lanesByTier, String(attempt.tier), by),
  lanesByProvider: add(state.lanesByProvider, providerOf(attempt.model), by),
});

/** Takes a lane for the attempt unless it has one. */
export const takeLane = (state: RunState, attempt: Attempt): RunState =>
  attempt.lane ? state : withAttempt(countLanes(state, attempt, 1), { ...attempt, lane: true });

export const releaseLane = (state: RunState, attempt: Attempt): RunState =>
  attempt.lane ? withAttempt(countLanes(state, attempt, -1), { ...attempt, lane: false }) : state;

export const withSpend = (state: RunState, spender: { tier: number; model: ModelId }, usage: Usage): RunState => {
  const key = `${spender.tier}|${spender.model}`;
  return { ...state, spend: withEntry(state.spend, key, addUsage(state.spend.get(key) ?? zeroUsage, usage)) };
};
