// What a person changed with a fork, in words: for the log, the timeline and the report.

import type { ForkEdit } from "../domain/fork-edit.ts";
import { capsInWords } from "./tell-budget.ts";
import { counted } from "./words.ts";

/** One entry for each kind of change; empty where nothing was changed. */
export function forkChanges({ guidance, messages, models, mode, trust, lanes, bounds, patch }: ForkEdit): string[] {
  return [
    ...guidance.map(({ ticket }) => `guidance for ${ticket}`),
    ...messages.map(({ ticket }) => `the last message of ${ticket}`),
    ...Object.entries(models.tiers).map(([tier, ladder]) => `models of tier ${tier}: ${ladder.join(", ")}`),
    ...models.tickets.map(({ ticket, models: ladder }) => `models of ${ticket}: ${ladder.join(", ")}`),
    ...(mode === undefined ? [] : [`mode ${mode}`]),
    ...(trust === undefined ? [] : [trust === null ? "trust as the tickets say" : `trust ${trust}`]),
    ...(lanes === undefined ? [] : [counted(lanes, "lane")]),
    ...bounds.map(({ scope, caps }) => `bound of ${scope.replace(":", " ")}: ${capsInWords(caps)}`),
    ...(patch === undefined ? [] : ["the plan"]),
  ];
}
