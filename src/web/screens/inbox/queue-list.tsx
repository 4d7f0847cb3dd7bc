// The requests that wait, the one that holds up most first. A listbox: the focus stays on it, the keys move in it.

import {
  CircleHelp,
  Coins,
  Eye,
  FilePen,
  GitBranch,
  MessageCircleQuestion,
  Play,
  SquareTerminal,
  Workflow,
  Wrench,
} from "lucide-react";
import { useEffect, useRef, useSyncExternalStore, type KeyboardEvent, type ReactNode } from "react";
import { toPrintableLine } from "../../../domain/printable.ts";
import { ageInWords, phaseWords, requestName, type Matter } from "../../../views/decision-words.ts";
import { heldAnswers } from "../../state/held-answer.ts";
import { useNow } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";
import { rowKey, type QueueRow } from "./rows.ts";

const matterIcons = {
  spawn: Play,
  call: Wrench,
  result: Eye,
  unknown: CircleHelp,
  question: MessageCircleQuestion,
  plan: Workflow,
  patch: GitBranch,
  budget: Coins,
} as const satisfies Record<Matter, unknown>;

export function MatterIcon({ matter, tool }: { readonly matter: Matter; readonly tool: string }): ReactNode {
  const isCall = matter === "call" || matter === "result" || matter === "unknown";
  const Icon =
    isCall && (tool === "edit" || tool === "write")
      ? FilePen
      : isCall && tool === "run"
        ? SquareTerminal
        : matterIcons[matter];
  return <Icon aria-hidden size={15} className="mt-px shrink-0" />;
}

type QueueListProps = {
  readonly rows: readonly QueueRow[];
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
  readonly onMove: (by: 1 | -1) => void;
};

const optionId = (key: string): string => `request-${key.replace("/", "-")}`;

export function QueueList({ rows, chosen, onChoose, onMove }: QueueListProps) {
  const now = useNow();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen !== null) document.getElementById(optionId(chosen))?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const move = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    onMove(by);
  };
  if (rows.length === 0) return <p className="flex-1 p-4 text-fg2">The queue is empty.</p>;
  const isListed = rows.some(({ key }) => key === chosen);
  return (
    <div
      ref={list}
      role="listbox"
      aria-label="Waiting for you"
      tabIndex={0}
      aria-activedescendant={isListed && chosen !== null ? optionId(chosen) : undefined}
      onKeyDown={move}
      className="min-h-0 flex-1 overflow-y-auto p-2 outline-offset-[-3px]"
    >
      {rows.map((row) => (
        <Request key={row.key} row={row} now={now} isChosen={row.key === chosen} onChoose={onChoose} />
      ))}
    </div>
  );
}

type RequestProps = {
  readonly row: QueueRow;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onChoose: (key: string) => void;
};

function Request({ row, now, isChosen, onChoose }: RequestProps) {
  const { key, matter, view, runTitle, isResting } = row;
  const { head, subject } = requestName(view, matter);
  const news = useSyncExternalStore(heldAnswers.subscribe, heldAnswers.news);
  const isHeld = news?.kind === "held" && rowKey(news.held.run, news.held.approval) === key;
  return (
    // The listbox has the keys; a click is the pointer's way to the same.
    <div
      id={optionId(key)}
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      onClick={() => onChoose(key)}
      onKeyDown={() => {}}
      className={names(
        "mb-1 cursor-pointer rounded-card border px-3 py-2.5",
        isChosen ? "border-line2 bg-s3" : "border-transparent hover:bg-s2",
      )}
    >
      <div className="flex items-start gap-2 text-fg2">
        <MatterIcon matter={matter} tool={view.tool} />
        <span className="min-w-0 flex-1 truncate font-mono text-12 text-fg">
          {head}
          {subject !== "" && <span className="text-fg2"> {subject}</span>}
        </span>
        <span className="tabular shrink-0 text-12">
          <span className="sr-only">asked </span>
          {ageInWords(now - view.askedAt)}
          <span className="sr-only"> ago</span>
        </span>
      </div>
      <div className="mt-1 truncate text-fg">{toPrintableLine(view.title)}</div>
      <div className="mt-0.5 flex gap-2 text-12 text-fg2">
        {view.ticket !== null && <span className="truncate font-mono">{toPrintableLine(view.ticket)}</span>}
        <span className="shrink-0">{isHeld ? "answered, not sent yet" : phaseWords[matter]}</span>
      </div>
      {runTitle !== null && (
        <div className="mt-0.5 flex gap-2 text-12 text-fg2">
          <span className="truncate">{toPrintableLine(runTitle)}</span>
          {isResting && <span className="shrink-0">nobody conducts it</span>}
        </div>
      )}
    </div>
  );
}
