// Models whose price nobody knows, where money is bounded: what they cost could not be held to the bound.

import { capsOfBudgets } from "../domain/budget.ts";
import type { RunConfig } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";
import type { Ticket } from "../domain/ticket.ts";

/** Every model this run may call, once. */
export const modelsOf = (
  config: Pick<RunConfig, "archetypes" | "tiers" | "deliberation" | "deliberations">,
  tickets: readonly Ticket[],
): readonly ModelId[] => [
  ...new Set([
    ...config.archetypes.flatMap(({ models }) => models),
    ...tickets.flatMap(({ models }) => models),
    ...Object.values(config.tiers ?? {}).flat(),
    ...[config.deliberation, config.deliberations].flatMap((each) => each?.setup.seats ?? []).map(({ model }) => model),
  ]),
];

/** Empty where money is not bounded. */
export function findUnpriced(config: RunConfig, tickets: readonly Ticket[]): readonly ModelId[] {
  const isMoneyBounded = capsOfBudgets(config.budgets).some(([, caps]) => caps.costMicros !== undefined);
  if (!isMoneyBounded) return [];
  return modelsOf(config, tickets).filter((model) => (config.cards?.[model]?.price ?? null) === null);
}
