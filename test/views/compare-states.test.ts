// CMP: two moments laid beside each other.

import { describe, expect, it } from "vitest";
import { foldAll } from "../../src/core/evolve.ts";
import type { RunState } from "../../src/core/state.ts";
import { compareStates } from "../../src/views/compare-states.ts";
import { blockedStory, forkAt, forkedStory, guide, seqOf } from "../core/forked-story.ts";
import { bareRun, command, cost, finish, open, replied, trusted } from "../core/story.ts";
import type { Given } from "../support/given.ts";
import { mara } from "../core/story.ts";

const stateAt = (story: Given, seq: number): RunState => foldAll(story.records.slice(0, seq));

describe("two moments compared", () => {
  it("CMP1 names the tickets that stand otherwise, with status, attempt, cause and commit", () => {
    const story = blockedStory();
    const compared = compareStates(stateAt(story, seqOf(story, "turn.started")), story.state);
    expect(compared.tickets).toMatchObject([
      { ticket: "A", a: { status: "running", attempt: 1, commit: null }, b: { status: "completed", commit: "c1" } },
      {
        ticket: "B",
        a: { status: "pending", attempt: 0 },
        b: { status: "blocked", cause: "worker_blocked", attempt: 1 },
      },
    ]);
    expect(compared.same).toBe(1);
    expect(compared.commits).toEqual({ onlyA: [], onlyB: [{ ticket: "A", commit: "c1" }] });
    expect(compared.b).toMatchObject({ phase: "ended", outcome: "blocked", seq: story.state.seq });
    expect(compared.ms).toBe(compared.b.at - compared.a.at);
  });

  it("CMP1 of a moment with itself finds nothing, and the other way round the opposite", () => {
    const story = blockedStory();
    const same = compareStates(story.state, story.state);
    expect(same).toMatchObject({ tickets: [], same: 3, ms: 0, commits: { onlyA: [], onlyB: [] } });
    const back = compareStates(story.state, stateAt(story, seqOf(story, "turn.started")));
    expect(back.commits.onlyA).toEqual([{ ticket: "A", commit: "c1" }]);
    expect(back.ms).toBeLessThan(0);
  });

  it("CMP2 tells what was spent between them by tier, and the approvals that opened and closed", () => {
    const start = bareRun(["A", "B"], trusted("ask"));
    const held = start.when(replied("A#1/1", [command()], { usage: cost(500) }));
    const compared = compareStates(start.state, held.state);
    expect(compared.spend).toMatchObject([
      { tier: null, tokens: 15, costMicros: 500 },
      { tier: 3, tokens: 15, costMicros: 500, a: { costMicros: 0 }, b: { costMicros: 500 } },
    ]);
    expect(compared.approvals.opened).toEqual([{ id: open(held), gate: "call", ticket: "A" }]);
    const answered = held.when(
      { type: "approval.answer", approval: open(held), decision: "reject", reason: "no" },
      mara,
    );
    expect(compareStates(held.state, answered.state).approvals.closed).toEqual([
      { id: open(held), gate: "call", ticket: "A" },
    ]);
  });

  it("CMP2 a price that is not known makes no difference in money known", () => {
    const start = bareRun(["A", "B"], trusted("auto"));
    const later = start.when(replied("A#1/1", [finish()], { usage: { ...cost(0), costMicros: null } }));
    expect(compareStates(start.state, later.state).spend[0]).toMatchObject({ tokens: 15, costMicros: null });
  });

  it("CMP3 lays a fork beside the run it came from: other commits, tickets added and dropped, all that was spent on its way", () => {
    const origin = blockedStory();
    const compared = compareStates(origin.state, forkedStory().state);
    expect(compared.commits.onlyB).toEqual([
      { ticket: "B", commit: "c2" },
      { ticket: "C", commit: "c3" },
    ]);
    expect([compared.a.run, compared.b.run]).toEqual([origin.state.run, "run_fedcba9876543210"]);
    const at = seqOf(origin, "turn.started", -1);
    const patch = { reason: "no C", add: [], drop: ["C" as never], rewire: [], split: [] };
    const dropped = compareStates(origin.state, forkAt(origin, at, { ...guide("B", "look"), patch }).state);
    expect(dropped.tickets.find(({ ticket }) => ticket === ("C" as never))).toMatchObject({
      a: { status: "pending" },
      b: null,
    });
  });

  it("CMP3 what a fork came with counts on its way", () => {
    const spent = bareRun(["A", "B: A"], trusted("auto")).when(replied("A#1/1", [finish()], { usage: cost(500) }));
    const fork = forkAt(spent, spent.state.seq);
    expect(compareStates(spent.state, fork.state).spend[0]).toMatchObject({ tokens: 0, costMicros: 0 });
  });
});
