// "Make this a rule": what it is to be about, what it would have decided so far, and only then the rule itself.

import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RunState } from "../../../core/state.ts";
import type { ApprovalId } from "../../../domain/ids.ts";
import type { LiveRule } from "../../../domain/live-rule.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { RulePreviewBody } from "../../../http/wire.ts";
import { makeRule, ruleDraftOf, type ChosenRule, type RuleDraft } from "../../../views/rule-draft.ts";
import type { Answer } from "../../state/backend.ts";
import { useBackend, useCommand, useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { AnswerProblem } from "./answer-problem.tsx";

const RulePast = lazy(async () => ({ default: (await import("./rule-past.tsx")).RulePast }));

type RuleDialogProps = { readonly approval: ApprovalId; readonly onClose: () => void };

export function RuleDialog({ approval, onClose }: RuleDialogProps) {
  const now = useRun(useCallback((state: RunState) => ruleDraftOf(state, approval) ?? null, [approval]));
  const draft = useRef(now);
  if (now !== null) draft.current = now;
  return (
    <Dialog
      title="Make this a rule"
      about="It answers in your place from now on, in this run. Every call it lets run or refuses is recorded with its name."
      onClose={onClose}
      wide
    >
      {draft.current === null ? (
        <p>No rule can answer such a request.</p>
      ) : (
        <RuleForm draft={draft.current} onClose={onClose} />
      )}
    </Dialog>
  );
}

function RuleForm({ draft, onClose }: { readonly draft: RuleDraft; readonly onClose: () => void }) {
  const { isPast } = useRunView();
  const [chosen, setChosen] = useState<ChosenRule>({ match: 0, scope: 0, decision: "approve" });
  const [answersOpen, setAnswersOpen] = useState(true);
  const made = useMemo(() => makeRule(draft, chosen), [draft, chosen]);
  const rule = "problem" in made ? undefined : made;
  const preview = usePreview(rule);
  const known = preview?.ok === true ? preview.value : undefined;
  const command = useCommand();
  const canSave = known !== undefined && rule !== undefined && !command.isSending && !isPast;
  const save = (): void => {
    if (!canSave) return;
    const answer = answersOpen ? known.answers : [];
    void command.send("/commands", { type: "rule.add", rule, answer }).then(({ ok }) => ok && onClose());
  };
  useKeys("Rule", [{ keys: "Ctrl Enter", does: "Make the rule", run: save, everywhere: true }]);
  return (
    <div className="grid gap-4">
      <RuleChoices draft={draft} chosen={chosen} onChange={setChosen} />
      {"problem" in made && <p role="alert">Such a rule cannot be made: {made.problem}.</p>}
      {preview !== undefined && !preview.ok && <AnswerProblem problem={preview.problem} onClose={() => {}} />}
      {known !== undefined && (
        <Suspense>
          <RulePast preview={known} />
        </Suspense>
      )}
      {known !== undefined && known.answers.length > 0 && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={answersOpen}
            onChange={(event) => setAnswersOpen(event.target.checked)}
            className="size-4"
          />
          Also let it answer the {known.answers.length} that wait now
        </label>
      )}
      {command.problem !== null && <AnswerProblem problem={command.problem} onClose={command.forget} />}
      <footer className="flex flex-wrap items-center justify-end gap-2">
        <p className="min-w-40 flex-1 font-medium">
          {known === undefined ? "" : toPrintableLine(`It ${known.words}.`)}
        </p>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" keys="Ctrl Enter" disabled={!canSave} isSending={command.isSending} onClick={save}>
          Make the rule
        </Button>
      </footer>
    </div>
  );
}

/** What the rule would have decided; asked again a moment after it was changed. */
function usePreview(rule: LiveRule | undefined): Answer<RulePreviewBody> | undefined {
  const { run } = useRunView();
  const backend = useBackend();
  const [got, setGot] = useState<{ readonly rule: LiveRule; readonly answer: Answer<RulePreviewBody> }>();
  useEffect(() => {
    if (rule === undefined) return undefined;
    let isWanted = true;
    void backend.send<RulePreviewBody>("POST", `/api/runs/${run}/rules/preview`, { rule }).then((answer) => {
      if (isWanted) setGot({ rule, answer });
    });
    return () => {
      isWanted = false;
    };
  }, [backend, run, rule]);
  return got !== undefined && got.rule === rule ? got.answer : undefined;
}

const decisions: readonly { readonly value: ChosenRule["decision"]; readonly words: string }[] = [
  { value: "approve", words: "Approve" },
  { value: "reject", words: "Reject" },
  { value: "ask", words: "Ask me, whatever trust says" },
];

type RuleChoicesProps = {
  readonly draft: RuleDraft;
  readonly chosen: ChosenRule;
  readonly onChange: (chosen: ChosenRule) => void;
};

function RuleChoices({ draft, chosen, onChange }: RuleChoicesProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {draft.matches.length > 0 && (
        <Choice
          legend="What"
          words={draft.matches.map(({ words }) => words)}
          value={chosen.match}
          onChange={(match) => onChange({ ...chosen, match })}
        />
      )}
      <Choice
        legend="Of whom"
        words={draft.scopes.map(({ words }) => words)}
        value={chosen.scope}
        onChange={(scope) => onChange({ ...chosen, scope })}
      />
      <Choice
        legend="Answer"
        words={decisions.map(({ words }) => words)}
        value={decisions.findIndex(({ value }) => value === chosen.decision)}
        onChange={(place) => onChange({ ...chosen, decision: decisions[place]?.value ?? "ask" })}
      />
    </div>
  );
}

type ChoiceProps = {
  readonly legend: string;
  readonly words: readonly string[];
  readonly value: number;
  readonly onChange: (place: number) => void;
};

function Choice({ legend, words, value, onChange }: ChoiceProps) {
  return (
    <fieldset className="grid content-start gap-1">
      <legend className="pb-1 text-12 font-semibold text-fg2">{legend}</legend>
      {words.map((each, place) => (
        <label key={each} className="flex min-h-6 items-start gap-2 wrap-anywhere">
          <input
            type="radio"
            name={legend}
            checked={place === value}
            onChange={() => onChange(place)}
            className="mt-1 accent-(--accent-solid)"
          />
          {toPrintableLine(each)}
        </label>
      ))}
    </fieldset>
  );
}
