// Why a call does not fit into its day any more, whatever keeps the day's account.

import { inUsd } from "../../domain/budget.ts";
import type { Caps } from "../../domain/config.ts";
import type { DayCall, DaySpent } from "../../domain/day-budget.ts";

/** `now`: without the call itself. In words; none where it fits. */
export function dayRefusals(now: DaySpent, { reserved, isStart, isTurn }: DayCall, caps: Caps): readonly string[] {
  const { spent, held } = now;
  const money = (reserved.costMicros ?? 0) + spent.costMicros + held.costMicros;
  const tokens = reserved.tokens + spent.tokens + held.tokens;
  return [
    ...(caps.costMicros !== undefined && (reserved.costMicros === null || money > caps.costMicros)
      ? [
          `day: ${inUsd(spent.costMicros)} of ${inUsd(caps.costMicros)} is spent by all your runs today, ${inUsd(held.costMicros)} is held for calls under way, and the call may cost up to ${inUsd(reserved.costMicros ?? 0)}; it takes day usd ${inUsd(money).slice(1)} or more`,
        ]
      : []),
    ...(caps.tokens !== undefined && tokens > caps.tokens
      ? [
          `day: ${spent.tokens} of ${caps.tokens} tokens are used by all your runs today, ${held.tokens} are held for calls under way, and the call may use up to ${reserved.tokens}; it takes day tokens ${tokens} or more`,
        ]
      : []),
    ...(caps.turns !== undefined && isTurn && now.turns + 1 > caps.turns
      ? [`day: ${now.turns} of ${caps.turns} turns are used by all your runs today`]
      : []),
    ...(caps.minutes !== undefined && now.ms >= caps.minutes * 60_000
      ? [`day: all ${caps.minutes} minutes of model time are used by your runs today`]
      : []),
    ...(caps.spawns !== undefined && isStart && now.spawns + 1 > caps.spawns
      ? [`day: ${now.spawns} of ${caps.spawns} starts of workers are used by all your runs today`]
      : []),
  ];
}
