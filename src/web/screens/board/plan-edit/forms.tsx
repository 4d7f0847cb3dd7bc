// The forms by which a change of the plan is put together: a new ticket, one that leaves, other dependencies, a split.

import { useState, type ReactNode } from "react";
import { findTicket } from "../../../../core/graph.ts";
import { useRun, useRunView } from "../../../state/hooks.ts";
import { Button } from "../../../ui/button.tsx";
import type { NewTicket, PlanDraft } from "./draft.ts";
import { TicketPicker } from "./ticket-picker.tsx";

export type FormProps = {
  /** The ticket it is about at first. */
  readonly about: string | undefined;
  /** Ids that come new with this change. */
  readonly coming: readonly string[];
  readonly onAdd: (part: Partial<PlanDraft>) => void;
};

export const fieldClass = "min-h-7.5 w-full rounded-control border border-line3 bg-bg px-2 py-1 placeholder:text-fg3";

export const Labelled = ({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode => (
  <label className="grid gap-1 text-12 text-fg2">
    {label}
    {children}
  </label>
);

export function AddForm({ about, coming, onAdd }: FormProps) {
  const [id, setId] = useState("");
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [dependsOn, setDependsOn] = useState<readonly string[]>(about === undefined ? [] : [about]);
  const [track, setTrack] = useState("");
  const tracks = useRun((state) => [...new Set(state.graph.tickets.flatMap((ticket) => ticket.track ?? []))]);
  const isReady = id.trim() !== "" && description.trim() !== "";
  const add = (): void => {
    const ticket: NewTicket = { id: id.trim(), title, description, dependsOn, ...(track !== "" && { track }) };
    onAdd({ add: [ticket] });
    setId("");
    setTitle("");
    setDescription("");
  };
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3">
        <Labelled label="Id">
          <input className={`${fieldClass} font-mono`} value={id} onChange={(event) => setId(event.target.value)} />
        </Labelled>
        <Labelled label="Title">
          <input className={fieldClass} value={title} onChange={(event) => setTitle(event.target.value)} />
        </Labelled>
      </div>
      <Labelled label="What is to be done">
        <textarea
          rows={4}
          className={fieldClass}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Labelled>
      <TicketPicker label="Waits for" chosen={dependsOn} onChange={setDependsOn} also={coming} />
      {tracks.length > 0 && (
        <Labelled label="Track">
          <select className={fieldClass} value={track} onChange={(event) => setTrack(event.target.value)}>
            <option value="">None</option>
            {tracks.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Labelled>
      )}
      <Done isReady={isReady} onDone={add} words="Put it in" />
    </div>
  );
}

export function DropForm({ about, onAdd }: FormProps) {
  const [chosen, setChosen] = useState<readonly string[]>(about === undefined ? [] : [about]);
  return (
    <div className="grid gap-3">
      <TicketPicker label="Tickets that leave the plan" chosen={chosen} onChange={setChosen} />
      <p className="text-12 text-fg2">
        A worker that is on one is stopped and its work thrown away. What waits for one has to wait for something else,
        or for nothing: say so under "Dependencies".
      </p>
      <Done isReady={chosen.length > 0} onDone={() => (onAdd({ drop: chosen }), setChosen([]))} words="Take them out" />
    </div>
  );
}

export function RewireForm({ about, coming, onAdd }: FormProps) {
  const view = useRunView();
  const needsOf = (id: string | undefined): readonly string[] => {
    const { graph } = view.state();
    const index = id === undefined ? undefined : findTicket(graph, id);
    return index === undefined ? [] : (graph.tickets[index]?.dependsOn ?? []);
  };
  const [ticket, setTicket] = useState(about);
  const [dependsOn, setDependsOn] = useState(() => needsOf(about));
  const choose = ([id]: readonly string[]): void => {
    setTicket(id);
    setDependsOn(needsOf(id));
  };
  return (
    <div className="grid gap-3">
      <TicketPicker label="Ticket" chosen={ticket === undefined ? [] : [ticket]} onChange={choose} isOne />
      <TicketPicker
        label="Waits for, from now on"
        chosen={dependsOn}
        onChange={setDependsOn}
        also={coming}
        not={ticket}
      />
      <Done
        isReady={ticket !== undefined}
        onDone={() => ticket !== undefined && onAdd({ rewire: [{ ticket, dependsOn }] })}
        words="Change it"
      />
    </div>
  );
}

export const Done = (of: {
  readonly isReady: boolean;
  readonly onDone: () => void;
  readonly words: string;
}): ReactNode => (
  <div>
    <Button disabled={!of.isReady} onClick={of.onDone}>
      {of.words}
    </Button>
  </div>
);
