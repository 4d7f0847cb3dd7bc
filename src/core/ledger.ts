// The accounts of a run with bounds: what is held back for calls under way, what is spent. Kept by evolve alone.
// BUD rules in docs/SPEC.md.

import { priceOf } from "../domain/budget.ts";
import type { Reservation } from "../domain/event.ts";
import type { ModelId } from "../domain/ids.ts";
import { totalTokens, zeroUsage, type Usage } from "../domain/usage.ts";
import { withTicket } from "./change.ts";
import { findTicket } from "./graph.ts";
import { withEntry } from "./small-map.ts";
import { nothingSpent, type Account, type Spent } from "./account.ts";
import { configOf, ticketAt, type Attempt, type Consult, type RunState } from "./state.ts";
import { at } from "./vector.ts";

/** Whose accounts an amount counts against. */
export type Spender = {
  readonly tier: number;
  readonly track: string | null;
  readonly index: number | null;
};

export const isBudgeted = (state: RunState): boolean => state.caps.size > 0;

export const spenderOf = (state: RunState, attempt: Pick<Attempt, "tier" | "index">): Spender => ({
  tier: attempt.tier,
  track: ticketAt(state, attempt.index).track ?? null,
  index: attempt.index,
});

export function consultSpender(state: RunState, consult: Pick<Consult, "tier" | "track" | "ticket">): Spender {
  const index = consult.ticket === null ? null : (findTicket(state.graph, consult.ticket) ?? null);
  const track = consult.track ?? (index === null ? null : (ticketAt(state, index).track ?? null));
  return { tier: consult.tier, track, index };
}

export const noAccount: Account = { spent: nothingSpent, reserved: { tokens: 0, costMicros: 0 } };

export const accountKeys = ({ tier, track }: Spender): readonly string[] => [
  "run",
  `tier:${tier}`,
  ...(track === null ? [] : [`track:${track}`]),
];

const addSpent = (a: Spent, b: Partial<Spent>): Spent => ({
  tokens: a.tokens + (b.tokens ?? 0),
  costMicros: a.costMicros + (b.costMicros ?? 0),
  turns: a.turns + (b.turns ?? 0),
  ms: a.ms + (b.ms ?? 0),
  spawns: a.spawns + (b.spawns ?? 0),
  assumedTokens: a.assumedTokens + (b.assumedTokens ?? 0),
  assumedMicros: a.assumedMicros + (b.assumedMicros ?? 0),
});

type Entry = {
  readonly spent?: Partial<Spent>;
  readonly hold?: Reservation | null;
  readonly free?: Reservation | null;
};

function bookOn(account: Account, { spent = {}, hold = null, free = null }: Entry): Account {
  const { tokens, costMicros } = account.reserved;
  return {
    spent: addSpent(account.spent, spent),
    reserved: {
      tokens: tokens + (hold?.tokens ?? 0) - (free?.tokens ?? 0),
      costMicros: costMicros + (hold?.costMicros ?? 0) - (free?.costMicros ?? 0),
    },
  };
}

/** Enters an amount into every account it counts against. Without bounds nothing is kept. */
export function book(state: RunState, spender: Spender, entry: Entry): RunState {
  if (!isBudgeted(state)) return state;
  let { ledger } = state;
  for (const key of accountKeys(spender)) ledger = withEntry(ledger, key, bookOn(ledger.get(key) ?? noAccount, entry));
  const next = { ...state, ledger };
  if (spender.index === null || entry.spent === undefined) return next;
  const ticket = at(next.tickets, spender.index);
  const history = { ...ticket.history, spent: addSpent(ticket.history.spent, entry.spent) };
  return withTicket(next, spender.index, { ...ticket, history });
}

/** Usage nobody can vouch for. */
export const unknownUsage: Usage = { ...zeroUsage, costMicros: null, estimated: true };

export type Call = { readonly model: ModelId; readonly reserved: Reservation | null };

/** A call has ended: what was held for it is free, what it used is spent; where nobody knows that, its worst case. */
export const settleCall = (
  state: RunState,
  spender: Spender,
  { usage, call, ms = 0 }: { readonly usage: Usage; readonly call: Call; readonly ms?: number },
): RunState => book(state, spender, { free: call.reserved, spent: { ...usedBy(state, usage, call), ms } });

function usedBy(state: RunState, usage: Usage, { model, reserved }: Call): Partial<Spent> {
  if (usage.estimated && reserved !== null) {
    const costMicros = reserved.costMicros ?? 0;
    return { tokens: reserved.tokens, costMicros, assumedTokens: reserved.tokens, assumedMicros: costMicros };
  }
  const tokens = totalTokens(usage);
  const price = configOf(state).cards?.[model]?.price ?? null;
  return { tokens, costMicros: usage.costMicros ?? (price === null ? 0 : priceOf(usage, price)) };
}

/** The reservations of calls under way that are about this ticket. */
export function reservedOn(state: RunState, index: number): Account["reserved"] {
  const { id } = ticketAt(state, index);
  const phase = state.attempts.get(index)?.phase;
  const held = [
    ...(phase?.at === "calling" ? [phase.reserved] : []),
    ...[...state.consults.values()].filter(({ ticket }) => ticket === id).map(({ reserved }) => reserved),
  ];
  return {
    tokens: held.reduce((sum, each) => sum + (each?.tokens ?? 0), 0),
    costMicros: held.reduce((sum, each) => sum + (each?.costMicros ?? 0), 0),
  };
}
