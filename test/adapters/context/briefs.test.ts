// What a worker is told: the whole of it, the bounds of it, and that none of the data in it can pass for an instruction.

import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBlock } from "../../../src/adapters/context/block.ts";
import { createBriefs } from "../../../src/adapters/context/briefs.ts";
import { toFileView } from "../../../src/adapters/context/file-view.ts";
import type { TicketId } from "../../../src/domain/ids.ts";
import type { Ticket } from "../../../src/domain/ticket.ts";
import { createTempFolder } from "../temp-folder.ts";

const newRoot = createTempFolder();

const ticketWith = (fields: Partial<Ticket>): Ticket => ({
  id: "T1" as TicketId,
  title: "Add a total",
  description: "Sum the items.",
  dependsOn: [],
  contextFiles: [],
  touches: [],
  verify: [],
  models: [],
  archetype: "worker",
  weight: 1,
  startRung: 0,
  ...fields,
});

const compose = (fields: Partial<Ticket>, root: string | null, past: { diagnosis?: string; guidance?: string } = {}) =>
  createBriefs().compose(ticketWith(fields), {
    root,
    diagnosis: past.diagnosis,
    guidance: past.guidance,
    attempt: past.diagnosis === undefined ? 1 : 2,
  });

describe("a brief", () => {
  it("TOOL13 A-121 has the ticket, the target raw, other files, and how to end", async () => {
    const root = newRoot({ "src/a.ts": "export const a = 1;\n", "src/b.ts": "export const b = 2;\n" });
    const { prompt, omitted } = await compose(
      {
        targetFile: "src/a.ts",
        contextFiles: ["src/b.ts", "src/a.ts"],
        touches: ["src/**"],
        verify: ["npm test", ["node", "x y"]],
      },
      root,
    );
    expect(prompt).toMatch(/^Ticket "T1": Add a total\n\nSum the items\.\n/);
    expect(prompt).toContain('"target file src/a.ts"\nexport const a = 1;\n');
    expect(prompt).toContain('"file src/b.ts"\nexport const b = 2;\n');
    expect(prompt.match(/export const a/g)).toHaveLength(1);
    expect(prompt).toContain("You may change only what matches: src/**");
    expect(prompt).toContain('- npm test\n- ["node","x y"]');
    expect(prompt).toContain("finish tool");
    expect(prompt).toContain("BLOCKED");
    expect(omitted).toEqual([]);
  });

  it("TOOL13 DA-62 DA-64 what is outside, missing or unreadable is left out, named, and said", async () => {
    const root = newRoot({ bin: "a\0b" });
    writeFileSync(`${root}-canary`, "canary-0815");
    symlinkSync(`${root}-canary`, join(root, "link"));
    const contextFiles = ["../repo-canary", "/etc/passwd", "link", "missing.ts", "bin", "/proc/self/environ"];
    const { prompt, omitted } = await compose({ contextFiles }, root);
    expect(omitted).toHaveLength(contextFiles.length);
    for (const [n, path] of contextFiles.entries()) expect(omitted[n]).toContain(JSON.stringify(path));
    for (const line of omitted) expect(prompt).toContain(line);
    expect(prompt).not.toMatch(/canary-0815|root:x:/);
  });

  it("TOOL13 a target that is not there yet is to be made", async () => {
    const { prompt, omitted } = await compose({ targetFile: "src/new.ts" }, newRoot());
    expect(prompt).toContain('Target file "src/new.ts" does not exist yet');
    expect(omitted).toEqual([]);
  });

  it("TOOL13 without a root there are no files", async () => {
    const { prompt, omitted } = await compose({ targetFile: "src/a.ts", contextFiles: ["b"] }, null);
    expect(prompt).not.toContain("src/a.ts");
    expect(omitted).toEqual([]);
  });

  it("TOOL13 DA-59 files share a budget; large ones keep their beginning and end, and the cut is said", async () => {
    const big = Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`).join("");
    const names = Array.from({ length: 30 }, (_, n) => `f${n}`);
    const root = newRoot({ target: big, ...Object.fromEntries(names.map((name) => [name, big])) });
    const { prompt, omitted } = await compose({ targetFile: "target", contextFiles: names }, root);
    expect(Buffer.byteLength(prompt)).toBeLessThan(170 * 1024);
    expect(prompt).toMatch(/\[… lines \d+ to \d+ …\]/);
    expect(prompt).toContain("line 19999\n");
    expect(omitted[0]).toMatch(/^"target": lines \d+ to \d+ of 20001 are left out/);
    expect(omitted.at(-1)).toContain("no room left");
  });

  it("CTX5 A-14 A-122 the target is raw, the first other file curated, the rest skeletons, and each heading says so", async () => {
    const source = (name: string): string =>
      `/** Does ${name}. */\nexport function ${name}(a: number): number {\n  const b = a;\n  const c = b;\n  const d = c;\n  return d;\n}\n`;
    const names = ["target", "first", "second", "third"];
    const root = newRoot(Object.fromEntries(names.map((name) => [`${name}.ts`, source(name)])));
    const contextFiles = ["gone.ts", "first.ts", "target.ts", "second.ts", "third.ts"];
    const { prompt, omitted } = await compose({ targetFile: "target.ts", contextFiles }, root);
    expect(prompt).toContain(`"target file target.ts"\n${source("target")}>>>end`);
    expect(prompt).toContain('"file first.ts, curated view: 4 lines of 1 body are left out"\n/** Does first. */\n');
    expect(prompt).toContain("  [… 4 lines, 3 to 6 …]\n}\n>>>end");
    for (const name of ["second", "third"]) {
      const heading = `"file ${name}.ts, skeleton: bodies, comments and values are left out of its 8 lines"`;
      expect(prompt).toContain(`${heading}\nexport function ${name}(a: number): number\n>>>end`);
    }
    expect(omitted).toEqual(['"gone.ts": does not exist']);
  });

  it("CTX5 CTX6 DA-62 a link to a source outside has no view, and views share the brief's room", async () => {
    const wide = Array.from({ length: 3_000 }, (_, n) => `def function_number_${n}(argument):\n    return ${n}\n`).join(
      "\n",
    );
    const names = Array.from({ length: 12 }, (_, n) => `f${n}.py`);
    const root = newRoot(Object.fromEntries(names.map((name) => [name, wide])));
    writeFileSync(`${root}-outside.py`, "def canary_0815():\n    pass\n");
    symlinkSync(`${root}-outside.py`, join(root, "link.py"));
    const { prompt, omitted } = await compose({ contextFiles: ["link.py", ...names] }, root);
    expect(prompt).not.toContain("canary_0815");
    expect(omitted[0]).toMatch(/^"link\.py": .*leads out of the repository/);
    expect(Buffer.byteLength(prompt)).toBeLessThan(170 * 1024);
    expect(omitted[1]).toMatch(/^"f0\.py": of its skeleton lines \d+ to \d+ of 3000 are left out/);
    expect(omitted.at(-1)).toContain("no room left");
  });

  it("TOOL13 the last attempt's diagnosis is carried as data", async () => {
    const { prompt } = await compose({}, newRoot(), { diagnosis: "The test `sum` failed: expected 3" });
    expect(prompt).toContain("This is attempt 2.");
    expect(prompt).toContain('"diagnosis of the last attempt"\nThe test `sum` failed: expected 3\n>>>end');
  });

  it("TOOL13 A-57 what the person adds stands outside of the fences: it is to be followed", async () => {
    const { prompt } = await compose({}, newRoot(), { diagnosis: "red", guidance: "look in lib/\n" });
    expect(prompt).toMatch(/\nred\n>>>end \w+\n\nThe person you work for adds:\n\nlook in lib\/\n\nEnd with/);
  });

  it("TOOL13 equal attempts get equal briefs", async () => {
    const root = newRoot({ a: "x" });
    expect(await compose({ targetFile: "a" }, root)).toEqual(await compose({ targetFile: "a" }, root));
  });
});

describe("data blocks", () => {
  it("TOOL13 A-61 DA-65 no text closes its own fence", () => {
    const nasty = fc.constantFrom(">>>end ", "<<<data ", "\n", "</tool_result>", '"role":"system"', "0123456789abcdef");
    fc.assert(
      fc.property(fc.array(fc.oneof(nasty, fc.string()), { maxLength: 20 }), (parts) => {
        const text = parts.join("");
        const block = toBlock("file x", text);
        const mark = /^<<<data ([0-9a-f]{16}) "file x"\n/.exec(block)?.[1] ?? "none";
        expect(block.indexOf(`>>>end ${mark}`)).toBe(block.length - `>>>end ${mark}`.length);
      }),
    );
  });

  it("TOOL13 A-61 a name with line ends or quotes stays on the fence's line", () => {
    expect(toBlock('file a"\n>>>end x', "t").split("\n")[0]).toMatch(/^<<<data [0-9a-f]{16} "file a\\"\\n>>>end x"$/);
  });
});

describe("a file's view", () => {
  it("TOOL13 never exceeds its share by more than the note of the cut, and keeps whole lines", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 40 }), { maxLength: 80 }),
        fc.integer({ min: 10, max: 600 }),
        (lines, bytes) => {
          const text = lines.join("\n");
          const view = toFileView(text, bytes);
          if (Buffer.byteLength(text) <= bytes) expect(view).toEqual({ text, cut: undefined });
          else {
            expect(Buffer.byteLength(view.text)).toBeLessThanOrEqual(bytes + 60);
            const all = text.split("\n");
            for (const line of view.text.split("\n").filter((shown) => !shown.startsWith("[… lines")))
              expect(all).toContain(line);
          }
        },
      ),
    );
  });
});
