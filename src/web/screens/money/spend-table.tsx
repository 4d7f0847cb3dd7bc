// A table of what was spent: a row a tier, a model or a ticket; the classes of tokens apart.

import { useMemo } from "react";
import type { Usage } from "../../../domain/usage.ts";
import type { SpendLine } from "../../../views/spend.ts";
import { tokensInWords } from "../../../views/words.ts";
import { Empty } from "../../ui/notes.tsx";

type Row = { readonly key: string; readonly name: string; readonly line: SpendLine };

const classes = [
  ["input", "In"],
  ["cachedRead", "From cache"],
  ["cacheWrite", "To cache"],
  ["output", "Out"],
  ["reasoning", "Reasoning"],
] as const satisfies readonly (readonly [keyof Usage, string])[];

export function SpendTable({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const most = useMemo(() => Math.max(1, ...rows.map(({ line }) => line.costMicros ?? 0)), [rows]);
  if (rows.length === 0)
    return <Empty title={`${title}: nothing is spent yet`}>The first call of a model shows here.</Empty>;
  return (
    <div
      className="min-w-0 overflow-x-auto rounded-panel border border-line bg-s1"
      role="region"
      aria-label={title}
      tabIndex={0}
    >
      <table className="w-full tabular">
        <caption className="px-4 pt-3 pb-2 text-left text-14 font-semibold">{title}</caption>
        <thead>
          <tr className="text-right text-12 text-fg2">
            <th scope="col" className="px-4 py-1 text-left font-normal">
              <span className="sr-only">Name</span>
            </th>
            {classes.map(([, name]) => (
              <th key={name} scope="col" className="px-3 py-1 font-normal">
                {name}
              </th>
            ))}
            <th scope="col" className="px-4 py-1 font-normal">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, line }) => (
            <tr key={key} className="border-t border-line text-right">
              <th scope="row" className="px-4 py-2 text-left font-normal">
                {name}
                <span aria-hidden className="mt-1 block h-1 rounded-full bg-s4">
                  <span
                    className="block h-full rounded-full bg-accent"
                    style={{ width: `${(100 * (line.costMicros ?? 0)) / most}%` }}
                  />
                </span>
              </th>
              {classes.map(([field]) => (
                <td key={field} className="px-3 py-2 text-fg2">
                  {tokensInWords(line[field])}
                </td>
              ))}
              <td className="px-4 py-2 font-medium">{line.cost}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
