// A run that begins as another one was: the same tickets and plan under a name of its own, with nothing under way.
// FORK rules in docs/SPEC.md. Costs as much as the plan is long, as taking the plan did.

import type { EventOf } from "../domain/event.ts";
import type { ModelId, TicketId } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";
import { addUsage, zeroUsage, type Usage } from "../domain/usage.ts";
import { countTickets, queueReady } from "./evolve-patch.ts";
import { forkedDeliberations } from "./deliberation/evolve-forked.ts";
import { questionOf } from "./recovery/next-run.ts";
import { findTicket, makeGraph, type Graph } from "./graph.ts";
import { poolOf } from "./ladder.ts";
import { emptyMap, makeMap, withEntry } from "./small-map.ts";
import { nothingSpent } from "./account.ts";
import { isDropped, noTotals, type History, type Origin } from "./state.ts";
import type { RunState, Settled, TicketState, Totals } from "./state.ts";
import { items, makeVector } from "./vector.ts";

type Forked = EventOf<"run.forked">;

export function forked(state: RunState, event: Forked, at: number): RunState {
  const { config } = event;
  const graph = event.models.length === 0 ? state.graph : withLadders(state.graph, event.models);
  const guidance = new Map<TicketId, Text>(event.guidance.map(({ ticket, text }) => [ticket, text]));
  const tickets = [...items(state.tickets)].map((own, index) => {
    const ticket = graph.tickets[index];
    if (ticket === undefined) throw new RangeError(`no ticket ${index}`);
    const begun = begunAnew(own, guidance.get(ticket.id));
    return begun.status === "ready" ? { ...begun, pool: poolOf(config, ticket, begun.history.rung) } : begun;
  });
  const settled = { ...state, tickets: makeVector(withWaiting(graph, tickets)) };
  return {
    ...withNothingUnderWay(settled),
    deliberations: forkedDeliberations(state, { config, at }),
    run: event.run,
    config,
    graph,
    counts: countTickets([...items(settled.tickets)]),
    ready: queueReady(graph, [...items(settled.tickets)]),
    stuck: stuckAgain(state, settled.tickets),
    replanned: new Set([...state.replanned].filter((index) => !openReplans(state).includes(index))),
    phase: graph.tickets.length === 0 && questionOf(state) === undefined ? "planning" : "running",
    attended: config.attended,
    caps: event.bounds.reduce(
      (caps, { scope, caps: own }) => withEntry(caps, scope, { ...caps.get(scope), ...own }),
      state.caps,
    ),
    spend: emptyMap(),
    ledger: emptyMap(),
    totals: noTotals,
    origin: originOf(state, event),
    startedAt: at,
  };
}

const withLadders = (graph: Graph, ladders: Forked["models"]): Graph => {
  const named = new Map<TicketId, readonly ModelId[]>(ladders.map(({ ticket, models }) => [ticket, models]));
  return makeGraph(
    graph.tickets.map((ticket) => {
      const models = named.get(ticket.id);
      return models === undefined ? ticket : { ...ticket, models: [...models] };
    }),
  );
};

/** A cut attempt counts as no try; its number is used up all the same. Guidance opens what had come to nothing. */
function begunAnew(own: TicketState, guidance: Text | undefined): TicketState {
  const history: History = {
    ...own.history,
    spent: nothingSpent,
    used: null,
    ...(guidance === undefined ? {} : { guidance }),
  };
  switch (own.status) {
    case "running":
    case "step_paused":
      return { status: "ready", pool: "", history: { ...history, tries: Math.max(0, history.tries - 1) } };
    case "blocked":
    case "failed":
    case "cancelled":
      if (guidance === undefined || isDropped(own)) return { ...own, history };
      return { status: "ready", pool: "", history: { ...history, tries: 0, alike: 0 } };
    case "pending":
    case "ready":
    case "completed":
      return { ...own, history };
    default:
      return own satisfies never;
  }
}

/** What was opened again may still wait for others. */
const withWaiting = (graph: Graph, tickets: readonly TicketState[]): TicketState[] =>
  tickets.map((own, index) => {
    if (own.status !== "ready") return own;
    const needs = new Set(graph.tickets[index]?.dependsOn);
    const waiting = [...needs].filter((id) => tickets[findTicket(graph, id) ?? -1]?.status !== "completed").length;
    return waiting === 0 ? own : { status: "pending", waiting, history: own.history };
  });

/** Attempts, calls, questions and holds are of the process that conducted the other run. */
function withNothingUnderWay(state: RunState): RunState {
  const gone: Settled = { by: "engine", decision: "", void: true };
  return {
    ...state,
    ended: null,
    aborted: false,
    pause: null,
    pausedTickets: emptyMap(),
    rules: [],
    token: 0,
    attempts: emptyMap(),
    mergeQueue: [],
    consults: emptyMap(),
    approvals: emptyMap(),
    proposals: emptyMap(),
    settled: makeMap([...state.settled, ...[...state.approvals.keys()].map((id) => [id, gone] as const)]),
    disposals: emptyMap(),
    lanesByTier: emptyMap(),
    lanesByProvider: emptyMap(),
    lanesUsed: 0,
    providers: emptyMap(),
  };
}

/** Tickets that tier 2 was being asked about, or whose patch nobody had signed. */
const openReplans = (state: RunState): readonly number[] =>
  [...[...state.consults.values()].filter(({ purpose }) => purpose === "replan"), ...state.proposals.values()].flatMap(
    ({ ticket }) => (ticket === null ? [] : [findTicket(state.graph, ticket) ?? -1]),
  );

function stuckAgain(state: RunState, tickets: RunState["tickets"]): readonly number[] {
  const all = new Set([...state.stuck, ...openReplans(state)]);
  const own = [...items(tickets)];
  return [...all].filter((index) => own[index]?.status === "blocked" || own[index]?.status === "failed");
}

function originOf(state: RunState, { from, at, changes }: Forked): Origin {
  const spend = new Map<string, Usage>(state.origin?.spend);
  for (const [key, usage] of state.spend) spend.set(key, addUsage(spend.get(key) ?? zeroUsage, usage));
  return {
    from,
    at,
    line: [...(state.origin?.line ?? []), { run: from, at }],
    begunAt: state.origin?.begunAt ?? state.startedAt,
    changes,
    spend: [...spend],
    totals: addTotals(state.origin?.totals ?? noTotals, state.totals),
  };
}

const addTotals = (a: Totals, b: Totals): Totals => ({
  attempts: a.attempts + b.attempts,
  turns: a.turns + b.turns,
  toolCalls: a.toolCalls + b.toolCalls,
  merged: a.merged + b.merged,
});
