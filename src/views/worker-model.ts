// What attempts of one model on one tier are expected to take, from past runs and stated figures.

import type { ModelCard, RunConfig } from "../domain/config.ts";
import { providerOf, type ModelId } from "../domain/ids.ts";
import {
  figures,
  noPriors,
  statedRisk,
  statedScripted,
  statedWork,
  type Figure,
  type Priors,
  type Work,
} from "../domain/priors.ts";
import { blend, joinWork, noWork, type Estimate } from "./measure.ts";

/** Whose attempts an expectation rests on: the model's own, those of other models on its tier, or nobody's. */
export type Ground = "own" | "others" | "stated";

export type WorkerModel = {
  readonly tier: number;
  readonly model: ModelId;
  readonly ground: Ground;
  /** Attempts seen. */
  readonly attempts: number;
  readonly figures: Readonly<Record<Figure, Estimate>>;
  /** Chance that an attempt fails, and that it meets a conflict; `doubt` is one standard deviation of the first. */
  readonly failed: number;
  readonly doubt: number;
  readonly conflicts: number;
  readonly price: Price;
};

export type Price =
  | { readonly by: "card"; readonly card: NonNullable<ModelCard["price"]> }
  /** What past attempts cost, where no price list knows the model. */
  | { readonly by: "past"; readonly costMicros: Estimate }
  | { readonly by: "nothing" };

export function workerModel(config: RunConfig, tier: number, model: ModelId): WorkerModel {
  const { ground, work } = findGround(config.priors ?? noPriors, tier, model);
  const stated = isScripted(model) ? statedScripted : statedWork;
  const attempts = work.attempts + statedRisk.attempts;
  const failed = (work.failed + statedRisk.failed * statedRisk.attempts) / attempts;
  return {
    tier,
    model,
    ground,
    attempts: work.attempts,
    figures: Object.fromEntries(figures.map((figure) => [figure, blend(stated[figure], work[figure])])) as Readonly<
      Record<Figure, Estimate>
    >,
    failed,
    doubt: Math.sqrt((failed * (1 - failed)) / (attempts + 1)),
    conflicts: (work.conflicts + statedRisk.conflicts * statedRisk.attempts) / attempts,
    price: priceOf(config.cards?.[model], ground === "own" ? work : undefined),
  };
}

const isScripted = (model: ModelId): boolean => providerOf(model) === "scripted";

/** Scripted attempts say nothing of real ones, nor the other way round. */
function findGround({ work }: Priors, tier: number, model: ModelId): { ground: Ground; work: Work } {
  const none = noWork(tier, model);
  const onTier = work.filter((each) => each.tier === tier && isScripted(each.model) === isScripted(model));
  const own = onTier.find((each) => each.model === model);
  if (own !== undefined && own.attempts > 0) return { ground: "own", work: own };
  const others = onTier.reduce(joinWork, none);
  return others.attempts > 0 ? { ground: "others", work: others } : { ground: "stated", work: none };
}

function priceOf(card: ModelCard | undefined, own: Work | undefined): Price {
  if (card !== undefined && card.price !== null) return { by: "card", card: card.price };
  if (own === undefined || own.costMicros.count === 0) return { by: "nothing" };
  // Nothing is stated of a price: what was seen counts alone.
  const { count, mean, squares } = own.costMicros;
  const scatter = Math.min(1.25, Math.sqrt((squares + 0.49) / count));
  return { by: "past", costMicros: { middle: mean, doubt: scatter / Math.sqrt(count), scatter } };
}
