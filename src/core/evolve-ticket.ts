// Events that move a ticket between its statuses, and the beginning and end of its attempts.

import type { EventOf } from "../domain/event.ts";
import { zeroUsage } from "../domain/usage.ts";
import { archetypeOf } from "./ladder.ts";
import { providerOf, type ModelId } from "../domain/ids.ts";
import {
  attemptOf,
  firstReady,
  indexOf,
  takeLane,
  withAttempt,
  withReady,
  withTicket,
  withoutStuck,
} from "./change.ts";
import { dropAttempt } from "./drop-attempt.ts";
import { takenUp } from "./deliberation/evolve-deliberation.ts";
import { book, spenderOf } from "./ledger.ts";
import { withEntry, withoutEntry } from "./small-map.ts";
import { configOf, ticketAt, type Attempt, type History, type RunState } from "./state.ts";
import { ticketModelsChanged } from "./evolve-models.ts";
import { paused, resumed, steered, unpaused } from "./evolve-worker.ts";
import { isReplannable } from "./replannable.ts";
import { alikeWith, nextRung } from "./retry.ts";
import { at as itemAt } from "./vector.ts";

type TicketEvent = EventOf<
  | "ticket.completed"
  | "ticket.blocked"
  | "ticket.failed"
  | "ticket.abort_requested"
  | "ticket.cancelled"
  | "ticket.reopened"
  | "ticket.trust_changed"
  | "ticket.steered"
  | "ticket.paused"
  | "ticket.models_changed"
  | "ticket.resumed"
  | "attempt.started"
  | "attempt.failed"
  | "attempt.disposed"
>;

export function evolveTicket(state: RunState, event: TicketEvent, at: number): RunState {
  switch (event.type) {
    case "attempt.started":
      return started(state, event, at);
    case "attempt.failed":
      return failed(state, event);
    case "attempt.disposed":
      return { ...state, disposals: withoutEntry(state.disposals, `${event.ticket}#${event.attempt}`) };
    case "ticket.completed":
      return completed(state, event);
    case "ticket.blocked":
    case "ticket.failed":
      return settled(state, event);
    case "ticket.abort_requested":
      return withAttempt(state, { ...attemptOf(state, event), phase: { at: "withdrawing", reason: event.reason } });
    case "ticket.cancelled":
      return cancelled(state, event);
    case "ticket.reopened":
      return reopened(state, event);
    case "ticket.trust_changed":
      return trustChanged(state, event);
    case "ticket.steered":
      return steered(state, event);
    case "ticket.models_changed":
      return ticketModelsChanged(state, event);
    case "ticket.paused":
      return paused(state, event);
    case "ticket.resumed":
      return resumed(state, event);
    default:
      return event satisfies never;
  }
}

function trustChanged(state: RunState, { ticket, trust }: EventOf<"ticket.trust_changed">): RunState {
  const index = indexOf(state, ticket);
  const { ticketTrust } = state;
  return {
    ...state,
    ticketTrust: trust === null ? withoutEntry(ticketTrust, index) : withEntry(ticketTrust, index, trust),
  };
}

const historyAt = (state: RunState, index: number): History => itemAt(state.tickets, index).history;

function started(before: RunState, event: EventOf<"attempt.started">, at: number): RunState {
  const { state, id: deliberation } = takenUp(before, event.ticket);
  const index = indexOf(state, event.ticket);
  const own = historyAt(state, index);
  const history = { ...own, attempts: event.attempt, tries: own.tries + 1, isLadderNew: false };
  const config = configOf(state);
  const isBare = config.workspace === "none";
  const attempt: Attempt = {
    index,
    ticket: event.ticket,
    attempt: event.attempt,
    model: event.model,
    rung: event.rung,
    tier: archetypeOf(config, ticketAt(state, index)).tier,
    startedAt: at,
    lane: false,
    phase:
      deliberation !== undefined
        ? { at: "deliberating", deliberation }
        : isBare
          ? { at: "next", step: "turn" }
          : { at: "preparing" },
    base: null,
    branch: null,
    prompt: null,
    files: 0,
    items: [],
    compacted: 0,
    sent: 0,
    gauge: null,
    turn: 0,
    malformed: 0,
    nudges: 0,
    words: [],
    verifyRounds: 0,
    red: null,
    sentBack: 0,
    finishing: null,
    rejected: false,
    denied: false,
    activeMs: 0,
    usage: zeroUsage,
    counted: null,
    added: 0,
  };
  const running = withoutStale(
    withTicket(state, index, { status: "running", attempt: event.attempt, history }),
    event.model,
    index,
  );
  const counted = { ...running, totals: { ...running.totals, attempts: running.totals.attempts + 1 } };
  const standing = takeLane(withAttempt(counted, attempt), attempt);
  return book(standing, spenderOf(state, attempt), { spent: { spawns: 1 } });
}

/** Takes the started ticket (and whatever else is stale) off the top of its pool's queue. */
function withoutStale(state: RunState, model: ModelId, index: number): RunState {
  const pool = `${archetypeOf(configOf(state), ticketAt(state, index)).tier}|${providerOf(model)}`;
  return {
    ...state,
    ready: withEntry(state.ready, pool, firstReady(state.tickets, state.ready.get(pool) ?? null, pool)),
  };
}

/** The ticket is ready again; decide says next whether it may be tried once more. */
function failed(state: RunState, event: EventOf<"attempt.failed">): RunState {
  const attempt = attemptOf(state, event);
  const free = dropAttempt(state, attempt);
  const before = historyAt(free, attempt.index);
  const history: History = {
    ...before,
    rung: before.isLadderNew ? 0 : nextRung(event.failure.cause, attempt.rung),
    isLadderNew: false,
    last: event.failure,
    alike: alikeWith(before, event.failure.fingerprint),
  };
  return withReady(free, attempt.index, history);
}

function completed(state: RunState, event: EventOf<"ticket.completed">): RunState {
  const attempt = attemptOf(state, event);
  const free = unpaused(dropAttempt(state, attempt), attempt.index);
  const history = historyAt(free, attempt.index);
  let next = withTicket(free, attempt.index, {
    status: "completed",
    commit: event.commit,
    history,
  });
  for (const dependent of state.graph.dependents[attempt.index] ?? []) {
    const ticket = itemAt(next.tickets, dependent);
    if (ticket.status !== "pending") continue;
    next =
      ticket.waiting === 1
        ? withReady(next, dependent, ticket.history)
        : withTicket(next, dependent, { ...ticket, waiting: ticket.waiting - 1 });
  }
  return next;
}

function settled(state: RunState, event: EventOf<"ticket.blocked" | "ticket.failed">): RunState {
  const index = indexOf(state, event.ticket);
  const status = event.type === "ticket.blocked" ? "blocked" : "failed";
  const asking = isReplannable(state, index, event.cause) ? { ...state, stuck: [...state.stuck, index] } : state;
  return withTicket(unpaused(asking, index), index, {
    status,
    cause: event.cause,
    detail: event.detail,
    history: historyAt(state, index),
  });
}

function cancelled(state: RunState, event: EventOf<"ticket.cancelled">): RunState {
  const index = indexOf(state, event.ticket);
  const attempt = state.attempts.get(index);
  const free = unpaused(withoutStuck(attempt === undefined ? state : dropAttempt(state, attempt), index), index);
  return withTicket(free, index, { status: "cancelled", reason: event.reason, history: historyAt(free, index) });
}

/** Attempts start to count anew; the rung, the last diagnosis and, without new guidance, the old stay. An ended run goes on. */
function reopened(state: RunState, event: EventOf<"ticket.reopened">): RunState {
  const index = indexOf(state, event.ticket);
  const before = historyAt(state, index);
  const history: History = { ...before, tries: 0, alike: 0, guidance: event.guidance ?? before.guidance };
  const going: RunState = { ...withoutStuck(state, index), phase: "running", ended: null };
  const waiting = openDependencies(state, index);
  return waiting === 0
    ? withReady(going, index, history)
    : withTicket(going, index, { status: "pending", waiting, history });
}

function openDependencies(state: RunState, index: number): number {
  let open = 0;
  for (const id of new Set(ticketAt(state, index).dependsOn)) {
    if (itemAt(state.tickets, indexOf(state, id)).status !== "completed") open += 1;
  }
  return open;
}
