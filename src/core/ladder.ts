// Which worker a ticket gets: archetype, model ladder, tier, pool. The configured model is rung 0.

import type { Archetype, RunConfig } from "../domain/config.ts";
import { providerOf, type ModelId } from "../domain/ids.ts";
import type { Ticket } from "../domain/ticket.ts";

/** An archetype the configuration does not name falls back to its first one. */
export const archetypeOf = (config: RunConfig, ticket: Ticket): Archetype => {
  const named = config.archetypes.find((archetype) => archetype.name === ticket.archetype) ?? config.archetypes[0];
  if (named === undefined) throw new Error("a run configuration has at least one archetype");
  return named;
};

export const ladderOf = (config: RunConfig, ticket: Ticket): readonly ModelId[] =>
  ticket.models.length > 0 ? ticket.models : archetypeOf(config, ticket).models;

/** The top rung serves every attempt beyond it. */
export const modelAt = (ladder: readonly ModelId[], rung: number): ModelId => {
  const model = ladder[Math.min(rung, ladder.length - 1)];
  if (model === undefined) throw new Error("a model ladder has at least one rung");
  return model;
};

export const poolOf = (config: RunConfig, ticket: Ticket, rung: number): string => {
  const model = modelAt(ladderOf(config, ticket), rung);
  return `${archetypeOf(config, ticket).tier}|${providerOf(model)}`;
};
