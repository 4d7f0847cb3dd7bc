// Tokens and cost by tier, model and ticket. Token classes stay apart: they have different prices.

import type { RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { ModelId, TicketId } from "../domain/ids.ts";
import { addUsage, zeroUsage, type Usage } from "../domain/usage.ts";
import { costInWords } from "./words.ts";

export type SpendLine = Usage & {
  /** `$0.0421`, or `unknown` where a price is not known. */
  readonly cost: string;
};

export type Spend = {
  readonly total: SpendLine;
  /** Planning, review and diagnosis: tiers 1, 2 and 4; `total` holds it. */
  readonly orchestration: SpendLine;
  readonly tiers: readonly (SpendLine & { readonly tier: number })[];
  /** The dearest first; unknown prices before known ones. */
  readonly models: readonly (SpendLine & { readonly model: ModelId })[];
};

const lineOf = (usage: Usage): SpendLine => ({ ...usage, cost: costInWords(usage.costMicros) });

export function spendOf(state: RunState): Spend {
  const tiers = new Map<number, Usage>();
  const models = new Map<ModelId, Usage>();
  let total = zeroUsage;
  for (const [key, usage] of state.spend) {
    const { tier, model } = spendKey(key);
    tiers.set(tier, addUsage(tiers.get(tier) ?? zeroUsage, usage));
    models.set(model, addUsage(models.get(model) ?? zeroUsage, usage));
    total = addUsage(total, usage);
  }
  return {
    total: lineOf(total),
    orchestration: lineOf(
      [...tiers].filter(([tier]) => tier !== 3).reduce((sum, [, usage]) => addUsage(sum, usage), zeroUsage),
    ),
    tiers: [...tiers].toSorted(([a], [b]) => a - b).map(([tier, usage]) => ({ tier, ...lineOf(usage) })),
    models: [...models].toSorted(dearestFirst).map(([model, usage]) => ({ model, ...lineOf(usage) })),
  };
}

/** The state keeps spend by `<tier>|<model>`. */
export const spendKey = (key: string): { readonly tier: number; readonly model: ModelId } => {
  const bar = key.indexOf("|");
  return { tier: Number(key.slice(0, bar)), model: key.slice(bar + 1) as ModelId };
};

const dearestFirst = ([nameA, a]: readonly [string, Usage], [nameB, b]: readonly [string, Usage]): number =>
  (b.costMicros ?? Infinity) - (a.costMicros ?? Infinity) || (nameA < nameB ? -1 : 1);

export type TicketSpend = {
  readonly ticket: TicketId;
  readonly usage: Usage;
  readonly turns: number;
  readonly toolCalls: number;
  /** Working time in ms of models, tools, checks and merges. */
  readonly ms: number;
};

/** Folded from the log: the state forgets an attempt's usage when it ends. In the order tickets first spent. */
export function spendByTicket(records: Iterable<Recorded>): readonly TicketSpend[] {
  const spent = new Map<TicketId, TicketSpend>();
  for (const { event } of records) {
    // What stands before was spent by the run it was forked from.
    if (event.type === "run.forked") spent.clear();
    if (!("ticket" in event) || event.ticket === undefined) continue;
    const usage = "usage" in event ? event.usage : undefined;
    const ms = "ms" in event ? event.ms : 0;
    const turns = event.type === "turn.replied" ? 1 : 0;
    const toolCalls = event.type === "tool.called" ? 1 : 0;
    if (usage === undefined && ms === 0 && toolCalls === 0) continue;
    const before = spent.get(event.ticket) ?? { ticket: event.ticket, usage: zeroUsage, turns: 0, toolCalls: 0, ms: 0 };
    spent.set(event.ticket, {
      ticket: event.ticket,
      usage: usage === undefined ? before.usage : addUsage(before.usage, usage),
      turns: before.turns + turns,
      toolCalls: before.toolCalls + toolCalls,
      ms: before.ms + ms,
    });
  }
  return [...spent.values()];
}
