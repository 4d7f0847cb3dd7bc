// The ladders as they stand on the screen, written into the project's tutti.toml for the runs to come: first what would
// change there, then the person's word.

import { useState } from "react";
import type { Tier } from "../../../domain/config.ts";
import type { ProjectModelsBody, SavedModelsBody, SaveModelsBody } from "../../../http/runs-wire.ts";
import { isLadderReady, isSameLadder, toModels, type Rungs } from "../../../views/ladder-draft.ts";
import { tierWords } from "../../../views/tier-models.ts";
import type { Problem } from "../../state/backend.ts";
import { useAnswer, useBackend, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";

export type Shown = { readonly tier: Tier; readonly rungs: Rungs };

type SaveProps = {
  /** Of every tier that has one ladder, as it is edited. */
  readonly shown: readonly Shown[];
  readonly onClose: () => void;
};

export function SaveDialog({ shown, onClose }: SaveProps) {
  const { run } = useRunView();
  const path = `/api/runs/${run}/project/models`;
  const answer = useAnswer<ProjectModelsBody>(path);
  return (
    <Dialog
      title="Save in tutti.toml"
      about="For the runs to come of this project. The rest of the file stays as it is; this run is not changed."
      onClose={onClose}
    >
      {answer === undefined && <p aria-busy>Reading the project's file</p>}
      {answer?.ok === false && <ProblemNote problem={answer.problem} />}
      {answer?.ok === true && <Changes path={path} file={answer.value} shown={shown} onClose={onClose} />}
    </Dialog>
  );
}

type ChangesProps = SaveProps & { readonly path: string; readonly file: ProjectModelsBody };

function Changes({ path, file, shown, onClose }: ChangesProps) {
  const said = new Map(file.tiers.map(({ tier, models }) => [tier, models]));
  const differing = shown.filter(
    ({ tier, rungs }) => isLadderReady(rungs) && !isSameLadder(said.get(tier) ?? [], rungs),
  );
  const [left, setLeft] = useState<ReadonlySet<Tier>>(new Set());
  const chosen = differing.filter(({ tier }) => !left.has(tier));
  const { save, isSending, problem, saved } = useSaving(path);
  if (saved !== null) return <Saved saved={saved} onClose={onClose} />;
  if (differing.length === 0)
    return <p className="break-words">{file.file} says so already: there is nothing to save.</p>;
  const toggle = (tier: Tier): void =>
    setLeft((had) => (had.has(tier) ? new Set([...had].filter((each) => each !== tier)) : new Set([...had, tier])));
  return (
    <div className="grid gap-4">
      <p className="font-mono text-12 break-all text-fg2">{file.file}</p>
      <ul className="grid gap-3">
        {differing.map(({ tier, rungs }) => (
          <li key={tier}>
            <label className="flex cursor-pointer items-start gap-2.5">
              <input
                type="checkbox"
                className="mt-0.5 size-4 accent-accent-solid"
                checked={!left.has(tier)}
                onChange={() => toggle(tier)}
              />
              <span className="grid min-w-0 gap-0.5">
                <span className="font-medium">
                  Tier {tier}, {tierWords[tier].name}
                </span>
                <Ladder name="Says now" rungs={said.get(tier) ?? []} />
                <Ladder name="Will say" rungs={rungs} />
              </span>
            </label>
          </li>
        ))}
      </ul>
      {problem !== null && <ProblemNote problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button kind="primary" isSending={isSending} disabled={chosen.length === 0} onClick={() => save(chosen)}>
          Save
        </Button>
      </div>
    </div>
  );
}

function Ladder({ name, rungs }: { readonly name: string; readonly rungs: Rungs }) {
  return (
    <span className="grid grid-cols-[4.5rem_minmax(0,1fr)] text-12">
      <span className="text-fg2">{name}</span>
      <span className="font-mono break-all">{rungs.length === 0 ? "nothing" : rungs.join(", ")}</span>
    </span>
  );
}

function Saved({ saved, onClose }: { readonly saved: SavedModelsBody; readonly onClose: () => void }) {
  return (
    <div className="grid gap-3">
      <p role="status" className="break-words">
        Saved in {saved.file}. It is a change of your checkout: commit it where others are to have it.
      </p>
      {saved.notes.map((note) => (
        <p key={note} className="text-paused">
          {note}
        </p>
      ))}
      <Button kind="primary" className="justify-self-end" onClick={onClose}>
        Done
      </Button>
    </div>
  );
}

function useSaving(path: string) {
  const backend = useBackend();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saved, setSaved] = useState<SavedModelsBody | null>(null);
  const save = async (chosen: readonly Shown[]): Promise<void> => {
    setIsSending(true);
    setProblem(null);
    const body: SaveModelsBody = { tiers: chosen.map(({ tier, rungs }) => ({ tier, models: [...toModels(rungs)] })) };
    const answer = await backend.send<SavedModelsBody>("PUT", path, body);
    setIsSending(false);
    if (answer.ok) setSaved(answer.value);
    else setProblem(answer.problem);
  };
  return { save: (chosen: readonly Shown[]) => void save(chosen), isSending, problem, saved };
}
