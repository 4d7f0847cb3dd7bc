// What can be done to several tickets at once. Each is asked for by itself, and each refusal is told.

import { useCallback, useMemo, useState } from "react";
import { ticketAt, type RunState } from "../../../../core/state.ts";
import { at } from "../../../../core/vector.ts";
import type { TicketStatus } from "../../../../domain/ticket.ts";
import type { CommandBody } from "../../../../http/wire.ts";
import { counted } from "../../../../views/words.ts";
import { useCommand, useRun, useRunView } from "../../../state/hooks.ts";
import type { Problem } from "../../../state/backend.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/notes.tsx";
import { useActionsOff } from "../../worker/use-actions-off.ts";

type Act = {
  readonly name: string;
  readonly fits: readonly TicketStatus[];
  readonly isDangerous?: boolean;
  readonly toCommand: (ticket: string) => CommandBody;
};

const acts: readonly Act[] = [
  {
    name: "Pause",
    fits: ["running"],
    toCommand: (ticket) => ({ type: "ticket.pause", ticket, reason: "paused with others from the list" }),
  },
  { name: "Resume", fits: ["running", "step_paused"], toCommand: (ticket) => ({ type: "ticket.resume", ticket }) },
  {
    name: "Reopen",
    fits: ["blocked", "failed", "cancelled"],
    toCommand: (ticket) => ({ type: "ticket.reopen", ticket }),
  },
  {
    name: "Abort",
    fits: ["pending", "ready", "running", "step_paused", "blocked", "failed"],
    isDangerous: true,
    toCommand: (ticket) => ({ type: "ticket.abort", ticket, reason: "aborted with others from the list" }),
  },
];

type BulkBarProps = { readonly chosen: ReadonlySet<number>; readonly onClear: () => void };

export function BulkBar({ chosen, onClear }: BulkBarProps) {
  const off = useActionsOff();
  const fitting = useFitting(chosen);
  const { doAll, isSending, problem, forget } = useBulk(onClear);
  const [asked, setAsked] = useState<Act | null>(null);
  if (chosen.size === 0) return null;
  const start = (act: Act): void => {
    setAsked(null);
    void doAll(act, fitting.get(act.name) ?? []);
  };
  return (
    <div role="region" aria-label="Chosen tickets" className="grid gap-2 border-t border-line2 bg-s1 px-4 py-2">
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
      <div className="flex flex-wrap items-center gap-2">
        <span className="mr-2 font-medium tabular">{counted(chosen.size, "ticket")} chosen</span>
        {acts.map((act) => {
          const count = fitting.get(act.name)?.length ?? 0;
          return (
            <Button
              key={act.name}
              kind={act.isDangerous === true ? "danger" : "plain"}
              disabled={count === 0 || off !== null}
              isSending={isSending}
              onClick={() => (act.isDangerous === true ? setAsked(act) : start(act))}
            >
              {act.name} {count > 0 && count}
            </Button>
          );
        })}
        <Button kind="ghost" onClick={onClear}>
          Choose none
        </Button>
        {off !== null && <span className="text-fg2">{off}</span>}
      </div>
      {asked !== null && (
        <Sure count={fitting.get(asked.name)?.length ?? 0} onYes={() => start(asked)} onNo={() => setAsked(null)} />
      )}
    </div>
  );
}

/** By act: the chosen tickets that it can be done to now. */
function useFitting(chosen: ReadonlySet<number>): ReadonlyMap<string, readonly number[]> {
  const fitting = useRun(
    useCallback(
      (state: RunState) =>
        acts.map(({ fits }) => [...chosen].filter((index) => fits.includes(at(state.tickets, index).status))),
      [chosen],
    ),
  );
  return useMemo(() => new Map(acts.map(({ name }, place) => [name, fitting[place] ?? []])), [fitting]);
}

/** One command a ticket, one after the other; the tickets stay chosen where one was refused. */
function useBulk(onDone: () => void) {
  const view = useRunView();
  const { send } = useCommand();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const doAll = async (act: Act, indexes: readonly number[]): Promise<void> => {
    setSending(true);
    const refused: Problem[] = [];
    for (const index of indexes) {
      const answer = await send("/commands", act.toCommand(ticketAt(view.state(), index).id));
      if (!answer.ok) refused.push(answer.problem);
    }
    setSending(false);
    const [first] = refused;
    if (first === undefined) {
      setProblem(null);
      onDone();
    } else setProblem({ ...first, detail: `${counted(refused.length, "ticket")} not changed. ${first.detail}` });
  };
  return { doAll, isSending, problem, forget: () => setProblem(null) };
}

type SureProps = { readonly count: number; readonly onYes: () => void; readonly onNo: () => void };

function Sure({ count, onYes, onNo }: SureProps) {
  return (
    <Dialog
      title={`Abort ${counted(count, "ticket")}?`}
      about="Their workers stop and their partial work is thrown away. Tickets that wait for them will not start. A ticket that was aborted can be reopened."
      onClose={onNo}
    >
      <div className="flex justify-end gap-2">
        <Button onClick={onNo}>Keep them</Button>
        <Button kind="danger" onClick={onYes}>
          Abort {counted(count, "ticket")}
        </Button>
      </div>
    </Dialog>
  );
}
