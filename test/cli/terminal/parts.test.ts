// The small parts: widths, keys, styles, the painter, plain lines.

import { describe, expect, it } from "vitest";
import { createLinePrinter, toJsonLine, toLine } from "../../../src/cli/print/lines.ts";
import { bodyLines } from "../../../src/cli/terminal/body-lines.ts";
import { listenToKeys, parseKeys } from "../../../src/cli/terminal/keys.ts";
import { fitLine, justify, lineWidth, plainText, span } from "../../../src/cli/terminal/line.ts";
import { createPainter } from "../../../src/cli/terminal/painter.ts";
import { asciiGlyphs, createStyle, unicodeGlyphs } from "../../../src/cli/terminal/style.ts";
import { canDraw, colourDepth, sizeOf } from "../../../src/cli/terminal/terminal.ts";
import { cutToWidth, displayWidth, padToWidth, tailToWidth, wrapToWidth } from "../../../src/cli/terminal/width.ts";
import { allSamples, toRecords } from "../../support/sample-events.ts";
import { createEmulator, createKeyboard } from "./emulator.ts";

describe("width", () => {
  it("counts columns, not characters", () => {
    expect(["", "abc", "漢字", "🎉", "e\u0301", "日本 x", "｡ｱ", "한국어", "ünï"].map(displayWidth)).toEqual([
      0, 3, 4, 2, 1, 6, 2, 6, 3,
    ]);
  });

  it("never gives more columns than asked, never half a character", () => {
    for (const text of ["plain words", "漢字かな交じり文", "🎉🎊🎈", "e\u0301e\u0301e\u0301", "mixed 漢 and 🎉"]) {
      for (let columns = 0; columns < 20; columns += 1) {
        expect(displayWidth(cutToWidth(text, columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(tailToWidth(text, columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(padToWidth(text, columns))).toBe(columns);
        if (columns > 1) expect(wrapToWidth(text, columns).every((line) => displayWidth(line) <= columns)).toBe(true);
        if (columns > 0) expect(wrapToWidth(text, columns).join("")).toBe(text);
      }
    }
    expect(wrapToWidth("the quick brown fox", 10)).toEqual(["the quick ", "brown fox"]);
    expect(wrapToWidth("a 0123456789abcdef", 10)).toEqual(["a 01234567", "89abcdef"]);
    expect(cutToWidth("漢字かな", 4)).toBe("漢…");
    expect(tailToWidth("the last words", 7)).toBe("…words");
  });

  it("fits and justifies lines made of spans", () => {
    const line = [span("left "), span("middle"), span(" right")];
    expect(plainText(fitLine(line, 9))).toBe("left mid…");
    expect(plainText(justify([span("a")], [span("b")], 5))).toBe("a   b");
    expect(plainText(justify([span("aaaa")], [span("b")], 5))).toBe("aaaa");
    expect(lineWidth(fitLine(line, 0))).toBe(0);
  });
});

describe("keys", () => {
  it("names what was pressed and ignores what nobody needs", () => {
    expect(parseKeys("a漢\r\u007f\u0003\u001b[A\u001bOB\u001b[5~\u001b[1;5D\u001b")).toEqual([
      "a",
      "漢",
      "enter",
      "backspace",
      "ctrl-c",
      "up",
      "down",
      "pageup",
      "escape",
    ]);
  });

  it("hands a paste over as one, puts split characters together, and gives the keyboard back", () => {
    const keyboard = createKeyboard();
    const taken: (readonly string[])[] = [];
    const stop = listenToKeys(keyboard, (keys) => taken.push(keys));
    expect(keyboard.isRaw()).toBe(true);
    const bytes = Buffer.from("漢");
    const chunks = [bytes.subarray(0, 1), bytes.subarray(1)] as unknown as string[];
    keyboard.press("ab", ...chunks);
    stop();
    stop();
    keyboard.press("c");
    expect(taken).toEqual([["a", "b"], ["漢"]]);
    expect([keyboard.isRaw(), keyboard.isRead()]).toEqual([false, false]);
  });
});

describe("what a terminal can do", () => {
  const tty = createEmulator();
  const pipe = { ...tty, isTTY: false };

  it("draws only on a terminal that is not dumb", () => {
    expect(canDraw(tty, { TERM: "xterm" })).toBe(true);
    expect(canDraw(tty, { TERM: "dumb" })).toBe(false);
    expect(canDraw(pipe, { TERM: "xterm" })).toBe(false);
    expect(canDraw(tty, { TERM: "xterm", CI: "1" })).toBe(false);
  });

  it("NO_COLOR wins over everything, FORCE_COLOR over what the terminal says", () => {
    expect(colourDepth(tty, { TERM: "xterm", COLORTERM: "truecolor" })).toBe("full");
    expect(colourDepth(tty, { TERM: "xterm-256color" })).toBe("256");
    expect(colourDepth(tty, { TERM: "xterm" })).toBe("16");
    expect(colourDepth(pipe, { TERM: "xterm" })).toBe("none");
    expect(colourDepth(pipe, { TERM: "xterm", FORCE_COLOR: "3" })).toBe("full");
    expect(colourDepth(tty, { TERM: "xterm", NO_COLOR: "1", FORCE_COLOR: "3" })).toBe("none");
    expect(colourDepth(tty, { TERM: "xterm", FORCE_COLOR: "0" })).toBe("none");
  });

  it("takes plain glyphs where the console or the locale has no others", () => {
    expect(createStyle(tty, { TERM: "linux" }).glyphs).toBe(asciiGlyphs);
    expect(createStyle(tty, { TERM: "xterm", LC_ALL: "C" }).glyphs).toBe(asciiGlyphs);
    expect(createStyle(tty, { TERM: "xterm" }).glyphs).toBe(unicodeGlyphs);
    for (const glyph of Object.values(unicodeGlyphs).filter((each) => typeof each === "string"))
      expect(displayWidth(glyph)).toBe(1);
  });

  it("uses the page's colours where it can, and those for a light ground on one", () => {
    const line = [span("x", "running", true)];
    expect(createStyle(tty, { TERM: "xterm", COLORTERM: "truecolor" }).toAnsi(line)).toBe(
      "\u001b[1;38;2;69;165;255mx\u001b[0m",
    );
    expect(createStyle(tty, { TERM: "xterm", COLORTERM: "truecolor", COLORFGBG: "0;15" }).toAnsi(line)).toBe(
      "\u001b[1;38;2;10;102;194mx\u001b[0m",
    );
    expect(createStyle(tty, { TERM: "xterm-256color" }).toAnsi(line)).toBe("\u001b[1;38;5;75mx\u001b[0m");
    expect(createStyle(tty, { TERM: "xterm" }).toAnsi(line)).toBe("\u001b[1;94mx\u001b[0m");
  });

  it("without a size takes 80 by 24", () => {
    expect(sizeOf({ ...tty, columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
  });
});

describe("the painter", () => {
  it("keeps a full line's last character and clears what shorter lines leave", () => {
    const screen = createEmulator(10, 3);
    const painter = createPainter(screen, createStyle(screen, { TERM: "xterm" }));
    painter.paint([[span("0123456789")], [span("second")], [span("third", "failed")]]);
    expect(screen.text()).toBe("0123456789\nsecond\nthird");
    painter.paint([[span("01")], [span("second")]]);
    expect(screen.text()).toBe("01\nsecond");
    const before = screen.writes.length;
    painter.paint([[span("01")], [span("second")]]);
    expect(screen.writes.length).toBe(before);
    painter.paint([[span("a")], [span("b")], [span("c")], [span("d")]], { row: 1, column: 1 });
    expect(screen.text()).toBe("a\nb\nc");
    expect(screen.hasCursor()).toBe(true);
    painter.close();
    painter.close();
    expect(screen.isAlternate()).toBe(false);
  });
});

describe("a text to read before an answer", () => {
  const text = (lines: ReturnType<typeof bodyLines>): string[] => lines.map(plainText);

  it("wraps, marks continuations, shows tabs and colours diffs", () => {
    expect(text(bodyLines("0123456789abcdef\n\tx", 14))).toEqual(["  0123456789", "» abcdef", "      x"]);
    const diff = bodyLines("--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same", 40);
    expect(diff.map((line) => line[1]?.tone)).toEqual(["quiet", "quiet", "hunk", "removed", "added", "plain"]);
    expect(bodyLines("- a list\n+ no diff", 40).map((line) => line[1]?.tone)).toEqual(["plain", "plain"]);
  });

  it("A-55 makes hidden characters visible, sets them off, and folds runs that push text out of sight", () => {
    const lines = bodyLines(`rm${" ".repeat(500)}-rf\u202e /\u001b[8m`, 60);
    expect(text(lines).join("")).toBe("  rm[500 spaces]-rf\\u{202e} /\\x1b[8m");
    expect(
      lines
        .flat()
        .filter(({ tone }) => tone === "alarm")
        .map((each) => each.text),
    ).toEqual(["\\u{202e}", "\\x1b"]);
    for (const columns of [5, 8, 13, 21]) {
      for (const line of bodyLines("a\u202eb漢".repeat(30), columns))
        expect(lineWidth(line)).toBeLessThanOrEqual(Math.max(columns, 5));
    }
  });
});

describe("plain lines", () => {
  const records = toRecords(allSamples);

  it("one line per event worth reading: time, attempt, sentence", () => {
    const [created] = records;
    if (created === undefined) throw new Error("no samples");
    expect(toLine(created)).toMatch(/^\d\d:\d\d:\d\d run begins "Sample": async, up to 4 tickets at once$/);
    const lines: string[] = [];
    const print = createLinePrinter((line) => lines.push(line), { json: false });
    for (const recorded of records) print({ kind: "recorded", recorded });
    expect(lines.length).toBeLessThan(records.length);
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d \S+ \S.*\n$/);
    expect(lines.some((line) => line.includes(" T1#1 reads src/a.ts"))).toBe(true);
  });

  it("--json prints every record exactly as recorded, and nothing else", () => {
    const lines: string[] = [];
    const print = createLinePrinter((line) => lines.push(line), { json: true });
    for (const recorded of records) print({ kind: "recorded", recorded });
    print({ kind: "stalled", detail: "disk full" });
    const ref = { ticket: "T1", attempt: 1 } as never;
    print({ kind: "delta", ref, turn: 1, delta: { kind: "text", text: "hello" } });
    expect(lines.map((line) => JSON.parse(line))).toEqual(records.map((each) => JSON.parse(JSON.stringify(each))));
    expect(lines[0]).toBe(`${toJsonLine(records[0] ?? failMissing())}\n`);
  });

  it("says when the store takes no more records, and when it does again", () => {
    const lines: string[] = [];
    const print = createLinePrinter((line) => lines.push(line), { json: false });
    print({ kind: "stalled", detail: "no space left\u001b[2J" });
    print({ kind: "stalled", detail: null });
    expect(lines).toEqual([
      "The store takes no more records (no space left\\x1b[2J). Make room: the run waits and tries again by itself.\n",
      "The store takes records again; the run goes on.\n",
    ]);
  });
});

const failMissing = (): never => {
  throw new Error("no samples");
};
