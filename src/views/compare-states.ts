// Two moments laid beside each other: of one run, or of a fork and the run it came from. Everything counts along the
// line of a run: what a fork came with is what it stood on.

import { isDropped, ticketAt, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { Gate } from "../domain/event.ts";
import type { ApprovalId, RunId, TicketId } from "../domain/ids.ts";
import type { FailureCause, RunOutcome } from "../domain/outcome.ts";
import type { TicketStatus } from "../domain/ticket.ts";
import { totalTokens, addUsage, zeroUsage, type Usage } from "../domain/usage.ts";

export type Moment = {
  readonly run: RunId | null;
  readonly seq: number;
  /** Epoch ms of its last record. */
  readonly at: number;
  readonly phase: RunState["phase"];
  readonly outcome: RunOutcome | null;
  readonly mode: RunState["mode"];
  readonly counts: RunState["counts"];
};

/** How a ticket stands at one of the moments. */
export type TicketMoment = {
  readonly status: TicketStatus;
  /** Of the attempt under way, or the last one; 0 before the first. */
  readonly attempt: number;
  readonly cause: FailureCause | null;
  /** Why it stands so, where it has a reason. */
  readonly reason: string | null;
  readonly commit: string | null;
};

export type TicketDifference = {
  readonly ticket: TicketId;
  readonly title: string;
  /** Null where it is not in the plan at that moment. */
  readonly a: TicketMoment | null;
  readonly b: TicketMoment | null;
};

export type SpendDifference = {
  /** Null: all tiers together. */
  readonly tier: number | null;
  readonly a: Usage;
  readonly b: Usage;
  /** `b` less `a`; negative where `a` has spent more. Cost in millionths of a dollar, null where a price is not known. */
  readonly tokens: number;
  readonly costMicros: number | null;
};

export type OpenApproval = { readonly id: ApprovalId; readonly gate: Gate; readonly ticket: TicketId | null };

export type Comparison = {
  readonly a: Moment;
  readonly b: Moment;
  /** From `a` to `b` in ms; negative where `b` is the earlier one. */
  readonly ms: number;
  /** Tickets that stand otherwise, in the order of `b`'s plan, then those that only `a` has. */
  readonly tickets: readonly TicketDifference[];
  /** How many tickets stand the same. */
  readonly same: number;
  /** All tiers together first, then each tier that either has. */
  readonly spend: readonly SpendDifference[];
  readonly approvals: { readonly opened: readonly OpenApproval[]; readonly closed: readonly OpenApproval[] };
  /** Commits of tickets that only one of the two has. */
  readonly commits: {
    readonly onlyA: readonly TicketCommit[];
    readonly onlyB: readonly TicketCommit[];
  };
};

export type TicketCommit = { readonly ticket: TicketId; readonly commit: string };

/** Costs as much as both plans are long. */
export function compareStates(a: RunState, b: RunState): Comparison {
  const [before, after] = [ticketsOf(a), ticketsOf(b)];
  const tickets = [...new Set([...after.keys(), ...before.keys()])].flatMap((ticket): TicketDifference[] => {
    const [one, other] = [before.get(ticket), after.get(ticket)];
    if (one !== undefined && other !== undefined && isSame(one, other)) return [];
    const title = other?.title ?? one?.title ?? ticket;
    return [{ ticket, title, a: one?.moment ?? null, b: other?.moment ?? null }];
  });
  const all = new Set([...before.keys(), ...after.keys()]).size;
  return {
    a: momentOf(a),
    b: momentOf(b),
    ms: b.lastAt - a.lastAt,
    tickets,
    same: all - tickets.length,
    spend: compareSpend(a, b),
    approvals: { opened: openOnly(b, a), closed: openOnly(a, b) },
    commits: { onlyA: commitsOnly(before, after), onlyB: commitsOnly(after, before) },
  };
}

const momentOf = ({ run, seq, lastAt, phase, ended, mode, counts }: RunState): Moment => ({
  run,
  seq,
  at: lastAt,
  phase,
  outcome: ended?.outcome ?? null,
  mode,
  counts,
});

type Known = { readonly title: string; readonly moment: TicketMoment };

function ticketsOf(state: RunState): ReadonlyMap<TicketId, Known> {
  const known = new Map<TicketId, Known>();
  for (let index = 0; index < state.tickets.length; index += 1) {
    const own = at(state.tickets, index);
    if (isDropped(own)) continue;
    const { id, title } = ticketAt(state, index);
    const cause = own.status === "blocked" || own.status === "failed" ? own.cause : null;
    const reason = "detail" in own ? own.detail : "reason" in own ? own.reason : null;
    const commit = own.status === "completed" ? own.commit : null;
    known.set(id, { title, moment: { status: own.status, attempt: own.history.attempts, cause, reason, commit } });
  }
  return known;
}

const isSame = ({ moment: a }: Known, { moment: b }: Known): boolean =>
  a.status === b.status && a.attempt === b.attempt && a.cause === b.cause && a.commit === b.commit;

const commitsOnly = (of: ReadonlyMap<TicketId, Known>, other: ReadonlyMap<TicketId, Known>): readonly TicketCommit[] =>
  [...of].flatMap(([ticket, { moment }]) =>
    moment.commit === null || other.get(ticket)?.moment.commit === moment.commit
      ? []
      : [{ ticket, commit: moment.commit }],
  );

const openOnly = (of: RunState, other: RunState): readonly OpenApproval[] =>
  [...of.approvals.values()]
    .filter(({ id }) => of.run !== other.run || !other.approvals.has(id))
    .map(({ id, gate, ticket }) => ({ id, gate, ticket }));

/** By tier, what came with a fork included. */
function spentBy(state: RunState): ReadonlyMap<number, Usage> {
  const tiers = new Map<number, Usage>();
  for (const [key, usage] of [...(state.origin?.spend ?? []), ...state.spend]) {
    const tier = Number(key.split("|")[0]);
    tiers.set(tier, addUsage(tiers.get(tier) ?? zeroUsage, usage));
  }
  return tiers;
}

function compareSpend(a: RunState, b: RunState): readonly SpendDifference[] {
  const [before, after] = [spentBy(a), spentBy(b)];
  const sum = (tiers: ReadonlyMap<number, Usage>): Usage => [...tiers.values()].reduce(addUsage, zeroUsage);
  const tiers = [...new Set([...before.keys(), ...after.keys()])].toSorted((one, other) => one - other);
  return [
    differ(null, sum(before), sum(after)),
    ...tiers.map((tier) => differ(tier, before.get(tier) ?? zeroUsage, after.get(tier) ?? zeroUsage)),
  ];
}

const differ = (tier: number | null, a: Usage, b: Usage): SpendDifference => ({
  tier,
  a,
  b,
  tokens: totalTokens(b) - totalTokens(a),
  costMicros: a.costMicros === null || b.costMicros === null ? null : b.costMicros - a.costMicros,
});
