// A unified diff as rows for the eye: files, hunks, numbered lines, and within changed lines the words that changed.

import { toPrintable, toPrintableLine } from "../domain/printable.ts";
import { likeness, lineDiff, wordDiff, type DiffPiece } from "./word-diff.ts";

/** Of one line; joined they are the line. */
export type LinePiece = { readonly text: string; readonly isChanged: boolean };

export type DiffRow =
  | {
      readonly kind: "file";
      /** Where it is now, or was. */
      readonly path: string;
      /** Where it was, where it was moved. */
      readonly from: string | null;
      readonly change: "changed" | "new" | "deleted" | "moved";
    }
  /** What stands behind the numbers of a hunk, mostly the function around it. */
  | { readonly kind: "hunk"; readonly words: string }
  | { readonly kind: "context"; readonly before: number; readonly after: number; readonly pieces: readonly LinePiece[] }
  | { readonly kind: "removed"; readonly before: number; readonly pieces: readonly LinePiece[] }
  | { readonly kind: "added"; readonly after: number; readonly pieces: readonly LinePiece[] }
  /** What is said about the lines around it, or stands outside of every hunk. */
  | { readonly kind: "note"; readonly text: string };

export type DiffRows = {
  readonly rows: readonly DiffRow[];
  readonly files: number;
  readonly added: number;
  readonly removed: number;
};

type FileHead = { old: string | null; now: string | null; isNew: boolean; isDeleted: boolean };

type Reading = {
  readonly rows: DiffRow[];
  head: FileHead | null;
  /** Lines the hunk still has on both sides. */
  left: { before: number; after: number };
  next: { before: number; after: number };
  removed: { readonly number: number; readonly text: string }[];
  added: { readonly number: number; readonly text: string }[];
};

const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/** Any text gives rows: what is no part of a diff comes as notes. Every character that hides is written as an escape. */
export function diffRowsOf(text: string): DiffRows {
  const reading: Reading = {
    rows: [],
    head: null,
    left: { before: 0, after: 0 },
    next: { before: 0, after: 0 },
    removed: [],
    added: [],
  };
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) readLine(reading, line);
  flushChanges(reading);
  flushHead(reading);
  const { rows } = reading;
  const count = (kind: DiffRow["kind"]): number => rows.filter((row) => row.kind === kind).length;
  return { rows, files: count("file"), added: count("added"), removed: count("removed") };
}

function readLine(reading: Reading, line: string): void {
  const { left } = reading;
  // A diff that was cut says so in the middle of a hunk.
  const isOpen = left.before > 0 || left.after > 0;
  if (isOpen && !/^[-+ \\]|^\r?$/.test(line)) reading.left = { before: 0, after: 0 };
  if ((isOpen && reading.left === left) || line.startsWith("\\")) readInHunk(reading, line);
  else readBetween(reading, line);
}

function readInHunk(reading: Reading, line: string): void {
  const { left, next } = reading;
  const mark = line.charAt(0);
  const text = line.slice(1).replace(/\r$/, "");
  if (mark === "-") {
    if (reading.added.length > 0) flushChanges(reading);
    reading.removed.push({ number: next.before, text });
    next.before += 1;
    left.before -= 1;
  } else if (mark === "+") {
    reading.added.push({ number: next.after, text });
    next.after += 1;
    left.after -= 1;
  } else if (mark === "\\") {
    flushChanges(reading);
    reading.rows.push({ kind: "note", text: toPrintable(line.slice(1).trim()) });
  } else {
    flushChanges(reading);
    reading.rows.push({ kind: "context", before: next.before, after: next.after, pieces: whole(text) });
    next.before += 1;
    next.after += 1;
    left.before -= 1;
    left.after -= 1;
  }
}

function readBetween(reading: Reading, line: string): void {
  const { rows } = reading;
  const hunk = hunkHead.exec(line);
  if (hunk !== null) {
    flushChanges(reading);
    flushHead(reading);
    const [, before, beforeCount = "1", after, afterCount = "1", words = ""] = hunk;
    reading.next = { before: Number(before), after: Number(after) };
    reading.left = { before: Number(beforeCount), after: Number(afterCount) };
    rows.push({ kind: "hunk", words: toPrintableLine(words) });
  } else if (!readHead(reading, line)) {
    flushChanges(reading);
    flushHead(reading);
    rows.push({ kind: "note", text: toPrintable(line) });
  }
}

/** Lines that git, or another maker of diffs, writes before a file's first hunk. */
function readHead(reading: Reading, line: string): boolean {
  const begun = (): FileHead => (reading.head ??= { old: null, now: null, isNew: false, isDeleted: false });
  const startsFile = /^diff --git (.*)$/.exec(line);
  if (startsFile !== null) {
    flushChanges(reading);
    flushHead(reading);
    const [old, now] = gitPaths(startsFile[1] ?? "");
    Object.assign(begun(), { old, now });
    return true;
  }
  if (/^(?:index [0-9a-f]+\.\.|similarity index |dissimilarity index |old mode |new mode )/.test(line))
    return reading.head !== null;
  if (line.startsWith("new file mode ")) return Object.assign(begun(), { isNew: true }).isNew;
  if (line.startsWith("deleted file mode ")) return Object.assign(begun(), { isDeleted: true }).isDeleted;
  const moved = /^(?:rename|copy) (from|to) (.*)$/.exec(line);
  if (moved !== null) {
    begun()[moved[1] === "from" ? "old" : "now"] = moved[2] ?? "";
    return true;
  }
  return readPathLine(reading, line);
}

function readPathLine(reading: Reading, line: string): boolean {
  const found = /^(---|\+\+\+) ([^\t]*)/.exec(line);
  if (found === null) return false;
  const [, mark, name = ""] = found;
  if (mark === "---" && reading.head === null) flushChanges(reading);
  const head = (reading.head ??= { old: null, now: null, isNew: false, isDeleted: false });
  const path = name === "/dev/null" ? null : unquoted(name).replace(/^[ab]\//, "");
  if (mark === "---") {
    head.isNew ||= path === null;
    head.old = path;
  } else {
    head.isDeleted ||= path === null;
    head.now = path;
  }
  return true;
}

/** `a/x b/x`: equal halves where nothing was moved; a move says its names in lines of their own. */
function gitPaths(words: string): readonly [string, string] {
  const half = words.slice(0, (words.length - 1) / 2);
  const path = unquoted(half).replace(/^a\//, "");
  return [path, path];
}

/** Git quotes names that hold special characters. */
const unquoted = (name: string): string =>
  name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).replace(/\\(["\\])/g, "$1") : name;

function flushHead(reading: Reading): void {
  const { head, rows } = reading;
  if (head === null) return;
  reading.head = null;
  const path = head.isDeleted ? (head.old ?? head.now) : (head.now ?? head.old);
  const from = head.old !== null && head.now !== null && head.old !== head.now ? toPrintableLine(head.old) : null;
  const change = head.isNew ? "new" : head.isDeleted ? "deleted" : from === null ? "changed" : "moved";
  rows.push({ kind: "file", path: toPrintableLine(path ?? ""), from, change });
}

function flushChanges(reading: Reading): void {
  const { removed, added, rows } = reading;
  if (removed.length === 0 && added.length === 0) return;
  reading.removed = [];
  reading.added = [];
  const pairs = pair(removed, added);
  const byRemoved = new Map(pairs.map((each) => [each.removed, each.pieces]));
  const byAdded = new Map(pairs.map((each) => [each.added, each.pieces]));
  for (const [place, { number, text }] of removed.entries())
    rows.push({ kind: "removed", before: number, pieces: sideOf(byRemoved.get(place), "removed", text) });
  for (const [place, { number, text }] of added.entries())
    rows.push({ kind: "added", after: number, pieces: sideOf(byAdded.get(place), "added", text) });
}

type Pair = { readonly removed: number; readonly added: number; readonly pieces: readonly DiffPiece[] };

/** Less alike than this, two lines are not one line rewritten. */
const leastLikeness = 0.5;
/** Lines of one change that are compared with each other. */
const mostLines = 60;

/** Lines that were rewritten: each removed one with the most alike of those added after the last pair. */
function pair(
  removed: readonly { readonly text: string }[],
  added: readonly { readonly text: string }[],
): readonly Pair[] {
  if (removed.length > mostLines || added.length > mostLines) return [];
  const pairs: Pair[] = [];
  let from = 0;
  for (const [place, { text }] of removed.entries()) {
    let best = -1;
    let bestLikeness = leastLikeness;
    for (let at = from; at < added.length; at += 1) {
      const found = likeness(text, added[at]?.text ?? "");
      if (found > bestLikeness) {
        best = at;
        bestLikeness = found;
      }
    }
    if (best < 0) continue;
    pairs.push({ removed: place, added: best, pieces: wordDiff(text, added[best]?.text ?? "") });
    from = best + 1;
  }
  return pairs;
}

const whole = (text: string): readonly LinePiece[] => [{ text: toPrintable(text), isChanged: false }];

function sideOf(
  pieces: readonly DiffPiece[] | undefined,
  side: "removed" | "added",
  text: string,
): readonly LinePiece[] {
  if (pieces === undefined) return whole(text);
  return pieces
    .filter(({ kind }) => kind === "same" || kind === side)
    .map(({ kind, text: part }) => ({ text: toPrintable(part), isChanged: kind !== "same" }));
}

/** One line of a side-by-side view; the same row on both sides goes over the whole width. */
export type SplitRow = { readonly left: DiffRow | null; readonly right: DiffRow | null };

/** What went stands beside what came in its place, line by line. */
export function splitRowsOf(rows: readonly DiffRow[]): readonly SplitRow[] {
  const split: SplitRow[] = [];
  let removed: DiffRow[] = [];
  let added: DiffRow[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1)
      split.push({ left: removed[at] ?? null, right: added[at] ?? null });
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (row.kind === "removed") {
      if (added.length > 0) flush();
      removed.push(row);
    } else if (row.kind === "added") added.push(row);
    else {
      flush();
      split.push({ left: row, right: row });
    }
  }
  flush();
  return split;
}

/** The diff of two short texts that have no file around them, as one hunk of whole lines. */
export function diffRowsBetween(before: string, after: string): DiffRows {
  const reading: Reading = {
    rows: [],
    head: null,
    left: { before: 0, after: 0 },
    next: { before: 1, after: 1 },
    removed: [],
    added: [],
  };
  for (const { kind, text } of lineDiff(before, after))
    for (const line of text.replace(/\n$/, "").split("\n"))
      readInHunk(reading, `${kind === "same" ? " " : kind === "removed" ? "-" : "+"}${line}`);
  flushChanges(reading);
  const count = (wanted: DiffRow["kind"]): number => reading.rows.filter(({ kind }) => kind === wanted).length;
  return { rows: reading.rows, files: 0, added: count("added"), removed: count("removed") };
}
