// Which models a run calls from now on: by tier, by kind of worker, and for tickets that have their own.

import { isDropped, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { ModelId, TicketId } from "../domain/ids.ts";

export type Ladders = {
  /** Of the tiers that are consulted. */
  readonly tiers: readonly { readonly tier: number; readonly models: readonly ModelId[] }[];
  /** Of the kinds of worker. */
  readonly archetypes: readonly { readonly name: string; readonly tier: number; readonly models: readonly ModelId[] }[];
  /** Of tickets that name their own and are not completed. */
  readonly tickets: readonly { readonly ticket: TicketId; readonly models: readonly ModelId[] }[];
};

export function laddersOf({ config, graph, tickets }: RunState): Ladders {
  if (config === null) return { tiers: [], archetypes: [], tickets: [] };
  return {
    tiers: Object.entries(config.tiers ?? {}).map(([tier, models]) => ({ tier: Number(tier), models })),
    archetypes: config.archetypes.map(({ name, tier, models }) => ({ name, tier, models })),
    tickets: graph.tickets.flatMap(({ id, models }, index) => {
      const own = at(tickets, index);
      const isOver = own.status === "completed" || isDropped(own);
      return models.length === 0 || isOver ? [] : [{ ticket: id, models }];
    }),
  };
}
