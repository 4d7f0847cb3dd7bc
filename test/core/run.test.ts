// The run as a whole: creation, ends, aborts, adoption after a crash, ghosts.

import { describe, expect, it } from "vitest";
import type { Command } from "../../src/domain/command.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { given, start, type Taken } from "../support/given.ts";
import {
  abortTicket,
  adopt,
  answer,
  ask,
  attemptOf,
  bareRun,
  command,
  complete,
  cost,
  disposed,
  edit,
  failed,
  finish,
  gitRun,
  limits,
  makeConfig,
  makeTicket,
  merged,
  open,
  pause,
  prepared,
  read,
  red,
  replied,
  reopen,
  resume,
  running,
  statusOf,
  toolDone,
  trusted,
  turnFailed,
  verified,
} from "./story.ts";

const run = "run_0123456789abcdef" as RunId;
const create = (tickets: readonly string[]): Command => ({
  type: "run.create",
  run,
  config: makeConfig(),
  tickets: tickets.map((line) => makeTicket(line)),
});
const abortRun: Command = { type: "run.abort", reason: "stop" };

describe("creation", () => {
  it("RUN1 before it nothing is taken, and afterwards it is not taken again", () => {
    expect(given([]).refused(pause())).toEqual({ code: "run_missing" });
    expect(given([]).refused(prepared("A#1"))).toEqual({ code: "run_missing" });
    expect(bareRun(["A"]).refused(create(["B"]))).toEqual({ code: "run_exists" });
  });

  it("RUN1 T-01 DA-06 a plan with a fault starts nothing: every fault comes back", () => {
    const rejection = given([]).refused(create(["A: B", "B: A", "B", "C: Z"]));
    expect(rejection).toMatchObject({ code: "invalid_plan", problems: { length: 3 } });
    expect(given([]).refused(create([]))).toMatchObject({ code: "invalid_plan" });
  });

  it("RUN1 a large plan is recorded in parts, none of which grows with it", () => {
    const story = given([]).when(create(Array.from({ length: 450 }, (_, place) => `T${place}`)));
    const parts = story.events
      .filter((event) => event.type === "plan.added")
      .map((event) => (event.type === "plan.added" ? event.tickets.length : 0));
    expect(parts).toEqual([200, 200, 50]);
    expect(story.the("plan.accepted").tickets).toBe(450);
  });
});

const ended = (story: Taken): unknown => story.the("run.ended");
const once = limits({ attempts: 1 });

describe("ends", () => {
  it("RUN3 A-61 all tickets completed: completed", () => {
    expect(ended(complete(bareRun(["A"]), "A#1"))).toMatchObject({ outcome: "completed" });
  });

  it("RUN3 A-62 DA-07 what ended otherwise is named and counted, blocked before failed before cancelled", () => {
    const failing = bareRun(["A", "B", "C: A", "D"], once).when(failed("A#1", "environment")).when(abortTicket("B"));
    expect(ended(complete(failing, "D#1"))).toMatchObject({
      outcome: "failed",
      reason: "1 of 4 tickets are completed, 1 failed, 1 cancelled, 1 waits for a ticket that did not complete",
    });
    const blocked = bareRun(["A", "B"], once).when(failed("A#1", "environment"));
    expect(ended(blocked.when(replied("B#1/1", [finish("blocked")])))).toMatchObject({ outcome: "blocked" });
    expect(ended(bareRun(["A"]).when(abortTicket("A")))).toMatchObject({ outcome: "cancelled" });
  });

  it("RUN3 a run whose last ticket waits for a person has not ended", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    expect(held.state.phase).toBe("running");
  });

  it("RUN3 an ended run goes on when a ticket is reopened, unless it was aborted", () => {
    const over = bareRun(["A"], once).when(failed("A#1", "environment"));
    expect(running(over.when(reopen("A")))).toEqual(["A"]);
    const aborted = bareRun(["A"]).when(abortTicket("A")).when(reopen("A")).when(abortRun);
    expect(aborted.refused(reopen("A"))).toEqual({ code: "run_ended", outcome: "aborted" });
  });

  it("RUN6 abort cancels what runs, voids what was asked and ends the run", () => {
    const story = bareRun(["A", "B", "C: A"], trusted("ask")).when(replied("A#1/1", [command()]));
    story
      .when(abortRun)
      .then(
        { type: "run.aborted" },
        { type: "approval.voided" },
        { type: "ticket.cancelled", ticket: "A" },
        { type: "ticket.cancelled", ticket: "B" },
        { type: "run.ended", outcome: "aborted", reason: "stop" },
      );
  });

  it("RUN6 H-03 after an abort nothing but adoption and disposal is recorded", () => {
    const over = gitRun(["A", "B"]).when(prepared("A#1")).when(abortRun);
    for (const late of [replied("A#1/1", [command()]), failed("A#1", "crash"), prepared("B#1")])
      expect(over.when(late).events).toEqual([]);
    expect(over.when({ type: "run.set_attended", attended: false }).events).toEqual([]);
    for (const wish of [
      pause(),
      resume,
      abortRun,
      abortTicket("A"),
      { type: "run.set_trust", trust: "step" } as const,
    ]) {
      expect(over.refused(wish)).toEqual({ code: "run_ended", outcome: "aborted" });
    }
    expect(over.when(adopt()).types).toEqual(["run.adopted"]);
    expect(over.when(disposed("A#1")).types).toEqual(["attempt.disposed"]);
  });

  it("RUN7 a ticket is aborted wherever it stands, and a freed lane is used at once", () => {
    const one = bareRun(["A", "B", "C"], { lanes: { run: 1, tiers: {}, providers: {} } });
    one
      .when(abortTicket("A"))
      .then({ type: "ticket.cancelled" }, { type: "attempt.started", ticket: "B" }, { type: "turn.started" });
    expect(one.when(abortTicket("C")).types).toEqual(["ticket.cancelled"]);
    const blocked = bareRun(["A", "B"], once).when(replied("A#1/1", [finish("blocked")]));
    expect(statusOf(blocked.when(abortTicket("A")), "A")).toBe("cancelled");
  });

  it("RUN7 a settled ticket is not aborted, an unknown one is named", () => {
    expect(complete(bareRun(["A", "B"]), "A#1").refused(abortTicket("A"))).toMatchObject({
      code: "ticket_settled",
      status: "completed",
    });
    const cancelled = bareRun(["A", "B"]).when(abortTicket("A"));
    expect(cancelled.refused(abortTicket("A"))).toMatchObject({ code: "ticket_settled", status: "cancelled" });
    expect(bareRun(["A"]).refused(abortTicket("B"))).toEqual({ code: "ticket_unknown", ticket: "B" });
  });
});

describe("adoption", () => {
  const called = (call: typeof read, config: Parameters<typeof bareRun>[1] = {}): Taken =>
    bareRun(["A"], config).when(replied("A#1/1", [call]));

  it.each([
    ["pure", read],
    ["idempotent", edit],
  ])("RUN10 E-01 E-02 a %s tool under way is run again and told that it may have run before", (_, call) => {
    const story = called(call);
    expect(story.duties).toMatchObject([{ kind: "tool", repeat: false }]);
    const adopted = story.when(adopt());
    expect(adopted.types).toEqual(["run.adopted"]);
    expect(adopted.duties).toMatchObject([{ kind: "tool", repeat: true }]);
  });

  it("RUN10 GATE13 E-03 an effectful tool under way is unknown: it is put to the person, never run again by itself", () => {
    const lost = called(command()).when(adopt());
    lost.then({ type: "run.adopted" }, { type: "tool.lost" }, { type: "approval.requested", gate: "unknown" });
    expect(lost.duties).toEqual([]);
    const again = lost.when(answer(lost, "approve"));
    expect(again.types).toEqual(["approval.answered", "tool.called"]);
    lost
      .when(answer(lost, "reject"))
      .then({ type: "approval.answered" }, { type: "tool.refused", by: "person" }, { type: "turn.started" });
    lost
      .when(answer(lost, "edit", { edited: "it had run" }))
      .then({ type: "approval.answered" }, { type: "tool.returned", output: "it had run" }, { type: "turn.started" });
  });

  it("RUN10 E-08 with nobody there an unknown effect is told to the model and not run again", () => {
    called(command(), { attended: false })
      .when(adopt())
      .then(
        { type: "run.adopted" },
        { type: "tool.lost" },
        { type: "tool.refused", by: "rule", output: expect.stringContaining("UNKNOWN") },
        { type: "turn.started" },
      );
  });

  it("RUN10 a result that was recorded is never asked for again", () => {
    const returned = called(command()).when(toolDone("A#1/1.0")).when(adopt());
    expect(returned.types).toEqual(["run.adopted", "turn.failed"]);
    expect(returned.duties).toMatchObject([{ kind: "turn", turn: 2, try: 2 }]);
  });

  it("RUN10 a model call under way is counted as unknown usage and made again", () => {
    const adopted = bareRun(["A"]).when(adopt(), { at: start + 5000 });
    expect(adopted.the("turn.failed")).toMatchObject({
      code: "cut",
      retryAt: start + 5000,
      usage: { costMicros: null, estimated: true },
    });
    expect(adopted.state.spend.get("3|alpha/small")).toMatchObject({ costMicros: null, estimated: true });
    expect(adopted.duties).toMatchObject([{ kind: "turn", turn: 1, try: 2 }]);
  });

  it("RUN10 a call that was waiting for its time had not begun: it is neither counted nor moved", () => {
    const waiting = bareRun(["A"]).when(turnFailed("A#1/1", "overloaded"), { at: start });
    expect(waiting.when(adopt(), { at: start + 10 }).types).toEqual(["run.adopted"]);
  });

  it("RUN10 H-04 H-13 pending questions stay, with id and digest; a yes that was given holds", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    expect(held.when(adopt()).state.approvals).toEqual(held.state.approvals);
    const released = held.when(pause()).when(answer(held, "approve"));
    const adopted = released.when(adopt()).when(resume);
    expect(adopted.types).toEqual(["run.resumed", "tool.called"]);
  });

  it("RUN10 verification, merge and preparation under way are owed again", () => {
    const verifying = gitRun(["A", "B"])
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]));
    expect(verifying.when(adopt()).duties.map(({ key }) => key)).toEqual(["verify:A#1~1", "prepare:B#1"]);
    expect(
      verifying
        .when(verified("A#1"))
        .when(adopt())
        .duties.map(({ key }) => key),
    ).toEqual(["merge:A#1", "prepare:B#1"]);
  });

  it("RUN10 I2 tokens only grow: an adoption that comes late, or twice, is a ghost", () => {
    const adopted = bareRun(["A"]).when(adopt(5));
    expect(adopted.when(adopt(5)).events).toEqual([]);
    expect(adopted.when(adopt(4)).events).toEqual([]);
    expect(adopted.when(adopt(6)).state.token).toBe(6);
  });
});

describe("ghosts", () => {
  it("RUN9 ATT1 reports of an attempt that is over, or never was, lead to no events", () => {
    const second = bareRun(["A"]).when(failed("A#1", "timeout"));
    for (const ghost of [
      replied("A#1/1", [finish()]),
      turnFailed("A#1/1", "cut"),
      toolDone("A#1/1.0"),
      failed("A#1", "crash"),
      replied("A#3/1", [finish()]),
    ]) {
      expect(second.when(ghost).events).toEqual([]);
    }
    expect(second.when(replied("Z#1/1", [])).events).toEqual([]);
  });

  it("RUN9 reports of another turn, try or call lead to no events", () => {
    const story = bareRun(["A"]).when(turnFailed("A#1/1", "network"));
    expect(story.when(replied("A#1/1", [finish()])).events).toEqual([]);
    expect(story.when(replied("A#1/2", [finish()])).events).toEqual([]);
    const called = story.when(replied("A#1/1", [read, read], { try: 2 }));
    expect(called.when(toolDone("A#1/1.1")).events).toEqual([]);
    expect(called.when(toolDone("A#1/2.0")).events).toEqual([]);
  });

  it("RUN9 every report given twice is taken once", () => {
    const twice = (story: Taken, report: Command): Taken => {
      const first = story.when(report);
      expect(first.events.length).toBeGreaterThan(0);
      expect(first.when(report).events).toEqual([]);
      return first;
    };
    let story: Taken = gitRun(["A"]);
    for (const report of [
      prepared("A#1"),
      replied("A#1/1", [read]),
      toolDone("A#1/1.0"),
      turnFailed("A#1/2", "network"),
      replied("A#1/2", [finish()], { try: 2 }),
      red("A#1", 1),
      replied("A#1/3", [finish()]),
      verified("A#1", 2),
      merged("A#1"),
      disposed("A#1"),
    ]) {
      story = twice(story, report);
    }
    expect(story.state.ended).toMatchObject({ outcome: "completed" });
  });

  it("RUN9 a failure reported while nobody works is a ghost", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    expect(held.when(failed("A#1", "timeout")).events).toEqual([]);
    const paused = bareRun(["A"])
      .when(pause())
      .when(replied("A#1/1", [command()]));
    expect(paused.when(failed("A#1", "timeout")).events).toEqual([]);
  });

  it("RUN9 a late tool result after an unknown one was answered is dropped", () => {
    const lost = bareRun(["A"])
      .when(replied("A#1/1", [command()]))
      .when(adopt());
    const told = lost.when(answer(lost, "reject"));
    expect(told.when(toolDone("A#1/1.0")).events).toEqual([]);
  });
});

describe("the fold", () => {
  it("RUN2 D-14 the order of a log is its sequence: clocks that jump change nothing but the time on record", () => {
    const year = 365 * 86_400_000;
    const tell = (jump: number): Taken =>
      bareRun(["A", "B: A"])
        .when(replied("A#1/1", [read]), { at: start + jump })
        .when(toolDone("A#1/1.0"), { at: start })
        .when(replied("A#1/2", [finish()]), { at: start - jump });
    const events = (story: Taken): unknown => story.records.map(({ event }) => event);
    expect(events(tell(year))).toEqual(events(tell(0)));
    expect(running(tell(-year))).toEqual(["B"]);
  });

  it("RUN12 duties have stable keys, one for each thing owed", () => {
    const story = gitRun(["A", "B"]).when(prepared("A#1"));
    expect(story.duties.map(({ key }) => key)).toEqual(["turn:A#1/1~1", "prepare:B#1"]);
    const called = story.when(replied("A#1/1", [read])).when(prepared("B#1"));
    expect(called.duties.map(({ key }) => key)).toEqual(["tool:A#1/1.0", "turn:B#1/1~1"]);
  });

  it("RUN2 DA-21 DA-23 usage is kept by tier and model, each call once", () => {
    const story = bareRun(["A", "B"])
      .when(replied("A#1/1", [read], { usage: cost(5) }))
      .when(replied("B#1/1", [finish()], { usage: cost(7) }));
    expect(story.state.spend.get("3|alpha/small")).toMatchObject({ input: 20, output: 10, costMicros: 12 });
    expect(attemptOf(story, "A").usage).toMatchObject({ input: 10, costMicros: 5 });
  });

  it("RUN2 an answer at a gate and the question share their place in the log", () => {
    const held = bareRun(["A"]).when(replied("A#1/1", [ask()]));
    const { seq } = held.state;
    expect(open(held)).toBe(`A${seq}`);
  });
});
