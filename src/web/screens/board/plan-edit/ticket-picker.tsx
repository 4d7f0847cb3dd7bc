// Tickets chosen by typing a part of their id or title.

import { X } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { toPrintableLine } from "../../../../domain/printable.ts";
import { useRun } from "../../../state/hooks.ts";

type PickerProps = {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** One at most. */
  readonly isOne?: boolean;
  /** Ids that come new with this change. */
  readonly also?: readonly string[];
  /** Never offered. */
  readonly not?: string | undefined;
};

const mostOffered = 6;

export function TicketPicker({ label, chosen, onChange, isOne = false, also = [], not }: PickerProps) {
  const [text, setText] = useState("");
  const field = useId();
  const offered = useOffered({ text, also, without: [...chosen, ...(not === undefined ? [] : [not])] });
  const choose = (id: string): void => {
    onChange(isOne ? [id] : [...chosen, id]);
    setText("");
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={field} className="text-12 text-fg2">
        {label}
      </label>
      <div className="flex flex-wrap items-center gap-1 rounded-control border border-line3 bg-bg px-1.5 py-1">
        {chosen.map((id) => (
          <span key={id} className="flex items-center gap-1 rounded-cell bg-s3 pl-1.5 font-mono text-12">
            {toPrintableLine(id)}
            <button
              type="button"
              aria-label={`Take ${toPrintableLine(id)} out`}
              className="grid size-6 place-items-center hover:text-failed"
              onClick={() => onChange(chosen.filter((each) => each !== id))}
            >
              <X aria-hidden size={12} />
            </button>
          </span>
        ))}
        <input
          id={field}
          value={text}
          autoComplete="off"
          placeholder={chosen.length === 0 ? "Id or title" : ""}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const [first] = offered;
            if (event.key === "Enter" && first !== undefined) {
              event.preventDefault();
              choose(first.id);
            } else if (event.key === "Backspace" && text === "") onChange(chosen.slice(0, -1));
          }}
          className="min-h-6 min-w-24 flex-1 bg-transparent outline-none placeholder:text-fg3"
        />
      </div>
      <Offers offered={offered} onChoose={choose} />
    </div>
  );
}

function Offers({
  offered,
  onChoose,
}: {
  readonly offered: readonly Offered[];
  readonly onChoose: (id: string) => void;
}) {
  if (offered.length === 0) return null;
  return (
    <ul className="overflow-hidden rounded-control border border-line2">
      {offered.map(({ id, title }) => (
        <li key={id}>
          <button
            type="button"
            className="flex min-h-7 w-full items-center gap-2 px-2 text-left text-12 hover:bg-s3"
            onClick={() => onChoose(id)}
          >
            <span className="font-mono text-fg3">{toPrintableLine(id)}</span>
            <span className="truncate">{toPrintableLine(title)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

type Wanted = { readonly text: string; readonly also: readonly string[]; readonly without: readonly string[] };
type Offered = { readonly id: string; readonly title: string };

function useOffered({ text, also, without }: Wanted): readonly Offered[] {
  const tickets = useRun((state) => state.graph.tickets);
  const words = text.trim().toLowerCase();
  const all = useMemo(
    (): readonly Offered[] => [...also.map((id) => ({ id, title: "comes new with this change" })), ...tickets],
    [also, tickets],
  );
  if (words === "") return [];
  const fits = ({ id, title }: Offered): boolean =>
    !without.includes(id) && (id.toLowerCase().includes(words) || title.toLowerCase().includes(words));
  return all
    .filter(fits)
    .toSorted((a, b) => Number(b.id.toLowerCase() === words) - Number(a.id.toLowerCase() === words))
    .slice(0, mostOffered);
}
