// The views of one small file per language, as whole texts beside the sources; and what marks, gaps and oddities do.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { languageOf, type LanguageName } from "../../../src/adapters/context/languages.ts";
import { createSourceViews } from "../../../src/adapters/context/source-views.ts";

const sources = join(import.meta.dirname, "sources");
const views = createSourceViews();
afterAll(views.close);

const languages: Readonly<Record<string, LanguageName>> = {
  "cart.py": "python",
  "cart.js": "javascript",
  "cart.ts": "typescript",
  "cart.go": "go",
  "cart.rs": "rust",
  "Cart.java": "java",
  "cart.hpp": "cpp",
};

async function show(language: LanguageName, as: "skeleton" | "curated", text: string): Promise<string> {
  const answer = await views.show({ language, as, text });
  return answer.kind === "view" ? answer.text : answer.problem;
}

describe.each(Object.entries(languages))("views of %s", (name, language) => {
  const text = readFileSync(join(sources, `${name}.txt`), "utf8");

  it("CTX1 A-131 A-132 a skeleton has the signatures, members indented, and nothing else", async () => {
    expect(languageOf(`src/${name}`)).toBe(language);
    await expect(await show(language, "skeleton", text)).toMatchFileSnapshot(join(sources, `${name}.skeleton.txt`));
  });

  it("CTX3 A-131 A-132 a curated view is the file without the bodies that nobody marked", async () => {
    const curated = await show(language, "curated", text);
    await expect(curated).toMatchFileSnapshot(join(sources, `${name}.curated.txt`));
    const lines = text.split("\n");
    for (const line of curated.split("\n")) {
      const [, count, from, to] = /^\s*\[… (\d+) lines, (\d+) to (\d+) …\]$/.exec(line) ?? [];
      if (count === undefined) expect(lines).toContain(line);
      else expect(Number(to) - Number(from) + 1).toBe(Number(count));
    }
  });
});

describe("a skeleton", () => {
  it("CTX1 reads .tsx, and what is wrapped in a function called at once", async () => {
    const tsx = "export const Price = ({ net }: { net: number }) => {\n  return <b>{net}</b>;\n};\n";
    expect(await show("tsx", "skeleton", tsx)).toBe("export const Price = ({ net }: { net: number }) =>");
    const wrapped = "(function () {\n  function inner(a) {\n    return a;\n  }\n  window.inner = inner;\n})();\n";
    expect(await show("javascript", "skeleton", wrapped)).toBe("function inner(a)");
  });

  it("CTX1 counts offsets as the text does, whatever characters stand before", async () => {
    const text = '# 😀 héllo \u{10ffff} 漢字\nNAME = "😀"\ndef größe(ärger="😀", b=1) -> str:\n    return "😀"\n';
    expect(await show("python", "skeleton", text)).toBe('NAME = "😀"\ndef größe(ärger="😀", b=1) -> str');
  });

  it("CTX1 keeps C macros and one line as long as it may be", async () => {
    const args = Array.from({ length: 300 }, (_, n) => `int a${n}`).join(", ");
    const skeleton = await show(
      "cpp",
      "skeleton",
      `API_PUBLIC(int) open_it(void)\n{\n  return 1;\n}\nint wide(${args}) {\n  return 2;\n}\n`,
    );
    expect(skeleton).toContain("open_it(void)");
    expect(skeleton.split("\n").at(-1)).toMatch(/^int wide\(int a0, .*…$/);
    expect(skeleton.length).toBeLessThan(600);
  });
});

describe("a curated view", () => {
  it("CTX3 shows a marked function inside a body that is left out, and a marked one with all that is in it", async () => {
    const text = [
      "def outer():",
      "    one = 1",
      "    two = 2",
      "    three = 3",
      "    # [HOT]",
      "    def inner():",
      "        def deeper():",
      "            a = 1",
      "            b = 2",
      "            return a + b",
      "        return deeper()",
      "    return inner",
    ];
    const shown = (await show("python", "curated", text.join("\n"))).split("\n");
    expect(shown).toEqual([text[0], "    [… 3 lines, 2 to 4 …]", ...text.slice(4)]);
  });

  it("CTX3 a mark in a string, or on the function before, marks nothing", async () => {
    const body = "  a();\n  b();\n  c();\n}\n";
    const text = `function first() { // [HOT]\n${body}function second(why = "[HOT]") {\n${body}`;
    expect(await show("javascript", "curated", text)).toBe(
      `function first() { // [HOT]\n${body}function second(why = "[HOT]") {\n  [… 3 lines, 7 to 9 …]\n}\n`,
    );
  });

  it("CTX3 leaves line ends and short bodies as they are", async () => {
    const text = "func a() {\r\n\tb()\r\n\tc()\r\n}\r\n";
    expect(await show("go", "curated", text)).toBe(text);
  });
});
