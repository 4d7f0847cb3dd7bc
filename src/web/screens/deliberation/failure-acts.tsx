// Each of the four acts in words, with what it needs, before it is done.

import { useId, useState } from "react";
import type { AcceptBody, PartialBody, RecoverBody, RecoveredBody } from "../../../http/pipeline-wire.ts";
import { sections, type Section } from "../../../domain/deliberation.ts";
import { bestPartialIn } from "../../../views/pipeline.ts";
import { useRunView } from "../../state/hooks.ts";
import { announce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useAsking } from "../../state/use-asking.ts";
import { useDeliberation } from "./use-deliberation.ts";

export type FailureAct = "rerun" | "rerun_mediated" | "escalate" | "accept";

const words = {
  rerun: {
    title: "Run it again?",
    about: "A new run begins with what this one wrote and with the money that is left. Nothing else is changed.",
    verb: "Run it again",
  },
  rerun_mediated: {
    title: "Run it again with the mediator?",
    about:
      "A new run begins with what this one wrote and with the money that is left. The mediator sits from the start.",
    verb: "Run it with the mediator",
  },
  escalate: {
    title: "Run it on a higher tier?",
    about: "A new run begins with what this one wrote, on stronger models. They may cost more.",
    verb: "Run it on a higher tier",
  },
} as const;

export function ActDialog({ act, onClose }: { readonly act: FailureAct; readonly onClose: () => void }) {
  return act === "accept" ? <Accept onClose={onClose} /> : <Recover act={act} onClose={onClose} />;
}

type RecoverProps = { readonly act: Exclude<FailureAct, "accept">; readonly onClose: () => void };

function Recover({ act, onClose }: RecoverProps) {
  const { run } = useRunView();
  const { setup } = useDeliberation();
  const [model, setModel] = useState("");
  const { ask, isSending, problem } = useAsking<RecoveredBody>(`/api/pipeline/${run}/recover`);
  const { title, about, verb } = words[act];
  const recover = (): void => {
    const body: RecoverBody = { why: act, ...(act === "escalate" && model.trim() !== "" && { model: model.trim() }) };
    ask(body, ({ run: next, changes, isNew }) => {
      announce(isNew ? `${next} recovers from it: ${changes.join("; ")}.` : `${next} recovers from it already.`);
      onClose();
    });
  };
  return (
    <Dialog title={title} about={about} onClose={onClose}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          recover();
        }}
      >
        {act === "escalate" && (
          <label className="grid gap-1">
            <span className="text-12 text-fg2">Model of every seat</span>
            <input
              value={model}
              placeholder="one tier above, for each seat"
              onChange={({ target }) => setModel(target.value)}
              className="min-h-8 rounded-control border border-line3 bg-bg px-2.5 font-mono text-12"
            />
            <span className="text-12 text-fg2">
              Now: {[...new Set(setup.seats.map((seat) => seat.model))].join(", ")}
            </span>
          </label>
        )}
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" kind="primary" isSending={isSending}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const placeOf = (section: string, key: string): string => `${section}/${key}`;

function Accept({ onClose }: { readonly onClose: () => void }) {
  const deliberation = useDeliberation();
  const { run } = useRunView();
  const best = bestPartialIn(deliberation);
  const [place, setPlace] = useState(best === undefined ? "" : placeOf(best.section, best.key));
  const [reason, setReason] = useState("");
  const { ask, isSending, problem } = useAsking<PartialBody>(`/api/runs/${run}/accept`);
  const accept = (): void => {
    const [section = "", key = ""] = place.split("/");
    const body: AcceptBody = { section: section as Section, key, reason };
    ask(body, ({ version }) => {
      announce(`${place} v${version} is taken.`);
      onClose();
    });
  };
  return (
    <Dialog
      title="Accept what there is?"
      about="You take one entry as the result though not all stand for it. The dissent stays on record, and no run recovers from this one by itself."
      onClose={onClose}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          accept();
        }}
      >
        {deliberation.board.length === 0 && <p>Nothing stands on the blackboard that could be taken.</p>}
        <Place place={place} onChoose={setPlace} />
        <label className="grid gap-1">
          <span className="text-12 text-fg2">Why (kept with it)</span>
          <textarea
            value={reason}
            rows={2}
            onChange={({ target }) => setReason(target.value)}
            className="rounded-control border border-line3 bg-bg px-2.5 py-1.5"
          />
        </label>
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" kind="primary" isSending={isSending} disabled={deliberation.board.length === 0}>
            Accept it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type PlaceProps = { readonly place: string; readonly onChoose: (place: string) => void };

function Place({ place, onChoose }: PlaceProps) {
  const { board } = useDeliberation();
  const field = useId();
  const places = sections.flatMap((section) => board.filter((entry) => entry.section === section));
  return (
    <label className="grid gap-1" htmlFor={field}>
      <span className="text-12 text-fg2">Entry, in the version that stands</span>
      <select
        id={field}
        value={place}
        onChange={({ target }) => onChoose(target.value)}
        className="min-h-8 rounded-control border border-line3 bg-bg px-2 font-mono text-12"
      >
        {places.map(({ section, key, versions }) => (
          <option key={placeOf(section, key)} value={placeOf(section, key)}>
            {section}/{key} v{versions.at(-1)?.version} of {versions.at(-1)?.author}
          </option>
        ))}
      </select>
    </label>
  );
}
