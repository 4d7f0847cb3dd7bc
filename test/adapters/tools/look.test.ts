// read, list, search: what a model sees of a repository, and what it does not.

import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTempFolder } from "../temp-folder.ts";
import { call, contextOf, tools } from "./tool-setup.ts";

const newRoot = createTempFolder();
const outputOf = async (root: string, tool: string, args: object): Promise<string> =>
  (await call(root, tool, args)).output;

describe("read", () => {
  it("TOOL3 gives the text as it is, under a line that says what it is", async () => {
    const root = newRoot({ "a.ts": "one\n  two\nthree\n" });
    expect(await call(root, "read", { path: "a.ts" })).toEqual({
      ok: true,
      changed: [],
      output: "[a.ts: lines 1 to 3 of 3]\none\n  two\nthree\n",
    });
  });

  it.each([
    [{ offset: 2 }, "[f: lines 2 to 3 of 3]\nb\nc\n"],
    [{ offset: 2, limit: 1 }, "[f: lines 2 to 2 of 3]\nb\n[read on with offset 3]\n"],
    [{ limit: 2 }, "[f: lines 1 to 2 of 3]\na\nb\n[read on with offset 3]\n"],
    [{ offset: 3, limit: 9 }, "[f: lines 3 to 3 of 3]\nc\n"],
  ])("TOOL3 in parts: %j", async (part, expected) => {
    expect(await outputOf(newRoot({ f: "a\nb\nc\n" }), "read", { path: "f", ...part })).toBe(expected);
  });

  it("TOOL3 says what else matters to an edit: line ends, a missing last one, an empty file", async () => {
    const root = newRoot({ crlf: "a\r\nb\r\n", open: "a\nb", empty: "" });
    expect(await outputOf(root, "read", { path: "crlf" })).toBe(
      "[crlf: lines 1 to 2 of 2, CRLF line ends]\na\r\nb\r\n",
    );
    expect(await outputOf(root, "read", { path: "open" })).toBe(
      "[open: lines 1 to 2 of 2]\na\nb\n[no line end at the end of the file]\n",
    );
    expect(await outputOf(root, "read", { path: "empty" })).toBe("[empty: empty file]\n");
    expect(await call(root, "read", { path: "open", offset: 3 })).toMatchObject({
      ok: false,
      output: "open has 2 lines; there is no line 3",
    });
  });

  it("TOOL8 A-70 a long file is cut at 32 KiB, and reading on gives exactly the rest", async () => {
    const text = Array.from({ length: 5_000 }, (_, n) => `line ${n} ${"x".repeat(n % 40)}\n`).join("");
    const root = newRoot({ long: text });
    let offset: number | undefined = 1;
    let joined = "";
    while (offset !== undefined) {
      const output = await outputOf(root, "read", { path: "long", offset });
      expect(Buffer.byteLength(output)).toBeLessThan(34_000);
      const lines = output.split("\n").slice(1, -1);
      const foot: string = lines.at(-1)?.startsWith("[") === true ? (lines.pop() ?? "") : "";
      const midLine = foot.includes("goes on");
      joined += midLine ? `${lines.slice(0, -1).join("\n")}\n` : `${lines.join("\n")}\n`;
      const last = Number(/lines \d+ to (\d+)/.exec(output)?.[1]);
      offset = foot === "" ? undefined : midLine ? last : last + 1;
    }
    expect(joined).toBe(text);
  });

  it("TOOL8 A-70 a file of 2 GB without a line end costs no more than its beginning", async () => {
    const root = newRoot({ huge: "x".repeat(300_000) });
    writeFileSync(join(root, "sparse"), "text\n");
    truncateSync(join(root, "sparse"), 2 ** 31);
    expect(await outputOf(root, "read", { path: "huge" })).toContain("line 1 goes on");
    expect(await call(root, "read", { path: "sparse" })).toMatchObject({
      ok: false,
      output: "sparse is a binary file of 2147483648 bytes",
    });
  });

  it("TOOL2 A-16 A-23 links out, special files and hard links give nothing away", async () => {
    const root = newRoot({ a: "" });
    writeFileSync(`${root}-canary`, "canary-0815");
    symlinkSync(`${root}-canary`, join(root, "link"));
    linkSync(`${root}-canary`, join(root, "hard"));
    execFileSync("mkfifo", [join(root, "fifo")]);
    for (const path of ["link", "hard", "fifo", "../repo-canary", "/proc/self/environ", "/dev/zero"]) {
      const result = await call(root, "read", { path });
      expect(result.ok).toBe(false);
      expect(result.output).not.toContain("canary-0815");
    }
  });
});

describe("list", () => {
  it("TOOL3 shows folders, files and links in order, two levels deep, and goes into neither .git nor node_modules", async () => {
    const root = newRoot({
      "b.ts": "",
      "a/one.ts": "",
      "a/deep/deeper/x": "",
      ".git/config": "",
      "node_modules/p/i.js": "",
    });
    symlinkSync("/etc", join(root, "z-link"));
    expect(await outputOf(root, "list", {})).toBe(
      ".git/\na/\na/deep/\na/one.ts\nb.ts\nnode_modules/\nz-link -> /etc\n",
    );
    expect(await outputOf(root, "list", { path: "a", depth: 3 })).toBe(
      "a/deep/\na/deep/deeper/\na/deep/deeper/x\na/one.ts\n",
    );
  });

  it("TOOL8 many entries are cut, and that is said", async () => {
    const root = newRoot(Object.fromEntries(Array.from({ length: 1_100 }, (_, n) => [`f${n}`, ""])));
    const output = await outputOf(root, "list", {});
    expect(output.split("\n")).toHaveLength(1_002);
    expect(output).toContain("[cut after 1000 entries");
  });

  it("TOOL3 says what is not a folder, not there, empty or outside", async () => {
    const root = newRoot({ f: "" });
    mkdirSync(join(root, "empty"));
    expect(await outputOf(root, "list", { path: "empty" })).toBe("[empty/ is empty]\n");
    expect(await call(root, "list", { path: "f" })).toMatchObject({ ok: false, output: "f is not a folder; use read" });
    expect(await call(root, "list", { path: "none" })).toMatchObject({ ok: false, output: "none does not exist" });
    expect(await call(root, "list", { path: ".." })).toMatchObject({ ok: false });
  });
});

describe("search", () => {
  const files = {
    "src/a.ts": "const a = 1;\nfoo(a.b);\n",
    "src/b.js": "FOO(a)\r\n",
    "c.md": "foo(a.b)\n",
    ".git/x": "foo",
    "node_modules/p/x.js": "foo",
  };

  it.each([
    [{ pattern: "foo(a.b)" }, "c.md:1: foo(a.b)\nsrc/a.ts:2: foo(a.b);\n"],
    [{ pattern: "foo", ignoreCase: true, path: "src" }, "src/a.ts:2: foo(a.b);\nsrc/b.js:1: FOO(a)\n"],
    [{ pattern: "^const \\w", regex: true }, "src/a.ts:1: const a = 1;\n"],
    [{ pattern: "foo", glob: "*.ts" }, "src/a.ts:2: foo(a.b);\n"],
    [{ pattern: "foo", glob: "src/**" }, "src/a.ts:2: foo(a.b);\n"],
    [{ pattern: "foo", path: "c.md" }, "c.md:1: foo(a.b)\n"],
    [{ pattern: "nowhere" }, "[no match in 3 files]\n"],
  ])("TOOL3 %j", async (args, expected) => {
    expect(await outputOf(newRoot(files), "search", args)).toBe(expected);
  });

  it("TOOL3 long lines are shown around the match, many matches are cut", async () => {
    const root = newRoot({ long: `${"x".repeat(5_000)}needle${"y".repeat(5_000)}\n`, many: "needle\n".repeat(500) });
    expect(await outputOf(root, "search", { pattern: "needle", path: "long" })).toMatch(/^long:1: …x{60}needley+…\n$/);
    const output = await outputOf(root, "search", { pattern: "needle" });
    expect(output.split("\n")).toHaveLength(202);
    expect(output).toContain("[cut after 200 matches");
  });

  it("TOOL3 binary files are passed over; bad expressions and globs are named", async () => {
    const root = newRoot({ bin: "needle\0", text: "needle" });
    expect(await outputOf(root, "search", { pattern: "needle" })).toBe("text:1: needle\n");
    expect(await call(root, "search", { pattern: "(", regex: true })).toMatchObject({
      ok: false,
      output: expect.stringContaining("not valid"),
    });
    expect(await call(root, "search", { pattern: "x", glob: "{a,b}".repeat(9) })).toMatchObject({ ok: false });
  });

  it("TOOL2 A-16 links are not followed and hard links not read", async () => {
    const root = newRoot({ a: "needle" });
    writeFileSync(`${root}-canary`, "needle canary-0815");
    symlinkSync(`${root}-canary`, join(root, "link"));
    symlinkSync(join(root, ".."), join(root, "up"));
    linkSync(`${root}-canary`, join(root, "hard"));
    expect(await outputOf(root, "search", { pattern: "needle" })).toBe("a:1: needle\n");
    expect(await call(root, "search", { pattern: "needle", path: "link" })).toMatchObject({ ok: false });
  });

  it("TOOL3 A-69 an expression that never ends holds up nobody and is stopped with the reason", async () => {
    const root = newRoot({ a: "a".repeat(50_000) });
    const stop = new AbortController();
    const running = tools.run(
      { tool: "search", args: JSON.stringify({ pattern: "(a+)+$b", regex: true }), repeat: false },
      contextOf(root),
      stop.signal,
    );
    // That this timer fires at all is the proof: on our own thread the expression would never let it.
    setTimeout(() => stop.abort(), 1_500);
    expect(await running).toMatchObject({ ok: false, output: expect.stringContaining("stopped") });
  });
});
