// Where on its ladder each attempt or question under way stands: a model may stand on several rungs, and on ladders of
// several tiers, and only one of those places calls it.

import { archetypeOf } from "../core/ladder.ts";
import { configOf, ticketAt, type Attempt, type RunState } from "../core/state.ts";
import type { Tier } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";

/** `kind`: null: a question of the tier's own. `rung`: the first one is 0. */
export type Climber = { readonly kind: string | null; readonly model: ModelId; readonly rung: number };

/** Those of a tier. Who climbs a ladder that its ticket brought stands on no rung of the tier's. */
export function climbersOf(state: RunState, tier: Tier): readonly Climber[] {
  return [
    ...[...state.attempts.values()].filter((each) => each.tier === tier).flatMap((each) => climberOf(state, each)),
    ...[...state.consults.values()]
      .filter((each) => each.tier === tier)
      .map(({ model }) => ({ kind: null, model, rung: 0 })),
  ];
}

function climberOf(state: RunState, { index, model, rung }: Attempt): readonly Climber[] {
  const ticket = ticketAt(state, index);
  return ticket.models.length > 0 ? [] : [{ kind: archetypeOf(configOf(state), ticket).name, model, rung }];
}

/**
 * How many stand on each rung of a ladder. Who began before the ladder was changed stands where its model stands now, if
 * it does.
 */
export function countOnRungs(models: readonly ModelId[], climbers: readonly Climber[]): readonly number[] {
  const counts = models.map(() => 0);
  for (const { model, rung } of climbers) {
    // The top rung serves every attempt beyond it.
    const own = Math.min(rung, models.length - 1);
    const place = models[own] === model ? own : models.indexOf(model);
    if (place >= 0) counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

type Counted = { readonly models: readonly ModelId[]; readonly now: readonly number[] };

/** The same beside rungs that are being written: a rung that was moved takes its count along. */
export function countOnDraft(ladders: readonly Counted[], rungs: readonly string[]): readonly number[] {
  const counts = new Map<string, number[]>();
  for (const { models, now } of ladders) {
    const seen = new Map<string, number>();
    models.forEach((model, place) => {
      const time = seen.get(model) ?? 0;
      seen.set(model, time + 1);
      const own = counts.get(model) ?? [];
      own[time] = (own[time] ?? 0) + (now[place] ?? 0);
      counts.set(model, own);
    });
  }
  return rungs.map((rung) => counts.get(rung.trim())?.shift() ?? 0);
}
