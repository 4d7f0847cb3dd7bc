// What a call cost: as the provider says, unless the person's own price list knows better or nobody else knows.

import { priceOf } from "../domain/budget.ts";
import type { RunConfig } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";
import type { Usage } from "../domain/usage.ts";

export function priced(usage: Usage, model: ModelId, { cards }: Pick<RunConfig, "cards">): Usage {
  const card = cards?.[model];
  const price = card?.price ?? null;
  if (price === null || (usage.costMicros !== null && card?.isOwn !== true)) return usage;
  return { ...usage, costMicros: priceOf(usage, price) };
}
