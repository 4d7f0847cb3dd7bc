// Acts on a worker that need a word, or a second look.

import { useId, useState } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { whyNoRewrite, type WorkerHead } from "../../../views/worker-head.ts";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";

type DialogProps = { readonly ticket: TicketId; readonly onClose: () => void };

type WordsProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
};

function Words({ label, value, onChange, rows = 3 }: WordsProps) {
  return (
    <label className="grid gap-1">
      <span className="text-12 text-fg2">{label}</span>
      <textarea
        value={value}
        rows={rows}
        onChange={(event) => onChange(event.target.value)}
        className="rounded-control border border-line3 bg-bg px-2.5 py-1.5"
      />
    </label>
  );
}

export function AbortDialog({ ticket, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const { send, isSending, problem } = useCommand();
  const abort = (): void =>
    void send("/commands", { type: "ticket.abort", ticket, reason }).then(({ ok }) => ok && onClose());
  return (
    <Dialog
      title={`Abort ${ticket}?`}
      about="Its commands are killed with all that they started. Tickets that need it will not start. Files merged before stay."
      onClose={onClose}
    >
      <div className="grid gap-3">
        <Words label="Why (kept with it)" value={reason} onChange={setReason} />
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" isSending={isSending} onClick={abort}>
            Abort ticket
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

export function ReopenDialog({ ticket, head, onClose }: DialogProps & { readonly head: WorkerHead }) {
  const [guidance, setGuidance] = useState("");
  const { send, isSending, problem } = useCommand();
  const reopen = (): void =>
    void send("/commands", { type: "ticket.reopen", ticket, ...(guidance.trim() !== "" && { guidance }) }).then(
      ({ ok }) => ok && onClose(),
    );
  return (
    <Dialog title={`Try ${ticket} again`} about={`Its next attempt is made by ${head.nextModel}.`} onClose={onClose}>
      <div className="grid gap-3">
        <Words label="What the next attempt should know" value={guidance} onChange={setGuidance} rows={5} />
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button kind="primary" isSending={isSending} onClick={reopen}>
            Try again
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Says why there is nothing to rewrite now, and how to come to where there is. */
export function RewriteDialog({ ticket, head, onClose }: DialogProps & { readonly head: WorkerHead }) {
  const { send, isSending, problem } = useCommand();
  const isStep = head.trust === "step";
  const hold = (): void =>
    void send("/commands", { type: "ticket.trust", ticket, trust: "step" }).then(({ ok }) => ok && onClose());
  return (
    <Dialog title="Its last message cannot be rewritten now" onClose={onClose}>
      <div className="grid gap-3">
        <p>{whyNoRewrite(head) ?? "It can be rewritten now."}</p>
        {head.isWorking && (
          <p className="text-fg2">
            {isStep
              ? "It is on trust step: it waits before its next call, and you can rewrite the message there."
              : "Put on trust step, it waits before its next call, and you can rewrite the message there."}
          </p>
        )}
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          {head.isWorking && !isStep && (
            <Button kind="primary" isSending={isSending} disabled={head.runTrust !== null} onClick={hold}>
              Pause at the next step
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** The ladder of its next attempts; an attempt under way goes on with its model. */
export function ModelDialog({ ticket, head, onClose }: DialogProps & { readonly head: WorkerHead }) {
  const [model, setModel] = useState<string>(head.nextModel);
  const { send, isSending, problem } = useCommand();
  const list = useId();
  const change = (): void =>
    void send("/commands", { type: "models.set", ticket, models: [model.trim()] }).then(({ ok }) => ok && onClose());
  return (
    <Dialog
      title={`Model of ${ticket}'s next attempt`}
      about={`Now: ${head.ladder.join(", then ")}. An attempt under way goes on with its model.`}
      onClose={onClose}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          change();
        }}
      >
        <label className="grid gap-1">
          <span className="text-12 text-fg2">Provider and model, such as {head.known[0] ?? head.nextModel}</span>
          <input
            value={model}
            list={list}
            onChange={(event) => setModel(event.target.value)}
            className="min-h-8 rounded-control border border-line3 bg-bg px-2.5"
          />
          <datalist id={list}>
            {head.known.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </datalist>
        </label>
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" kind="primary" isSending={isSending} disabled={model.trim() === ""}>
            Change model
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
