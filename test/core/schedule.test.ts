// In which order and how many at once: lanes, longest path, linear mode, live switches.

import { describe, expect, it } from "vitest";
import { defaultLanes } from "../../src/domain/config.ts";
import {
  answer,
  attemptOf,
  bareRun,
  command,
  complete,
  disposed,
  finish,
  gitRun,
  limits,
  makeTicket,
  merged,
  model,
  pause,
  prepared,
  replied,
  resume,
  running,
  statusOf,
  toolDone,
  trusted,
  verified,
} from "./story.ts";
import type { Taken } from "../support/given.ts";

const lanes = (run: number, more: Partial<typeof defaultLanes> = {}): { lanes: typeof defaultLanes } => ({
  lanes: { ...defaultLanes, run, ...more },
});

const asks = { ...trusted("ask"), ...lanes(2) };

describe("order", () => {
  it("SCH3 the ticket with the longest remaining path starts first", () => {
    const plan = [makeTicket("short", { weight: 3 }), "A", "B: A", "C: B", makeTicket("long", { weight: 4 })];
    expect(running(bareRun(plan, lanes(2)))).toEqual(["long", "short"]);
    const chain = [makeTicket("short", { weight: 2 }), "A", "B: A", "C: B"];
    expect(running(bareRun(chain, lanes(1)))).toEqual(["A"]);
  });

  it("SCH3 equal paths start in the plan's order", () => {
    expect(running(bareRun(["C", "A", "B"], lanes(2)))).toEqual(["C", "A"]);
  });

  it("SCH3 a freed lane goes to the best ticket that is ready by then", () => {
    const plan = ["A", makeTicket("B: A", { weight: 9 }), "C", "D"];
    expect(running(complete(bareRun(plan, lanes(1)), "A#1"))).toEqual(["B"]);
  });
});

describe("lanes", () => {
  it("SCH4 no more attempts than the run has lanes", () => {
    expect(running(bareRun(["A", "B", "C"], lanes(2)))).toEqual(["A", "B"]);
  });

  it("SCH4 a tier's lanes bound that tier only", () => {
    const archetype = {
      name: "coder",
      tier: 3,
      models: [model("alpha/x")],
      trust: "auto",
      tools: [],
      prompt: "",
    } as const;
    const archetypes = [archetype, { ...archetype, name: "lead", tier: 2 as const }].map((each) => ({
      ...each,
      models: [...each.models],
      tools: [],
    }));
    const plan = ["A", "B", makeTicket("C", { archetype: "lead" })];
    expect(running(bareRun(plan, { archetypes, ...lanes(4, { tiers: { "3": 1 } }) }))).toEqual(["A", "C"]);
  });

  it("SCH4 a provider's lanes bound that provider, by the model of the rung the ticket is on", () => {
    const beta = { models: [model("beta/x")] };
    const plan = [
      "A",
      "B",
      makeTicket("C", beta),
      makeTicket("D", { ...beta, models: [model("alpha/y"), model("beta/x")], startRung: 1 }),
    ];
    const story = bareRun(plan, lanes(4, { providers: { alpha: 1, beta: 1 } }));
    expect(running(story)).toEqual(["A", "C"]);
  });

  it("SCH4 a ticket that climbed to another provider waits for that provider's lanes, also after it was reopened", () => {
    const models = [model("alpha/x"), model("beta/y")];
    const plan = [makeTicket("A", { models: [model("beta/z")], weight: 5 }), makeTicket("B", { models })];
    const config = { ...lanes(4, { providers: { beta: 1 } }), ...limits({ attempts: 1 }) };
    const blocked = bareRun(plan, config).when(replied("B#1/1", [finish("blocked")]));
    expect(statusOf(blocked, "B")).toBe("blocked");
    const reopened = blocked.when({ type: "ticket.reopen", ticket: makeTicket("B").id });
    expect(running(reopened)).toEqual(["A"]);
    expect(attemptOf(complete(reopened, "A#1"), "B").model).toBe("beta/y");
  });

  it("SCH4 fewer lanes: attempts over the limit give theirs back between two steps; more lanes: they go on", () => {
    const four = bareRun(["A", "B", "C", "D"]).when({ type: "run.set_lanes", lanes: 2 });
    expect(four.types).toEqual(["run.lanes_changed"]);
    const parked = four.when(replied("A#1/1", [command()]));
    expect(parked.types).toEqual(["turn.replied", "attempt.parked"]);
    expect(parked.state.lanesUsed).toBe(3);
    const two = parked.when(replied("B#1/1", [command()])).when(replied("C#1/1", [command()]));
    two.then({ type: "turn.replied" }, { type: "tool.called", ticket: "C" });
    two
      .when({ type: "run.set_lanes", lanes: 3 })
      .then({ type: "run.lanes_changed" }, { type: "tool.called", ticket: "A" });
  });

  it("SCH8 DA-28 a waiting person costs no lane", () => {
    const held = bareRun(["A", "B", "C"], asks).when(replied("A#1/1", [command()]));
    held.then(
      { type: "turn.replied" },
      { type: "approval.requested", ticket: "A" },
      { type: "attempt.started", ticket: "C" },
      { type: "turn.started" },
    );
    expect(statusOf(held, "A")).toBe("step_paused");
    expect(held.state.lanesUsed).toBe(2);
  });

  it("SCH8 an answered attempt goes on when a lane is free, before a new ticket starts", () => {
    const held = bareRun(["A", "B", "C", "D"], asks).when(replied("A#1/1", [command()]));
    const answered = held.when(answer(held, "approve"));
    expect(answered.types).toEqual(["approval.answered"]);
    complete(answered, "B#1").then(
      { type: "turn.replied" },
      { type: "finish.reported" },
      { type: "ticket.completed" },
      { type: "tool.called", ticket: "A" },
    );
  });

  it("SCH8 no further ticket starts while as many attempts as the limit wait for a person", () => {
    const story = bareRun(["A", "B", "C", "D"], { ...trusted("step"), ...limits({ held: 2 }) });
    expect([...story.state.approvals.values()].map(({ ticket }) => ticket)).toEqual(["A", "B"]);
    const answered = story.when(answer(story, "approve"));
    answered.then(
      { type: "approval.answered" },
      { type: "turn.started", ticket: "A" },
      { type: "attempt.started", ticket: "C" },
      { type: "approval.requested" },
    );
  });
});

describe("linear mode", () => {
  const linear = { mode: "linear" as const };

  it("SCH5 A-114 a ticket is wholly done, merged included, before the next one's worker is created", () => {
    const one = gitRun(["A", "B"], linear);
    expect(running(one)).toEqual(["A"]);
    const merging = one
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]))
      .when(verified("A#1"));
    expect(merging.types).toEqual(["verify.passed", "merge.queued"]);
    const done = merging.when(merged("A#1"));
    expect(done.duties.map(({ key }) => key)).toEqual(["dispose:A#1"]);
    expect(running(done.when(disposed("A#1")))).toEqual(["B"]);
  });

  it("SCH5 a held ticket keeps the lane: nothing else starts while the person thinks", () => {
    const held = bareRun(["A", "B"], { ...linear, ...trusted("ask") }).when(replied("A#1/1", [command()]));
    expect(running(held)).toEqual(["A"]);
    held.when(answer(held, "approve")).then({ type: "approval.answered" }, { type: "tool.called" });
  });

  it("SCH5 A-115 the same answers give the same log, record for record, in whatever order the world is asked", () => {
    const tell = (): Taken => {
      let story: Taken = bareRun(["A", "B", "C: A"], linear);
      for (const [id] = running(story); id !== undefined;) {
        story = story
          .when(replied(`${id}#1/1`, [command(id)]))
          .when(toolDone(`${id}#1/1.0`))
          .when(replied(`${id}#1/2`, [finish()]));
        const [next] = running(story);
        if (next === undefined) return story;
        return story.when(replied(`${next}#1/1`, [finish()]));
      }
      return story;
    };
    expect(JSON.stringify(tell().records)).toBe(JSON.stringify(tell().records));
  });

  it("SCH7 switched to linear, attempts under way end their step and are parked until one is left", () => {
    const three = bareRun(["A", "B", "C", "D"], lanes(3)).when({ type: "run.set_mode", mode: "linear" });
    const parked = three.when(replied("A#1/1", [command()])).when(replied("B#1/1", [command()]));
    expect(parked.types).toEqual(["turn.replied", "attempt.parked"]);
    const last = parked.when(replied("C#1/1", [command()]));
    last.then({ type: "turn.replied" }, { type: "tool.called", ticket: "C" });
    const next = last.when(toolDone("C#1/1.0")).when(replied("C#1/2", [finish()]));
    expect(next.types.slice(-1)).toEqual(["tool.called"]);
    expect(running(next)).toEqual(["A", "B"]);
  });

  it("SCH7 switched back to async, parked attempts and new tickets go on at once", () => {
    const linearOne = bareRun(["A", "B", "C"], lanes(2)).when({ type: "run.set_mode", mode: "linear" });
    const parked = linearOne.when(replied("A#1/1", [command()]));
    parked
      .when({ type: "run.set_mode", mode: "async" })
      .then({ type: "run.mode_changed" }, { type: "tool.called", ticket: "A" });
  });

  it("SCH7 switched back to async, a held ticket gives its lane back", () => {
    const held = bareRun(["A", "B"], { ...linear, ...trusted("ask"), ...lanes(1) }).when(replied("A#1/1", [command()]));
    held
      .when({ type: "run.set_mode", mode: "async" })
      .then(
        { type: "run.mode_changed" },
        { type: "attempt.started", ticket: "B" },
        { type: "turn.started", ticket: "B" },
      );
  });
});

describe("pause", () => {
  it("RUN4 a pause lets steps under way end and begins no next one", () => {
    const paused = bareRun(["A", "B"], lanes(1)).when(pause());
    const replied1 = paused.when(replied("A#1/1", [command()]));
    expect(replied1.types).toEqual(["turn.replied"]);
    expect(replied1.duties).toEqual([]);
    replied1.when(resume).then({ type: "run.resumed" }, { type: "tool.called" });
  });

  it("RUN4 H-03 a paused run's approvals stay answerable; what they release waits for the resume", () => {
    const held = bareRun(["A"], trusted("ask"))
      .when(replied("A#1/1", [command()]))
      .when(pause());
    const answered = held.when(answer(held, "approve"));
    expect(answered.types).toEqual(["approval.answered"]);
    answered.when(resume).then({ type: "run.resumed" }, { type: "tool.called" });
  });

  it("RUN5 a drain lets attempts go on to their end and starts no new one", () => {
    const drained = bareRun(["A", "B"], lanes(1)).when(pause(true));
    const going = drained.when(replied("A#1/1", [command()]));
    expect(going.types).toEqual(["turn.replied", "tool.called"]);
    const done = going.when(toolDone("A#1/1.0")).when(replied("A#1/2", [finish()]));
    expect(done.types.slice(-1)).toEqual(["ticket.completed"]);
    expect(done.duties).toEqual([]);
    expect(running(done.when(resume))).toEqual(["B"]);
  });

  it("RUN5 a drain may become a pause, and a pause a drain", () => {
    const drained = bareRun(["A"]).when(pause(true));
    drained.when(pause(false)).then({ type: "run.paused", drain: false });
    drained.when(pause(false)).when(pause(true)).then({ type: "run.paused", drain: true });
  });

  it("RUN8 what changes nothing is refused by name", () => {
    const story = bareRun(["A"]);
    expect(story.refused(resume)).toMatchObject({ code: "already_so" });
    expect(story.refused({ type: "run.set_mode", mode: "async" })).toMatchObject({ code: "already_so" });
    expect(story.refused({ type: "run.set_trust", trust: null })).toMatchObject({ code: "already_so" });
    expect(story.refused({ type: "run.set_lanes", lanes: 4 })).toMatchObject({ code: "already_so" });
    expect(story.when(pause()).refused(pause())).toMatchObject({ code: "already_so" });
    expect(story.when({ type: "run.set_attended", attended: true }).events).toEqual([]);
  });
});
