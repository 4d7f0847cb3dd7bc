// The guide page, done as it says: its blocks are typed into two terminals, on the library from the registry.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseGuide } from "./guide-blocks.ts";
import type { GuideBlock } from "./guide-blocks.ts";
import { applyTurns, git, loadPlan, loadScenario, runCommand, turnsOf } from "./scripted-edits.ts";
import { createTerminal, guideEnv } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { describeNeeding } from "../support/needs.ts";

const clone = join(import.meta.dirname, "../..");
const page = readFileSync(join(clone, "docs/guide/your-own-repository.md"), "utf8");
const blocks = parseGuide(page);
const ticketFile = join(clone, "examples/your-own-repository/tickets.json");
const scenarioFile = join(clone, "examples/your-own-repository/scenario.json");
const minutes = 60_000;

/** Blocks of the first terminal up to and without the one that runs the tickets. */
const preparation = blocks
  .filter(({ terminal }) => terminal === "main")
  .slice(0, blocks.filter(isMain).findIndex(isRun));

function isMain(block: GuideBlock): boolean {
  return block.terminal === "main";
}

function isRun(block: GuideBlock): boolean {
  return block.text.startsWith("tutti run");
}

describe("the guide page", () => {
  it("has blocks for two terminals, and one that needs a key", () => {
    expect(blocks.map(({ terminal }) => terminal)).toEqual([
      "every",
      "main",
      "main",
      "main",
      "key",
      "main",
      "second",
      "main",
      "main",
    ]);
  });

  it("shows the ticket file of the examples, word for word", () => {
    const shown = /<<'JSON'\n(.*)\nJSON$/s.exec(blocks.find(({ text }) => text.includes("<<'JSON'"))?.text ?? "")?.[1];
    expect(`${shown}\n`).toBe(readFileSync(ticketFile, "utf8"));
  });

  it("its tickets are read without a note and all have a script", () => {
    const plan = loadPlan(ticketFile);
    expect(plan.notes).toEqual([]);
    expect(plan.tickets.map(({ id }) => id)).toEqual(Object.keys(loadScenario(scenarioFile).tickets));
  });

  it("a label that names no terminal is refused with its line", () => {
    expect(() => parseGuide("text\n```sh third-terminal\nls\n```\n")).toThrow(
      'line 2: no terminal is named "third-terminal"',
    );
  });
});

describeNeeding("registry", "the guide page on the library from the registry", () => {
  let work = "";
  let terminals: Terminal[] = [];

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tutti-guide-"));
    terminals = [];
  });

  afterEach(async () => {
    await Promise.all(terminals.map((terminal) => terminal.close()));
    rmSync(work, { recursive: true, force: true });
  });

  /** A terminal in which the page's "every terminal" block has been typed. */
  async function openTerminal(more: Readonly<Record<string, string>> = {}): Promise<Terminal> {
    const terminal = createTerminal({ cwd: work, env: { ...guideEnv(work), ...more } });
    terminals.push(terminal);
    for (const block of blocks.filter((one) => one.terminal === "every")) await terminal.type(block.text);
    return terminal;
  }

  it("the script fits the library, and its new tests are red without the fixes", { timeout: 2 * minutes }, async () => {
    const terminal = await openTerminal();
    for (const block of preparation) await terminal.type(block.text);
    const root = join(work, "process-warning");
    const scenario = loadScenario(scenarioFile);
    for (const id of Object.keys(scenario.tickets)) applyTurns(root, turnsOf(scenario, id));
    expect(runCommand(root, "node --test --test-reporter=tap").output).toMatch(/^# pass 30\n# fail 0$/m);
    git(root, "checkout", "--quiet", "--", "index.js");
    expect(runCommand(root, "node --test --test-reporter=tap").output).toMatch(/^# pass 27\n# fail 3$/m);
  });

  describeNeeding("bubblewrap", "with the product", () => {
    it("every block of the page does what the page says", { timeout: 5 * minutes }, async () => {
      const first = await openTerminal();
      const rest = blocks.filter(isMain).slice(preparation.length);
      for (const block of preparation) await first.type(block.text);
      const [run, ...afterwards] = rest;
      const running = first.type(run?.text ?? "");
      // Should the run end too early, the next line tells; this keeps it from being told twice.
      running.catch(() => {});
      const [approval] = await first.seen(/\bA\d+\b/);
      const second = await openTerminal({ APPROVAL: approval });
      for (const block of blocks.filter(({ terminal }) => terminal === "second")) {
        expect(await second.type(block.text)).toContain(approval);
      }
      await running;
      const printed: string[] = [];
      for (const block of afterwards) printed.push(await first.type(block.text));
      expect(printed[0]).toMatch(/readme/);
      expect(printed.at(-1)).toMatch(/pass 30\n.*fail 0/);
      const root = join(work, "process-warning");
      expect(git(root, "status", "--porcelain")).toBe("");
      expect(readFileSync(join(root, "README.md"), "utf8")).toContain("the first `undefined` ends the list");
    });
  });
});
