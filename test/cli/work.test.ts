// What `tutti run` makes of its argument: a ticket file, a goal, or a question back.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readWork } from "../../src/cli/work.ts";

const none = Readable.from([]);
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tutti-work-"));
  writeFileSync(join(folder, "two words.json"), "[]");
  writeFileSync(join(folder, "goal.md"), "\uFEFFAdd export.\n");
  writeFileSync(join(folder, "latin1.txt"), Buffer.from([0x66, 0xe9]));
  mkdirSync(join(folder, "a folder"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (words: string) => readWork({ words }, none);

describe("the work", () => {
  it("EPIC8 several words, or one that is not ASCII, are a goal", async () => {
    expect(await read("Add export")).toEqual({ kind: "goal", epic: "Add export" });
    expect(await read("書き出し")).toEqual({ kind: "goal", epic: "書き出し" });
    expect(await read("Mend src/a.ts, see docs/x.md")).toMatchObject({ kind: "goal" });
  });

  it("EPIC8 a file that is there, or a name that ends in .json, is a ticket file", async () => {
    for (const ticketFile of [join(folder, "two words.json"), join(folder, "goal.md"), "nowhere/plan.json"])
      expect(await read(ticketFile)).toEqual({ kind: "tickets", ticketFile });
  });

  it.each(["notes/plan.txt", "./plan", "deploy", "my plan.json", "C:\\x.txt", "-"])(
    "EPIC8 CLI6 %s may be either and is refused with both readings",
    async (words) => {
      await expect(read(words)).rejects.toMatchObject({
        code: "work_unclear",
        remedy: expect.stringContaining("--epic"),
      });
    },
  );

  it("EPIC8 a folder is no ticket file, whatever it is called", async () => {
    await expect(read(join(folder, "a folder"))).rejects.toThrow("it is a folder");
  });

  it("EPIC8 what may be either is a goal by --epic, from a file or from a pipe", async () => {
    expect(await readWork({ words: undefined, epic: "deploy" }, none)).toMatchObject({ epic: "deploy" });
    expect(await readWork({ words: undefined, epicFile: join(folder, "goal.md") }, none)).toMatchObject({
      epic: "Add export.",
    });
    const piped = Readable.from([Buffer.from("Add "), Buffer.from("export")]);
    expect(await readWork({ words: undefined, epicFile: "-" }, piped)).toMatchObject({ epic: "Add export" });
  });

  it("EPIC8 CLI6 nothing, two goals, no words, no file and no text are refused", async () => {
    await expect(readWork({ words: undefined }, none)).rejects.toThrow("nothing to do");
    await expect(readWork({ words: "a b", epic: "c d" }, none)).rejects.toThrow("more than once");
    await expect(readWork({ words: "  " }, none)).rejects.toMatchObject({ code: "goal_invalid" });
    await expect(readWork({ words: undefined, epicFile: join(folder, "gone") }, none)).rejects.toThrow("ENOENT");
    await expect(readWork({ words: undefined, epicFile: join(folder, "latin1.txt") }, none)).rejects.toThrow("UTF-8");
  });
});
