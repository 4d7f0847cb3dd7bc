// From a goal to a settled plan: EPIC rules.

import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Given, Taken } from "../support/given.ts";
import { makeTicket } from "./story.ts";
import { answers, consultFails, goalRun, plannedStory, ticketsAnswer, tracksAnswer } from "./planned-story.ts";

const drafted = (changes: Partial<RunConfig> = {}): Taken => {
  const asked = goalRun(changes);
  const tracked = asked.when(answers(asked, tracksAnswer("core")));
  return tracked.when(answers(tracked, ticketsAnswer("A", "B:A")));
};

const answerPlan = (story: Taken, decision: "approve" | "edit" | "reject" | "abort", more: object = {}) => ({
  type: "approval.answer" as const,
  approval: story.the("approval.requested").approval,
  decision,
  reason: "",
  ...more,
});

describe("the tiers", () => {
  it("EPIC1 A-09 A-13 a goal is put to tier 1 first, and then each track to tier 2", () => {
    const asked = goalRun();
    asked.then(
      { type: "run.created" },
      { type: "consult.started", purpose: "tracks", tier: 1, model: "alpha/planner" },
    );
    expect(asked.duties).toMatchObject([{ kind: "consult", round: 1, try: 1, model: "alpha/planner" }]);
    const tracked = asked.when(answers(asked, tracksAnswer("core", "shop")));
    tracked.then(
      { type: "consult.replied" },
      { type: "plan.tracked" },
      { type: "consult.ended", result: "used" },
      { type: "consult.started", purpose: "tickets", tier: 2, track: "core" },
      { type: "consult.started", purpose: "tickets", tier: 2, track: "shop" },
    );
  });

  it("EPIC2 A-12 a track that builds on another is planned after it and may depend on its tickets", () => {
    const asked = goalRun({ trust: "auto" });
    const tracked = asked.when(answers(asked, tracksAnswer("shop:core", "core")));
    expect(tracked.types.filter((type) => type === "consult.started")).toHaveLength(1);
    const core = tracked.when(answers(tracked, ticketsAnswer("C")));
    core.then(
      { type: "consult.replied" },
      { type: "plan.added", track: "core" },
      { type: "consult.ended" },
      { type: "consult.started", track: "shop" },
    );
    const whole = core.when(answers(core, ticketsAnswer("S:C")));
    expect(whole.state.phase).toBe("running");
    expect(whole.state.graph.tickets.map(({ id, track }) => [id, track])).toEqual([
      ["C", "core"],
      ["S", "shop"],
    ]);
  });

  it("EPIC2 in linear mode one question is asked at a time", () => {
    const asked = goalRun({ mode: "linear" });
    const tracked = asked.when(answers(asked, tracksAnswer("a", "b", "c")));
    expect(tracked.duties).toHaveLength(1);
  });

  it("EPIC3 A-24 what planning costs is booked on the tier that spent it", () => {
    const { spend } = drafted().state;
    expect([...spend].map(([key, usage]) => [key, usage.costMicros])).toEqual([
      ["1|alpha/planner", 7],
      ["2|alpha/lead", 7],
    ]);
  });

  it("EPIC3 a model chooses neither trust nor models nor kinds of worker that are not there", () => {
    const asked = goalRun({ trust: "auto" });
    const tracked = asked.when(answers(asked, tracksAnswer("core")));
    const greedy = JSON.stringify([
      { id: "A", description: "Do.", archetype: "coder", trust: "auto", models: ["x/dear"] },
    ]);
    expect(tracked.when(answers(tracked, greedy)).state.graph.tickets[0]).toMatchObject({ models: [] });
    expect(tracked.when(answers(tracked, greedy)).state.graph.tickets[0]).not.toHaveProperty("trust");
    const stranger = tracked.when(
      answers(tracked, JSON.stringify([{ id: "A", description: "Do.", archetype: "ghost" }])),
    );
    expect(stranger.the("consult.returned").problems.join()).toContain('"ghost" is no archetype');
  });
});

describe("answers that cannot be used", () => {
  const bad: readonly (readonly [string, string])[] = [
    ["prose", "Sure, here is the plan."],
    ["half a JSON", '{"tracks": [{"id": "core"'],
    ["another shape", '{"plan": []}'],
    ["nothing", "  "],
    ["a cycle of tracks", tracksAnswer("a:b", "b:a")],
    ["an unknown track", tracksAnswer("a:zz")],
    ["the same id twice", tracksAnswer("a", "a")],
  ];

  it.each(bad)("EPIC4 A-156 %s goes back with what is wrong, twice at most, then a person is asked", (_, answer) => {
    let story = goalRun();
    for (const round of [1, 2]) {
      story = story.when(answers(story, answer));
      expect(story.the("consult.returned")).toMatchObject({ round });
      expect(story.the("consult.returned").problems).not.toEqual([]);
    }
    story = story.when(answers(story, answer));
    expect(story.the("consult.ended")).toMatchObject({ result: "given_up" });
    expect(story.the("approval.requested")).toMatchObject({ gate: "plan" });
    expect(story.duties).toEqual([]);
  });

  it("EPIC4 A-153 a call of a tool is no answer, whatever stands beside it", () => {
    const asked = goalRun();
    const called = asked.when(answers(asked, tracksAnswer("core"), { calledTools: true }));
    expect(called.the("consult.returned").problems).toEqual([expect.stringContaining("You called a tool")]);
  });

  it.each([
    ["a cycle", ticketsAnswer("A:B", "B:A"), "wait for each other"],
    ["an unknown dependency", ticketsAnswer("A:Z"), '"Z" is no ticket'],
    [
      "a path outside",
      JSON.stringify([{ id: "A", description: "x", archetype: "coder", targetFile: "../x" }]),
      "leads out",
    ],
    ["no ticket", "[]", "no ticket"],
    ["3,000 tickets", ticketsAnswer(...Array.from({ length: 3_000 }, (__, n) => `T${n}`)), "the most is 500"],
  ])("EPIC4 tickets with %s go back", (_, answer, said) => {
    const asked = goalRun();
    const tracked = asked.when(answers(asked, tracksAnswer("core")));
    expect(tracked.when(answers(tracked, answer)).the("consult.returned").problems.join("\n")).toContain(said);
  });

  it("EPIC5 without a person the run ends, says why, and keeps what was paid for", () => {
    let story: Taken = goalRun({ attended: false, trust: "auto" });
    for (let round = 0; round < 3; round += 1) story = story.when(answers(story, "prose"));
    expect(story.the("run.ended")).toMatchObject({ outcome: "blocked", reason: expect.stringContaining("not JSON") });
    expect(story.state.spend.get("1|alpha/planner")).toMatchObject({ input: 300, output: 60 });
  });

  it("EPIC5 RET2 faults of the provider wait or park; what will not pass gives up", () => {
    const asked = goalRun();
    const busy = asked.when(consultFails(asked, "overloaded"));
    expect(busy.duties).toMatchObject([{ kind: "consult", try: 2 }]);
    const parked = asked.when(consultFails(asked, "auth"));
    expect(parked.the("run.paused").reason).toContain("alpha answered auth");
    expect(parked.duties).toEqual([]);
    expect(parked.when({ type: "run.resume" }).duties).toMatchObject([{ kind: "consult", try: 2 }]);
    expect(asked.when(consultFails(asked, "unknown_model")).the("approval.requested").gate).toBe("plan");
  });

  it("EPIC5 an answer to a round or try that is over changes nothing", () => {
    const asked = goalRun();
    const late = answers(asked, tracksAnswer("core"));
    const returned = asked.when(answers(asked, "prose"));
    expect(returned.when(late).events).toEqual([]);
  });
});

describe("the gate", () => {
  it("GATE17 EPIC6 the plan waits for a signature, and work begins with it", () => {
    const story = drafted();
    expect(story.state.phase).toBe("planning");
    expect(story.the("approval.requested")).toMatchObject({
      gate: "plan",
      shown: expect.stringContaining('"tickets":2'),
    });
    const signed = story.when(answerPlan(story, "approve"));
    expect(signed.types.slice(0, 3)).toEqual(["approval.answered", "plan.accepted", "attempt.started"]);
  });

  it("GATE17 EPIC6 a person writes the plan anew: it is checked like any other", () => {
    const story = drafted();
    const ring = { edited: "x", tickets: [makeTicket("A: B"), makeTicket("B: A")] };
    expect(story.refused(answerPlan(story, "edit", ring))).toMatchObject({ code: "invalid_plan" });
    const mine = story.when(answerPlan(story, "edit", { edited: "x", tickets: [makeTicket("Mine")] }));
    expect(mine.types.slice(0, 4)).toEqual(["approval.answered", "plan.cleared", "plan.added", "plan.accepted"]);
    expect(mine.state.graph.tickets.map(({ id }) => id)).toEqual(["Mine"]);
  });

  it("GATE17 EPIC6 turned down, the run is cancelled; aborted, it is aborted", () => {
    const story = drafted();
    expect(story.when(answerPlan(story, "reject")).the("run.ended").outcome).toBe("cancelled");
    expect(story.when(answerPlan(story, "abort")).the("run.ended")).toMatchObject({
      outcome: "aborted",
      reason: expect.stringContaining("aborted it at the gate"),
    });
  });

  it("GATE4 GATE17 unattended: trust auto passes, any other is refused and never approved", () => {
    expect(drafted({ attended: false, trust: "auto" }).state.phase).toBe("running");
    const refused = drafted({ attended: false, trust: "ask" });
    expect(refused.the("run.ended").reason).toContain("nobody attends");
  });

  it("GATE17 a part of a plan cannot be signed: a track that nobody planned is written by hand", () => {
    const asked = goalRun();
    const tracked = asked.when(answers(asked, tracksAnswer("core", "shop")));
    let story: Taken = tracked.when(answers(tracked, ticketsAnswer("A"), { track: "core" }));
    for (let round = 0; round < 3; round += 1) story = story.when(answers(story, "prose"));
    expect(story.the("approval.requested").shown).toContain("problems");
    expect(story.refused(answerPlan(story, "approve"))).toMatchObject({
      code: "invalid_plan",
      problems: [expect.objectContaining({ problem: "track shop has no tickets yet" })],
    });
  });

  it("GATE17 an unsound plan cannot be signed", () => {
    let story: Taken = goalRun();
    for (let round = 0; round < 3; round += 1) story = story.when(answers(story, "prose"));
    expect(story.refused(answerPlan(story, "approve"))).toMatchObject({ code: "invalid_plan" });
    const mine = story.when(answerPlan(story, "edit", { edited: "x", tickets: [makeTicket("Mine")] }));
    expect(mine.state.phase).toBe("running");
  });
});

describe("a goal that is only planned", () => {
  const only = { goal: { epic: "Sell books abroad.", only: "plan" as const } };

  it("EPIC10 ends planned once the plan is signed, and nobody works by it", () => {
    const story = drafted(only);
    const signed = story.when(answerPlan(story, "approve"));
    signed.then({ type: "approval.answered" }, { type: "plan.accepted" }, { type: "run.ended", outcome: "planned" });
    expect(signed.duties).toEqual([]);
    expect(signed.state.graph.tickets).toHaveLength(2);
  });

  it("EPIC10 is over with its plan: nothing is patched into it", () => {
    const { state } = drafted({ ...only, trust: "auto" });
    expect(state.ended?.outcome).toBe("planned");
    const story = drafted({ ...only, trust: "auto" });
    const patch = { reason: "more", add: [makeTicket("Z")], drop: [], rewire: [], split: [] };
    expect(story.refused({ type: "plan.patch", patch })).toMatchObject({ code: "run_ended", outcome: "planned" });
  });

  it("EPIC10 needs no signature where nobody attends", () => {
    expect(drafted({ ...only, attended: false, trust: "ask" }).state.ended?.outcome).toBe("planned");
  });
});

describe("a run that is planned", () => {
  it("EPIC7 RUN3 is aborted with everything it asked", () => {
    const asked = goalRun();
    const aborted = asked.when({ type: "run.abort", reason: "enough" });
    aborted.then({ type: "run.aborted" }, { type: "consult.ended", result: "void" }, { type: "run.ended" });
    expect(aborted.duties).toEqual([]);
    const story = drafted();
    expect(story.when({ type: "run.abort", reason: "enough" }).types).toContain("approval.voided");
  });

  it("EPIC7 RUN4 pauses between two questions", () => {
    const asked = goalRun();
    const paused = asked.when({ type: "run.pause", reason: "lunch", drain: false });
    const tracked = paused.when(answers(paused, tracksAnswer("core")));
    expect(tracked.types).not.toContain("consult.started");
    expect(tracked.when({ type: "run.resume" }).types).toEqual(["run.resumed", "consult.started"]);
  });

  it("EPIC7 RUN10 is taken over: the call under way counts as unknown and is made again", () => {
    const asked = goalRun();
    const adopted = asked.when({ type: "run.adopt", token: 2, owner: "me" });
    adopted.then(
      { type: "run.adopted" },
      { type: "consult.failed", code: "cut", usage: { costMicros: null, estimated: true } },
    );
    expect(adopted.duties).toMatchObject([{ kind: "consult", try: 2 }]);
  });

  it("EPIC7 a tier without a model is said", () => {
    const story: Given = goalRun({ tiers: {} });
    expect(story.state.ended?.reason).toContain("no model is configured for tier 1");
  });

  it("EPIC7 a story with every event of planning ends settled", () => {
    expect(plannedStory().state.phase).toBe("running");
  });
});
