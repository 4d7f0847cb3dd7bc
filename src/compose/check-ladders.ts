// Every model of every ladder is looked at where it will be called, so that no run comes to grief on its second rung.

import type { Homes } from "../adapters/run-files.ts";
import { providerOf, type ModelId } from "../domain/ids.ts";
import { Fault, type Models } from "../engine/ports.ts";
import { machinesOn } from "./machine/meetings.ts";

type Ladders = readonly (readonly ModelId[])[];

/** Throws Fault `model_unusable`, which names all of them. */
export const checkModels = (models: Models, ladders: Ladders): Promise<void> =>
  refuseUnusable(models, new Set(ladders.flat()));

export type Called = {
  /** By the process that conducts the run. */
  readonly here: Ladders;
  /** By whoever works on an attempt: a machine that has the provider's key, where there is one. */
  readonly ofWorkers: Ladders;
};

/** The same, but a model whose provider a machine can call need not be usable here. */
export async function checkLadders(models: Models, { here, ofWorkers }: Called, homes: Homes): Promise<void> {
  const all = new Set([...here, ...ofWorkers].flat());
  const mine = new Set(here.flat());
  const unusable = await Promise.all(
    [...all].map(async (model) => (!mine.has(model) && (await models.check(model)) !== undefined ? [model] : [])),
  );
  const elsewhere = await callableElsewhere(unusable.flat(), homes);
  return refuseUnusable(models, new Set([...all].filter((model) => !elsewhere.has(model))));
}

async function callableElsewhere(wanted: readonly ModelId[], homes: Homes): Promise<ReadonlySet<ModelId>> {
  if (wanted.length === 0 || homes.store === undefined) return new Set();
  const labels = new Set((await machinesOn(homes)).flatMap((card) => card.labels));
  return new Set(wanted.filter((model) => labels.has(`provider:${providerOf(model)}`)));
}

async function refuseUnusable(models: Models, named: ReadonlySet<ModelId>): Promise<void> {
  const lines: string[] = [];
  let remedy = "";
  for (const model of named) {
    const unusable = await models.check(model);
    if (unusable === undefined) continue;
    lines.push(`Model ${model} cannot be used: ${unusable.problem}.`);
    remedy ||= unusable.remedy;
  }
  if (lines.length > 0) throw new Fault("model_unusable", lines.join("\n  "), { remedy });
}
