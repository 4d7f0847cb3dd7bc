// The plan is changed here: parts are put together, the server shows what they would do, and only what was shown is sent.

import { X } from "lucide-react";
import { useState } from "react";
import { describePlanProblem } from "../../../../domain/plan-problem.ts";
import { toPrintableLine } from "../../../../domain/printable.ts";
import type { PlanDiffBody } from "../../../../http/wire.ts";
import type { Problem } from "../../../state/backend.ts";
import { useBackend, useCommand, useRunView } from "../../../state/hooks.ts";
import { announce } from "../../../ui/announcer.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { useActionsOff } from "../../worker/use-actions-off.ts";
import { DiffView } from "./diff-view.tsx";
import { emptyDraft, isEmptyDraft, partsOf, toPatch, withPart, without, type PlanDraft } from "./draft.ts";
import { AddForm, DropForm, RewireForm } from "./forms.tsx";
import { SplitForm } from "./split-form.tsx";

type PlanEditProps = { readonly about: string | undefined; readonly onClose: () => void };

const forms = {
  add: { label: "Add a ticket", Form: AddForm },
  rewire: { label: "Dependencies", Form: RewireForm },
  split: { label: "Split", Form: SplitForm },
  drop: { label: "Drop", Form: DropForm },
} as const;
type FormName = keyof typeof forms;
const formNames: readonly FormName[] = ["add", "rewire", "split", "drop"];

export function PlanEdit({ about, onClose }: PlanEditProps) {
  const [draft, setDraft] = useState(emptyDraft);
  const [form, setForm] = useState<FormName>("add");
  const [reason, setReason] = useState("");
  const off = useActionsOff();
  const patch = useShownPatch(draft, reason);
  const { Form } = forms[form];
  const coming = [...draft.add, ...draft.split.flatMap(({ into }) => into)].map(({ id }) => id);
  return (
    <Dialog
      wide
      title="Change the plan"
      about="Completed work stays. Nothing changes before you have seen what the change does and sent it."
      onClose={onClose}
    >
      <div className="grid gap-4 md:grid-cols-2">
        <div className="grid content-start gap-3">
          <Segmented
            label="What changes"
            value={form}
            options={formNames.map((value) => ({ value, label: forms[value].label }))}
            onChange={setForm}
          />
          <Form about={about} coming={coming} onAdd={(part) => setDraft(withPart(draft, part))} />
        </div>
        <div className="grid content-start gap-3 md:border-l md:border-line md:pl-4">
          <Parts draft={draft} onTakeOut={(key) => setDraft(without(draft, key))} />
          <label className="grid gap-1 text-12 text-fg2">
            Why the plan changes
            <input
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              className="min-h-7.5 rounded-control border border-line3 bg-bg px-2"
            />
          </label>
          {patch.problem !== null && <PatchProblem problem={patch.problem} />}
          {patch.diff !== null && <DiffView diff={patch.diff} />}
          {off !== null && <p className="text-fg2">{off}</p>}
          <div className="flex justify-end gap-2">
            <Button
              onClick={() => void patch.show()}
              disabled={!patch.isReady || off !== null}
              isSending={patch.isAsking}
            >
              Show what it does
            </Button>
            <Button
              kind="primary"
              disabled={patch.diff === null || off !== null}
              isSending={patch.isSending}
              onClick={() => void patch.send().then((isSent) => isSent && onClose())}
            >
              Change the plan
            </Button>
          </div>
        </div>
      </div>
    </Dialog>
  );
}

type PartsProps = { readonly draft: PlanDraft; readonly onTakeOut: (key: string) => void };

function Parts({ draft, onTakeOut }: PartsProps) {
  const parts = partsOf(draft);
  return (
    <section aria-label="The change">
      <h3 className="mb-1 text-12 text-fg2">The change</h3>
      {parts.length === 0 ? (
        <p className="text-fg3">Nothing yet. Put in what is to be different.</p>
      ) : (
        <ul className="grid gap-1">
          {parts.map(({ key, sign, words }) => (
            <li key={key} className="flex items-center gap-2 rounded-control bg-s3 pl-2">
              <span className="font-mono">{sign}</span>
              <span className="min-w-0 flex-1 truncate text-12">{toPrintableLine(words)}</span>
              <button
                type="button"
                aria-label={`Take out: ${toPrintableLine(words)}`}
                className="grid size-7 place-items-center hover:text-failed"
                onClick={() => onTakeOut(key)}
              >
                <X aria-hidden size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function PatchProblem({ problem }: { readonly problem: Problem }) {
  return (
    <div role="alert" className="rounded-card border border-failed/60 bg-del px-3 py-2 text-12 text-del-fg">
      <p className="font-medium">{problem.detail}</p>
      {problem.problems === undefined ? (
        <p>{problem.remedy}</p>
      ) : (
        <ul className="list-disc pl-4">
          {problem.problems.map((each) => (
            <li key={`${each.field} ${each.problem}`}>{toPrintableLine(describePlanProblem(each))}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A patch, and what the server says it would do. Any change of it makes that void. */
function useShownPatch(draft: PlanDraft, reason: string) {
  const view = useRunView();
  const backend = useBackend();
  const command = useCommand();
  const [shown, setShown] = useState<{ readonly of: string; readonly body: PlanDiffBody } | null>(null);
  const [refused, setRefused] = useState<{ readonly of: string; readonly problem: Problem } | null>(null);
  const [isAsking, setAsking] = useState(false);
  const patch = toPatch(draft, reason.trim());
  const text = JSON.stringify(patch);

  const show = async (): Promise<void> => {
    setAsking(true);
    const answer = await backend.send<PlanDiffBody>("POST", `/api/runs/${view.run}/plan/diff`, { patch });
    setAsking(false);
    setShown(answer.ok ? { of: text, body: answer.value } : null);
    setRefused(answer.ok ? null : { of: text, problem: answer.problem });
  };
  const send = async (): Promise<boolean> => {
    const answer = await command.send("/plan/patch", { patch });
    if (answer.ok) announce("The plan is changed.");
    else setRefused({ of: text, problem: answer.problem });
    return answer.ok;
  };
  return {
    show,
    send,
    isReady: !isEmptyDraft(draft) && reason.trim() !== "",
    isAsking,
    isSending: command.isSending,
    diff: shown?.of === text ? shown.body.diff : null,
    problem: refused?.of === text ? refused.problem : null,
  };
}
