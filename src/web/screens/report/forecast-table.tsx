// What was forecast of the run beside what came of it.

import type { ForecastBody } from "../../../http/wire.ts";
import { useAnswer, useCanAct, useRun, useRunView } from "../../state/hooks.ts";

export function ForecastTable() {
  const view = useRunView();
  const canAct = useCanAct();
  const attempts = useRun((state) => state.totals.attempts, "slow");
  const answer = useAnswer<ForecastBody>(canAct ? `/api/runs/${view.run}/forecast` : null, attempts);
  if (answer?.ok !== true || answer.value.rows.length === 0) return null;
  const { isDone, rows } = answer.value;
  return (
    <div
      className="overflow-x-auto rounded-panel border border-line bg-s1"
      role="region"
      aria-label="Forecast and fact"
      tabIndex={0}
    >
      <table className="w-full tabular">
        <caption className="px-4 pt-3 pb-2 text-left text-14 font-semibold">
          {isDone ? "Forecast and fact" : "Forecast of the whole, and fact so far"}
        </caption>
        <thead>
          <tr className="text-right text-12 text-fg2">
            <th scope="col" className="px-4 py-1 text-left font-normal">
              Figure
            </th>
            <th scope="col" className="px-4 py-1 font-normal">
              Forecast
            </th>
            <th scope="col" className="px-4 py-1 font-normal">
              Fact
            </th>
            <th scope="col" className="px-4 py-1 text-left font-normal">
              Verdict
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, forecast, fact, verdict }) => (
            <tr key={name} className="border-t border-line text-right">
              <th scope="row" className="px-4 py-2 text-left font-normal">
                {name}
              </th>
              <td className="px-4 py-2 text-fg2">{forecast}</td>
              <td className="px-4 py-2 font-medium">{fact}</td>
              <td className="px-4 py-2 text-left text-fg2">
                {verdict !== "" ? verdict : isDone ? "no forecast" : "not yet"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
