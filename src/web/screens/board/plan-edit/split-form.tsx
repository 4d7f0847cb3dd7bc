// A ticket that is too much for one worker gives way to its parts.

import { useState } from "react";
import { Button } from "../../../ui/button.tsx";
import type { NewTicket } from "./draft.ts";
import { Done, fieldClass, Labelled, type FormProps } from "./forms.tsx";
import { TicketPicker } from "./ticket-picker.tsx";

type PartText = { readonly id: string; readonly description: string };

const partsFor = (id: string): readonly PartText[] =>
  ["a", "b"].map((letter) => ({ id: `${id}${letter}`, description: "" }));

export function SplitForm({ about, onAdd }: FormProps) {
  const [ticket, setTicket] = useState(about);
  const [parts, setParts] = useState(() => partsFor(about ?? ""));
  const [isChain, setChain] = useState(true);
  const change = (place: number, to: Partial<PartText>): void =>
    setParts(parts.map((part, each) => (each === place ? { ...part, ...to } : part)));
  const split = (): void => {
    if (ticket === undefined) return;
    const into = parts.map(({ id, description }, place): NewTicket => ({
      id: id.trim(),
      title: "",
      description,
      dependsOn: isChain && place > 0 ? [parts[place - 1]?.id.trim() ?? ""] : [],
    }));
    onAdd({ split: [{ ticket, into }] });
  };
  const isReady =
    ticket !== undefined && parts.every(({ id, description }) => id.trim() !== "" && description.trim() !== "");
  const choose = ([id]: readonly string[]): void => {
    setTicket(id);
    setParts(partsFor(id ?? ""));
  };
  return (
    <div className="grid gap-3">
      <TicketPicker
        label="Ticket that gives way to its parts"
        chosen={ticket === undefined ? [] : [ticket]}
        onChange={choose}
        isOne
      />
      {parts.map((part, place) => (
        <PartFields key={place} part={part} number={place + 1} onChange={(to) => change(place, to)} />
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          small
          onClick={() =>
            setParts([...parts, { id: `${ticket ?? ""}${String.fromCodePoint(97 + parts.length)}`, description: "" }])
          }
        >
          One more part
        </Button>
        {parts.length > 2 && (
          <Button small kind="ghost" onClick={() => setParts(parts.slice(0, -1))}>
            One part less
          </Button>
        )}
        <label className="flex min-h-6 items-center gap-1.5">
          <input type="checkbox" checked={isChain} onChange={(event) => setChain(event.target.checked)} />
          Each part waits for the one before
        </label>
      </div>
      <Done isReady={isReady} onDone={split} words="Split it" />
    </div>
  );
}

type PartProps = {
  readonly part: PartText;
  readonly number: number;
  readonly onChange: (to: Partial<PartText>) => void;
};

function PartFields({ part, number, onChange }: PartProps) {
  return (
    <fieldset className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3">
      <legend className="sr-only">Part {number}</legend>
      <Labelled label={`Id of part ${number}`}>
        <input
          className={`${fieldClass} font-mono`}
          value={part.id}
          onChange={(event) => onChange({ id: event.target.value })}
        />
      </Labelled>
      <Labelled label="What is to be done">
        <textarea
          rows={2}
          className={fieldClass}
          value={part.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </Labelled>
    </fieldset>
  );
}
