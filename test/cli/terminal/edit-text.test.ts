// Text through the person's editor: private files, sections, what a failed check keeps.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArgsText, toArgsText } from "../../../src/cli/terminal/args-text.ts";
import { createEditor } from "../../../src/cli/terminal/edit-text.ts";
import { layOutJson } from "../../../src/cli/terminal/json-layout.ts";
import { parseMessageText, toMessageText } from "../../../src/cli/terminal/message-text.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tutti-editor-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An editor that notes what it was given and writes something else. */
function editorThat(script: string): string {
  const path = join(folder, "editor.sh");
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("tutti-edit-"));

describe("the person's editor", () => {
  it("A-52 edits a file that only the person can read, and leaves nothing behind", async () => {
    const before = leftovers();
    const editor = editorThat(
      `stat -c '%a %n' "$1" > ${folder}/mode; cp "$1" ${folder}/given; printf 'second\\n' > "$1"`,
    );
    const edited = await createEditor({ VISUAL: editor, EDITOR: "false" })("first", { suffix: ".json" });
    expect(edited).toEqual({ kind: "edited", text: "second" });
    expect(readFileSync(join(folder, "mode"), "utf8")).toMatch(/^600 .*\.json\n$/);
    expect(readFileSync(join(folder, "given"), "utf8")).toBe("first\n");
    expect(leftovers()).toEqual(before);
  });

  it("takes an editor with arguments, and keeps a text's own last newline", async () => {
    const edited = await createEditor({
      EDITOR: `${editorThat('[ "$1" = --wait ] && printf "more\\n" >> "$2"')} --wait`,
    })("one\n", { suffix: ".md" });
    expect(edited).toEqual({ kind: "edited", text: "one\nmore\n" });
  });

  it("an editor that fails changes nothing; one that is missing is named", async () => {
    const failed = await createEditor({ EDITOR: editorThat('echo changed > "$1"; exit 3') })("text", { suffix: ".md" });
    expect(failed).toMatchObject({ kind: "given_up" });
    const missing = await createEditor({ EDITOR: "no-such-editor" })("text", { suffix: ".md" });
    expect(missing).toEqual({
      kind: "given_up",
      why: 'the editor "no-such-editor" was not found; set EDITOR to one that is installed',
    });
  });
});

describe("arguments as a text to edit", () => {
  const cases: readonly Record<string, unknown>[] = [
    {},
    { command: "npm test" },
    { path: "a.ts", old: "one\ntwo", new: "one\n\n  three\n" },
    { path: "a.ts", content: "\n" },
    { path: "a.ts", content: "===== end =====\n===== old =====\n" },
    {
      old: "a\nb",
      end: "x\ny",
      "odd name": "p\nq",
      deep: { text: "l\nm" },
      list: ["n\no"],
      number: 12,
      yes: true,
      nothing: null,
    },
    { path: "漢字\u202e.ts", content: 'tab\there "quoted" \\n\r\nwindows' },
  ];

  it.each(cases)("comes back as it was: %j", (args) => {
    const parsed = parseArgsText(toArgsText(JSON.stringify(args)));
    expect(parsed.ok ? JSON.parse(parsed.args) : parsed.problem).toEqual(args);
  });

  it("shows texts of several lines as they are", () => {
    expect(toArgsText(JSON.stringify({ path: "a.ts", old: "one\ntwo", new: "three\n" }))).toMatchInlineSnapshot(`
      "{
        "path": "a.ts"
      }
      ===== old =====
      one
      two
      ===== new =====
      three

      ===== end =====
      "
    `);
  });

  it("says what is wrong with an edited text", () => {
    const text = toArgsText(JSON.stringify({ path: "a.ts", old: "one\ntwo" }));
    expect(parseArgsText(text.replace("===== end =====\n", ""))).toMatchObject({
      ok: false,
      problem: expect.stringContaining("is missing"),
    });
    expect(parseArgsText(text.replace('"path"', "path"))).toMatchObject({
      ok: false,
      problem: expect.stringContaining("line 2"),
    });
    expect(parseArgsText(text.replace('"path"', '"old"'))).toMatchObject({
      ok: false,
      problem: '"old" is there twice',
    });
    expect(parseArgsText("[1]")).toMatchObject({ ok: false, problem: "arguments are a JSON object, {...}" });
  });

  it("lays JSON out without touching a value", () => {
    expect(layOutJson('{"a":1e400,"b":[1.0,{}],"a":"\\u0041 , {","c":[]}')).toBe(
      '{\n  "a": 1e400,\n  "b": [\n    1.0,\n    {}\n  ],\n  "a": "\\u0041 , {",\n  "c": []\n}',
    );
    expect(layOutJson("not JSON at all")).toBe("notJSONatall");
  });
});

describe("the model's message as a text to edit", () => {
  const message = {
    text: "First this.\n\nThen that.",
    calls: [
      { tool: "run", args: '{ "command" : "ls" }' },
      { tool: "edit", args: "broken {" },
    ],
  };

  it("unchanged calls keep the very text the model wrote", () => {
    expect(parseMessageText(toMessageText(message), message)).toEqual({ ok: true, message });
  });

  it("words and calls can be changed, added and removed", () => {
    const edited = toMessageText(message).replace("Then that.", "No more.").replace('"broken {"', '{ "path": "a" }');
    expect(parseMessageText(edited, message)).toEqual({
      ok: true,
      message: { text: "First this.\n\nNo more.", calls: [message.calls[0], { tool: "edit", args: '{"path":"a"}' }] },
    });
    expect(parseMessageText(toMessageText({ ...message, calls: [] }), message)).toMatchObject({
      ok: true,
      message: { calls: [] },
    });
  });

  it("says what is wrong with an edited message", () => {
    expect(parseMessageText("only words", message)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("divides"),
    });
    expect(parseMessageText(toMessageText(message).replace("]", ""), message)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("not JSON"),
    });
    expect(parseMessageText(toMessageText(message).replace('"tool"', '"name"'), message)).toMatchObject({ ok: false });
  });
});
