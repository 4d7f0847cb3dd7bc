// A goal in a person's own words.

import { describe, expect, it } from "vitest";
import { longestGoal, readGoal, titleOfGoal } from "../../src/domain/goal.ts";

describe("a goal", () => {
  it.each([
    ["Japanese", "帳簿をCSVで書き出す"],
    ["Arabic", "أضف التصدير إلى CSV"],
    ["emoji", "🚀📦"],
    ["a byte order mark and space around it", "\uFEFF  Do it \n"],
  ])("EPIC8 is taken in %s", (_, words) => {
    expect(readGoal(words)).toEqual({ ok: true, epic: words.replace("\uFEFF", "").trim() });
  });

  it.each([
    ["nothing", ""],
    ["space", " \n\t"],
    ["marks alone", "... --- !!!"],
    ["too much", "a".repeat(longestGoal + 1)],
  ])("EPIC8 is refused where it says %s, with what to do", (_, words) => {
    expect(readGoal(words)).toMatchObject({ ok: false, remedy: expect.stringMatching(/./) });
  });

  it("EPIC8 is titled by its first line: cut between characters, without what turns the direction of text", () => {
    expect(titleOfGoal("\n\n  Add   export\nand more")).toBe("Add export");
    expect(titleOfGoal("a\u202Eb\tc")).toBe("a b c");
    const family = "👨‍👩‍👧‍👦";
    expect(titleOfGoal(family.repeat(100))).toBe(`${family.repeat(79)}…`);
  });
});
