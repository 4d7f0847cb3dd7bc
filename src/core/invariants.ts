// What must hold after every event, checked by the simulator and the tests. Each line names the rule it guards.

import { accountKeys, consultSpender, spenderOf, type Spender } from "./ledger.ts";
import { deliberationInvariants } from "./deliberation/invariants.ts";
import { flattenQueue, type ReadyQueue } from "./ready-queue.ts";
import { poolOf } from "./ladder.ts";
import { configOf, isDropped, ticketAt, type RunState } from "./state.ts";
import { laneLimit } from "./lane-limit.ts";
import { items } from "./vector.ts";
import { duties } from "./duties.ts";
import type { Reservation } from "../domain/event.ts";
import { ticketStatuses, type TicketStatus } from "../domain/ticket.ts";
import { findTicket, makeGraph, topologicalOrder } from "./graph.ts";
import { at } from "./vector.ts";

/** Broken invariants as sentences; empty when all hold. Costs as much as the plan is long: for tests only. */
export function brokenInvariants(state: RunState): string[] {
  const always = [...accounts(state), ...deliberationInvariants(state)];
  if (state.phase === "empty" || state.phase === "planning") return always;
  return [
    ...always,
    ...counters(state),
    ...dependencies(state),
    ...planned(state),
    ...attempts(state),
    ...gates(state),
    ...consults(state),
    ...merging(state),
    ...steered(state),
    ...owed(state),
  ];
}

/** BUD1: what is held back is the sum of the calls under way, and nothing on an account is below nothing. */
function accounts(state: RunState): string[] {
  const held = new Map<string, { tokens: number; costMicros: number }>();
  const add = (spender: Spender, reserved: Reservation | null): void => {
    for (const key of accountKeys(spender)) {
      const { tokens, costMicros } = held.get(key) ?? { tokens: 0, costMicros: 0 };
      held.set(key, {
        tokens: tokens + (reserved?.tokens ?? 0),
        costMicros: costMicros + (reserved?.costMicros ?? 0),
      });
    }
  };
  for (const attempt of state.attempts.values())
    if (attempt.phase.at === "calling") add(spenderOf(state, attempt), attempt.phase.reserved);
  for (const consult of state.consults.values()) add(consultSpender(state, consult), consult.reserved);
  return [...state.ledger].flatMap(([key, { spent, reserved }]) => {
    const { tokens, costMicros } = held.get(key) ?? { tokens: 0, costMicros: 0 };
    return [
      ...check(
        reserved.tokens === tokens && reserved.costMicros === costMicros,
        `BUD1: ${key} holds ${reserved.tokens} tokens back, its calls ${tokens}`,
      ),
      ...check(
        Object.values(spent).every((amount) => amount >= 0),
        `BUD2: ${key} has spent less than nothing`,
      ),
    ];
  });
}

const check = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

function counters(state: RunState): string[] {
  const counted = new Map<TicketStatus, number>();
  for (const ticket of items(state.tickets))
    if (!isDropped(ticket)) counted.set(ticket.status, (counted.get(ticket.status) ?? 0) + 1);
  const lanes = [...state.attempts.values()].filter((attempt) => attempt.lane).length;
  const tiers = [...state.lanesByTier.values()].reduce((sum, used) => sum + used, 0);
  return [
    ...ticketStatuses.flatMap((status) =>
      check(
        (counted.get(status) ?? 0) === state.counts[status],
        `I-counts: ${status} is counted as ${state.counts[status]}`,
      ),
    ),
    ...check(
      lanes === state.lanesUsed && tiers === lanes,
      `I-lanes: ${lanes} attempts hold a lane, ${state.lanesUsed} are counted`,
    ),
  ];
}

/** I6: no ticket runs before its dependencies are completed; waiting counts are exact. */
function dependencies(state: RunState): string[] {
  const broken: string[] = [];
  state.graph.tickets.forEach((ticket, index) => {
    const own = at(state.tickets, index);
    let open = 0;
    for (const id of new Set(ticket.dependsOn)) {
      const needed = findTicket(state.graph, id);
      if (needed !== undefined && at(state.tickets, needed).status !== "completed") open += 1;
    }
    if (own.status === "pending" && own.waiting !== open)
      broken.push(`I-waiting: ${ticket.id} waits for ${open}, not ${own.waiting}`);
    const isStarted =
      own.status === "ready" || own.status === "running" || own.status === "step_paused" || own.status === "completed";
    if (isStarted && open > 0) broken.push(`I6: ${ticket.id} is ${own.status} with ${open} open dependencies`);
  });
  return broken;
}

/** The graph is what its tickets say, without a cycle; what left the plan stands alone; every ready ticket is queued. */
function planned(state: RunState): string[] {
  const { tickets, dependents, rank } = state.graph;
  const fresh = makeGraph(tickets);
  const own = [...items(state.tickets)];
  const queued = new Set([...state.ready].flatMap(([pool, queue]) => entriesOf(pool, queue)));
  return [
    ...check(own.length === tickets.length, "I-plan: tickets and their states are not of one length"),
    ...check(topologicalOrder(tickets, dependents).length === tickets.length, "I-plan: tickets wait for each other"),
    ...check(
      fresh.rank.every((each, index) => each === rank[index]),
      "I-rank: a path is not as long as it is said to be",
    ),
    ...check(
      own.filter(isDropped).length === state.dropped,
      `I-dropped: ${state.dropped} tickets are counted as dropped`,
    ),
    ...own.flatMap((ticket, index) => {
      const isAlone = tickets[index]?.dependsOn.length === 0 && dependents[index]?.length === 0;
      return isDropped(ticket) ? check(isAlone, `I-dropped: ticket ${index} left the plan and is still needed`) : [];
    }),
    ...own.flatMap((ticket, index) =>
      ticket.status === "ready" && !state.pausedTickets.has(index)
        ? check(
            ticket.pool === poolOf(configOf(state), ticketAt(state, index), ticket.history.rung),
            `I-pool: ticket ${index} waits in the queue of another model`,
          )
        : [],
    ),
    ...own.flatMap((ticket, index) =>
      ticket.status === "ready" && !state.pausedTickets.has(index)
        ? check(
            queued.has(`${ticket.pool} ${index} ${rank[index]}`),
            `I-ready: ticket ${index} is ready and not queued`,
          )
        : [],
    ),
  ];
}

function entriesOf(pool: string, queue: ReadyQueue): string[] {
  const flat = flattenQueue(queue);
  return Array.from({ length: flat.length / 3 }, (_, place) => `${pool} ${flat[3 * place]} ${flat[3 * place + 1]}`);
}

/** One attempt per running ticket, numbered like its history, never more than the limit of tries. */
function attempts(state: RunState): string[] {
  const { limits } = configOf(state);
  const broken: string[] = [];
  for (const attempt of state.attempts.values()) {
    const ticket = at(state.tickets, attempt.index);
    const isRunning = ticket.status === "running" || ticket.status === "step_paused";
    broken.push(
      ...check(
        isRunning && ticket.attempt === attempt.attempt,
        `I-attempt: ${attempt.ticket} is ${ticket.status} with an attempt`,
      ),
    );
    broken.push(
      ...check(ticket.history.tries <= limits.attempts, `I-tries: ${attempt.ticket} is on try ${ticket.history.tries}`),
    );
  }
  const running = state.counts.running + state.counts.step_paused;
  broken.push(
    ...check(
      running === state.attempts.size,
      `I-running: ${running} tickets run, ${state.attempts.size} attempts stand`,
    ),
  );
  // Over the limit only while steps that were begun before it sank are still under way, or a person has them.
  const isIdle = [...state.attempts.values()].some((attempt) => attempt.lane && attempt.phase.at === "next");
  broken.push(
    ...check(
      state.lanesUsed <= laneLimit(state) || !isIdle || isStopped(state),
      "I-limit: more lanes are taken than there are",
    ),
  );
  return broken;
}

const isStopped = (state: RunState): boolean => state.pause !== null && !state.pause.drain;

/** An open approval and a held attempt are the same thing seen twice. */
function gates(state: RunState): string[] {
  const broken: string[] = [];
  for (const approval of state.approvals.values()) {
    if (approval.index === null) {
      if (approval.gate !== "plan") continue;
      const proposal = state.proposals.get(approval.id);
      const blocked = proposal === undefined ? undefined : findTicket(state.graph, proposal.ticket);
      const status = blocked === undefined ? "" : at(state.tickets, blocked).status;
      const isBlocked = status === "blocked" || status === "failed";
      broken.push(...check(isBlocked, `I-proposal: ${approval.id} is about no block there is`));
      continue;
    }
    const phase = state.attempts.get(approval.index)?.phase;
    broken.push(
      ...check(
        phase?.at === "held" && phase.approval === approval.id,
        `I-gate: ${approval.id} is open and nobody is held by it`,
      ),
    );
  }
  for (const attempt of state.attempts.values()) {
    if (attempt.phase.at !== "held") continue;
    broken.push(
      ...check(state.approvals.has(attempt.phase.approval), `I-gate: ${attempt.ticket} is held by a closed approval`),
    );
    broken.push(
      ...check(
        at(state.tickets, attempt.index).status === "step_paused",
        `I-status: ${attempt.ticket} is held and not step_paused`,
      ),
    );
  }
  return broken;
}

/** An attempt that waits for another tier and the question that is asked on its behalf are the same thing seen twice. */
function consults(state: RunState): string[] {
  const waiting = [...state.attempts.values()].flatMap(({ ticket, phase }) =>
    phase.at === "consulting"
      ? check(state.consults.get(phase.consult)?.ticket === ticket, `I-consult: ${ticket} waits for a closed question`)
      : [],
  );
  const asked = [...state.consults.values()].flatMap(({ id, ticket, attempt }) => {
    const index = ticket === null || attempt === null ? undefined : findTicket(state.graph, ticket);
    const phase = index === undefined ? undefined : state.attempts.get(index)?.phase;
    const isAwaited = phase?.at === "consulting" && phase.consult === id;
    return check(index === undefined || isAwaited, `I-consult: ${id} is open and no attempt waits for it`);
  });
  return [...waiting, ...asked, ...deliberating(state)];
}

/** An attempt that waits for a deliberation waits for one of its own ticket that is still open. */
const deliberating = (state: RunState): string[] =>
  [...state.attempts.values()].flatMap(({ ticket, phase }) => {
    if (phase.at !== "deliberating") return [];
    const awaited = state.deliberations.get(phase.deliberation);
    const isOpen = awaited !== undefined && awaited.result === null && awaited.ticket === ticket;
    return check(isOpen, `I-deliberation: ${ticket} waits for ${phase.deliberation}, which is not open`);
  });

const merging = (state: RunState): string[] =>
  state.mergeQueue.flatMap((index, place) => {
    const phase = state.attempts.get(index)?.phase.at;
    // Only the head can have been published, so only there an abort has to wait.
    const isMerging = phase === "merging" || (phase === "withdrawing" && place === 0);
    return check(isMerging, `I-merge: ticket ${index} is queued and not merging`);
  });

/** A word waits for its worker once; a paused ticket is not settled, and waits in no queue. */
const steered = (state: RunState): string[] => [
  ...[...state.attempts.values()].flatMap(({ ticket, words }) =>
    check(new Set(words.map(({ seq }) => seq)).size === words.length, `I-words: ${ticket} is told a word twice`),
  ),
  ...[...state.pausedTickets.keys()].flatMap((index) => {
    const own = at(state.tickets, index);
    const isOpen =
      own.status === "pending" || own.status === "ready" || own.status === "running" || own.status === "step_paused";
    return [
      ...check(isOpen, `I-paused: ticket ${index} is ${own.status} and paused`),
      ...check(own.status !== "ready" || own.pool === "", `I-paused: ticket ${index} is paused and queued`),
    ];
  }),
];

/** I7, I12: an ended run owes only disposal; a running one always owes a duty, asks a person or is paused. */
function owed(state: RunState): string[] {
  const all = duties(state);
  const keys = new Set(all.map((duty) => duty.key));
  const isIdle = all.every((duty) => duty.kind === "dispose");
  // In linear mode a removal is worth waiting for: the next ticket starts after it.
  const isWorking = !isIdle || (state.mode === "linear" && all.length > 0);
  return [
    ...check(keys.size === all.length, "I-keys: two duties share a key"),
    ...check(state.phase !== "ended" || (isIdle && state.attempts.size === 0), "I7: an ended run still works"),
    ...check(
      state.phase !== "running" ||
        isWorking ||
        state.approvals.size > 0 ||
        state.pause !== null ||
        state.pausedTickets.size > 0,
      "I12: the run is neither working, nor waiting for a person, nor paused",
    ),
  ];
}
