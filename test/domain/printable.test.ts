// Foreign text on its way to a person's eye.

import fc from "fast-check";
import { expect, it } from "vitest";
import {
  findHidden,
  foldBlankRuns,
  toPlainOutput,
  toPrintable,
  toPrintableJson,
  toPrintableLine,
} from "../../src/domain/printable.ts";

const esc = "\u001b";

it("A-55 terminal sequences leave the output of commands, with every other control character", () => {
  const sequences = [
    `${esc}[31m`,
    `${esc}[2J`,
    `${esc}[201~`,
    `${esc}]0;title\u0007`,
    `${esc}]52;c;ZXZpbA==\u0007`,
    `${esc}]8;;http://evil.example${esc}\\`,
    `${esc}P$q"p${esc}\\`,
    `${esc}c`,
    "\u009b2J",
    "\u009d0;x\u009c",
    "\u0000",
    "\b",
  ];
  expect(toPlainOutput(`a${sequences.join("")}b`)).toBe("ab");
});

it("A-55 a carriage return cannot overwrite what stood before it", () => {
  expect(toPlainOutput("rm -rf /\rls\r\n10%\r20%\n")).toBe("rm -rf /\nls\n10%\n20%\n");
});

it("A-57 A-58 hidden characters become visible and are counted", () => {
  const text = `safe\u202egnp.exe \u200bx\u{e0041}\u{e0042}\u00a0${esc}[8m`;
  expect(toPrintable(text)).toBe("safe\\u{202e}gnp.exe \\u{200b}x\\u{e0041}\\u{e0042}\\xa0\\x1b[8m");
  expect(findHidden(text).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "bidi U+202E",
    "zero-width U+200B",
    "tag U+E0041",
    "tag U+E0042",
    "blank U+00A0",
    "control U+001B",
  ]);
});

it("A-57 letters of another script inside a Latin word are told from the ones they are drawn like", () => {
  expect(toPrintable("curl g\u043e\u043egle.com \u0440aypal")).toBe("curl g\\u{43e}\\u{43e}gle.com \\u{440}aypal");
  expect(findHidden("g\u043e\u043egle")).toEqual([{ kind: "look-alike", name: "U+043E", count: 2 }]);
  const honest = "Привет, мир: τα πάντα ῥεῖ, 5 μs, scope и API";
  expect(toPrintable(honest)).toBe(honest);
  expect(findHidden(honest)).toEqual([]);
});

it("A-55 JSON text keeps its meaning and loses every byte a terminal acts upon", () => {
  const value = { "a\u009b2J": `\u202ex\u{e0041}\u2028${esc}]0;t\u0007 é 🙂`, list: [1, "\u007f"] };
  const json = toPrintableJson(JSON.stringify(value));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).toMatch(/^[\x20-\x7eé🙂]*$/u);
});

it("ordinary text of any language is left alone", () => {
  const text = "naïve Überfluß 漢字 עברית العربية ไทย 🙂\n\tindented";
  expect(toPrintable(text)).toBe(text);
  expect(findHidden(text)).toEqual([]);
  expect(toPrintableLine("a\nb")).toBe("a\\nb");
});

it("A-57 what pushes text out of sight is folded to its size", () => {
  expect(foldBlankRuns(`a${" ".repeat(4_096)}b`)).toBe("a[4096 spaces]b");
  expect(foldBlankRuns(`a${"\n".repeat(101)}b`)).toBe("a\n[100 blank lines]\nb");
  expect(foldBlankRuns("a\n\n\n    b")).toBe("a\n\n\n    b");
});

it("A-55 no control or format character of any input survives, whatever surrounds it", () => {
  const forbidden = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200b\ufeff]|[\u{e0000}-\u{e007f}]|\p{Cs}/u;
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(toPrintable(text)).not.toMatch(forbidden);
      expect(toPlainOutput(text)).not.toMatch(/[^\P{Cc}\n\t]/u);
    }),
  );
});

it("A-69 long runs of blanks take time in proportion to their length", () => {
  const text = `${" \t".repeat(500_000)}x${`${esc}[`.repeat(200_000)}`;
  expect(foldBlankRuns(text).length).toBeGreaterThan(0);
  expect(toPlainOutput(text)).not.toContain(esc);
});
