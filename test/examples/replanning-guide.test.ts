// The guide's page on re-planning, done as it says: its blocks are typed, one after the other.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parsePatchFile } from "../../src/domain/plan-patch-file.ts";
import { describeNeeding } from "../support/needs.ts";
import { parseGuide } from "./guide-blocks.ts";
import { createTerminal, guideEnv, type Terminal } from "./terminal.ts";

const clone = join(import.meta.dirname, "../..");
const page = readFileSync(join(clone, "docs/guide/replanning.md"), "utf8");
const blocks = parseGuide(page);

describe("the page on re-planning", () => {
  it("PATCH16 shows a patch with every part, and it is one", () => {
    const [, text = ""] = /^```json change\.json\n(.*?)^```/ms.exec(page) ?? [];
    const read = parsePatchFile(text);
    expect(read.ok && Object.values(read.patch).every(({ length }) => length > 0)).toBe(true);
  });
});

describeNeeding("bubblewrap", "the page on re-planning, typed", () => {
  let work = "";
  let terminal: Terminal;

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tutti-replanning-"));
    terminal = createTerminal({ cwd: work, env: guideEnv(work) });
  });

  afterEach(async () => {
    await terminal.close();
    rmSync(work, { recursive: true, force: true });
  });

  it("PATCH18 every block does what the page says", { timeout: 180_000 }, async () => {
    const printed: string[] = [];
    for (const { text } of blocks) printed.push(await terminal.type(text));
    const [, , blocked = "", looked = "", changed = "", shown = "", alone = ""] = printed;
    expect(blocked).toContain("ended blocked");
    const [, diff = "no diff"] = /^```\n(Why: .*?)^```/ms.exec(page) ?? [];
    expect(looked).toContain(diff);
    expect(changed).toContain("the plan is changed");
    expect(changed).toContain("ended completed: all 4 tickets are completed; 1 was dropped from the plan");
    for (const file of ["conversion.txt", "rounding.txt", "invoice.txt", "readme.txt"]) expect(changed).toContain(file);
    const { tickets } = JSON.parse(shown) as { tickets: { id: string }[] };
    expect(tickets.map(({ id }) => id)).toEqual(["invoice", "readme", "conversion", "rounding"]);
    expect(alone).toContain("ended completed: all 4 tickets are completed; 1 was dropped from the plan");
  });
});
