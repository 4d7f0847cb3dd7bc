// What a file cannot do to the conductor, whatever is in it; and what no view can be made of.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { limitTroubles, toContextView } from "../../../src/adapters/context/context-view.ts";
import { languageOf } from "../../../src/adapters/context/languages.ts";
import { createSourceViews } from "../../../src/adapters/context/source-views.ts";

const views = createSourceViews();
afterAll(views.close);

const view = (path: string, text: string, bytes = 24 * 1024) =>
  toContextView(path, text, { as: "skeleton", bytes, views });
const many = (line: string, times: number): string => Array.from({ length: times }, () => `${line}\n`).join("");

describe("a file no view can be made of", () => {
  it("CTX4 of an unknown language is shown whole, or by its beginning and its end", async () => {
    expect(await view("notes.txt", "a\nb\n")).toEqual({ kind: "whole", text: "a\nb\n", cut: undefined });
    const long = await view("Makefile", many("all: everything", 1_000), 3_000);
    expect(long.kind).toBe("part");
    expect(long.cut).toMatch(/^lines \d+ to \d+ of 1001 are left out/);
  });

  it("CTX4 that is another language than its name says is shown by its beginning and its end, and why is said", async () => {
    const prose = await view(
      "prose.rs",
      many("It was a dark and stormy night, and 'nobody' wrote: any code; (at all", 200),
      3_000,
    );
    expect(prose.kind).toBe("part");
    expect(prose.cut).toMatch(
      /^(has \d+ places that were not understood|declares nothing that was understood); lines \d+ to/,
    );
    expect((await view("empty.py", "")).kind).toBe("whole");
    expect(
      (await view("half.ts", `${many("export const a = 1;", 900)}export function half(a: string {`)).text,
    ).toContain("export const a = 1");
  });

  it("CTX4 that is larger than 512 KiB is not parsed", async () => {
    const line = await view("line.js", "a".repeat(3 * 1024 * 1024));
    expect(line).toMatchObject({ kind: "part", text: "[… lines 1 to 1 …]" });
    expect(line.cut).toMatch(/^is larger than 512 KiB; lines 1 to 1 of 1 are left out/);
  });

  it("CTX4 L-23 nested without end is given up, while this thread goes on, and the next file has its view", async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    const nested = await view("nested.ts", "[".repeat(500 * 1024));
    clearInterval(counting);
    expect(nested).toMatchObject({ kind: "part", text: "[… lines 1 to 1 …]" });
    expect(nested.cut).toMatch(/^(takes too much time or memory to parse|is not parsed within 3 s|declares nothing)/);
    expect(turns).toBeGreaterThan(3);
    expect((await view("good.py", "def f(a):\n    return a\n")).text).toBe("def f(a)");
  });

  it("CTX4 no more than so many files of one brief are tried in vain", async () => {
    const asked: string[] = [];
    const show = limitTroubles({ show: (order) => (asked.push(order.text), views.show(order)) }, 2).show;
    const ask = async (text: string) => (await show({ language: "java", as: "skeleton", text })).kind;
    const answers = [await ask("class A {}"), await ask("oh ( no"), await ask("oh ( dear"), await ask("class B {}")];
    expect(answers).toEqual(["view", "trouble", "trouble", "trouble"]);
    expect(asked).toHaveLength(3);
  });
});

describe("a view that would not help", () => {
  it("CTX5 saves nothing: the file is shown whole", async () => {
    const text = "x = 1\ny = 2\n";
    expect(await view("a.py", text)).toEqual({ kind: "whole", text, cut: undefined });
    const curated = await toContextView("a.py", text, { as: "curated", bytes: 1_000, views });
    expect(curated.kind).toBe("whole");
  });

  it("CTX5 as a curated one does not fit: it becomes a skeleton, and that is cut where it must be", async () => {
    const text = Array.from(
      { length: 200 },
      (_, n) => `# Says ${n} in words that take room.\ndef f${n}(a):\n    return a + ${n}\n`,
    ).join("\n");
    const fits = await toContextView("a.py", text, { as: "curated", bytes: 4_000, views });
    expect(fits).toMatchObject({ kind: "skeleton", cut: undefined });
    const cut = await toContextView("a.py", text, { as: "curated", bytes: 600, views });
    expect(cut.cut).toMatch(/^of its skeleton lines \d+ to \d+ of 200 are left out/);
  });
});

describe("loading", () => {
  it("CTX9 nothing that composes a brief imports a grammar: only the thread does", () => {
    const rooms = join(import.meta.dirname, "../../../src/adapters");
    const seen = new Set<string>();
    const packages = new Set<string>();
    const walk = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, from = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export) [^;]*?from "([^"]+)";/gm)) {
        if (from.startsWith(".")) walk(join(dirname(file), from));
        else packages.add(from);
      }
    };
    walk(join(rooms, "context/briefs.ts"));
    expect(seen.size).toBeGreaterThan(5);
    expect([...packages].filter((name) => name.includes("tree-sitter"))).toEqual([]);
    walk(join(rooms, "context/view-worker.ts"));
    expect(packages).toContain("web-tree-sitter");
  });

  it("CTX1 a file's language is told by the end of its name, in any case", () => {
    expect(["a.PY", "b.d.ts", "c.test.tsx", "x/y.H", "z.mjs"].map(languageOf)).toEqual([
      "python",
      "typescript",
      "tsx",
      "cpp",
      "javascript",
    ]);
    expect(["py", "a.txt", "Makefile", "a.py.bak", "a.constructor", ""].map(languageOf)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });
});
