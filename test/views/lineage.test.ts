// FORK5: the lines between runs, for a list of them.

import { describe, expect, it } from "vitest";
import type { RunId, TicketId } from "../../src/domain/ids.ts";
import { budgetOf } from "../../src/views/budget.ts";
import { familyOf, lineageInWords, lineageOf } from "../../src/views/lineage.ts";
import { spendByTicket } from "../../src/views/spend.ts";
import { tellStory } from "../../src/views/tell-story.ts";
import { emptyStory } from "../../src/views/worker-entries.ts";
import { forkedStory } from "../core/forked-story.ts";
import { bareRun } from "../core/story.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { failedDeliberation } from "../support/failed-deliberation.ts";

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

  it("RCV10 B-138 of a run that recovers is the one it recovers from, at the record up to which that handed over", () => {
    const prior = "run_aaaaaaaaaaaaaaaa";
    const inherited = { prior, root: prior, generation: 2, outcome: "stuck", handoff: "", at: 41 } as const;
    const inheritance = { ...inherited, changes: ["more time"], hints: [], entries: [] };
    const run = "run_bbbbbbbbbbbbbbbb" as RunId;
    const { records } = failedDeliberation({ run, inheritance });
    expect(lineageOf(foldAll(records))).toEqual({ kind: "recovery", from: prior, seq: 41 });
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

describe("what stands before a fork, in views of records", () => {
  const story = forkedStory();
  const fork = story.records.findIndex(({ event }) => event.type === "run.forked");

  it("FORK4 is no spend of its tickets and scopes", () => {
    const own = spendByTicket(story.records.slice(fork));
    expect(own.length).toBeGreaterThan(0);
    expect(spendByTicket(story.records)).toEqual(own);
    expect(budgetOf(story.state, story.records)).toEqual(budgetOf(story.state, story.records.slice(fork)));
  });

  it("FORK1 an attempt that was under way is told as ended there", () => {
    const ticket = "B" as TicketId;
    const told = tellStory(emptyStory(ticket), story.records);
    expect(told.attempts.map(({ attempt, end }) => [attempt, end])).toEqual([
      [1, "cancelled"],
      [2, "completed"],
    ]);
    expect(told.attempts[0]?.endedAt).toBe(story.records[fork]?.at);
  });
});
