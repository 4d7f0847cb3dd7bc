// The page on planning, done as it says: its blocks are typed into a shell, on the sample.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { parseGuide } from "./guide-blocks.ts";
import { loadPlan } from "./scripted-edits.ts";

const clone = join(import.meta.dirname, "../..");
const page = readFileSync(join(clone, "docs/guide/planning.md"), "utf8");
const blocks = parseGuide(page);

let work = "";
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "tutti-planning-guide-"));
  mkdirSync(join(work, "bin"));
  writeFileSync(
    join(work, "bin", "tutti"),
    `#!/bin/sh\nexec "${process.execPath}" "${join(clone, "src/main.ts")}" "$@"\n`,
  );
  chmodSync(join(work, "bin", "tutti"), 0o755);
});
afterEach(() => rmSync(work, { recursive: true, force: true, maxRetries: 3 }));

const type = (lines: string): string =>
  execFileSync("/bin/bash", ["-euc", lines], {
    cwd: work,
    encoding: "utf8",
    env: {
      HOME: work,
      PATH: [join(work, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
      TUTTI: clone,
      TUTTI_HOME: join(work, "home"),
      CI: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Ann",
      GIT_AUTHOR_EMAIL: "ann@example.org",
      GIT_COMMITTER_NAME: "Ann",
      GIT_COMMITTER_EMAIL: "ann@example.org",
    },
  });

describe("the page on planning", () => {
  it("has blocks to type, and three that want a key", () => {
    expect(blocks.map(({ terminal }) => terminal)).toEqual(["key", "main", "main", "main", "key", "key", "main"]);
  });
});

describeNeeding("bubblewrap", "the page on planning, typed", () => {
  it("EPIC10 every block does what the page says", { timeout: 120_000 }, () => {
    const typed = blocks.filter(({ terminal }) => terminal === "main").map(({ text }) => text);
    const printed = type(typed.join("\n"));
    const shown = /\n```\n(3 tracks.*?)\n```\n/s.exec(page)?.[1] ?? "nothing is shown";
    expect(printed).toContain(shown);
    expect(printed.match(/planned, 10 tickets/g)).toHaveLength(2);
    expect(printed).toContain("ALPHA and BETA agree on this plan: synthesis/plan version 1, written by ALPHA.");
    expect(loadPlan(join(work, "pennybook", "agreed.json")).tickets).toHaveLength(10);
    expect(loadPlan(join(work, "pennybook", "tutti-plan.json")).tickets).toHaveLength(10);
    expect(readFileSync(join(work, "pennybook", "second.json"), "utf8")).toBe(
      readFileSync(join(work, "pennybook", "tutti-plan.json"), "utf8"),
    );
  });
});
