// edit and write: exact, atomic, confined, and safe to repeat.

import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planEdit } from "../../../src/adapters/tools/edit-tool.ts";
import { createTempFolder } from "../temp-folder.ts";
import { call } from "./tool-setup.ts";

const newRoot = createTempFolder();
const textOf = (root: string, path: string): string => readFileSync(join(root, path), "utf8");

describe("edit", () => {
  it("TOOL3 replaces exactly one occurrence and says where", async () => {
    const root = newRoot({ "a.ts": "one\ntwo\nthree\n" });
    expect(await call(root, "edit", { path: "a.ts", old: "two", new: "2" })).toEqual({
      ok: true,
      changed: ["a.ts"],
      output: "a.ts was changed at line 2",
    });
    expect(textOf(root, "a.ts")).toBe("one\n2\nthree\n");
  });

  it.each([
    ["no occurrence", "one\ntwo\n", { old: "tow", new: "x" }, "does not occur"],
    ["two, one expected", "a\nb\na\n", { old: "a", new: "x" }, "occurs 2 times, not 1 (line 1, 3)"],
    ["one, two expected", "a\nb\n", { old: "a", new: "x", count: 2 }, "occurs 1 times, not 2 (line 1)"],
    ["nothing to change", "a\n", { old: "a", new: "a" }, "are the same"],
    [
      "other blanks",
      "if (x) {\n    go();\n}\n",
      { old: "if (x) {\n  go();\n}", new: "" },
      "but for its blanks or line ends it is the text from line 1:\nif (x) {\n    go();\n}",
    ],
    [
      "nearest line",
      "a\nfunction total(items) {\nb\n",
      { old: "function totals(item) {", new: "" },
      "nearest are the lines from line 2:\nfunction total(items) {",
    ],
  ])("TOOL3 fails loudly and changes nothing: %s", async (_, text, args, said) => {
    const root = newRoot({ f: text });
    const result = await call(root, "edit", { path: "f", ...args });
    expect(result).toMatchObject({ ok: false, changed: [] });
    expect(result.output).toContain(said);
    expect(textOf(root, "f")).toBe(text);
  });

  it("TOOL3 keeps CRLF line ends, a missing last one, the byte order mark and the mode", async () => {
    const root = newRoot({ crlf: "\ufeffa\r\nb\r\nc", "run.sh": "#!/bin/sh\necho 1\n" });
    chmodSync(join(root, "run.sh"), 0o755);
    expect(await call(root, "edit", { path: "crlf", old: "a\nb\n", new: "x\ny\nz\n" })).toMatchObject({ ok: true });
    expect(textOf(root, "crlf")).toBe("\ufeffx\r\ny\r\nz\r\nc");
    await call(root, "edit", { path: "run.sh", old: "1", new: "2" });
    expect(statSync(join(root, "run.sh")).mode & 0o777).toBe(0o755);
  });

  it("TOOL3 dollar signs and the like are text", async () => {
    const root = newRoot({ f: "price" });
    await call(root, "edit", { path: "f", old: "price", new: "$& $1 $$ \\n" });
    expect(textOf(root, "f")).toBe("$& $1 $$ \\n");
  });

  it("TOOL3 a file that is not UTF-8 text is left alone", async () => {
    const root = newRoot();
    writeFileSync(join(root, "latin"), Buffer.from("caf\u00e9 a", "latin1"));
    expect(await call(root, "edit", { path: "latin", old: "a", new: "b" })).toMatchObject({
      ok: false,
      output: expect.stringContaining("UTF-8"),
    });
    expect(await call(root, "edit", { path: "none", old: "a", new: "b" })).toMatchObject({
      ok: false,
      output: expect.stringContaining("use write"),
    });
  });

  it("TOOL11 E-02 an edit that is run again after a crash is not made twice", async () => {
    const root = newRoot({ f: "let n = 1;\n" });
    const args = { path: "f", old: "n = 1", new: "n = 2" };
    expect(await call(root, "edit", args, { repeat: true })).toMatchObject({
      ok: true,
      output: "f was changed at line 1",
    });
    expect(await call(root, "edit", args, { repeat: true })).toMatchObject({
      ok: true,
      output: expect.stringContaining("already as asked"),
    });
    expect(textOf(root, "f")).toBe("let n = 2;\n");
  });

  it("TOOL11 E-02 where before and after look alike, nothing is done and that is said", async () => {
    const root = newRoot({ f: "ab\n" });
    expect(await call(root, "edit", { path: "f", old: "a", new: "ab" }, { repeat: true })).toMatchObject({
      ok: false,
      output: expect.stringContaining("cannot be told"),
    });
    expect(textOf(root, "f")).toBe("ab\n");
  });

  it.each([
    ["the new text makes the old one anew", "abba", { old: "ba", new: "a", count: 1 }],
    ["taking the old text away makes it anew", "aabb", { old: "ab", new: "", count: 1 }],
  ])("TOOL11 E-02 %s: a repeat leaves the file alone", async (_, file, args) => {
    const root = newRoot({ f: file });
    await call(root, "edit", { path: "f", ...args });
    const after = textOf(root, "f");
    await call(root, "edit", { path: "f", ...args }, { repeat: true });
    expect(textOf(root, "f")).toBe(after);
  });

  it("TOOL3 what was replaced is there, everything else is untouched, whatever the texts", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r\n", "é", "🙂", "$"), maxLength: 30 });
    fc.assert(
      fc.property(
        text,
        text.filter((old) => old !== ""),
        text,
        (file, old, fresh) => {
          const planned = planEdit(file, { old, new: fresh }, false);
          const crlf = file.includes("\r\n") && !/(^|[^\r])\n/.test(file) && !old.includes("\r");
          const [o, f] = crlf ? [old.replace(/\r?\n/g, "\r\n"), fresh.replace(/\r?\n/g, "\r\n")] : [old, fresh];
          const parts = file.split(o);
          if (planned.kind === "change") expect([parts.length, planned.text]).toEqual([2, parts.join(f)]);
          else expect(old === fresh || parts.length !== 2).toBe(true);
        },
      ),
    );
  });

  it("TOOL11 E-02 after any edit a repeat changes nothing", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n"), maxLength: 12 });
    fc.assert(
      fc.property(
        text,
        text.filter((old) => old !== ""),
        text,
        fc.integer({ min: 1, max: 3 }),
        (file, old, fresh, count) => {
          const first = planEdit(file, { old, new: fresh, count }, false);
          if (first.kind !== "change") return;
          expect(planEdit(first.text, { old, new: fresh, count }, true).kind).not.toBe("change");
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe("write", () => {
  it("TOOL3 makes files and folders, and replaces whole files", async () => {
    const root = newRoot();
    expect(await call(root, "write", { path: "a/b/c.ts", content: "x\n" })).toEqual({
      ok: true,
      changed: ["a/b/c.ts"],
      output: "a/b/c.ts was made, 2 bytes",
    });
    expect(await call(root, "write", { path: "a/b/c.ts", content: "\u6f22" })).toMatchObject({
      output: "a/b/c.ts was replaced, 3 bytes",
    });
    expect(textOf(root, "a/b/c.ts")).toBe("\u6f22");
    expect(readdirSync(join(root, "a/b"))).toEqual(["c.ts"]);
  });

  it("TOOL11 E-02 writing what is there already changes nothing", async () => {
    const root = newRoot({ f: "same" });
    const before = statSync(join(root, "f")).ino;
    expect(await call(root, "write", { path: "f", content: "same" }, { repeat: true })).toMatchObject({
      ok: true,
      output: expect.stringContaining("already"),
    });
    expect(statSync(join(root, "f")).ino).toBe(before);
  });

  it("TOOL11 a draft that a crash left behind is taken away by the repeat", async () => {
    const root = newRoot({ f: "old" });
    const plant = async (): Promise<string> => {
      mkdirSync(join(root, "f-folder"));
      await call(root, "write", { path: "f", content: "first" });
      return readdirSync(root).join();
    };
    expect(await plant()).toBe("f,f-folder");
    // The name of a draft belongs to its file; a link planted there is replaced, not followed.
    const { createHash } = await import("node:crypto");
    const draft = join(root, `.tutti-${createHash("sha256").update("f").digest("hex").slice(0, 16)}.tmp`);
    writeFileSync(`${root}-victim`, "mine");
    symlinkSync(`${root}-victim`, draft);
    expect(await call(root, "write", { path: "f", content: "second" }, { repeat: true })).toMatchObject({ ok: true });
    expect(textOf(root, "f")).toBe("second");
    expect(existsSync(draft)).toBe(false);
    expect(readFileSync(`${root}-victim`, "utf8")).toBe("mine");
  });

  it("TOOL2 A-23 a hard link is broken, not written through", async () => {
    const root = newRoot();
    writeFileSync(`${root}-canary`, "mine");
    linkSync(`${root}-canary`, join(root, "hard"));
    expect(await call(root, "edit", { path: "hard", old: "mine", new: "x" })).toMatchObject({
      ok: false,
      output: expect.stringContaining("hard links"),
    });
    expect(await call(root, "write", { path: "hard", content: "x" })).toMatchObject({ ok: true });
    expect(readFileSync(`${root}-canary`, "utf8")).toBe("mine");
    expect(textOf(root, "hard")).toBe("x");
  });

  it("T-06 half a character is refused rather than changed", async () => {
    const root = newRoot({ f: "a" });
    expect(await call(root, "write", { path: "f", content: "\ud800" })).toMatchObject({ ok: false });
    expect(await call(root, "edit", { path: "f", old: "a", new: "\ud800" })).toMatchObject({ ok: false });
    expect(textOf(root, "f")).toBe("a");
  });
});

describe("where nothing may be changed", () => {
  const protectedPaths = [
    ".git/hooks/pre-commit",
    ".git",
    ".GIT/config",
    ".Git/x",
    "sub/.git/config",
    ".gitmodules",
    ".mcp.json",
    ".vscode/settings.json",
    ".envrc",
    ".npmrc",
    "pkg/.npmrc",
    ".bashrc",
    "tutti.toml",
    "agents.toml",
    ".tutti/x",
    "to-git/config",
    "./src/../.git/config",
  ];
  const outside = ["../x", "/tmp/tutti-x", "out/x", "dangling", "fifo-folder", ""];

  it.each([...protectedPaths, ...outside])("TOOL4 A-17 A-21 A-24 %j", async (path) => {
    const root = newRoot({ ".git/config": "mine", "src/a.ts": "" });
    symlinkSync(`${root}-out`, join(root, "dangling"));
    mkdirSync(`${root}-folder`);
    symlinkSync(`${root}-folder`, join(root, "out"));
    symlinkSync(".git", join(root, "to-git"));
    mkdirSync(join(root, "fifo-folder"));
    for (const [tool, args] of [
      ["write", { content: "x" }],
      ["edit", { old: "mine", new: "x" }],
    ] as const) {
      expect(await call(root, tool, { path, ...args })).toMatchObject({ ok: false, changed: [] });
    }
    expect(textOf(root, ".git/config")).toBe("mine");
    expect(readdirSync(`${root}-folder`)).toEqual([]);
    expect(existsSync(`${root}-out`)).toBe(false);
    expect(readdirSync(root).toSorted()).toEqual([".git", "dangling", "fifo-folder", "out", "src", "to-git"]);
  });

  it("TOOL4 says what is protected and what to do instead", async () => {
    const { output } = await call(newRoot(), "write", { path: ".vscode/tasks.json", content: "{}" });
    expect(output).toContain('".vscode" is protected');
    expect(output).toContain("finish as blocked");
  });

  it.each([
    [["src/**"], "src/new.ts", true],
    [["src/**"], "test/new.ts", false],
    [["src"], "src/.hidden/x", true],
    [["*.md", "docs/"], "docs/a/b.txt", true],
    [["*.md"], "sub/x.md", false],
    [["src/**"], "alias/x.ts", true],
    [["alias/**"], "alias/x.ts", false],
  ])("TOOL4 a ticket that may change %j: %s %s", async (touches, path, allowed) => {
    const root = newRoot({ "src/a.ts": "" });
    symlinkSync("src", join(root, "alias"));
    expect((await call(root, "write", { path, content: "x" }, { touches })).ok).toBe(allowed);
    expect(lstatSync(join(root, "alias")).isSymbolicLink()).toBe(true);
  });
});
