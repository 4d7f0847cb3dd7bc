// What the model is writing now. A finished block is drawn once; the block under way is one text node that is appended
// to, outside of React: words come far more often than a component may be drawn.

import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { toPrintable } from "../../../domain/printable.ts";
import type { AttemptRef } from "../../../domain/ids.ts";
import { blockEnd } from "../../../views/prose.ts";
import { useRunView } from "../../state/hooks.ts";
import type { Speaker } from "../../state/live-texts.ts";
import { names } from "../../ui/class-names.ts";
import { Prose } from "../../ui/prose.tsx";

/** Above so many characters only the end of an unfinished block is drawn, until it is finished. */
const longestTail = 4_000;
const keptTail = 3_000;
const mostBlocks = 40;
/** Of a call that is being written, its end. */
const keptCall = 160;

type LiveTurnProps = AttemptRef & {
  /** The last turn whose reply is recorded: what is live of it is over. */
  readonly done: number;
  readonly blocks?: number;
};

type Kind = "reasoning" | "text";

export const LiveTurn = memo(function LiveTurn({ ticket, attempt, done, blocks = mostBlocks }: LiveTurnProps) {
  const speaker = useMemo(() => ({ ticket, attempt }), [ticket, attempt]);
  return (
    <div className="contents">
      <Growing of={speaker} done={done} kind="reasoning" blocks={blocks} />
      <Growing of={speaker} done={done} kind="text" blocks={blocks} />
      <GrowingCall of={speaker} done={done} />
    </div>
  );
});

type Tell = (turn: number, text: Readonly<Record<Kind | "call", string>>, isFirst: boolean) => void;

type LiveProps = {
  /** The same object for as long as it is the same speaker. */
  readonly of: Speaker;
  /** The last turn that is over. */
  readonly done?: number;
};

/** Tells of every change of what is being said, and at once of what there is. */
function useLive({ of, done = 0 }: LiveProps, tell: Tell): void {
  const { live } = useRunView();
  const latest = useRef(tell);
  latest.current = tell;
  useLayoutEffect(() => {
    const read = (isFirst: boolean): void => {
      const now = live.of(of);
      const isOver = now === undefined || now.turn <= done;
      latest.current(isOver ? 0 : now.turn, isOver ? nothing : now, isFirst);
    };
    read(true);
    return live.subscribe(of, () => read(false));
  }, [live, of, done]);
}

const asItStands = (text: string): string => text;
const nothing = { text: "", reasoning: "", call: "" } as const;

type GrowingProps = LiveProps & {
  readonly kind: Kind;
  readonly blocks?: number;
  /** What is shown of what was said; it only grows while that does. */
  readonly read?: (text: string) => string;
};

export function Growing({ kind, blocks: most = mostBlocks, read = asItStands, ...ref }: GrowingProps) {
  const [settled, setSettled] = useState<readonly string[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const tail = useRef<Text | null>(null);
  /** Characters of the live text that are drawn, and those of its finished blocks. */
  const drawn = useRef({ turn: 0, settled: 0, seen: 0 });

  const take = (text: string, node: Text, isFirst: boolean): void => {
    const at = drawn.current;
    const fresh: string[] = [];
    for (let end = blockEnd(text, at.settled); end >= 0; end = blockEnd(text, at.settled)) {
      fresh.push(text.slice(at.settled, end));
      at.settled = end;
    }
    if (fresh.length === 0) node.appendData(toPrintable(text.slice(Math.max(at.seen, at.settled))));
    else {
      node.data = toPrintable(text.slice(at.settled));
      const settle = (): void => setSettled((had) => [...had, ...fresh]);
      // With the next frame the block would be gone from the tail and not yet be drawn.
      if (isFirst) settle();
      else flushSync(settle);
    }
    if (node.length > longestTail) node.data = `…${node.data.slice(-keptTail)}`;
    at.seen = text.length;
  };

  useLive(ref, (turn, live, isFirst) => {
    const text = read(live[kind]);
    const at = drawn.current;
    const node = (tail.current ??= document.createTextNode(""));
    const place = box.current;
    if (place === null) return;
    const line = place.lastElementChild;
    if (node.parentNode !== line) line?.appendChild(node);
    place.hidden = text === "";
    if (turn !== at.turn || text.length < at.seen) {
      drawn.current = { turn, settled: 0, seen: 0 };
      node.data = "";
      setSettled([]);
    }
    take(text, node, isFirst);
  });

  const shown = settled.slice(-most);
  const isThought = kind === "reasoning";
  return (
    <div
      ref={box}
      hidden
      className={names(
        "grid grid-cols-[minmax(0,1fr)] gap-2",
        isThought && "border-l-2 border-line2 pl-3 text-fg3",
        // One cursor, where words come now: thoughts come before the rest.
        isThought && "has-[+div:not([hidden])]:[&>p:last-child]:after:hidden",
      )}
    >
      {shown.map((block, place) => (
        <Prose key={settled.length - shown.length + place} text={block} />
      ))}
      <p className="leading-[1.55] wrap-anywhere whitespace-pre-wrap after:ml-0.5 after:inline-block after:h-[1.05em] after:w-[0.5em] after:translate-y-[0.15em] after:bg-running" />
    </div>
  );
}

function GrowingCall(ref: LiveProps) {
  const box = useRef<HTMLParagraphElement>(null);
  useLive(ref, (_turn, { call }) => {
    const place = box.current;
    if (place === null) return;
    place.hidden = call === "";
    const [size, end] = place.querySelectorAll("span");
    if (size !== undefined) size.textContent = `Writes a call, ${call.length.toLocaleString("en")} characters`;
    if (end !== undefined) end.textContent = toPrintable(call.slice(-keptCall)).replaceAll("\n", " ");
  });
  return (
    <p ref={box} hidden className="rounded-card border border-dashed border-line2 px-2.5 py-1.5 text-12">
      <span className="tabular text-fg2" />{" "}
      <span className="block truncate font-mono text-fg3 [direction:rtl] text-left" />
    </p>
  );
}
