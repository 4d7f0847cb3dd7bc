// The board: every ticket with its status, what it does or waits for, and why; and the run around them.

import { laneLimit } from "../core/lane-limit.ts";
import { isDropped, planLength, ticketAt } from "../core/state.ts";
import type { Attempt, RunState, TicketState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { MachineName } from "../domain/machine.ts";
import type { Review } from "../domain/check-answers.ts";
import type { Mode } from "../domain/config.ts";
import { providerOf, type ApprovalId, type ModelId, type RunId, type TicketId } from "../domain/ids.ts";
import type { FailureCause, RunOutcome } from "../domain/outcome.ts";
import type { TicketStatus } from "../domain/ticket.ts";
import { totalTokens, addUsage, zeroUsage, type Usage } from "../domain/usage.ts";
import { ladderOf, modelAt } from "../core/ladder.ts";
import { contextGaugeOf, type ContextGauge } from "./context-meter.ts";
import { criticalPathOf, type CriticalPath } from "./critical-path.ts";
import { gateQuestion } from "./gate-question.ts";
import { lineageOf, type Lineage } from "./lineage.ts";
import { planningOf, type Planning } from "./planning-board.ts";
import { stepOf } from "./step.ts";
import { lostTickets } from "./lost-tickets.ts";
import { ticketUsage } from "./ticket-usage.ts";

/** What a ticket that is not moving waits for. */
export type WaitsFor =
  | { readonly kind: "tickets"; readonly ids: readonly TicketId[] }
  /** A ticket it needs ended without completing: it will not start unless that one is reopened. */
  | { readonly kind: "never"; readonly ids: readonly TicketId[] }
  | { readonly kind: "lane" }
  | { readonly kind: "person"; readonly approval: ApprovalId }
  | { readonly kind: "provider"; readonly provider: string; readonly until: number; readonly reason: string }
  | { readonly kind: "merge"; readonly ahead: number }
  /** `own`: of this ticket alone. */
  | { readonly kind: "pause"; readonly reason: string; readonly own?: true };

export type BoardTicket = {
  /** Place in the plan, from 0. */
  readonly index: number;
  readonly id: TicketId;
  readonly title: string;
  readonly status: TicketStatus;
  /** The current or last attempt; 0 before the first. */
  readonly attempt: number;
  /** The current attempt's model; else the model of the next attempt. */
  readonly model: ModelId;
  readonly rung: number;
  readonly tier: number | null;
  /** What is being done now, in words; null where nothing is. */
  readonly step: string | null;
  readonly waitsFor: WaitsFor | null;
  /** Why a person paused this ticket; null where nobody did. A step may still be under way. */
  readonly paused: string | null;
  /** Why it is blocked, failed or cancelled, or why its last attempt failed. */
  readonly cause: FailureCause | null;
  readonly reason: string | null;
  /** The current attempt's, class by class; null where none is under way. */
  readonly usage: Usage | null;
  /** Of all its attempts in this run, ended ones too. */
  readonly tokens: number;
  /** Likewise; null where a price is not known. */
  readonly costMicros: number | null;
  /** How full the model's window is for the next call; null where no attempt is under way. */
  readonly context: ContextGauge | null;
  /** Epoch ms at which the current attempt started; null where none is under way. */
  readonly since: number | null;
  /** On which the current attempt began; null where none is under way, or where the conductor's process works on it. */
  readonly machine: MachineName | null;
  readonly commit: string | null;
  /** Tier 2's last word about its result; null where none was asked for. */
  readonly review: Review | null;
  /** Weight of the longest path from here to an end, itself included. */
  readonly rank: number;
};

export type Board = {
  readonly seq: number;
  readonly run: RunId | null;
  readonly title: string;
  readonly root: string;
  readonly phase: RunState["phase"];
  /** Null once the plan is settled. */
  readonly planning: Planning | null;
  /** What waits for a person and is about the run itself, as a question; null where nothing does. */
  readonly asks: string | null;
  readonly mode: Mode;
  readonly attended: boolean;
  readonly pause: RunState["pause"];
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  readonly counts: RunState["counts"];
  /** Of the plan as it is now; dropped tickets are left out everywhere. */
  readonly total: number;
  readonly dropped: number;
  readonly lanes: { readonly used: number; readonly limit: number };
  readonly criticalPath: CriticalPath;
  readonly spend: Usage;
  readonly attempts: number;
  readonly merged: number;
  readonly providers: readonly { readonly provider: string; readonly until: number; readonly reason: string }[];
  readonly approvals: number;
  /** Epoch ms of the first and the last event. */
  readonly startedAt: number;
  /** Where it was forked from; null for a run that began by itself. */
  readonly lineage: Lineage | null;
  readonly lastAt: number;
  /** In plan order. Under a limit, those that matter most now. */
  readonly tickets: readonly BoardTicket[];
  /** How many tickets of each status a limit left out. */
  readonly hidden: RunState["counts"];
};

/** Under a limit, statuses give way to each other in this order. */
const byAttention = [
  "step_paused",
  "running",
  "failed",
  "blocked",
  "ready",
  "pending",
  "cancelled",
  "completed",
] as const;

/** `limit`: at most so many tickets, the ones that matter most now. Without it, all. */
export function boardOf(state: RunState, options: { readonly limit?: number } = {}): Board {
  const { limit = Infinity } = options;
  const lost = lostTickets(state);
  const chosen = choose(state, limit);
  const hidden = { ...state.counts };
  const tickets = chosen.map((index) => ticketOf(state, index, lost));
  for (const ticket of tickets) hidden[ticket.status] -= 1;
  return {
    seq: state.seq,
    run: state.run,
    title: state.config?.title ?? "",
    root: state.config?.project.root ?? "",
    phase: state.phase,
    planning: planningOf(state),
    asks: runQuestion(state),
    mode: state.mode,
    attended: state.attended,
    pause: state.pause,
    outcome: state.ended?.outcome ?? null,
    reason: state.ended?.reason ?? null,
    counts: state.counts,
    total: planLength(state),
    dropped: state.dropped,
    lanes: { used: state.lanesUsed, limit: laneLimit(state) },
    criticalPath: criticalPathOf(state),
    spend: [...state.spend.values()].reduce(addUsage, zeroUsage),
    attempts: state.totals.attempts,
    merged: state.totals.merged,
    providers: [...state.providers].map(([provider, hold]) => ({ provider, ...hold })),
    approvals: state.approvals.size,
    startedAt: state.startedAt,
    lineage: lineageOf(state),
    lastAt: state.lastAt,
    tickets,
    hidden,
  };
}

/** Tickets of one state one by one, for a face that shows a part of them. */
export function ticketReader(state: RunState): (index: number) => BoardTicket {
  const lost = lostTickets(state);
  return (index) => ticketOf(state, index, lost);
}

function runQuestion(state: RunState): string | null {
  const asked = [...state.approvals.values()].find(({ index }) => index === null);
  return asked === undefined ? null : gateQuestion(asked.gate, asked.tool);
}

/** Indexes in plan order, at most `limit` of them. One pass; no status keeps more than the limit. */
function choose(state: RunState, limit: number): readonly number[] {
  const { length } = state.tickets;
  if (length <= limit)
    return Array.from({ length }, (_, index) => index).filter((index) => !isDropped(at(state.tickets, index)));
  const byStatus = new Map<TicketStatus, number[]>();
  for (let index = 0; index < length; index += 1) {
    const own = at(state.tickets, index);
    if (isDropped(own)) continue;
    const { status } = own;
    const list = byStatus.get(status);
    if (list === undefined) byStatus.set(status, [index]);
    else if (list.length < limit || status === "ready") list.push(index);
  }
  const { rank } = state.graph;
  byStatus.get("ready")?.sort((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b);
  return byAttention
    .flatMap((status) => byStatus.get(status) ?? [])
    .slice(0, limit)
    .toSorted((a, b) => a - b);
}

function ticketOf(state: RunState, index: number, lost: ReadonlySet<number>): BoardTicket {
  const ticket = ticketAt(state, index);
  const now = at(state.tickets, index);
  const attempt = state.attempts.get(index);
  const { config } = state;
  const next = config === null ? undefined : modelAt(ladderOf(config, ticket), now.history.rung);
  const usage = attempt?.usage ?? null;
  const used = ticketUsage(state, index);
  return {
    index,
    id: ticket.id,
    title: ticket.title,
    status: now.status,
    attempt: now.history.attempts,
    model: attempt?.model ?? next ?? ("" as ModelId),
    rung: attempt?.rung ?? now.history.rung,
    tier: attempt?.tier ?? null,
    step: attempt === undefined ? null : stepOf(state, attempt),
    waitsFor: waitOf(state, { index, now, attempt, lost }),
    paused: state.pausedTickets.get(index) ?? null,
    ...reasonOf(now),
    usage,
    tokens: totalTokens(used),
    costMicros: used.costMicros,
    context: attempt === undefined ? null : contextGaugeOf(state, attempt),
    since: attempt?.startedAt ?? null,
    machine: attempt?.machine ?? null,
    commit: now.status === "completed" ? now.commit : null,
    review: state.reviews.get(index) ?? null,
    rank: state.graph.rank[index] ?? 0,
  };
}

const reasonOf = (now: TicketState): Pick<BoardTicket, "cause" | "reason"> => {
  if (now.status === "blocked" || now.status === "failed") return { cause: now.cause, reason: now.detail };
  if (now.status === "cancelled") return { cause: null, reason: now.reason };
  const { last } = now.history;
  if (now.status === "completed" || last === null) return { cause: null, reason: null };
  return { cause: last.cause, reason: last.detail };
};

type Asked = {
  readonly index: number;
  readonly now: TicketState;
  readonly attempt: Attempt | undefined;
  readonly lost: ReadonlySet<number>;
};

function waitOf(state: RunState, asked: Asked): WaitsFor | null {
  const { index, now, attempt, lost } = asked;
  switch (now.status) {
    case "pending":
      return dependencyWait(state, index, lost);
    case "ready":
      return state.pause !== null
        ? { kind: "pause", reason: state.pause.reason }
        : (ownPause(state, index) ?? readyWait(state, index, now.history.rung));
    case "running":
    case "step_paused":
      return attempt === undefined ? null : attemptWait(state, attempt);
    case "blocked":
    case "failed":
    case "completed":
    case "cancelled":
      return null;
    default:
      return now satisfies never;
  }
}

function ownPause(state: RunState, index: number): WaitsFor | null {
  const reason = state.pausedTickets.get(index);
  return reason === undefined ? null : { kind: "pause", reason, own: true };
}

function dependencyWait(state: RunState, index: number, lost: ReadonlySet<number>): WaitsFor {
  const open = [...new Set(ticketAt(state, index).dependsOn)].filter((id) => {
    const place = state.graph.indexOf.get(id);
    return place !== undefined && at(state.tickets, place).status !== "completed";
  });
  const never = open.filter((id) => lost.has(state.graph.indexOf.get(id) ?? -1));
  return never.length > 0 ? { kind: "never", ids: never } : { kind: "tickets", ids: open };
}

function readyWait(state: RunState, index: number, rung: number): WaitsFor {
  if (state.config === null) return { kind: "lane" };
  return providerWait(state, modelAt(ladderOf(state.config, ticketAt(state, index)), rung)) ?? { kind: "lane" };
}

const providerWait = (state: RunState, model: ModelId): WaitsFor | undefined => {
  const provider = providerOf(model);
  const hold = state.providers.get(provider);
  // A hold stays in the state after it has run out; what came later than its end shows that it has.
  return hold === undefined || hold.until <= state.lastAt ? undefined : { kind: "provider", provider, ...hold };
};

function attemptWait(state: RunState, attempt: Attempt): WaitsFor | null {
  const { phase } = attempt;
  switch (phase.at) {
    case "held":
      return { kind: "person", approval: phase.approval };
    case "calling":
      if (phase.notBefore > state.lastAt) {
        const provider = providerOf(attempt.model);
        return { kind: "provider", provider, until: phase.notBefore, reason: "the last try failed" };
      }
      return providerWait(state, attempt.model) ?? null;
    case "next":
      if (state.pause !== null && !state.pause.drain) return { kind: "pause", reason: state.pause.reason };
      return ownPause(state, attempt.index) ?? (attempt.lane ? null : { kind: "lane" });
    case "merging": {
      const ahead = state.mergeQueue.indexOf(attempt.index);
      return ahead > 0 ? { kind: "merge", ahead } : null;
    }
    case "preparing":
    case "deliberating":
    case "tool":
    case "verifying":
    case "withdrawing":
      return null;
    case "consulting": {
      const model = state.consults.get(phase.consult)?.model;
      return model === undefined ? null : (providerWait(state, model) ?? null);
    }
    default:
      return phase satisfies never;
  }
}
