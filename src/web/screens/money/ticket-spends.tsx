// What each ticket spent, the dearest first, from the run's log.

import { useState } from "react";
import type { BudgetBody } from "../../../http/wire.ts";
import { costInWords } from "../../../views/words.ts";
import { useAnswer, useCanAct, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { SpendTable } from "./spend-table.tsx";

const atFirst = 20;

export function TicketSpends() {
  const view = useRunView();
  const canAct = useCanAct();
  const [most, setMost] = useState(atFirst);
  const answer = useAnswer<BudgetBody>(canAct ? `/api/runs/${view.run}/budget` : null);
  if (answer?.ok !== true) return null;
  const lines = answer.value.budget.tickets
    .toSorted((a, b) => (b.spent.costMicros ?? 0) - (a.spent.costMicros ?? 0))
    .map(({ scope, spent }) => ({
      key: scope,
      name: scope.replace(/^ticket:/, ""),
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
