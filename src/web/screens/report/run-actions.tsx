// What can be done with the run as a whole: go on with it, bring its result over, end it.

import { useState } from "react";
import type { RunCard } from "../../../http/run-card.ts";
import type { LandBody, LandedBody, ResumedBody } from "../../../http/runs-wire.ts";
import { counted } from "../../../views/words.ts";
import { useCanAct } from "../../state/hooks.ts";
import { useAsking } from "../../state/use-asking.ts";
import { announce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { AbortDialog } from "./abort-dialog.tsx";

type ActionsProps = { readonly card: RunCard; readonly hasMerged: boolean };

export function RunActions({ card, hasMerged }: ActionsProps) {
  const canAct = useCanAct();
  const [layer, setLayer] = useState<"land" | "abort" | null>(null);
  if (!canAct || card.isImported || card.problem !== null) return null;
  const isOver = card.phase === "ended";
  const close = (): void => setLayer(null);
  return (
    <div className="flex flex-wrap items-start gap-2">
      {!isOver && card.conducted === "nobody" && <Resume card={card} />}
      {hasMerged && <Button onClick={() => setLayer("land")}>Land the result</Button>}
      {!isOver && (
        <Button kind="danger" onClick={() => setLayer("abort")}>
          Abort the run
        </Button>
      )}
      {layer === "land" && <LandDialog card={card} onClose={close} />}
      {layer === "abort" && <AbortDialog onClose={close} />}
    </div>
  );
}

function Resume({ card }: { readonly card: RunCard }) {
  const { ask, isSending, problem } = useAsking<ResumedBody>(`/api/runs/${card.run}/resume`);
  const resume = (): void =>
    ask({}, ({ kept, continued }) =>
      announce(`The run goes on: ${counted(kept, "ticket")} kept, ${counted(continued.length, "step")} begun anew.`),
    );
  return (
    <>
      <Button kind="primary" isSending={isSending} onClick={resume}>
        Go on with it
      </Button>
      {problem !== null && <ProblemNote problem={problem} />}
    </>
  );
}

type DialogProps = { readonly onClose: () => void };

const hows = [
  { value: "ff", label: "Only forward" },
  { value: "merge", label: "Merge" },
] as const satisfies readonly { readonly value: NonNullable<LandBody["how"]>; readonly label: string }[];

const landedWords = {
  already_there: "had it already",
  fast_forward: "was moved forward to it",
  merge: "has it by a merge",
} as const satisfies Record<LandedBody["how"], string>;

function LandDialog({ card, onClose }: DialogProps & { readonly card: RunCard }) {
  const [into, setInto] = useState("");
  const [how, setHow] = useState<NonNullable<LandBody["how"]>>("ff");
  const [landed, setLanded] = useState<LandedBody | null>(null);
  const { ask, isSending, problem } = useAsking<LandedBody>(`/api/runs/${card.run}/land`);
  const land = (): void => ask({ how, ...(into.trim() !== "" && { into: into.trim() }) }, setLanded);
  return (
    <Dialog
      title="Land the result"
      about="What was merged in the run comes to a branch of yours. It is refused where that would lose something."
      onClose={onClose}
    >
      {landed === null ? (
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            land();
          }}
        >
          <label className="grid gap-1">
            <span className="text-12 text-fg2">Branch</span>
            <input
              value={into}
              placeholder="the one the run began from"
              onChange={({ target }) => setInto(target.value)}
              className="min-h-8 rounded-control border border-line3 bg-bg px-2.5"
            />
          </label>
          <div className="flex">
            <Segmented label="How" value={how} options={hows} onChange={setHow} />
          </div>
          {problem !== null && <ProblemNote problem={problem} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Leave it</Button>
            <Button type="submit" kind="primary" isSending={isSending}>
              Land
            </Button>
          </div>
        </form>
      ) : (
        <div className="grid gap-3">
          <p role="status">
            {landed.into} {landedWords[landed.how]}: {counted(landed.files, "file")} changed.
          </p>
          <Button kind="primary" className="justify-self-end" onClick={onClose}>
            Done
          </Button>
        </div>
      )}
    </Dialog>
  );
}
