// What stands above a worker's stream: who it is, how it is held, and what can be done with it now.

import { trustOf } from "../core/clutch.ts";
import { archetypeOf, ladderOf, modelAt } from "../core/ladder.ts";
import { configOf, ticketAt, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { ApprovalId, ModelId } from "../domain/ids.ts";
import type { TicketStatus, Trust } from "../domain/ticket.ts";
import { approvalsOf } from "./approvals.ts";

export type WorkerHead = {
  readonly archetype: string;
  readonly tier: number;
  readonly status: TicketStatus;
  readonly attempts: number;
  /** Most attempts in a row before the ticket fails. */
  readonly mostAttempts: number;
  readonly ladder: readonly ModelId[];
  /** Models the run knows: of every ladder, and those it has a price or a window of. */
  readonly known: readonly ModelId[];
  /** Of the attempt that would start next. */
  readonly nextModel: ModelId;
  readonly trust: Trust;
  /** A person's word for this worker; null: none was said. */
  readonly ownTrust: Trust | null;
  /** The whole run is put on this trust, which goes before every worker's own. */
  readonly runTrust: Trust | null;
  /** Why a person paused it; null: it goes on. */
  readonly paused: string | null;
  /** The question at which its last message can be rewritten now. */
  readonly rewritable: ApprovalId | null;
  /** The first question that holds it. */
  readonly waitsAt: ApprovalId | null;
  readonly isWorking: boolean;
  readonly isOver: boolean;
};

export function workerHeadOf(state: RunState, index: number): WorkerHead | null {
  if (index < 0 || index >= state.tickets.length || state.config === null) return null;
  const ticket = ticketAt(state, index);
  const config = configOf(state);
  const { name, tier } = archetypeOf(config, ticket);
  const now = at(state.tickets, index);
  const ladder = ladderOf(config, ticket);
  const own = approvalsOf(state).filter((approval) => approval.ticket === ticket.id);
  return {
    archetype: name,
    tier,
    status: now.status,
    attempts: now.history.attempts,
    mostAttempts: config.limits.attempts,
    ladder,
    known: knownModels(state),
    nextModel: modelAt(ladder, now.history.rung),
    trust: trustOf(state, index),
    ownTrust: state.ticketTrust.get(index) ?? null,
    runTrust: state.trust,
    paused: state.pausedTickets.get(index) ?? null,
    rewritable: own.find(({ lastMessage }) => lastMessage !== null)?.id ?? null,
    waitsAt: own[0]?.id ?? null,
    isWorking: state.attempts.has(index),
    isOver: state.ended !== null,
  };
}

/** Why the last message cannot be rewritten now; null: it can. */
export function whyNoRewrite(head: WorkerHead): string | null {
  if (head.rewritable !== null) return null;
  if (!head.isWorking) return "No worker stands on this ticket: there is no message that could still be rewritten.";
  return "A message can be rewritten while the worker waits at a gate, before or after a call.";
}

function knownModels(state: RunState): readonly ModelId[] {
  const { archetypes, tiers = {}, cards = {} } = configOf(state);
  const all = [
    ...archetypes.flatMap(({ models }) => models),
    ...Object.values(tiers).flat(),
    ...(Object.keys(cards) as ModelId[]),
  ];
  return [...new Set(all)].toSorted();
}
