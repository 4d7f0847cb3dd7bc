// What a change would do to the plan: tickets and dependencies, whose work stops, and the longest path before and after.

import type { ReactNode } from "react";
import { toPrintableLine } from "../../../../domain/printable.ts";
import type { TicketId } from "../../../../domain/ids.ts";
import type { PlanDiff } from "../../../../views/plan-diff.ts";
import { counted, firstLine, listInWords } from "../../../../views/words.ts";

export function DiffView({ diff }: { readonly diff: PlanDiff }) {
  const { added, dropped, split, rewired, stopped, tickets, criticalPath } = diff;
  return (
    <section aria-label="What the change would do" className="grid gap-2 rounded-card border border-line2 p-3 text-12">
      <ul className="grid gap-1">
        {split.map(({ id, into }) => (
          <Line key={id} sign="/" look="text-fg">
            <Id id={id} /> becomes {counted(into.length, "ticket")}:{" "}
            {into.map((part) => (
              <span key={part.id} className="block pl-4 text-add-fg">
                + <Id id={part.id} /> {waits(part.dependsOn)}
              </span>
            ))}
          </Line>
        ))}
        {added.map(({ id, title, dependsOn }) => (
          <Line key={id} sign="+" look="bg-add text-add-fg">
            <Id id={id} /> {firstLine(title, 80)}, {waits(dependsOn)}
          </Line>
        ))}
        {dropped.map(({ id, title, status }) => (
          <Line key={id} sign="−" look="bg-del text-del-fg">
            <Id id={id} /> {firstLine(title, 80)} ({status})
          </Line>
        ))}
        {rewired.map((each) => (
          <Rewired key={each.id} {...each} />
        ))}
      </ul>
      {stopped.length === 0 ? (
        <p className="text-fg2">No worker is stopped.</p>
      ) : (
        stopped.map(({ ticket, attempt, step, turns }) => (
          <p key={ticket} className="text-failed">
            Stops the worker on <Id id={ticket} /> (attempt {attempt}, {counted(turns, "turn")}): {firstLine(step)}
          </p>
        ))
      )}
      <p className="text-fg2 tabular">
        Tickets: {tickets.before} before, {tickets.after} after. Longest path still to do:{" "}
        {pathInWords(criticalPath.before)} before, {pathInWords(criticalPath.after)} after.
      </p>
    </section>
  );
}

function Rewired({ id, before, after }: PlanDiff["rewired"][number]) {
  return (
    <Line sign=">" look="text-fg">
      <Id id={id} />{" "}
      {before
        .filter((each) => !after.includes(each))
        .map((each) => (
          <del key={each} className="mr-1 rounded-cell bg-del px-1 text-del-fg">
            {toPrintableLine(each)}
          </del>
        ))}
      {after.map((each) => (
        <ins
          key={each}
          className={`mr-1 rounded-cell px-1 no-underline ${before.includes(each) ? "bg-s3" : "bg-add text-add-fg"}`}
        >
          {toPrintableLine(each)}
        </ins>
      ))}
      {after.length === 0 && "waits for nothing"}
    </Line>
  );
}

type LineProps = { readonly sign: string; readonly look: string; readonly children: ReactNode };

const Line = ({ sign, look, children }: LineProps): ReactNode => (
  <li className={`grid grid-cols-[1rem_minmax(0,1fr)] rounded-cell px-1.5 py-0.5 ${look}`}>
    <span className="font-mono">{sign}</span>
    <span className="wrap-anywhere">{children}</span>
  </li>
);

const Id = ({ id }: { readonly id: string }): ReactNode => <span className="font-mono">{toPrintableLine(id)}</span>;

const waits = (ids: readonly TicketId[]): string =>
  ids.length === 0 ? "waits for nothing" : `waits for ${listInWords(ids.map(toPrintableLine), 8)}`;

const pathInWords = ({ weight, ids }: PlanDiff["criticalPath"]["before"]): string =>
  ids.length === 0 ? "nothing" : `${weight} in ${counted(ids.length, "ticket")}`;
