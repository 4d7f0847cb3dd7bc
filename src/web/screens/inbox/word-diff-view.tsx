// What was rewritten in a text, word by word, in reading order. It follows the typing a moment behind.

import { useDeferredValue, useMemo } from "react";
import { toPrintable } from "../../../domain/printable.ts";
import { wordDiff } from "../../../views/word-diff.ts";
import { names } from "../../ui/class-names.ts";

type WordDiffProps = {
  readonly before: string;
  readonly after: string;
  readonly head?: string;
  readonly isCode?: boolean;
};

export function WordDiff({ before, after, head, isCode }: WordDiffProps) {
  const late = useDeferredValue(after);
  const pieces = useMemo(() => wordDiff(before, late), [before, late]);
  const isSame = pieces.every(({ kind }) => kind === "same");
  return (
    <div className={names("wrap-anywhere whitespace-pre-wrap", isCode === true && "font-mono text-12")}>
      {head !== undefined && (
        <p className="font-sans text-12 text-fg2">
          Call of <span className="font-mono">{toPrintable(head)}</span>
          {isSame && ", as it was"}
        </p>
      )}
      {(head === undefined || !isSame) &&
        pieces.map(({ kind, text }, place) =>
          kind === "same" ? (
            <span key={place}>{toPrintable(text)}</span>
          ) : kind === "added" ? (
            <ins key={place} className="rounded-[3px] bg-add text-add-fg no-underline">
              {toPrintable(text)}
            </ins>
          ) : (
            <del key={place} className="rounded-[3px] bg-del text-del-fg">
              {toPrintable(text)}
            </del>
          ),
        )}
    </div>
  );
}
