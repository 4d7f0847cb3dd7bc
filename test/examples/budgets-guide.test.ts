// The guide's page on budgets, typed block by block into a terminal.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseGuide } from "./guide-blocks.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

const clone = join(import.meta.dirname, "../..");
const blocks = parseGuide(readFileSync(join(clone, "docs/guide/budgets.md"), "utf8"));

let work = "";
let terminal: Terminal;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "tutti-budgets-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: work,
    TUTTI_HOME: join(work, "home"),
    WORK: work,
    NODE: process.execPath,
    CLONE: clone,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Guide",
    GIT_AUTHOR_EMAIL: "guide@example.invalid",
    GIT_COMMITTER_NAME: "Guide",
    GIT_COMMITTER_EMAIL: "guide@example.invalid",
  };
  terminal = createTerminal({ cwd: work, env });
});
afterEach(async () => {
  await terminal.close();
  rmSync(work, { recursive: true, force: true });
});

describe("the guide's page on budgets", () => {
  it("BUD7 BUD8 BUD17 every block does what the page says", { timeout: 120_000 }, async () => {
    await terminal.type('tutti() { "$NODE" "$CLONE/src/main.ts" "$@"; }');
    const printed: string[] = [];
    for (const { text } of blocks) printed.push(await terminal.type(text));
    const [, , run = "", budget = "", resumed = ""] = printed;
    expect(run).toContain("ended blocked: 1 of 2 tickets are completed, 1 blocked");
    expect(run).toContain("run: 3 of 3 turns are used; it takes run turns 4 or more");
    expect(budget).toContain("3 of 3 turns");
    expect(resumed).toContain("ended completed: all 2 tickets are completed");
  });
});
