// One machine: its name, room, what it is like and what it works on.

import { Link } from "@tanstack/react-router";
import { LogOut, Triangle } from "lucide-react";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { MachinesBody } from "../../../http/machine-routes.ts";
import {
  heardInWords,
  loadInWords,
  memoryInWords,
  roomInWords,
  standingOf,
  standingWords,
  stepInWords,
  type ListedMachine,
} from "../../../views/machines.ts";
import { useRunCards } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";

type MachineCardProps = {
  readonly machine: ListedMachine;
  readonly list: MachinesBody;
  readonly onDrain: () => void;
};

export function MachineCardView({ machine, list, onDrain }: MachineCardProps) {
  const { id, host, labels, version, isDraining, silentMs, working } = machine;
  const name = toPrintableLine(id);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-3 rounded-panel border border-line2 bg-s1 p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 flex-1 basis-48 truncate text-14">
          {name}
          {!id.startsWith(host) && <span className="ml-2 font-normal text-fg2">{toPrintableLine(host)}</span>}
        </h2>
        {isDraining ? (
          <span className="inline-flex min-h-6 items-center gap-1.5 rounded-control border border-paused bg-paused-fill px-2 text-12 text-paused">
            <LogOut aria-hidden size={13} />
            Draining
          </span>
        ) : (
          <Button small onClick={onDrain}>
            Drain<span className="sr-only"> {name}</span>
          </Button>
        )}
      </div>
      <Room machine={machine} />
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-4 gap-y-2 text-12 tabular">
        <Fact name="Load" value={loadInWords(machine)} />
        <Fact name="Memory" value={memoryInWords(machine)} />
        <Fact name="Last heard" value={heardInWords(silentMs)} />
        <Fact name="Version" value={toPrintableLine(version)} />
      </dl>
      <Standing words={standingWords[standingOf(machine, list)]} />
      {labels.length > 0 && (
        <ul aria-label="Labels" className="flex flex-wrap gap-1">
          {labels.map((label) => (
            <li key={label} className="max-w-full truncate rounded-cell bg-s3 px-1.5 text-12 text-fg2">
              {toPrintableLine(label)}
            </li>
          ))}
        </ul>
      )}
      {working.length > 0 && <Working working={working} />}
    </li>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt className="text-fg2">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Room({ machine }: { readonly machine: ListedMachine }) {
  const { working, capacity } = machine;
  const words = `${roomInWords(machine)} at work`;
  return (
    <div className="grid gap-1">
      <span className="text-12 text-fg2 tabular">{words}</span>
      <div
        role="meter"
        aria-label="Attempts at work"
        aria-valuemin={0}
        aria-valuemax={Math.max(1, capacity)}
        aria-valuenow={Math.min(working.length, Math.max(1, capacity))}
        aria-valuetext={words}
        className="h-1.25 overflow-hidden rounded-full bg-s4"
      >
        <div
          className="h-full bg-running"
          style={{ width: `${Math.min(100, (100 * working.length) / Math.max(1, capacity))}%` }}
        />
      </div>
    </div>
  );
}

function Standing({ words }: { readonly words: string | null }) {
  if (words === null) return null;
  return (
    <p className="flex items-center gap-2 text-12 text-paused">
      <Triangle aria-hidden size={13} className="shrink-0" />
      {words}
    </p>
  );
}

function Working({ working }: Pick<ListedMachine, "working">) {
  const cards = useRunCards() ?? [];
  return (
    <ul aria-label="At work on" className="grid grid-cols-[minmax(0,1fr)] gap-1 border-t border-line pt-2">
      {working.map((work) => {
        const { run, ticket, attempt } = work;
        const title = cards.find((card) => card.run === run)?.title ?? run;
        return (
          <li key={`${run} ${ticket} ${attempt}`} className="flex min-h-7 flex-wrap items-center gap-x-2">
            <Link
              to="/runs/$run/tickets/$ticket"
              params={{ run, ticket }}
              className="rounded-control font-mono text-12 text-accent underline"
            >
              {toPrintableLine(ticket)}#{attempt}
            </Link>
            <span>{stepInWords(work)}</span>
            <Link
              to="/runs/$run"
              params={{ run }}
              className="min-w-0 truncate rounded-control text-12 text-fg2 underline"
            >
              {toPrintableLine(title)}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
