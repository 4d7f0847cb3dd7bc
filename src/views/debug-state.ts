// What linear mode writes after every ticket, for a person who checks by hand. Same log, same value.

import { configOf, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import { spendKey } from "./spend.ts";

const tierNames = ["Tier 1", "Tier 2", "Tier 3", "Tier 4"] as const;
type TierName = (typeof tierNames)[number];

/** `input` and `output` count all tokens in and out; `model` is the tier's last used, or its configured one. */
export type TierUsage = { readonly input: number; readonly output: number; readonly model: string };

export type DebugState = {
  /** Sequence number of the last event. */
  readonly revision: number;
  readonly mode: string;
  readonly track: { readonly id: string; readonly title: string };
  readonly tickets: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly attempts: number;
    readonly depends_on: readonly string[];
    readonly reason: string | null;
  }[];
  readonly tier_usage: Readonly<Record<TierName, TierUsage>>;
  readonly active: readonly {
    readonly ticket: string;
    readonly attempt: number;
    readonly model: string;
    readonly phase: string;
  }[];
  readonly pending_approvals: readonly {
    readonly id: string;
    /** Null where it is about the whole run. */
    readonly ticket: string | null;
    readonly gate: string;
    readonly digest: string;
  }[];
};

/** Holds no clock times, so that a run that is played again gives the same bytes. */
export function debugStateOf(state: RunState): DebugState {
  return {
    revision: state.seq,
    mode: state.mode,
    track: { id: state.run ?? "", title: state.config?.title ?? "" },
    tickets: state.graph.tickets.map((ticket, index) => {
      const now = at(state.tickets, index);
      return {
        id: ticket.id,
        title: ticket.title,
        status: now.status,
        attempts: now.history.attempts,
        depends_on: ticket.dependsOn,
        reason: "detail" in now ? now.detail : "reason" in now ? now.reason : null,
      };
    }),
    tier_usage: tierUsageOf(state),
    active: [...state.attempts.values()]
      .toSorted((a, b) => a.index - b.index)
      .map(({ ticket, attempt, model, phase }) => ({ ticket, attempt, model, phase: phase.at })),
    pending_approvals: [...state.approvals.values()]
      .toSorted((a, b) => (a.index ?? -1) - (b.index ?? -1))
      .map(({ id, ticket, gate, digest }) => ({ id, ticket, gate, digest })),
  };
}

/** Two spaces, a newline at the end: stable bytes, pleasant to diff. */
export const toDebugStateText = (debug: DebugState): string => `${JSON.stringify(debug, undefined, 2)}\n`;

function tierUsageOf(state: RunState): Record<TierName, TierUsage> {
  const usage: Record<TierName, TierUsage> = {
    "Tier 1": emptyTier(state, 1),
    "Tier 2": emptyTier(state, 2),
    "Tier 3": emptyTier(state, 3),
    "Tier 4": emptyTier(state, 4),
  };
  for (const [key, spent] of state.spend) {
    const { tier, model } = spendKey(key);
    const name = tierNames[tier - 1];
    if (name === undefined) continue;
    usage[name] = {
      input: usage[name].input + spent.input + spent.cachedRead + spent.cacheWrite,
      output: usage[name].output + spent.output + spent.reasoning,
      model,
    };
  }
  return usage;
}

const emptyTier = (state: RunState, tier: number): TierUsage => {
  const archetype = state.config === null ? undefined : configOf(state).archetypes.find((each) => each.tier === tier);
  const consulted = state.config?.tiers?.[String(tier)]?.[0];
  return { input: 0, output: 0, model: consulted ?? archetype?.models[0] ?? "" };
};
