// A tool call as a compact card: what it is, how it went, who let it run; its arguments and its result on demand.

import { Link } from "@tanstack/react-router";
import {
  Check,
  ChevronDown,
  ChevronRight,
  CircleQuestionMark,
  Ellipsis,
  FilePen,
  FilePlus,
  FileText,
  Flag,
  FolderTree,
  Play,
  Search,
  SquareTerminal,
  Wrench,
  X,
} from "lucide-react";
import { memo, useState, type ComponentType, type ReactNode } from "react";
import type { Text } from "../../../domain/text.ts";
import { diffRowsBetween } from "../../../views/diff-rows.ts";
import { answerWords, callInWords, durationInWords, firstLine } from "../../../views/words.ts";
import { openGateOf, type AskedGate, type CallEntry } from "../../../views/worker-entries.ts";
import { useRunView } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";
import { Diff } from "../../ui/diff.tsx";
import { LongText, useWholeText } from "./long-text.tsx";
import { Badge } from "./badge.tsx";

type Icon = ComponentType<{ readonly size?: number; readonly "aria-hidden"?: boolean; readonly className?: string }>;

const icons: Readonly<Record<string, Icon>> = {
  read: FileText,
  list: FolderTree,
  search: Search,
  edit: FilePen,
  write: FilePlus,
  run: SquareTerminal,
  ask: CircleQuestionMark,
  finish: Flag,
};

/** Said once here: what stands in the header of a card. */
export const CallCard = memo(function CallCard({
  entry,
  isCompact,
}: {
  readonly entry: CallEntry;
  readonly isCompact: boolean;
}) {
  const isWaiting = openGateOf(entry.gates) !== undefined;
  const isEdited = entry.argsEdit !== null || entry.outputEdit !== null;
  const isOpenAtFirst =
    !isCompact &&
    (entry.step === "failed" || entry.step === "refused" || entry.step === "lost" || isEdited || isWaiting);
  const [choice, setOpen] = useState<boolean | null>(null);
  const isOpen = choice ?? isOpenAtFirst;
  const Icon = icons[entry.tool] ?? Wrench;
  const subject = callInWords(entry.tool, entry.args, 200).slice(entry.tool.length).trim();
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div className={names("rounded-card border", isWaiting ? "border-paused" : "border-line2", "bg-s2")}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-8 w-full items-center gap-2 rounded-card px-2.5 py-1 text-left text-12 hover:bg-s3"
      >
        <Icon aria-hidden size={14} className="shrink-0 text-fg3" />
        <span className="shrink-0 font-mono font-semibold">{entry.tool}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-fg2">{subject}</span>
        <Marks entry={entry} />
        <Outcome entry={entry} />
        <Chevron aria-hidden size={14} className="shrink-0 text-fg3" />
      </button>
      {isOpen && <CallBody entry={entry} />}
    </div>
  );
});

function Marks({ entry }: { readonly entry: CallEntry }) {
  return (
    <>
      {entry.isDerived && !entry.argsEdit && <Badge title="Follows from a message that was rewritten">derived</Badge>}
      {entry.letBy !== null && <Badge title="A rule of yours let it run without a question">rule {entry.letBy}</Badge>}
      {entry.argsEdit !== null && <Badge>edited by {entry.argsEdit.by}</Badge>}
      {entry.outputEdit !== null && <Badge>{entry.outputEdit.isWithheld ? "withheld" : "output edited"}</Badge>}
    </>
  );
}

const outcomes = {
  written: { words: "not run yet", ink: "text-fg3", icon: Ellipsis },
  running: { words: "running", ink: "text-running", icon: Play },
  returned: { words: "", ink: "text-completed", icon: Check },
  failed: { words: "", ink: "text-failed", icon: X },
  refused: { words: "refused", ink: "text-failed", icon: X },
  lost: { words: "unknown", ink: "text-blocked", icon: CircleQuestionMark },
  dropped: { words: "taken out", ink: "text-fg3", icon: X },
} as const;

function Outcome({ entry }: { readonly entry: CallEntry }) {
  if (openGateOf(entry.gates) !== undefined) return <span className="shrink-0 font-medium text-paused">needs you</span>;
  const { words, ink, icon: Icon } = outcomes[entry.step];
  const by = entry.refusedBy === "rule" ? " by a rule" : entry.refusedBy === "check" ? ", cannot run" : "";
  const took = entry.ms === null ? "" : durationInMs(entry.ms);
  const spoken = { returned: "done", failed: "failed" } as const;
  return (
    <span className={names("tabular flex shrink-0 items-center gap-1", ink)}>
      <Icon aria-hidden size={13} />
      {(entry.step === "returned" || entry.step === "failed") && <span className="sr-only">{spoken[entry.step]}</span>}
      {took === "" ? `${words}${by}` : took}
    </span>
  );
}

/** Tools are often done within milliseconds. */
const durationInMs = (ms: number): string => (ms < 1_000 ? `${ms} ms` : durationInWords(ms));

function CallBody({ entry }: { readonly entry: CallEntry }) {
  const { args, argsEdit, output, outputEdit, gates, problem, changed } = entry;
  return (
    <div className="grid gap-2 border-t border-line px-2.5 py-2">
      {gates.map((gate) => (
        <GateLine key={gate.approval} gate={gate} />
      ))}
      {problem !== null && <p className="text-12 text-failed">{firstLine(problem, 400)}</p>}
      {argsEdit === null ? (
        <Arguments tool={entry.tool} args={args} />
      ) : (
        <Edited what="Arguments" before={argsEdit.original} after={args} />
      )}
      {outputEdit !== null ? (
        <Edited
          what={outputEdit.isWithheld ? "Output, withheld" : "Output"}
          before={outputEdit.original}
          after={output ?? ""}
        />
      ) : (
        output !== null &&
        output !== "" && (
          <Part title={entry.tool === "ask" ? "Answer" : "Output"}>
            <LongText text={output} what="output" lines={entry.step === "failed" ? 12 : 8} />
          </Part>
        )
      )}
      {changed.length > 0 && (
        <p className="text-12 text-fg2">
          Changed <span className="font-mono wrap-anywhere">{changed.map((path) => firstLine(path)).join(", ")}</span>
        </p>
      )}
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <p className="mb-0.5 text-11 font-medium text-fg3">{title}</p>
      {children}
    </div>
  );
}

/** Who was asked and what they said; the way to the question while it is open. */
export function GateLine({ gate }: { readonly gate: AskedGate }) {
  const { run } = useRunView();
  const { approval, answer, isVoid } = gate;
  if (answer !== null) {
    const took = durationInWords(answer.at - gate.askedAt);
    return (
      <p className="text-12 text-fg2">
        <span className="font-medium text-fg">{answer.by}</span> {answerWords[answer.decision]} {gateWords[gate.gate]}{" "}
        after <span className="tabular">{took}</span>
        {answer.reason !== "" && `: ${firstLine(answer.reason, 400)}`}
      </p>
    );
  }
  if (isVoid) return <p className="text-12 text-fg3">The question {approval} needed no answer any more</p>;
  return (
    <p className="flex items-center gap-2 text-12">
      <span className="text-paused">Waits for you: {gateWords[gate.gate]}</span>
      <Link
        to="/runs/$run/inbox"
        params={{ run }}
        search={(now) => ({ ...now, approval })}
        className="rounded-control border border-line2 bg-s3 px-2 py-0.5 font-medium hover:bg-s4"
      >
        Review
      </Link>
    </p>
  );
}

const gateWords = {
  spawn: "its start",
  call: "the call",
  result: "the output",
  unknown: "what may have run",
  question: "its question",
  plan: "the plan",
  budget: "the budget",
} as const;

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

/** A change of a file as rows, a command as it is typed, anything else field by field. */
function Arguments({ tool, args }: { readonly tool: string; readonly args: Text }) {
  const whole = useWholeText(args, true);
  const fields = fieldsOf(whole.text);
  if (fields === null) return <Part title="Arguments">{<LongText text={args} what="arguments" />}</Part>;
  const { old, new: fresh, content, path } = fields;
  const before = typeof old === "string" ? old : "";
  const after = typeof fresh === "string" ? fresh : typeof content === "string" ? content : null;
  if ((tool === "edit" || tool === "write") && after !== null)
    return (
      <div className="overflow-hidden rounded-control border border-line">
        <Diff diff={diffRowsBetween(before, after)} label={`Change of ${String(path)}`} className="max-h-80" />
      </div>
    );
  const shown = Object.entries(fields);
  if (shown.length === 0) return null;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-12">
      {shown.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="font-mono text-fg3">{firstLine(name)}</dt>
          <dd>
            <LongText text={typeof value === "string" ? value : JSON.stringify(value, null, 1)} what={name} lines={6} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const pretty = (text: string): string => {
  const fields = fieldsOf(text);
  return fields === null ? text : JSON.stringify(fields, null, 2);
};

/** What stood there, and what a person put in its place. */
export function Edited({
  what,
  before,
  after,
}: {
  readonly what: string;
  readonly before: Text;
  readonly after: Text;
}) {
  const old = useWholeText(before, true);
  const now = useWholeText(after, true);
  return (
    <Part title={`${what}, as written and as edited`}>
      <div className="overflow-hidden rounded-control border border-line">
        <Diff
          diff={diffRowsBetween(pretty(old.text), pretty(now.text))}
          label={`${what}: the edit`}
          className="max-h-80"
        />
      </div>
    </Part>
  );
}
