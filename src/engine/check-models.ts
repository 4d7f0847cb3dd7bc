// The models that a person names in a plan or a patch while a run goes on: looked at before the plan is taken, as those
// of a ticket file are before a run begins.

import type { ModelId } from "../domain/ids.ts";
import type { PatchRequest } from "../domain/plan-patch.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import { wholeFile } from "../domain/ticket-file.ts";
import type { Ticket } from "../domain/ticket.ts";
import type { Models } from "./ports.ts";

type Unusable = { readonly problem: string; readonly remedy: string };

/** Each model is looked at once, however many tickets name it. */
function createLook(models: Pick<Models, "check">): (ladder: readonly ModelId[]) => Promise<Unusable[]> {
  const looks = new Map<ModelId, Promise<Unusable | undefined>>();
  const look = async (model: ModelId): Promise<Unusable | undefined> => {
    const unusable = await models.check(model);
    if (unusable === undefined) return undefined;
    return { problem: `model ${model} cannot be used: ${unusable.problem}`, remedy: unusable.remedy };
  };
  return async (ladder) => {
    const found: Unusable[] = [];
    for (const model of new Set(ladder)) {
      const looking = looks.get(model) ?? look(model);
      looks.set(model, looking);
      const unusable = await looking;
      if (unusable !== undefined) found.push(unusable);
    }
    return found;
  };
}

/** Why models of a ladder cannot be used; empty where all can. */
export const findUnusableModels = (
  models: Pick<Models, "check">,
  ladder: readonly ModelId[],
): Promise<readonly Unusable[]> => createLook(models)(ladder);

/** Tickets of a plan that name models which cannot be used. */
export async function findUnusable(
  models: Pick<Models, "check">,
  tickets: readonly Ticket[],
): Promise<readonly PlanProblem[]> {
  const look = createLook(models);
  const problems: PlanProblem[] = [];
  for (const [index, { id, models: ladder }] of tickets.entries())
    for (const each of await look(ladder)) problems.push({ index, id, field: "models", ...each });
  return problems;
}

/** Likewise for the tickets that a patch brings in, each at its place in the patch. */
export async function findUnusableInPatch(
  models: Pick<Models, "check">,
  { add, split }: PatchRequest,
): Promise<readonly PlanProblem[]> {
  const look = createLook(models);
  const placed = [
    ...add.map(({ models: ladder }, place) => ({ field: `add[${place}].models`, ladder })),
    ...split.flatMap(({ into }, place) =>
      into.map(({ models: ladder }, part) => ({ field: `split[${place}].into[${part}].models`, ladder })),
    ),
  ];
  const problems: PlanProblem[] = [];
  for (const { field, ladder } of placed)
    for (const each of await look(ladder)) problems.push({ index: wholeFile, field, ...each });
  return problems;
}
