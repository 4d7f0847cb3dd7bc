// Budgets for eyes: by scope what bounds it, what is spent (classes of tokens apart), what is held back, what is left.

import { capsFor } from "../core/budget.ts";
import { archetypeOf } from "../core/ladder.ts";
import { noAccount, reservedOn } from "../core/ledger.ts";
import type { Account } from "../core/account.ts";
import { configOf, ticketAt, type RunState } from "../core/state.ts";
import { items } from "../core/vector.ts";
import type { BudgetScope } from "../domain/budget.ts";
import type { Caps } from "../domain/config.ts";
import type { Recorded } from "../domain/event.ts";
import type { ConsultId, TicketId } from "../domain/ids.ts";
import { addUsage, zeroUsage, type Usage } from "../domain/usage.ts";

export type BudgetLine = {
  readonly scope: BudgetScope;
  /** Null: not bounded. Money in millionths of a dollar. */
  readonly caps: Caps | null;
  readonly spent: Usage & { readonly turns: number; readonly minutes: number; readonly spawns: number };
  /** What counts against the bounds: worst cases of calls whose end nobody saw included. */
  readonly counted: { readonly tokens: number; readonly costMicros: number };
  readonly assumed: { readonly tokens: number; readonly costMicros: number };
  readonly reserved: { readonly tokens: number; readonly costMicros: number };
  /** Of each bound there is; never below 0. */
  readonly left: Caps;
};

export type BudgetView = {
  readonly isBounded: boolean;
  readonly run: BudgetLine;
  /** Planning, review and diagnosis: what tiers 1, 2 and 4 have cost, apart from the work itself. */
  readonly orchestration: Usage;
  readonly work: Usage;
  readonly tiers: readonly BudgetLine[];
  readonly tracks: readonly BudgetLine[];
  /** Tickets that have spent or hold something back, and those with a bound of their own. */
  readonly tickets: readonly BudgetLine[];
};

/** `records`: the run's log, from which the classes of tokens are told. */
export function budgetOf(state: RunState, records: Iterable<Recorded>): BudgetView {
  const used = usageByScope(state, records);
  const line = (scope: BudgetScope, account: Account): BudgetLine => lineOf(state, used, { scope, account });
  const own = (scope: BudgetScope): BudgetLine => line(scope, state.ledger.get(scope) ?? noAccount);
  const scopes = new Set<BudgetScope>([...used.keys(), ...state.caps.keys(), ...state.ledger.keys()]);
  const named = (kind: string): BudgetLine[] =>
    [...scopes]
      .filter((scope) => scope.startsWith(kind))
      .toSorted()
      .map(own);
  const tiers = named("tier:");
  const sum = (isWork: boolean): Usage =>
    tiers
      .filter(({ scope }) => (scope === "tier:3") === isWork)
      .reduce((total, { scope }) => addUsage(total, used.get(scope) ?? zeroUsage), zeroUsage);
  return {
    isBounded: state.caps.size > 0,
    run: own("run"),
    orchestration: sum(false),
    work: sum(true),
    tiers,
    tracks: named("track:"),
    tickets: ticketAccounts(state, used).map(({ scope, account }) => line(scope, account)),
  };
}

function ticketAccounts(
  state: RunState,
  used: ReadonlyMap<BudgetScope, Usage>,
): readonly { readonly scope: BudgetScope; readonly account: Account }[] {
  const found: { readonly scope: BudgetScope; readonly account: Account }[] = [];
  let index = 0;
  for (const { history } of items(state.tickets)) {
    const scope = `ticket:${ticketAt(state, index).id}`;
    const reserved = reservedOn(state, index);
    const isTold = history.spent.turns > 0 || reserved.tokens > 0 || state.caps.has(scope) || used.has(scope);
    if (isTold) found.push({ scope, account: { spent: history.spent, reserved } });
    index += 1;
  }
  return found;
}

function lineOf(
  state: RunState,
  used: ReadonlyMap<BudgetScope, Usage>,
  { scope, account }: { readonly scope: BudgetScope; readonly account: Account },
): BudgetLine {
  const { spent, reserved } = account;
  const caps = capsFor(state, scope) ?? null;
  const minutes = Math.round(spent.ms / 6_000) / 10;
  return {
    scope,
    caps,
    spent: { ...(used.get(scope) ?? zeroUsage), turns: spent.turns, minutes, spawns: spent.spawns },
    counted: { tokens: spent.tokens, costMicros: spent.costMicros },
    assumed: { tokens: spent.assumedTokens, costMicros: spent.assumedMicros },
    reserved,
    left: leftOf(caps ?? {}, account),
  };
}

function leftOf(caps: Caps, { spent, reserved }: Account): Caps {
  const left = (name: keyof Caps, gone: number): Caps => {
    const cap = caps[name];
    return cap === undefined ? {} : { [name]: Math.max(0, cap - gone) };
  };
  return {
    ...left("costMicros", spent.costMicros + reserved.costMicros),
    ...left("tokens", spent.tokens + reserved.tokens),
    ...left("turns", spent.turns),
    ...left("minutes", Math.round(spent.ms / 6_000) / 10),
    ...left("spawns", spent.spawns),
  };
}

type Scopes = readonly BudgetScope[];

/** Every usage in the log, under every scope it counts in. */
function usageByScope(state: RunState, records: Iterable<Recorded>): ReadonlyMap<BudgetScope, Usage> {
  const used = new Map<BudgetScope, Usage>();
  const consults = new Map<ConsultId, Scopes>();
  for (const { event } of records) {
    // What stands before was spent by the run it was forked from.
    if (event.type === "run.forked") used.clear();
    if (event.type === "consult.started") {
      const { tier, track, ticket } = event;
      consults.set(event.consult, scopesOf(state, { tier, track, ticket }));
    }
    if (!("usage" in event)) continue;
    const scopes = "consult" in event ? (consults.get(event.consult) ?? []) : scopesOf(state, { ticket: event.ticket });
    for (const scope of scopes) used.set(scope, addUsage(used.get(scope) ?? zeroUsage, event.usage));
  }
  return used;
}

function scopesOf(
  state: RunState,
  about: { readonly tier?: number; readonly track?: string | undefined; readonly ticket?: TicketId | undefined },
): Scopes {
  const index = about.ticket === undefined ? undefined : state.graph.indexOf.get(about.ticket);
  const ticket = index === undefined ? undefined : ticketAt(state, index);
  const tier = about.tier ?? (ticket === undefined ? undefined : archetypeOf(configOf(state), ticket).tier);
  const track = about.track ?? ticket?.track;
  return [
    "run",
    ...(tier === undefined ? [] : [`tier:${tier}`]),
    ...(track === undefined ? [] : [`track:${track}`]),
    ...(ticket === undefined ? [] : [`ticket:${ticket.id}`]),
  ];
}
