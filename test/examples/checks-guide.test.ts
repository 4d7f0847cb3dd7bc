// The guide's page on hints and reviews, done as it says: its blocks are typed, one after the other.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { parseGuide } from "./guide-blocks.ts";
import { createTerminal, guideEnv, type Terminal } from "./terminal.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/guide/checks-and-reviews.md"), "utf8");

describeNeeding("bubblewrap", "the page on hints and reviews, typed", () => {
  let work = "";
  let terminal: Terminal;

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tutti-checks-"));
    terminal = createTerminal({ cwd: work, env: guideEnv(work) });
  });

  afterEach(async () => {
    await terminal.close();
    rmSync(work, { recursive: true, force: true });
  });

  it("QA11 every block does what the page says", { timeout: 180_000 }, async () => {
    const printed: string[] = [];
    for (const { text } of parseGuide(page)) printed.push(await terminal.type(text));
    const [, , ran = "", told = ""] = printed;
    expect(ran).toContain("ended completed");
    const [, shown = ""] = /^```text\n(.*?)^```/ms.exec(page) ?? [];
    const lines = shown.trim().split("\n");
    expect(lines).toHaveLength(3);
    let from = 0;
    for (const line of lines) {
      const words = line.replace(/^total /, "");
      const at = told.indexOf(words, from);
      expect(at, words).toBeGreaterThanOrEqual(from);
      from = at + words.length;
    }
  });
});
