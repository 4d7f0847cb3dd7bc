// One ladder: its rungs in order, each with what is known of its model; while it is edited, inputs with the names known.

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useId, useRef } from "react";
import {
  addRung,
  moveRung,
  mostRungs,
  removeRung,
  rungProblem,
  setRung,
  type Rungs,
} from "../../../views/ladder-draft.ts";
import type { KnownModel } from "../../../views/tier-models.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { names } from "../../ui/class-names.ts";

export type Known = ReadonlyMap<string, KnownModel>;

/** `now`: of each rung, how many stand on it at this moment. */
type RungsProps = { readonly known: Known; readonly now: readonly number[] };

const factsOf = (known: Known, model: string): string => {
  const card = known.get(model.trim());
  return card === undefined ? "not called yet in this run" : `${card.price}, ${card.window}`;
};

export function RungNames({ models, known, now }: RungsProps & { readonly models: readonly string[] }) {
  return (
    <ol className="grid gap-1">
      {models.map((model, place) => (
        <li key={`${place} ${model}`} className="grid grid-cols-[1.5rem_minmax(0,1fr)] items-baseline">
          <span className="text-fg3 tabular">{place + 1}</span>
          <span className="min-w-0">
            <span className="font-mono text-12 break-all">{model}</span>
            <InUse count={now[place]} />
            <span className="block text-12 text-fg2 tabular">{factsOf(known, model)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function InUse({ count }: { readonly count: number | undefined }) {
  return count === undefined || count === 0 ? null : (
    <span className="ml-2 rounded-cell bg-s3 whitespace-nowrap px-1.5 text-11 text-running tabular">{count} now</span>
  );
}

type EditorProps = RungsProps & {
  /** Whose ladder, for the names of its controls. */
  readonly whose: string;
  readonly rungs: Rungs;
  /** Id of the list of names to choose from. */
  readonly suggestions: string;
  readonly onChange: (rungs: Rungs) => void;
};

export function RungEditor({ whose, rungs, known, now, suggestions, onChange }: EditorProps) {
  const list = useRef<HTMLOListElement>(null);
  const change = (next: Rungs, focus?: number): void => {
    onChange(next);
    if (focus !== undefined) requestAnimationFrame(() => list.current?.querySelectorAll("input")[focus]?.focus());
  };
  return (
    <div className="grid gap-1.5">
      <ol ref={list} className="grid gap-1.5">
        {rungs.map((rung, place) => (
          // A rung is its place: its name is what is being written.
          <li key={place}>
            <Rung
              label={`${whose}, rung ${place + 1}`}
              place={place}
              rung={rung}
              facts={factsOf(known, rung)}
              count={now[place]}
              suggestions={suggestions}
              onWrite={(text) => change(setRung(rungs, place, text))}
              {...(place > 0 && { onUp: () => change(moveRung(rungs, place, -1), place - 1) })}
              {...(place < rungs.length - 1 && { onDown: () => change(moveRung(rungs, place, 1), place + 1) })}
              {...(rungs.length > 1 && { onRemove: () => change(removeRung(rungs, place), Math.max(0, place - 1)) })}
            />
          </li>
        ))}
      </ol>
      <Button
        small
        kind="ghost"
        className="justify-self-start"
        icon={<Plus aria-hidden size={13} />}
        disabled={rungs.length >= mostRungs}
        aria-label={`Add a rung to ${whose}`}
        onClick={() => change(addRung(rungs), rungs.length)}
      >
        Add a rung
      </Button>
    </div>
  );
}

type RungProps = {
  readonly label: string;
  readonly place: number;
  readonly rung: string;
  readonly facts: string;
  readonly count: number | undefined;
  readonly suggestions: string;
  readonly onWrite: (text: string) => void;
  readonly onUp?: () => void;
  readonly onDown?: () => void;
  readonly onRemove?: () => void;
};

function Rung({ label, place, rung, facts, count, suggestions, onWrite, onUp, onDown, onRemove }: RungProps) {
  const about = useId();
  const problem = rungProblem(rung);
  return (
    <div className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-center">
      <span aria-hidden className="text-fg3 tabular">
        {place + 1}
      </span>
      <input
        aria-label={label}
        aria-describedby={about}
        aria-invalid={problem !== null}
        value={rung}
        list={suggestions}
        spellCheck={false}
        autoComplete="off"
        placeholder="provider/model"
        onChange={({ target }) => onWrite(target.value)}
        className={names(
          "min-h-7.5 min-w-0 rounded-control border bg-bg px-2.5 font-mono text-12",
          problem === null ? "border-line3" : "border-failed",
        )}
      />
      <span className="ml-1 flex">
        <IconButton small label={`${label}: up`} icon={<ArrowUp aria-hidden size={13} />} {...act(onUp)} />
        <IconButton small label={`${label}: down`} icon={<ArrowDown aria-hidden size={13} />} {...act(onDown)} />
        <IconButton small label={`${label}: remove`} icon={<X aria-hidden size={13} />} {...act(onRemove)} />
      </span>
      <span id={about} className={names("col-start-2 text-12 tabular", problem === null ? "text-fg2" : "text-failed")}>
        {problem ?? facts}
        {problem === null && <InUse count={count} />}
      </span>
    </div>
  );
}

const act = (does: (() => void) | undefined) => (does === undefined ? { disabled: true } : { onClick: does });
