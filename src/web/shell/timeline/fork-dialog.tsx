// Begins another run as this one was at a point, with what the person changes. The run it comes from stays as it is.

import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { ForkBody, ForkedBody } from "../../../http/time-travel.ts";
import type { RunState } from "../../../core/state.ts";
import { at } from "../../../core/vector.ts";
import { counted } from "../../../views/words.ts";
import type { Problem } from "../../state/backend.ts";
import { useBackend, useRun, useRunView } from "../../state/hooks.ts";
import { InRun } from "../../state/in-run.tsx";
import { usePastView, type PastView } from "../../state/past.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";

type ForkDialogProps = {
  readonly at: number;
  /** The ticket to guide, and the first words of what its next worker is told. */
  readonly ticket?: string;
  readonly words?: string;
  readonly onClose: () => void;
};

/** What the fork comes with, and which tickets can still be told something. */
const standingOf = ({ config, consults, counts, graph, mode, tickets }: RunState) => ({
  mode,
  isDeliberation: config?.deliberation !== undefined,
  asked: consults.size,
  completed: counts.completed,
  underWay: counts.running + counts.step_paused,
  open: graph.tickets
    .filter((_, index) => at(tickets, index).status !== "completed")
    .map(({ id, title }) => ({ id, title })),
});

const modes = [
  { value: "as it was", label: "As it was" },
  { value: "async", label: "Async" },
  { value: "linear", label: "Linear" },
] as const;

const field = "rounded-control border border-line3 bg-bg px-2.5 py-1.5";

export function ForkDialog(props: ForkDialogProps) {
  const { at: seq, onClose } = props;
  const view = useRunView();
  const form = useForkForm(props);
  const { view: then, problem } = useStandingAt(seq);
  return (
    <Dialog
      title={`Fork ${view.run} at event ${seq.toLocaleString("en")}`}
      about="A new run begins as this one was. This one stays as it is, and goes on if it goes on."
      onClose={onClose}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit();
        }}
      >
        {then === null ? (
          <p className="text-fg3">Reading the run as it was then</p>
        ) : (
          <InRun view={then}>
            <Inherited />
            <Edits form={form} />
          </InRun>
        )}
        {problem !== null && <ProblemNote problem={problem} />}
        <Segmented label="Mode of the fork" value={form.mode} options={modes} onChange={form.setMode} />
        {form.problem !== null && <ProblemNote problem={form.problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={then === null} isSending={form.isSending}>
            Fork and go on
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The run as it was at the point, whatever the screen behind the dialog shows. */
function useStandingAt(seq: number): PastView {
  const view = useRunView();
  const isShown = view.isPast && view.state().seq === seq;
  const past = usePastView(view.run, isShown ? undefined : seq);
  return isShown ? { view, problem: null } : past;
}

function Inherited() {
  const { completed, underWay, isDeliberation, asked } = useRun(standingOf);
  if (isDeliberation)
    return (
      <ul className="list-disc pl-5 text-fg2">
        <li>Everything that was said, written and voted up to there comes with it.</li>
        <li>{counted(asked, "agent")} in mid-answer: asked again.</li>
        <li>Pauses are not inherited; its bounds start full.</li>
      </ul>
    );
  return (
    <ul className="list-disc pl-5 text-fg2">
      <li>{completed} completed tickets and their commits come with it.</li>
      <li>{underWay} attempts under way are begun anew: what they had written is not taken along.</li>
      <li>Answers at gates, rules and pauses are not inherited; its bounds start full.</li>
    </ul>
  );
}

function Edits({ form }: { readonly form: ReturnType<typeof useForkForm> }) {
  const { isDeliberation } = useRun(standingOf);
  return (
    <>
      {!isDeliberation && <TicketEdits form={form} />}
      <label className="grid gap-1">
        <span className="text-12 text-fg2">Bounds, for example run usd 5 (left out: as they were)</span>
        <input
          value={form.bounds}
          onChange={({ target }) => form.setBounds(target.value)}
          className={`${field} font-mono text-12`}
        />
      </label>
    </>
  );
}

function TicketEdits({ form }: { readonly form: ReturnType<typeof useForkForm> }) {
  const { open } = useRun(standingOf);
  const id = useId();
  return (
    <>
      <div className="grid gap-1">
        <label htmlFor={`${id}-ticket`} className="text-12 text-fg2">
          Ticket to guide (left out: nothing is changed)
        </label>
        <input
          id={`${id}-ticket`}
          list={`${id}-tickets`}
          value={form.ticket}
          onChange={({ target }) => form.setTicket(target.value)}
          className={field}
        />
        <datalist id={`${id}-tickets`}>
          {open.slice(0, 500).map((ticket) => (
            <option key={ticket.id} value={ticket.id}>
              {ticket.title}
            </option>
          ))}
        </datalist>
      </div>
      <label className="grid gap-1">
        <span className="text-12 text-fg2">What its next worker is told</span>
        <textarea
          rows={4}
          value={form.words}
          onChange={({ target }) => form.setWords(target.value)}
          className={field}
        />
      </label>
      <label className="grid gap-1">
        <span className="text-12 text-fg2">
          Other models for this ticket, the first one first (left out: as they are)
        </span>
        <input
          value={form.models}
          onChange={({ target }) => form.setModels(target.value)}
          className={`${field} font-mono text-12`}
        />
      </label>
    </>
  );
}

type ForkMode = (typeof modes)[number]["value"];

function useForkForm({ at: seq, ticket: first = "", words: begun = "", onClose }: ForkDialogProps) {
  const view = useRunView();
  const backend = useBackend();
  const navigate = useNavigate();
  const [ticket, setTicket] = useState(first);
  const [words, setWords] = useState(begun);
  const [models, setModels] = useState("");
  const [bounds, setBounds] = useState("");
  const [mode, setMode] = useState<ForkMode>("as it was");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setIsSending] = useState(false);

  const submit = async (): Promise<void> => {
    const ladder = models
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    const body: ForkBody = {
      at: seq,
      edit: {
        ...(words.trim() !== "" && { guidance: [{ ticket, text: words }] }),
        ...(ladder.length > 0 && { models: { tickets: [{ ticket, models: ladder }] } }),
        ...(bounds.trim() !== "" && { bounds }),
        ...(mode !== "as it was" && { mode }),
      },
    };
    setIsSending(true);
    setProblem(null);
    const answer = await backend.send<ForkedBody>("POST", `/api/runs/${view.run}/fork`, body);
    setIsSending(false);
    if (!answer.ok) return setProblem(answer.problem);
    onClose();
    void navigate({ to: "/runs/$run", params: { run: answer.value.run }, search: {} });
  };

  return {
    ticket,
    setTicket,
    words,
    setWords,
    models,
    setModels,
    bounds,
    setBounds,
    mode,
    setMode,
    problem,
    isSending,
    submit,
  };
}
