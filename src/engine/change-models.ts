// Another ladder of models while a run goes on: looked at as those of a plan are before it is taken, with what is known
// of each model's price and window.

import type { ModelCard, Tier } from "../domain/config.ts";
import type { Actor, ModelId, TicketId } from "../domain/ids.ts";
import { findUnusableModels } from "./check-models.ts";
import type { Conductor, Submitted } from "./conductor.ts";
import type { Ports } from "./ports.ts";

export type ModelsWish = { readonly models: readonly ModelId[] } & (
  | { readonly ticket: TicketId }
  | { readonly tier: Tier }
);

type Desk = { readonly conductor: Conductor; readonly ports: Pick<Ports, "models"> };

export async function submitModels({ conductor, ports }: Desk, wish: ModelsWish, by: Actor): Promise<Submitted> {
  const { models } = wish;
  const problems = await findUnusableModels(ports.models, models);
  if (problems.length > 0) return { ok: false, rejection: { code: "models_unusable", problems } };
  const cards: Record<string, ModelCard> = {};
  for (const model of new Set(models)) {
    const card = await ports.models.card?.(model);
    if (card !== undefined) cards[model] = card;
  }
  return conductor.submit(
    "ticket" in wish
      ? { type: "ticket.set_models", ticket: wish.ticket, models, cards }
      : { type: "run.set_models", tier: wish.tier, models, cards },
    by,
  );
}
