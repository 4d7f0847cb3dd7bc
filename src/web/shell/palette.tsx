// Search over everything: tickets of the run in view, runs, and whatever can be done here by a key.

import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useContext, useMemo, useState } from "react";
import type { TicketStatus } from "../../domain/ticket.ts";
import { statusWords } from "../../views/words.ts";
import { keepPoint } from "../search.ts";
import { RunContext, useRunCards } from "../state/hooks.ts";
import type { RunView } from "../state/run-store.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/keys.tsx";
import { StatusIcon } from "../ui/status-icon.tsx";
import { boundKeys } from "../ui/use-keys.ts";

const shownOfEach = 30;
const shownUnasked = 6;

/** Every word of the question is in the text. */
const fits = (text: string, words: readonly string[]): boolean => words.every((word) => text.includes(word));

type FoundTicket = { readonly id: string; readonly title: string; readonly status: TicketStatus };

/** Unasked, what the person is likely to look for comes first. */
const gravity: readonly TicketStatus[] = [
  "completed",
  "pending",
  "ready",
  "running",
  "blocked",
  "failed",
  "step_paused",
];

function findTickets(view: RunView | null, words: readonly string[]): readonly FoundTicket[] {
  if (view === null) return [];
  const found = view
    .state()
    .graph.tickets.map((ticket, index) => ({ ticket, index }))
    .filter(({ ticket: { id, title, track } }) => fits(`${id} ${title} ${track ?? ""}`.toLowerCase(), words))
    .map(({ ticket: { id, title }, index }) => ({ id, title, status: view.ticket(index).status }));
  const ordered =
    words.length > 0 ? found : found.toSorted((a, b) => gravity.indexOf(b.status) - gravity.indexOf(a.status));
  return ordered.slice(0, shownOfEach);
}

const itemClass = "flex cursor-pointer items-center gap-2 rounded-control px-2.5 py-1.5 data-[selected=true]:bg-s4";
const groupClass =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-fg2";

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [question, setQuestion] = useState("");
  const words = question
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const then = (act: () => void): void => {
    onClose();
    act();
  };
  const found = { words, most: words.length === 0 ? shownUnasked : shownOfEach, then };
  return (
    <Dialog title="Search" onClose={onClose}>
      <Command shouldFilter={false} loop label="Tickets, runs and commands" className="flex h-[60vh] flex-col">
        <Command.Input
          value={question}
          onValueChange={setQuestion}
          placeholder="A ticket, a run, or what to do"
          className="mb-2 min-h-9 w-full rounded-control border border-line3 bg-bg px-3"
        />
        <Command.List className="min-h-0 flex-1 overflow-auto">
          <Command.Empty className="p-4 text-fg2">Nothing is called that.</Command.Empty>
          <Tickets {...found} />
          <Acts {...found} />
          <Runs {...found} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

type Found = { readonly words: readonly string[]; readonly most: number; readonly then: (act: () => void) => void };

function Tickets({ words, most, then }: Found) {
  const view = useContext(RunContext);
  const navigate = useNavigate();
  const tickets = findTickets(view, words).slice(0, most);
  if (view === null || tickets.length === 0) return null;
  const open = (ticket: string): void =>
    then(
      () => void navigate({ to: "/runs/$run/tickets/$ticket", params: { run: view.run, ticket }, search: keepPoint }),
    );
  return (
    <Command.Group heading="Tickets" className={groupClass}>
      {tickets.map(({ id, title, status }) => (
        <Command.Item key={id} value={`ticket ${id}`} className={itemClass} onSelect={() => open(id)}>
          <StatusIcon status={status} />
          <span className="font-mono text-12 text-fg2">{id}</span>
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <span className="text-12 text-fg2">{statusWords[status]}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Acts({ words, most, then }: Found) {
  const acts = useMemo(() => boundKeys().flatMap(({ bindings }) => bindings), []);
  const found = acts.filter(({ does }) => fits(does.toLowerCase(), words)).slice(0, most + shownUnasked);
  if (found.length === 0) return null;
  return (
    <Command.Group heading="Commands" className={groupClass}>
      {found.map(({ keys, does, run }) => (
        <Command.Item
          key={`${keys} ${does}`}
          value={`key ${keys} ${does}`}
          className={itemClass}
          onSelect={() => then(run)}
        >
          <span className="flex-1">{does}</span>
          <Keys keys={keys} />
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Runs({ words, most, then }: Found) {
  const navigate = useNavigate();
  const cards = (useRunCards() ?? [])
    .filter((card) => fits(`${card.title} ${card.run} ${card.project.name}`.toLowerCase(), words))
    .slice(0, most);
  if (cards.length === 0) return null;
  const open = (run: string): void => then(() => void navigate({ to: "/runs/$run", params: { run } }));
  return (
    <Command.Group heading="Runs" className={groupClass}>
      {cards.map((card) => (
        <Command.Item key={card.run} value={`run ${card.run}`} className={itemClass} onSelect={() => open(card.run)}>
          <span className="min-w-0 flex-1 truncate">{card.title}</span>
          <span className="text-12 text-fg2">
            {card.project.name}, {card.outcome ?? card.phase}
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
