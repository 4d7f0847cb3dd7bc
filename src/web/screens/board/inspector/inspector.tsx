// One ticket beside the board: who it is, how it stands, and its tabs. Wide enough to read; a step of its own on narrow
// screens.

import { Link } from "@tanstack/react-router";
import { ArrowUpRight, X } from "lucide-react";
import { useCallback } from "react";
import { trustOf } from "../../../../core/clutch.ts";
import { ticketAt, type RunState } from "../../../../core/state.ts";
import { toPrintableLine } from "../../../../domain/printable.ts";
import type { BoardTicket } from "../../../../views/board.ts";
import { machineInWords } from "../../../../views/machines.ts";
import { modelName, noteInWords, statusInWords } from "../../../../views/ticket-words.ts";
import { workerHeadOf } from "../../../../views/worker-head.ts";
import { costInWords, durationInWords, tokensInWords } from "../../../../views/words.ts";
import { useNow, useRun, useRunView, useTicket } from "../../../state/hooks.ts";
import { IconButton } from "../../../ui/button.tsx";
import { StatusIcon, statusInk } from "../../../ui/status-icon.tsx";
import { DeliberationLink } from "../../worker/deliberation-link.tsx";
import { SteerBox } from "../../worker/steer-box.tsx";
import { ReviewLink } from "../../worker/review-link.tsx";
import { WorkerActions } from "../../worker/worker-actions.tsx";
import { useBoardSearch } from "../use-board-search.ts";
import { Divider, useWidth } from "./divider.tsx";
import { Tabs } from "./tabs.tsx";

export function Inspector({ index }: { readonly index: number }) {
  const [width, setWidth] = useWidth();
  return (
    <aside
      aria-label="Ticket"
      className="relative grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)_auto] border-l border-line bg-s1 max-[900px]:fixed max-[900px]:inset-0 max-[900px]:z-30 max-[900px]:!w-full"
      style={{ width }}
    >
      <Divider width={width} onChange={setWidth} />
      <Head index={index} />
      <Tabs index={index} />
      <Foot index={index} />
    </aside>
  );
}

function Head({ index }: { readonly index: number }) {
  const ticket = useTicket(index);
  const now = useNow();
  const track = useRun((state) => {
    const own = ticketAt(state, index).track;
    return own === undefined ? null : (state.tracks?.find(({ id }) => id === own)?.title ?? own);
  });
  const trust = useRun((state) => trustOf(state, index));
  const archetype = useRun((state) => ticketAt(state, index).archetype);
  return (
    <header className="grid gap-2 border-b border-line px-4 py-3">
      <TopLine ticket={ticket} track={track} />
      <h2 className="text-16 leading-snug">{toPrintableLine(ticket.title)}</h2>
      <div className="flex items-start gap-3">
        <Note ticket={ticket} now={now} />
        {ticket.waitsFor?.kind === "person" && <ReviewLink approval={ticket.waitsFor.approval} small />}
      </div>
      <DeliberationLink ticket={ticket.id} className="justify-self-start" />
      <dl className="flex flex-wrap gap-x-5 gap-y-1 text-12">
        <Fact
          name="Worker"
          value={`${toPrintableLine(archetype)}${ticket.attempt > 0 ? `, attempt ${ticket.attempt}` : ""}`}
        />
        <Fact name="Model" value={modelName(ticket.model)} />
        {ticket.machine !== null && <Fact name="Began on" value={machineInWords(ticket.machine)} />}
        <Fact name="Trust" value={trust} />
        {ticket.tokens > 0 && <Fact name="Tokens" value={tokensInWords(ticket.tokens)} />}
        {ticket.tokens > 0 && <Fact name="Cost" value={costInWords(ticket.costMicros)} />}
        {ticket.since !== null && <Fact name="Elapsed" value={durationInWords(now - ticket.since)} />}
      </dl>
    </header>
  );
}

function TopLine({ ticket, track }: { readonly ticket: BoardTicket; readonly track: string | null }) {
  const { run } = useRunView();
  const [, change] = useBoardSearch();
  return (
    <div className="flex items-center gap-2">
      <span
        className={`flex items-center gap-1.5 rounded-control bg-s3 px-2 py-0.5 text-12 font-medium ${statusInk(ticket.status)}`}
      >
        <StatusIcon status={ticket.status} size={14} />
        {statusInWords(ticket)}
      </span>
      <span className="min-w-0 truncate text-12 text-fg3">
        <span className="font-mono">{toPrintableLine(ticket.id)}</span>
        {track !== null && ` · ${toPrintableLine(track)}`}
      </span>
      <span className="ml-auto flex">
        <Link
          to="/runs/$run/tickets/$ticket"
          params={{ run, ticket: ticket.id }}
          search={(now) => ({ at: now.at })}
          title="On a page of its own"
          className="grid size-7.5 place-items-center rounded-control text-fg2 hover:bg-s3 hover:text-fg"
        >
          <ArrowUpRight aria-hidden size={16} />
          <span className="sr-only">On a page of its own</span>
        </Link>
        <IconButton
          label="Close"
          keys="Esc"
          icon={<X aria-hidden size={16} />}
          onClick={() => change({ ticket: undefined, tab: undefined })}
        />
      </span>
    </div>
  );
}

/** What can be done about the ticket, and a word to its worker. */
function Foot({ index }: { readonly index: number }) {
  const { id } = useTicket(index);
  const head = useRun(useCallback((state: RunState) => workerHeadOf(state, index), [index]));
  if (head === null) return null;
  return (
    <footer className="border-t border-line">
      <div className="px-4 py-2">
        <WorkerActions ticket={id} head={head} />
      </div>
      {head.isWorking && <SteerBox ticket={id} head={head} />}
    </footer>
  );
}

function Note({ ticket, now }: { readonly ticket: BoardTicket; readonly now: number }) {
  const words = noteInWords(ticket, now);
  return words === "" ? null : <p className="line-clamp-4 min-w-0 flex-1 text-fg2">{words}</p>;
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt className="text-fg3">{name}</dt>
      <dd className="font-medium tabular">{value}</dd>
    </div>
  );
}
