// Lanes and workers, written down a second time and counted anew from the attempts each time.

import type { Attempt, RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";

export type Worker = { readonly tier: number; readonly model: ModelId; readonly provider: string };

export function workerOf(config: RunConfig, ticket: Ticket, rung: number): Worker {
  const named = config.archetypes.find(({ name }) => name === ticket.archetype) ?? config.archetypes[0];
  if (named === undefined) throw new Error("no archetype");
  const ladder = ticket.models.length > 0 ? ticket.models : named.models;
  const model = ladder[Math.min(rung, ladder.length - 1)];
  if (model === undefined) throw new Error("no model");
  return { tier: named.tier, model, provider: model.split("/")[0] ?? "" };
}

export const lanesOf = (state: RunState): readonly Attempt[] => [...state.attempts.values()].filter(({ lane }) => lane);

export const limitOf = (state: RunState): number => (state.mode === "linear" ? 1 : state.laneLimit);

export function hasRoomFor(state: RunState, config: RunConfig, worker: Worker): boolean {
  const lanes = lanesOf(state);
  const { tiers, providers } = config.lanes;
  return (
    lanes.length < limitOf(state) &&
    lanes.filter(({ tier }) => tier === worker.tier).length < (tiers[String(worker.tier)] ?? Infinity) &&
    lanes.filter(({ model }) => model.startsWith(`${worker.provider}/`)).length <
      (providers[worker.provider] ?? Infinity)
  );
}

export const roomFor = (state: RunState, config: RunConfig, ticket: Ticket, rung: number): boolean =>
  hasRoomFor(state, config, workerOf(config, ticket, rung));
