// The models of a run that is one deliberation: they belong to its seats, and each seat keeps its own to the end.

import type { RunState } from "../../../core/state.ts";
import { totalTokens, zeroUsage } from "../../../domain/usage.ts";
import { mainDeliberation } from "../../../views/deliberation-metrics.ts";
import { costInWords, tokensInWords } from "../../../views/words.ts";
import { useRun } from "../../state/hooks.ts";
import { Providers } from "./run-settings.tsx";

/** One row for each seat, taken or not. */
function seatsOf(state: RunState) {
  const agents = mainDeliberation(state)?.agents ?? [];
  return (state.config?.deliberation?.setup.seats ?? []).map(({ role, kind, model }) => {
    const agent = agents.find((each) => each.role === role);
    const { usage = zeroUsage, consult = null } = agent ?? {};
    return {
      role,
      kind,
      model: agent?.model ?? model,
      now: agent === undefined ? "not seated" : consult === null ? "idle" : "at work",
      tokens: totalTokens(usage),
      costMicros: usage.costMicros,
    };
  });
}

export function SeatModels() {
  const seats = useRun(seatsOf, "slow");
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="region" aria-label="Models">
      <header className="sticky top-0 z-10 flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-bg px-4 py-2">
        <h1 className="text-16 font-semibold">Models by seat</h1>
        <p className="min-w-0 flex-1 text-fg2 max-sm:basis-full">
          A seat keeps its model to the end. Without consensus you can run it again on a higher tier.
        </p>
      </header>
      <div className="grid gap-4 p-4 max-sm:p-2">
        <section aria-label="Seats" className="overflow-x-auto rounded-panel border border-line bg-s1">
          <table className="w-full border-collapse text-left tabular">
            <thead>
              <tr className="text-12 text-fg2">
                {["Seat", "Model", "Now", "Tokens", "Cost"].map((name) => (
                  <th key={name} scope="col" className="border-b border-line px-4 py-2 font-medium max-sm:px-2">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {seats.map(({ role, kind, model, now, tokens, costMicros }) => (
                <tr key={role} className="border-b border-line last:border-0">
                  <th scope="row" className="px-4 py-2.5 font-medium max-sm:px-2">
                    {role} <span className="block text-12 font-normal text-fg2">{kind}</span>
                  </th>
                  <td className="px-4 py-2.5 font-mono text-12 wrap-anywhere max-sm:px-2">{model}</td>
                  <td className="px-4 py-2.5 max-sm:px-2">{now}</td>
                  <td className="px-4 py-2.5 max-sm:px-2">{tokensInWords(tokens)}</td>
                  <td className="px-4 py-2.5 max-sm:px-2">{costInWords(costMicros)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <Providers />
      </div>
    </div>
  );
}
