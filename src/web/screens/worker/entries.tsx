// The entries of a worker's story, each drawn once: they do not change while their records stay as they are.

import { CircleCheck, CircleX, GitMerge, MessageSquare, Scale } from "lucide-react";
import { memo, useState, type ReactNode } from "react";
import { bytesOf } from "../../../domain/text.ts";
import { causeWords, costInWords, counted, durationInWords, firstLine, tokensInWords } from "../../../views/words.ts";
import type { WorkerEntry, WorkerEntryOf } from "../../../views/worker-entries.ts";
import { Prose } from "../../ui/prose.tsx";
import { names } from "../../ui/class-names.ts";
import { Badge } from "./badge.tsx";
import { CallCard, Edited, GateLine } from "./call-card.tsx";
import { LongText } from "./long-text.tsx";

export const Entry = memo(function Entry({
  entry,
  isCompact,
}: {
  readonly entry: WorkerEntry;
  readonly isCompact: boolean;
}) {
  switch (entry.kind) {
    case "brief":
      return <Brief entry={entry} />;
    case "turn":
      return <TurnLine entry={entry} />;
    case "reasoning":
      return <Thought entry={entry} />;
    case "text":
      return <Said entry={entry} />;
    case "call":
      return <CallCard entry={entry} isCompact={isCompact} />;
    case "note":
      return <NoteBlock entry={entry} />;
    case "check":
      return <Check entry={entry} />;
    case "review":
      return <Review entry={entry} />;
    case "failure":
      return <Failure entry={entry} />;
    case "completed":
      return <Completed entry={entry} />;
    case "event":
      return (
        <p
          className={names(
            "text-12 wrap-anywhere first-letter:uppercase",
            entry.tone === "bad" ? "text-failed" : "text-fg3",
          )}
        >
          {entry.words}
        </p>
      );
    default:
      return entry satisfies never;
  }
});

const prose = (text: string): ReactNode => <Prose text={text} />;

type Of<K extends WorkerEntry["kind"]> = { readonly entry: WorkerEntryOf<K> };

function Folded({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="rounded-card border border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-8 w-full items-center gap-2 rounded-card px-2.5 py-1 text-left text-12 text-fg2 hover:bg-s3"
      >
        {title}
      </button>
      {isOpen && <div className="border-t border-line px-2.5 py-2">{children}</div>}
    </div>
  );
}

function Brief({ entry }: Of<"brief">) {
  const { prompt, edit, gate, omitted, base } = entry;
  return (
    <div className="grid gap-1.5">
      <Folded
        title={
          <>
            <span className="font-medium text-fg">Brief</span>
            <span className="tabular">{tokensInWords(Math.ceil(bytesOf(prompt) / 4))} tokens</span>
            {base !== "" && <span className="font-mono">from {base.slice(0, 8)}</span>}
            {edit !== null && <Badge>edited by {edit.by}</Badge>}
            {omitted.length > 0 && <Badge>{counted(omitted.length, "thing")} left out</Badge>}
          </>
        }
      >
        {omitted.length > 0 && (
          <p className="mb-2 text-12 text-fg2">Left out: {omitted.map((each) => firstLine(each)).join("; ")}</p>
        )}
        {edit === null ? (
          <LongText text={prompt} what="brief" lines={40} />
        ) : (
          <Edited what="Brief" before={edit.original} after={prompt} />
        )}
      </Folded>
      {gate !== null && <GateLine gate={gate} />}
    </div>
  );
}

function TurnLine({ entry }: Of<"turn">) {
  const { turn, usage, ms, isDerived } = entry;
  const parts: string[] = [];
  if (entry.try > 1) parts.push(`try ${entry.try}`);
  if (ms !== null) parts.push(durationInWords(ms));
  if (usage !== null) {
    const sent = usage.input + usage.cachedRead + usage.cacheWrite;
    const cached = sent === 0 ? 0 : Math.round((usage.cachedRead * 100) / sent);
    parts.push(`${tokensInWords(sent)} in${cached > 0 ? `, ${cached}% from cache` : ""}`);
    parts.push(`${tokensInWords(usage.output + usage.reasoning)} out`);
    if (usage.costMicros !== 0) parts.push(costInWords(usage.costMicros));
  }
  return (
    <p className="tabular flex items-center gap-2 pt-1 text-11 text-fg3">
      <span className="font-medium text-fg2">Turn {turn}</span>
      <span className="truncate">{parts.join(" · ")}</span>
      {isDerived && <Badge title="Follows from a message that was rewritten">derived</Badge>}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </p>
  );
}

function Thought({ entry }: Of<"reasoning">) {
  return (
    <div className="border-l-2 border-line2 pl-3 text-fg3">
      <span className="sr-only">Thinks: </span>
      <LongText text={entry.text} draw={prose} what="thought" lines={6} />
    </div>
  );
}

function Said({ entry }: Of<"text">) {
  const { text, edit } = entry;
  if (edit === null) return <LongText text={text} draw={prose} what="text" lines={60} />;
  return (
    <div className="grid gap-1.5 rounded-card border border-accent/50 px-2.5 py-2">
      <p className="text-12 text-fg2">
        <span className="font-medium text-fg">{edit.by}</span> rewrote this message
        {edit.reason !== "" && `: ${firstLine(edit.reason, 400)}`}
      </p>
      <LongText text={text} draw={prose} what="text" lines={60} />
      <Edited what="Message" before={edit.original} after={text} />
    </div>
  );
}

const noteTitles = {
  nudge: "Reminded to call a tool or to finish",
  verification: "Told what was red",
  steering: "Steered",
  adoption: "Told that the process was replaced",
  diagnosis: "Given a hint about the red check",
  review: "Given the review's findings",
} as const;

function NoteBlock({ entry }: Of<"note">) {
  return (
    <div className="rounded-card border border-line bg-s1 px-2.5 py-2">
      <p className="mb-1 flex items-center gap-1.5 text-12 text-fg2">
        <MessageSquare aria-hidden size={13} className={entry.note === "steering" ? "text-accent" : "text-fg3"} />
        <span className="font-medium text-fg">{noteTitles[entry.note]}</span>
        {entry.by !== null && `by ${entry.by}`}
      </p>
      <LongText text={entry.text} what="note" lines={6} />
    </div>
  );
}

function Check({ entry }: Of<"check">) {
  const { isGreen, command, commands, output, ms } = entry;
  return (
    <div className={names("rounded-card border px-2.5 py-2", isGreen ? "border-line" : "border-failed/60")}>
      <p className={names("flex items-center gap-1.5 text-12 font-medium", isGreen ? "text-completed" : "text-failed")}>
        {isGreen ? <CircleCheck aria-hidden size={14} /> : <CircleX aria-hidden size={14} />}
        {isGreen ? `Checks are green: ${counted(commands, "command")}` : "Check is red"}
        {!isGreen && <code className="min-w-0 truncate font-normal text-fg">{firstLine(command)}</code>}
        <span className="tabular ml-auto shrink-0 font-normal">{durationInWords(ms)}</span>
      </p>
      {output !== "" && (
        <div className="mt-1">
          <LongText text={output} what="output" lines={12} />
        </div>
      )}
    </div>
  );
}

const verdicts = { approved: "Review passed", sent_back: "Review sends it back", missed: "No review" } as const;

function Review({ entry }: Of<"review">) {
  return (
    <div className="rounded-card border border-line px-2.5 py-2">
      <p className="flex items-center gap-1.5 text-12 font-medium">
        <Scale aria-hidden size={14} className={entry.verdict === "approved" ? "text-completed" : "text-paused"} />
        {verdicts[entry.verdict]}
        {entry.reason !== "" && <span className="font-normal text-fg2">{firstLine(entry.reason, 300)}</span>}
      </p>
      {entry.findings.map((finding) => (
        <p key={`${finding.name} ${finding.file}`} className="mt-1 text-12 text-fg2">
          <span className="font-medium text-fg">{firstLine(finding.name, 200)}</span> {finding.severity}
          {finding.file !== "" && <code className="ml-1">{firstLine(finding.file, 120)}</code>}
        </p>
      ))}
    </div>
  );
}

function Failure({ entry }: Of<"failure">) {
  const { cause, detail, diagnosis } = entry;
  return (
    <div className="grid gap-1 rounded-card border border-failed/60 bg-del px-2.5 py-2 text-del-fg">
      <p className="flex items-center gap-1.5 font-medium">
        <CircleX aria-hidden size={14} /> The attempt failed because {causeWords[cause]}
      </p>
      {detail !== "" && <p className="text-12 wrap-anywhere">{firstLine(detail, 600)}</p>}
      {diagnosis !== null && <LongText text={diagnosis} what="diagnosis" lines={8} />}
    </div>
  );
}

function Completed({ entry }: Of<"completed">) {
  return (
    <div className="rounded-card border border-line bg-add px-2.5 py-2 text-add-fg">
      <p className="flex items-center gap-1.5 font-medium">
        <GitMerge aria-hidden size={14} /> Completed
        {entry.commit !== null && <code className="text-12">{entry.commit.slice(0, 8)}</code>}
      </p>
      <LongText text={entry.summary} draw={prose} what="summary" lines={12} />
    </div>
  );
}
