// What models write, as blocks to draw. Hostile text stays text.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockEnd, proseOf, type ProseBlock } from "../../src/views/prose.ts";

const kindsOf = (text: string): readonly string[] => proseOf(text).map(({ kind }) => kind);
const wordsOf = (block: ProseBlock | undefined): readonly string[] =>
  block !== undefined && "pieces" in block ? block.pieces.map(({ kind, text }) => `${kind}:${text}`) : [];

describe("prose", () => {
  it("PANE4 reads paragraphs, headings, lists, fences and marks within a line", () => {
    const text =
      "# Plan\nI **will** read `a.ts` and *then* edit.\n\n1. One\n2. Two\n   more\n- x\n\n```ts\nlet a = 1;\n\nlet b;\n```\nEnd.";
    expect(kindsOf(text)).toEqual(["heading", "paragraph", "list", "code", "paragraph"]);
    const [, paragraph, list, code] = proseOf(text);
    expect(wordsOf(paragraph)).toEqual([
      "plain:I ",
      "bold:will",
      "plain: read ",
      "code:a.ts",
      "plain: and ",
      "italic:then",
      "plain: edit.",
    ]);
    expect(list).toMatchObject({
      items: [{ number: "1." }, { number: "2.", pieces: [{ text: "Two\nmore" }] }, { number: null }],
    });
    expect(code).toEqual({ kind: "code", language: "ts", text: "let a = 1;\n\nlet b;" });
  });

  it("PANE4 leaves links, pictures and markup the text they are", () => {
    const hostile =
      '[x](javascript:alert(1)) ![p](https://evil.example/p.png) <img src=x onerror=alert(1)> <a href="//e">';
    expect(proseOf(hostile)).toEqual([{ kind: "paragraph", pieces: [{ kind: "plain", text: hostile }] }]);
  });

  it("PANE4 shows hidden characters as escapes, in code as well", () => {
    expect(JSON.stringify(proseOf("a\u202eb\n```\n\u200b\u0007\n```"))).toMatch(/u\{202e\}.*u\{200b\}.*x07/);
  });

  it("PANE4 takes names with underscores and lone marks as they are", () => {
    expect(wordsOf(proseOf("call my_own_name * 2 ** 3 and 4 * 5_000")[0])).toEqual([
      "plain:call my_own_name * 2 ** 3 and 4 * 5_000",
    ]);
  });

  it("PANE4 loses no word of any text, and is done soon with a very long one", () => {
    const letters = (text: string): string => text.replace(/[^\p{L}]/gu, "");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "*", "**", "`", "\n", "_", " ", "- ", "b\n\n", "1. ", "<i>", "é")),
        (parts) => {
          const text = parts.join("");
          expect(letters(JSON.stringify(textsIn(proseOf(text))))).toBe(letters(text).replaceAll("\\n", ""));
        },
      ),
    );
    const started = performance.now();
    for (const mark of ["*", "**a ", "`", "_a", "- ", "```\n", "*a `b _c "]) proseOf(mark.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

/** Joined by spaces, so that no letter of an escape comes in between. */
const textsIn = (blocks: readonly ProseBlock[]): string =>
  blocks
    .flatMap((block) => {
      if (block.kind === "code") return [block.text];
      return block.kind === "list"
        ? block.items.flatMap(({ pieces }) => pieces.map(({ text }) => text))
        : block.pieces.map(({ text }) => text);
    })
    .join(" ")
    .replaceAll("\n", " ");

describe("a text that grows", () => {
  it("PANE4 is settled block by block: after a blank line, or when its fence is closed", () => {
    const text = "First.\nStill.\n\nSecond:\n```js\na\n\nb\n```\nThird";
    const ends: string[] = [];
    let from = 0;
    for (let end = blockEnd(text, 0); end >= 0; end = blockEnd(text, from)) {
      ends.push(text.slice(from, end));
      from = end;
    }
    expect(ends).toEqual(["First.\nStill.\n\n", "Second:\n", "```js\na\n\nb\n```\n"]);
    expect(text.slice(from)).toBe("Third");
    expect(blockEnd("```\nnot closed\n\nyet", 0)).toBe(-1);
  });

  it("PANE4 the settled blocks and the rest are the text", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "\n", "\n\n", "```", "```\n", "b c")), (parts) => {
        const text = parts.join("");
        let from = 0;
        for (let end = blockEnd(text, from); end >= 0; end = blockEnd(text, from)) {
          expect(end).toBeGreaterThan(from);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
