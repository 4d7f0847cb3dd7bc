// Who is at work, what stands above a worker's stream, and why a ticket came to a stop.

import { describe, expect, it } from "vitest";
import type { TicketId } from "../../src/domain/ids.ts";
import { agentsOf, consultsOf } from "../../src/views/agents.ts";
import { failureOf } from "../../src/views/failure-facts.ts";
import { whyNoRewrite, workerHeadOf, type WorkerHead } from "../../src/views/worker-head.ts";
import type { Taken } from "../support/given.ts";
import { answers, goalRun, tracksAnswer } from "../core/planned-story.ts";
import { answer, bareRun, command, failed, mara, open, read, replied, trusted } from "../core/story.ts";

const head = (story: Taken, index = 0): WorkerHead => {
  const found = workerHeadOf(story.state, index);
  if (found === null) throw new Error("no such ticket");
  return found;
};

describe("agents", () => {
  it("PANE6 A-135 are the attempts that stand, in the order they began, with those that need the person marked", () => {
    const story = bareRun(["A", "B", "C: A"], trusted("ask"))
      .when(replied("B#1/1", [command()]))
      .when(failed("A#1", "timeout"));
    expect(agentsOf(story.state).map(({ ticket, attempt, needsYou }) => [ticket, attempt, needsYou])).toEqual([
      ["B", 1, true],
      ["A", 2, false],
    ]);
    expect(consultsOf(story.state)).toEqual([]);
  });
});

describe("questions to other tiers", () => {
  it("PANE8 A-146 stand by tier, with what they are about and who is asked", () => {
    const story = goalRun();
    expect(consultsOf(story.state)).toMatchObject([
      { tier: 1, purpose: "tracks", model: "alpha/planner", about: "the whole run", ticket: null, round: 1 },
    ]);
    const next = story.when(answers(story, tracksAnswer("core", "shop")));
    expect(consultsOf(next.state).map(({ tier, purpose, about }) => [tier, purpose, about])).toEqual([
      [2, "tickets", "core"],
      [2, "tickets", "shop"],
    ]);
  });
});

describe("the head of a worker", () => {
  it("PANE6 A-107 tells its trust, whose word that is, and where its last message can be rewritten", () => {
    const story = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [read]));
    expect(head(story)).toMatchObject({
      trust: "ask",
      ownTrust: null,
      runTrust: null,
      rewritable: null,
      isWorking: true,
    });
    expect(whyNoRewrite(head(story))).toContain("while the worker waits at a gate");
    const own = story.when({ type: "ticket.set_trust", ticket: "A" as TicketId, trust: "step" }, mara);
    expect(head(own)).toMatchObject({ trust: "step", ownTrust: "step" });
    const run = own.when({ type: "run.set_trust", trust: "auto" }, mara);
    expect(head(run)).toMatchObject({ trust: "auto", ownTrust: "step", runTrust: "auto" });
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()], { text: "Now." }));
    expect(head(held)).toMatchObject({ rewritable: open(held), waitsAt: open(held), status: "step_paused" });
    expect(whyNoRewrite(head(held))).toBeNull();
  });

  it("PANE6 says that nobody stands on a ticket that has not begun, and knows no ticket beyond the plan", () => {
    const story = bareRun(["A", "B: A"]);
    expect(whyNoRewrite(head(story, 1))).toContain("No worker stands");
    expect([workerHeadOf(story.state, 2), workerHeadOf(story.state, -1)]).toEqual([null, null]);
  });
});

describe("a ticket that came to a stop", () => {
  it("PANE6 counts every ticket that can no longer start, each once", () => {
    const story = bareRun(["A", "B: A", "C: A", "D: B C", "E"], trusted("ask")).when(replied("A#1/1", [command()]));
    expect(failureOf(story.state, 0)).toBeNull();
    const stopped = story.when(answer(story, "abort", { reason: "no" }), mara);
    expect(failureOf(stopped.state, 0)).toBeNull();
    let tried = bareRun(["A", "B: A", "C: A", "D: B C", "E"]);
    for (const attempt of [1, 2]) tried = tried.when(failed(`A#${attempt}`, "worker_blocked", "same"));
    expect(failureOf(tried.state, 0)).toMatchObject({ cause: "worker_blocked", waiting: 3 });
    expect(failureOf(tried.state, 4)).toBeNull();
  });
});
