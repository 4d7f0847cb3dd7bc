// Two points of a run laid beside each other: tickets that stand otherwise, what was spent between, what was decided.

import { useState } from "react";
import type { CompareBody } from "../../../http/time-travel.ts";
import type { TicketMoment } from "../../../views/compare-states.ts";
import { costInWords, counted, durationInWords, statusWords, tokensInWords } from "../../../views/words.ts";
import { useAnswer, useRunView } from "../../state/hooks.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, ProblemNote } from "../../ui/notes.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";

type CompareDialogProps = {
  readonly a: number;
  readonly b: number;
  readonly head: number;
  readonly onChange: (seq: number) => void;
  readonly onClose: () => void;
};

export function CompareDialog({ a, b, head, onChange, onClose }: CompareDialogProps) {
  const { run } = useRunView();
  const answer = useAnswer<CompareBody>(`/api/runs/${run}/compare?a=${a}&b=${b}`);
  return (
    <Dialog title="What changed between two points" onClose={onClose} wide>
      <div className="grid gap-4">
        <Point a={a} b={b} head={head} onChange={onChange} />
        {answer === undefined && <p role="status">Folding both points</p>}
        {answer?.ok === false && <ProblemNote problem={answer.problem} />}
        {answer?.ok === true && <Differences found={answer.value} />}
      </div>
    </Dialog>
  );
}

function Point({ a, b, head, onChange }: Omit<CompareDialogProps, "onClose">) {
  const [typed, setTyped] = useState(String(b));
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const seq = Number(typed);
    if (Number.isInteger(seq)) onChange(Math.max(1, Math.min(head, seq)));
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2 tabular">
      Event {a.toLocaleString("en")} beside event
      <input
        aria-label="The other event"
        inputMode="numeric"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={submit}
        className="min-h-7 w-24 rounded-control border border-line3 bg-bg px-2"
      />
      of {head.toLocaleString("en")}
    </form>
  );
}

function Differences({ found }: { readonly found: CompareBody }) {
  const { tickets, same, ms, spend, approvals, commits } = found;
  const [all] = spend;
  const facts = [
    ["Time between", durationInWords(Math.abs(ms))],
    ["Cost", all === undefined ? "none" : costInWords(all.costMicros)],
    ["Tokens", all === undefined ? "0" : tokensInWords(all.tokens)],
    ["Questions opened", String(approvals.opened.length)],
    ["Questions closed", String(approvals.closed.length)],
    ["Merges between", String(commits.onlyB.length + commits.onlyA.length)],
  ] as const;
  return (
    <>
      <dl className="grid grid-cols-6 gap-2 max-md:grid-cols-2">
        {facts.map(([name, value]) => (
          <div key={name} className="rounded-card border border-line px-3 py-2">
            <dt className="text-12 text-fg2">{name}</dt>
            <dd className="font-semibold tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {tickets.length === 0 ? (
        <Empty title="Every ticket stands the same" />
      ) : (
        <table className="w-full">
          <caption className="pb-2 text-left text-fg2">
            {counted(tickets.length, "ticket")} stand otherwise, {same} the same
          </caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Ticket</th>
              <th scope="col">At the first point</th>
              <th scope="col">At the other point</th>
            </tr>
          </thead>
          <tbody>
            {tickets.slice(0, mostShown).map(({ ticket, title, a, b }) => (
              <tr key={ticket} className="border-t border-line">
                <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                  <span className="font-mono text-12 text-fg2">{ticket}</span> {title}
                </th>
                <MomentCell moment={a} />
                <MomentCell moment={b} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {tickets.length > mostShown && <p className="text-fg2">and {tickets.length - mostShown} more</p>}
    </>
  );
}

const mostShown = 200;

function MomentCell({ moment }: { readonly moment: TicketMoment | null }) {
  if (moment === null) return <td className="px-3 py-1.5 text-fg2">not in the plan</td>;
  return (
    <td className="px-3 py-1.5">
      <span className="flex items-center gap-2">
        <StatusIcon status={moment.status} size={14} />
        {statusWords[moment.status]}
        {moment.attempt > 1 && <span className="text-12 text-fg2">attempt {moment.attempt}</span>}
      </span>
    </td>
  );
}
