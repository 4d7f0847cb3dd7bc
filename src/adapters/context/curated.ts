// The curated view of a source file: everything but the bodies of functions, of which only the marked ones are shown.
// By whole lines, so that what is shown is the file's own text and every gap can be read with the read tool.

import type { Declaration, Outline, Span } from "./outline.ts";

/** What marks a function whose body is shown: in a comment, or as a decorator of its own. */
const mark = /\[HOT\]|@core_logic\b/;
const decorator = /^\s*@core_logic\b/;
/** A shorter gap would cost more than it saves. */
const smallestGap = 3;

export type Curated = {
  readonly text: string;
  /** How many gaps, and how many lines are in them. */
  readonly gaps: number;
  readonly lines: number;
};

export function toCurated(text: string, outline: Outline): Curated {
  const rows = makeRows(text, outline.comments);
  return foldGaps(rows.lines, findHidden(outline, rows));
}

/** A file by rows, from 0. In the arrays, 1 means yes. */
type Rows = {
  readonly text: string;
  readonly lines: readonly string[];
  readonly rowOf: (offset: number) => number;
  /** The row begins with a comment, or lies within one. */
  readonly isComment: Uint8Array;
  readonly isMarked: Uint8Array;
};

function makeRows(text: string, comments: readonly Span[]): Rows {
  const lines = text.split("\n");
  const rowOf = makeRowOf(lines);
  const isComment = new Uint8Array(lines.length);
  const isMarked = new Uint8Array(lines.length);
  for (const { start, end } of comments) {
    const [first, last] = [rowOf(start), rowOf(Math.max(start, end - 1))];
    isComment.fill(1, beginsLine(text, start) ? first : first + 1, last + 1);
    if (mark.test(text.slice(start, end))) isMarked.fill(1, first, last + 1);
  }
  for (const [row, line] of lines.entries()) if (decorator.test(line)) isMarked[row] = 1;
  return { text, lines, rowOf, isComment, isMarked };
}

function makeRowOf(lines: readonly string[]): (offset: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
}

const beginsLine = (text: string, offset: number): boolean =>
  text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";

/** Row by row: 1 where a body is left out. */
function findHidden(outline: Outline, rows: Rows): Uint8Array {
  const isHidden = new Uint8Array(rows.lines.length);
  // Up to here a marked function reaches; what is inside it is shown with it.
  let shownUntil = 0;
  // The outer one comes first, so that a marked function within a hidden body is uncovered again.
  for (const declaration of outline.declarations) {
    const { body, end } = declaration;
    if (body === undefined || end <= shownUntil) continue;
    const top = topOf(declaration, rows);
    if (rows.isMarked.subarray(top, rows.rowOf(body.start) + 1).includes(1)) {
      isHidden.fill(0, top, rows.rowOf(end - 1) + 1);
      shownUntil = end;
    } else hideBody(body, isHidden, rows);
  }
  for (const { start, end } of outline.docs) {
    const first = rows.rowOf(start);
    // Of a function whose head is shown, not of one inside a hidden body.
    if (first > 0 && isHidden[first - 1] === 0) isHidden.fill(0, first, rows.rowOf(end - 1) + 1);
  }
  return isHidden;
}

/** The first row of the comments, decorators and attributes that stand directly above a declaration. */
function topOf({ start }: Declaration, { rowOf, lines, isComment }: Rows): number {
  let row = rowOf(start);
  while (row > 0 && (isComment[row - 1] === 1 || /^\s*(?:@|#\[)/.test(lines[row - 1] ?? ""))) row -= 1;
  return row;
}

/** Without the rows that hold the braces, or the end of the head. */
function hideBody({ start, end }: Span, isHidden: Uint8Array, { text, rowOf }: Rows): void {
  const first = rowOf(start) + (beginsLine(text, start) && text[start] !== "{" ? 0 : 1);
  const last = rowOf(end - 1) - (text[end - 1] === "}" ? 1 : 0);
  if (first <= last) isHidden.fill(1, first, last + 1);
}

function foldGaps(lines: readonly string[], isHidden: Uint8Array): Curated {
  const shown: string[] = [];
  let [gaps, hidden] = [0, 0];
  for (let row = 0; row < lines.length;) {
    let end = row;
    while (isHidden[end] === 1) end += 1;
    if (end - row < smallestGap) {
      shown.push(...lines.slice(row, Math.max(end, row + 1)));
      row = Math.max(end, row + 1);
      continue;
    }
    const indent = /^\s*/.exec(lines[row] ?? "")?.[0] ?? "";
    shown.push(`${indent}[… ${end - row} lines, ${row + 1} to ${end} …]`);
    gaps += 1;
    hidden += end - row;
    row = end;
  }
  return { text: shown.join("\n"), gaps, lines: hidden };
}
