// FORK5: the lines between runs, for a list of them.

import { describe, expect, it } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { familyOf, lineageInWords, lineageOf } from "../../src/views/lineage.ts";
import { forkedStory } from "../core/forked-story.ts";
import { bareRun } from "../core/story.ts";

const run = (name: string): RunId => `run_${name}` as RunId;
const card = (name: string, createdAt: number, from?: string) => ({
  run: run(name),
  createdAt,
  lineage: from === undefined ? null : { kind: "fork" as const, from: run(from), seq: 7 },
});

describe("lineage", () => {
  it("FORK5 a fork says where it is from, and a run that began by itself nothing", () => {
    const lineage = lineageOf(forkedStory().state);
    expect(lineage).toMatchObject({ kind: "fork", from: "run_0123456789abcdef" });
    expect(lineage && lineageInWords(lineage)).toMatch(/^forked from run_0123456789abcdef at \d+$/);
    expect(lineageOf(bareRun(["A"]).state)).toBeNull();
  });

  it("FORK5 names ancestors, the nearest first, and children, the oldest first", () => {
    const cards = [card("a", 1), card("b", 2, "a"), card("d", 4, "b"), card("c", 3, "b")];
    const family = familyOf(cards, run("b"));
    expect(family.ancestors.map((each) => each.run)).toEqual([run("a")]);
    expect(family.children.map((each) => each.run)).toEqual([run("c"), run("d")]);
    expect(familyOf(cards, run("d")).ancestors.map((each) => each.run)).toEqual([run("b"), run("a")]);
  });

  it("FORK5 an ancestor that is gone is named without a card, and a circle comes to an end", () => {
    expect(familyOf([card("b", 2, "gone")], run("b")).ancestors).toEqual([
      { run: run("gone"), kind: "fork", seq: 7, card: null },
    ]);
    const circle = [card("a", 1, "b"), card("b", 2, "a")];
    expect(familyOf(circle, run("a")).ancestors.map((each) => each.run)).toEqual([run("b")]);
  });
});
