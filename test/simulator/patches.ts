// A person who changes the plan now and then. Has a source of chance of its own, so that a run without patches is the
// run it was before there were any.

import type { RunState } from "../../src/core/state.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { applyToModel, makePatch, randomPatch } from "../support/patch-model.ts";
import { createChance } from "./chance.ts";
import type { Wish } from "./person.ts";

/** In every third run. What a patch must lead to is read off the plain model of the rules. */
export function makePatches(seed: number): (state: RunState) => Wish | undefined {
  const chance = createChance(seed ^ 0x70617463);
  if (seed % 3 !== 0) return () => undefined;
  let left = 12;
  return (state) => {
    if (left === 0 || !chance.maybe(0.08)) return undefined;
    left -= 1;
    if (state.graph.tickets.length === 0) return tooEarly(state);
    const patch = randomPatch(chance, state);
    const isTaken = applyToModel(state, patch) !== undefined;
    return {
      command: { type: "plan.patch", patch },
      by: "person:mara",
      expected: state.aborted ? "run_ended" : isTaken ? undefined : "invalid_patch",
    };
  };
}

/** There is nothing to change before the plan is settled, or where none came of it. */
const tooEarly = (state: RunState): Wish => ({
  command: { type: "plan.patch", patch: makePatch({ drop: ["T0" as TicketId] }) },
  by: "person:mara",
  expected: state.aborted ? "run_ended" : "plan_unsettled",
});
