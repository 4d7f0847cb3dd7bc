// What an answer would release, as a person reads it: a change as rows, a command, a brief, an output, a plan.

import { lazy, useMemo } from "react";
import { ShieldAlert } from "lucide-react";
import type { Hidden } from "../../../domain/printable.ts";
import { toPrintable } from "../../../domain/printable.ts";
import { workerInWords, type WorkerFacts } from "../../../views/worker-facts.ts";
import { counted } from "../../../views/words.ts";
import { prettyJson } from "../../../views/pretty-json.ts";
import { LazyPart } from "../../ui/lazy-part.tsx";

/** More characters than this are shown in part: a person reads no more of them, and the browser draws no more. */
const mostShown = 200_000;

const ChangeView = lazy(async () => ({ default: (await import("./change-view.tsx")).ChangeView }));

/** What a tool that writes shows is a unified diff, unless the write will be refused. */
export const isChange = (text: string): boolean => /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/m.test(text);

type PreviewProps = { readonly text: string; readonly label: string; readonly isSplit: boolean };

export function Preview({ text, label, isSplit }: PreviewProps) {
  if (!isChange(text)) return <PlainText text={text} label={label} />;
  return (
    <LazyPart what="the change">
      <ChangeView text={text} split={isSplit} label={label} />
    </LazyPart>
  );
}

export function PlainText({ text, label }: { readonly text: string; readonly label: string }) {
  const shown = useMemo(() => toPrintable(text.slice(0, mostShown)), [text]);
  const left = text.length - mostShown;
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="h-full overflow-auto bg-bg p-4 font-mono text-12 leading-[1.6] outline-offset-[-2px]"
    >
      {text === "" ? (
        <p className="font-sans text-fg2">It is empty.</p>
      ) : (
        <pre className="wrap-anywhere whitespace-pre-wrap [tab-size:4]">{shown}</pre>
      )}
      {left > 0 && (
        <p className="pt-2 font-sans text-fg2">
          {left.toLocaleString("en")} more characters are not shown. The editor holds all of them.
        </p>
      )}
    </div>
  );
}

/** The arguments as they would be run, laid out over lines; hidden characters as escapes. */
export const RawArguments = ({ args }: { readonly args: string }) => {
  const text = useMemo(() => prettyJson(args), [args]);
  return <PlainText text={text} label="Arguments" />;
};

export function BriefPreview({ text, worker }: { readonly text: string; readonly worker: WorkerFacts | null }) {
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      {worker !== null && (
        <pre className="max-h-40 overflow-auto border-b border-line bg-s1 px-4 py-2 font-mono text-12 whitespace-pre-wrap text-fg2">
          {toPrintable(workerInWords(worker))}
        </pre>
      )}
      <PlainText text={text} label="Brief" />
    </div>
  );
}

export function HiddenWarning({ hidden }: { readonly hidden: readonly Hidden[] }) {
  if (hidden.length === 0) return null;
  const list = hidden.slice(0, 6).map(({ name, kind, count }) => `${name} (${kind}) ${counted(count, "time")}`);
  return (
    <p role="note" className="flex items-start gap-2 border-b border-line bg-paused-fill px-4 py-2 text-12 text-fg">
      <ShieldAlert aria-hidden size={16} className="mt-px shrink-0 text-paused" />
      <span>
        This holds characters that do not show, written here as escapes: {list.join(", ")}
        {hidden.length > list.length && ` and ${hidden.length - list.length} more kinds`}.
      </span>
    </p>
  );
}
