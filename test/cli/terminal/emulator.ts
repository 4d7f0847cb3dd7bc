// A terminal as far as our drawing needs one: cursor, clearing, the alternate screen, wide characters; colours counted,
// not kept. Whatever it does not know it reports, so that no sequence slips through unseen.

import type { Keyboard, Screen } from "../../../src/cli/terminal/terminal.ts";
import { displayWidth } from "../../../src/cli/terminal/width.ts";

export type Emulator = Screen & {
  readonly isTTY: boolean;
  columns: number;
  rows: number;
  /** What stands on the screen, without spaces at line ends or empty lines below. */
  readonly text: () => string;
  readonly lines: () => readonly string[];
  readonly isAlternate: () => boolean;
  readonly hasCursor: () => boolean;
  readonly unknown: readonly string[];
  /** Everything written so far, and how often. */
  readonly writes: string[];
  readonly resize: (columns: number, rows: number) => void;
};

const esc = String.fromCharCode(0x1b);
const tokens = new RegExp(`${esc}\\[[0-9;?]*[A-Za-z]|[\\s\\S]`, "gu");

export function createEmulator(columns = 80, rows = 24): Emulator {
  const listeners = new Set<() => void>();
  const unknown: string[] = [];
  const writes: string[] = [];
  let main = blank(rows);
  let alternate: string[][] | undefined;
  let cursor = { row: 0, column: 0 };
  let saved = cursor;
  let isCursorShown = true;
  const grid = (): string[][] => alternate ?? main;

  const put = (character: string): void => {
    if (character === "\n") {
      cursor = { row: Math.min(emulator.rows - 1, cursor.row + 1), column: 0 };
      return;
    }
    const width = displayWidth(character);
    const line = grid()[cursor.row] ?? [];
    if (width === 0) line[cursor.column - 1] = `${line[cursor.column - 1] ?? ""}${character}`;
    else {
      // No wrapping: what does not fit overwrites the edge, as terminals do.
      const column = Math.min(cursor.column, emulator.columns - width);
      line[column] = character;
      if (width === 2) line[column + 1] = "";
      cursor = { ...cursor, column: column + width };
    }
    grid()[cursor.row] = line;
  };

  const obey = (sequence: string): void => {
    const [, parameters = "", kind = ""] =
      /^..?\[?([0-9;?]*)([A-Za-z])$/.exec(sequence.replace(esc, "__").replace("__[", "_[")) ?? [];
    const [first = "1", second = "1"] = parameters.split(";");
    if (kind === "H") cursor = { row: Number(first || "1") - 1, column: Number(second || "1") - 1 };
    else if (kind === "K") grid()[cursor.row] = (grid()[cursor.row] ?? []).slice(0, cursor.column);
    else if (kind === "J" && parameters === "2") grid().splice(0, grid().length, ...blank(emulator.rows));
    else if (parameters === "?1049") {
      if (kind === "h") saved = cursor;
      else cursor = saved;
      alternate = kind === "h" ? blank(emulator.rows) : undefined;
    } else if (parameters === "?25") isCursorShown = kind === "h";
    else if (kind !== "m" && parameters !== "?7" && parameters !== "?2026") unknown.push(sequence);
  };

  const emulator: Emulator = {
    isTTY: true,
    columns,
    rows,
    write: (text) => {
      writes.push(text);
      for (const [token] of text.matchAll(tokens)) {
        if (token.startsWith(esc)) obey(token);
        else put(token);
      }
      return true;
    },
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
    lines: () =>
      grid().map((line) =>
        Array.from(line, (cell) => cell ?? " ")
          .join("")
          .trimEnd(),
      ),
    text: () => emulator.lines().join("\n").trimEnd(),
    isAlternate: () => alternate !== undefined,
    hasCursor: () => isCursorShown,
    unknown,
    writes,
    resize: (newColumns, newRows) => {
      emulator.columns = newColumns;
      emulator.rows = newRows;
      main = blank(newRows);
      if (alternate !== undefined) alternate = blank(newRows);
      for (const listener of listeners) listener();
    },
  };
  return emulator;
}

const blank = (rows: number): string[][] => Array.from({ length: rows }, () => []);

export type FakeKeyboard = Keyboard & {
  /** What a person presses, as bytes. */
  readonly press: (...chunks: string[]) => void;
  readonly isRaw: () => boolean;
  readonly isRead: () => boolean;
};

export function createKeyboard(): FakeKeyboard {
  const listeners = new Set<(chunk: string) => void>();
  let isRaw = false;
  return {
    isTTY: true,
    setRawMode: (raw) => {
      isRaw = raw;
    },
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
    resume: () => {},
    pause: () => {},
    press: (...chunks) => {
      for (const chunk of chunks) for (const listener of listeners) listener(chunk);
    },
    isRaw: () => isRaw,
    isRead: () => listeners.size > 0,
  };
}

export type FakeTime = {
  readonly now: () => number;
  readonly later: (ms: number, callback: () => void) => () => void;
  /** Lets time pass; due callbacks run in order. */
  readonly pass: (ms: number) => void;
  readonly waiting: () => number;
};

export function createTime(start = 1_790_000_000_000): FakeTime {
  let now = start;
  let order = 0;
  const timers = new Map<number, { at: number; callback: () => void }>();
  const runUntil = (end: number): void => {
    for (;;) {
      const due = [...timers].filter(([, { at }]) => at <= end).toSorted(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (due === undefined) break;
      timers.delete(due[0]);
      now = Math.max(now, due[1].at);
      due[1].callback();
    }
    now = end;
  };
  return {
    now: () => now,
    later: (ms, callback) => {
      order += 1;
      const key = order;
      timers.set(key, { at: now + ms, callback });
      return () => void timers.delete(key);
    },
    pass: (ms) => runUntil(now + ms),
    waiting: () => timers.size,
  };
}
