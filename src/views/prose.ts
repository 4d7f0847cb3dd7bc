// What a model writes, as blocks and pieces to draw: paragraphs, lists, headings, code. Its marks are read, its links
// and pictures are not: they stay the text they are.

import { toPrintable } from "../domain/printable.ts";

export type ProsePiece = { readonly kind: "plain" | "bold" | "italic" | "code"; readonly text: string };

export type ProseItem = {
  /** From 0. */
  readonly depth: number;
  /** `1.` as written; null in a list without numbers. */
  readonly number: string | null;
  readonly pieces: readonly ProsePiece[];
};

export type ProseBlock =
  | { readonly kind: "paragraph" | "heading"; readonly pieces: readonly ProsePiece[] }
  | { readonly kind: "list"; readonly items: readonly ProseItem[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string };

const fenceMark = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)/;
const headingMark = /^#{1,6}\s+(.*)$/;
const itemMark = /^(\s*)(?:[-*+]|(\d{1,9}[.)]))\s+(.*)$/;
const deepest = 4;

/** Hidden characters are written as escapes. Reading takes time in proportion to the text, whatever it holds. */
export function proseOf(text: string): readonly ProseBlock[] {
  const blocks: ProseBlock[] = [];
  const lines = toPrintable(text.replaceAll("\r\n", "\n")).split("\n");
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", pieces: piecesOf(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const fence = fenceMark.exec(line);
    const heading = headingMark.exec(line);
    if (fence !== null) {
      flush();
      const end = fenceEnd(lines, at, fence[1] ?? "```");
      blocks.push({ kind: "code", language: fence[2] ?? "", text: lines.slice(at + 1, end).join("\n") });
      at = end;
    } else if (heading !== null) {
      flush();
      blocks.push({ kind: "heading", pieces: piecesOf(heading[1] ?? "") });
    } else if (itemMark.test(line) && (paragraph.length === 0 || /^\s*(?:[-*+]|1[.)])\s/.test(line))) {
      flush();
      const items = readItems(lines, at);
      blocks.push({ kind: "list", items: items.read });
      at = items.end;
    } else if (line.trim() === "") flush();
    else paragraph.push(line);
  }
  flush();
  return blocks;
}

/** The line that closes it, or the one after the last. */
function fenceEnd(lines: readonly string[], from: number, mark: string): number {
  for (let at = from + 1; at < lines.length; at += 1) {
    const line = (lines[at] ?? "").trim();
    if (line.length >= mark.length && line === mark.charAt(0).repeat(line.length)) return at;
  }
  return lines.length;
}

function readItems(lines: readonly string[], from: number): { read: readonly ProseItem[]; end: number } {
  const read: { depth: number; number: string | null; text: string }[] = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const item = itemMark.exec(line);
    const last = read.at(-1);
    if (item !== null) {
      const [, indent = "", number = null, text = ""] = item;
      read.push({ depth: Math.min(deepest, Math.floor(indent.length / 2)), number, text });
    } else if (last !== undefined && /^\s{2,}\S/.test(line) && !fenceMark.test(line.trim()))
      last.text += `\n${line.trim()}`;
    else break;
  }
  return { read: read.map(({ depth, number, text }) => ({ depth, number, pieces: piecesOf(text) })), end: at - 1 };
}

const marks = [
  { mark: "**", kind: "bold" },
  { mark: "__", kind: "bold" },
  { mark: "`", kind: "code" },
  { mark: "*", kind: "italic" },
  { mark: "_", kind: "italic" },
] as const;

/** Marks are taken in pairs and not within each other; one without its pair is text. */
function piecesOf(text: string): readonly ProsePiece[] {
  const pieces: ProsePiece[] = [];
  /** Marks that do not come again: looking for them twice would take long. */
  const gone = new Set<string>();
  let plain = 0;
  let at = 0;
  while (at < text.length) {
    const found = marks.find(({ mark }) => !gone.has(mark) && text.startsWith(mark, at));
    const end = found === undefined ? -1 : closeOf(text, at, found.mark);
    if (found !== undefined && end < 0 && text.indexOf(found.mark, at + found.mark.length) < 0) gone.add(found.mark);
    if (found === undefined || end < 0) {
      at += 1;
      continue;
    }
    if (at > plain) pieces.push({ kind: "plain", text: text.slice(plain, at) });
    pieces.push({ kind: found.kind, text: text.slice(at + found.mark.length, end) });
    at = end + found.mark.length;
    plain = at;
  }
  if (plain < text.length) pieces.push({ kind: "plain", text: text.slice(plain) });
  return pieces;
}

/** Longer than this nothing is one word of emphasis. */
const longest = 600;

function closeOf(text: string, at: number, mark: string): number {
  const from = at + mark.length;
  if (mark !== "`" && (/\s/.test(text.charAt(from)) || (mark.startsWith("_") && /\w/.test(text.charAt(at - 1)))))
    return -1;
  const end = text.slice(from, from + longest).indexOf(mark);
  if (end <= 0) return -1;
  const close = from + end;
  if (mark === "`") return close;
  const isWord = mark.startsWith("_") && /\w/.test(text.charAt(close + mark.length));
  return /\s/.test(text.charAt(close - 1)) || isWord ? -1 : close;
}

/** Where the first finished block of a text that still grows ends: after its blank line, or its closed fence. -1: none has. */
export function blockEnd(text: string, from: number): number {
  const start = skipBlank(text, from);
  const fence = fenceMark.exec(text.slice(start, start + 80));
  if (fence !== null && fence.index === 0) {
    const close = text.indexOf(`\n${fence[1] ?? "```"}`, start + 3);
    const lineEnd = close < 0 ? -1 : text.indexOf("\n", close + 1);
    return lineEnd < 0 ? -1 : lineEnd + 1;
  }
  const blank = text.indexOf("\n\n", start);
  const opening = text.indexOf("\n```", start);
  if (opening >= 0 && (blank < 0 || opening < blank)) return opening + 1;
  return blank < 0 ? -1 : blank + 2;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === "\n") at += 1;
  return at;
}
