// What each ticket spent, the dearest first, from the run's log.

import { useState } from "react";
import type { RunState } from "../../../core/state.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { BudgetBody } from "../../../http/wire.ts";
import { costInWords } from "../../../views/words.ts";
import { useAnswer, useCanAct, useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { SpendTable } from "./spend-table.tsx";

const atFirst = 20;

const titlesOf = ({ graph }: RunState): ReadonlyMap<string, string> =>
  new Map(graph.tickets.map(({ id, title }) => [id, toPrintableLine(title)]));

export function TicketSpends() {
  const view = useRunView();
  const canAct = useCanAct();
  const [most, setMost] = useState(atFirst);
  const titles = useRun(titlesOf, "slow");
  const nameOf = (ticket: string): string => [ticket, titles.get(ticket)].filter(Boolean).join("  ");
  const answer = useAnswer<BudgetBody>(canAct ? `/api/runs/${view.run}/budget` : null);
  if (answer?.ok !== true) return null;
  const lines = answer.value.budget.tickets
    .toSorted((a, b) => (b.spent.costMicros ?? 0) - (a.spent.costMicros ?? 0))
    .map(({ scope, spent }) => ({
      key: scope,
      name: nameOf(scope.replace(/^ticket:/, "")),
      line: { ...spent, cost: costInWords(spent.costMicros) },
    }));
  return (
    <>
      <SpendTable title="By ticket" rows={lines.slice(0, most)} />
      {lines.length > most && (
        <Button className="justify-self-start" onClick={() => setMost(lines.length)}>
          Show all {lines.length} tickets
        </Button>
      )}
    </>
  );
}
