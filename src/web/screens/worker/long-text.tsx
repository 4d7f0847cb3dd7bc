// A text that may be long: its beginning, and the rest when it is asked for.

import { useEffect, useState, type ReactNode } from "react";
import { toPrintable } from "../../../domain/printable.ts";
import { bytesOf, headOf, type Text } from "../../../domain/text.ts";
import type { Problem } from "../../state/backend.ts";
import { useBackend, useRunView } from "../../state/hooks.ts";

const kept = new Map<string, string>();
const mostKept = 60;

export type WholeText = { readonly text: string; readonly isWhole: boolean; readonly problem: Problem | null };

/** The text in place, or its head until the rest has come. */
export function useWholeText(text: Text, isWanted: boolean): WholeText {
  const { run } = useRunView();
  const backend = useBackend();
  const blob = typeof text === "string" ? null : text.blob;
  const [, setCame] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (blob === null || !isWanted || kept.has(blob)) return undefined;
    const leaving = new AbortController();
    backend.get<string>(`/api/runs/${run}/texts/${blob}`, leaving.signal).then(
      (answer) => {
        if (!answer.ok) return setProblem(answer.problem);
        if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? "");
        kept.set(blob, answer.value);
        return setCame((count) => count + 1);
      },
      () => {},
    );
    return () => leaving.abort();
  }, [backend, run, blob, isWanted]);
  const whole = blob === null ? headOf(text) : kept.get(blob);
  return { text: whole ?? headOf(text), isWhole: whole !== undefined, problem };
}

type LongTextProps = {
  readonly text: Text;
  /** Lines shown before it is opened. */
  readonly lines?: number;
  readonly draw?: (text: string) => ReactNode;
  /** What it is, for the button's name: `output`. */
  readonly what: string;
};

const longestLine = 400;
/** A paragraph of prose is one line. */
const longestParagraph = 4_000;

/** Its first lines, each of them cut where it is very long. */
function beginning(text: string, lines: number, longest: number): string {
  const first: string[] = [];
  let from = 0;
  while (first.length < lines && from <= text.length) {
    const end = text.indexOf("\n", from);
    const line = end < 0 ? text.slice(from) : text.slice(from, end);
    first.push(line.length > longest ? `${line.slice(0, longest)}…` : line);
    if (end < 0) return first.join("\n");
    from = end + 1;
  }
  return first.join("\n");
}

const countLines = (text: string): number => text.split("\n").length;

const inKilobytes = (bytes: number): string => (bytes < 1_024 ? `${bytes} bytes` : `${Math.round(bytes / 1_024)} KiB`);

export function LongText({ text, lines = 8, draw, what }: LongTextProps) {
  const [isOpen, setOpen] = useState(false);
  const whole = useWholeText(text, isOpen);
  const begun = beginning(whole.text, lines, draw === undefined ? longestLine : longestParagraph);
  const isCut = begun.length < whole.text.trimEnd().length || !whole.isWhole;
  const shown = isOpen ? whole.text : begun;
  const more = countLines(whole.text.trimEnd()) - lines;
  return (
    <div>
      {draw === undefined ? <Plain text={shown} /> : draw(shown)}
      {isOpen && !whole.isWhole && whole.problem === null && <p className="text-fg3">Loading the rest</p>}
      {whole.problem !== null && (
        <p className="text-failed">
          {whole.problem.detail} {whole.problem.remedy}
        </p>
      )}
      {isCut && (
        <button
          type="button"
          className="mt-0.5 min-h-6 rounded-control text-12 text-fg2 underline decoration-line3 underline-offset-2 hover:text-fg"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen
            ? "Show less"
            : whole.isWhole
              ? `Show ${more > 0 ? `${more} more lines` : "the whole"} of the ${what}`
              : `Show the whole ${what}, ${inKilobytes(bytesOf(text))}`}
        </button>
      )}
    </div>
  );
}

export function Plain({ text }: { readonly text: string }) {
  return <pre className="text-12 leading-[1.6] wrap-anywhere whitespace-pre-wrap">{toPrintable(text)}</pre>;
}
