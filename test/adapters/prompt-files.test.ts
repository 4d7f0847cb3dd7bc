// Prompt files: the product's own, the person's in their place, and what is refused.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadPrompts } from "../../src/adapters/prompt-files.ts";
import { promptNames } from "../../src/domain/config.ts";
import { trackAnswerSchema } from "../../src/domain/plan-answer.ts";
import { Fault } from "../../src/engine/ports.ts";

const program = join(import.meta.dirname, "..", "..");
let config = "";
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), "tutti-prompts-"));
  mkdirSync(join(config, "prompts"));
});
afterEach(() => rmSync(config, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(config, "prompts", name), text);
const load = () => loadPrompts({ program, config });
const faultOf = async (): Promise<string> => {
  const fault: unknown = await load().catch((error: unknown) => error);
  if (!(fault instanceof Fault)) throw new Error("no fault");
  return fault.message.replaceAll(`${config}/`, "");
};
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("prompt files", () => {
  it("PROMPT1 every prompt of the product is there, with version and hash of its words", async () => {
    const prompts = await load();
    expect(prompts.map(({ name }) => name)).toEqual(promptNames);
    for (const each of prompts)
      expect(each).toMatchObject({ version: "1", hash: hash(each.text), isOverridden: false });
    expect(prompts[0]?.text).toMatch(/^You are a software engineer/);
  });

  it("PROMPT1 the answer that the prompt for tracks shows is one that is taken", async () => {
    const tracks = (await load()).find(({ name }) => name === "tracks")?.text ?? "";
    const [shown = ""] = /^\{"tracks".*\}$/m.exec(tracks) ?? [];
    expect(trackAnswerSchema.safeParse(JSON.parse(shown)).success).toBe(true);
  });

  it("PROMPT2 a file of the person's stands in for the product's, with its own version and hash", async () => {
    write("worker.md", "\uFEFF---\r\nversion: team-2\r\n---\r\n\r\nDo it well.\r\n---\r\nReally.\r\n");
    const [worker, tracks] = await load();
    const text = "Do it well.\n---\nReally.\n";
    expect(worker).toMatchObject({ version: "team-2", text, hash: hash(text), isOverridden: true });
    expect(tracks?.isOverridden).toBe(false);
    expect((await loadPrompts({ program, config: undefined }))[0]?.isOverridden).toBe(false);
  });

  it("PROMPT2 everything that is wrong with them is told at once, with file, line and the nearest name", async () => {
    write("worker.md", "Just words.\n");
    write("tracks.md", "---\nversion: 1\nmodel: gpt\n---\nWords.\n");
    write("tickets.md", "---\nversion: a b\n---\nWords.\n");
    write("review.md", "---\nversion: 1\n---\n\n");
    write("replan.md", `---\nversion: 1\n---\n${"x".repeat(65_537)}`);
    mkdirSync(join(config, "prompts", "diagnosis.md"));
    write("workers.md", "---\nversion: 1\n---\nWords.\n");
    write("notes.txt", "not looked at");
    expect((await faultOf()).split("\n")).toEqual([
      'prompts/workers.md: there is no such prompt; did you mean "worker"?',
      expect.stringMatching(/^prompts\/worker\.md:1: does not begin with its version: a line "---"/),
      expect.stringMatching(/^prompts\/tracks\.md:3: says "model: gpt"; only "version: \.\.\." is known here\.$/),
      expect.stringMatching(/^prompts\/tickets\.md:2: has a version that is not/),
      expect.stringMatching(/^prompts\/replan\.md:4: has 65538 characters; the most is 65536\.$/),
      expect.stringMatching(/^prompts\/review\.md:3: has no words after its version\.$/),
      "prompts/diagnosis.md: is not a file.",
    ]);
  });
});
