// What a person can do to one worker: say something to it, and hold it between two steps.

import { describe, expect, it } from "vitest";
import { conversationOf } from "../../src/core/conversation.ts";
import { boardOf, type BoardTicket } from "../../src/views/board.ts";
import { stored } from "./compacted-story.ts";
import { given, type Given, type Taken } from "../support/given.ts";
import { pauseOf, resumeOf, steer, steeredStory } from "./steered-story.ts";
import {
  abortTicket,
  adopt,
  answer,
  attemptOf,
  bareRun,
  command,
  failed,
  finish,
  gitRun,
  limits,
  mara,
  merged,
  prepared,
  read,
  red,
  replied,
  running,
  statusOf,
  ticketOf,
  toolDone,
  trusted,
  verified,
} from "./story.ts";

const roles = (story: Taken, ticket = "A"): readonly string[] =>
  conversationOf(attemptOf(story, ticket), "Do it.").map(({ role }) => role);
const lastWords = (story: Taken, ticket = "A"): unknown =>
  conversationOf(attemptOf(story, ticket), "Do it.")
    .filter(({ role }) => role === "user")
    .at(-1);
const onBoard = (story: Given, id: string): BoardTicket | undefined =>
  boardOf(story.state).tickets.find((each) => each.id === id);

describe("a person's word to a worker", () => {
  it("STEER1 said during a turn it waits, and is told after that reply's results, before the next call", () => {
    const said = bareRun(["A"]).when(steer("A", "use b.ts"), mara);
    said.then({ type: "ticket.steered", text: "use b.ts" });
    expect(said.records.at(-1)?.by).toBe("person:mara");
    const called = said.when(replied("A#1/1", [read, read]));
    expect(called.types).toEqual(["turn.replied", "tool.called"]);
    const half = called.when(toolDone("A#1/1.0"));
    expect(half.types).toEqual(["tool.returned", "tool.called"]);
    const whole = half.when(toolDone("A#1/1.1"));
    whole.then(
      { type: "tool.returned" },
      { type: "note.added", kind: "steering", text: "use b.ts", said: said.state.seq },
      { type: "turn.started", turn: 2 },
    );
    expect(roles(whole)).toEqual(["user", "assistant", "tool", "user"]);
    expect(lastWords(whole)).toEqual({ role: "user", texts: ["use b.ts"] });
  });

  it("STEER1 several are told in the order they were said, each once", () => {
    const told = bareRun(["A"])
      .when(steer("A", "one"), mara)
      .when(steer("A", "two"), { by: "person:ivo" })
      .when(replied("A#1/1", [read]))
      .when(toolDone("A#1/1.0"));
    expect(lastWords(told)).toEqual({ role: "user", texts: ["one", "two"] });
    const next = told.when(replied("A#1/2", [read])).when(toolDone("A#1/2.0"));
    expect(next.types).not.toContain("note.added");
  });

  it("STEER1 said at a gate it is told after the gate, whatever the answer", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    const said = held.when(steer("A", "not like that"), mara);
    expect(said.types).toEqual(["ticket.steered"]);
    expect(said.when(answer(said, "approve")).types).not.toContain("note.added");
    const rejected = said.when(answer(said, "reject", { reason: "no" }));
    expect(rejected.types).toEqual(["approval.answered", "tool.refused", "note.added", "turn.started"]);
  });

  it("STEER1 said at the start it stands with the brief, before the first call", () => {
    const held = bareRun(["A"], trusted("step")).when(steer("A", "mind the tests"), mara);
    const started = held.when(answer(held, "approve"));
    expect(started.types).toEqual(["approval.answered", "note.added", "turn.started"]);
    expect(conversationOf(attemptOf(started, "A"), "Do it.")).toEqual([
      { role: "user", texts: ["Do it.", "mind the tests"] },
    ]);
  });

  it("STEER1 a long one lies beside the log and is told like any other", () => {
    const text = stored(30_000);
    const told = bareRun(["A"])
      .when({ type: "ticket.steer", ticket: "A" as never, text })
      .when(replied("A#1/1", [read]))
      .when(toolDone("A#1/1.0"));
    expect(told.the("note.added").text).toEqual(text);
  });

  it("STEER2 a finish does not count while a word waits: the worker is told first and finishes again", () => {
    for (const outcome of ["completed", "blocked", "needs_input"]) {
      const told = bareRun(["A"])
        .when(steer("A", "also b.ts"), mara)
        .when(replied("A#1/1", [finish(outcome)]));
      expect(told.types).toEqual(["turn.replied", "tool.refused", "note.added", "turn.started"]);
      expect(told.the("tool.refused")).toMatchObject({
        by: "check",
        output: expect.stringContaining("a word for you"),
      });
      expect(statusOf(told.when(replied("A#1/2", [finish()])), "A")).toBe("completed");
    }
  });

  it("STEER2 a reply without calls is not judged while a word waits", () => {
    for (const text of ["I think it is done.", "BLOCKED: no grammar"]) {
      const told = bareRun(["A"])
        .when(steer("A", "go on"), mara)
        .when(replied("A#1/1", [], { text }));
      told.then({ type: "turn.replied" }, { type: "note.added", kind: "steering" }, { type: "turn.started" });
      expect(roles(told)).toEqual(["user", "assistant", "user"]);
    }
  });

  it("STEER2 said while checks or a review are under way it sends the worker back; in the merge queue it is too late", () => {
    const verifying = gitRun(["A"])
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]));
    const back = verifying.when(steer("A", "also b.ts"), mara).when(verified("A#1"));
    expect(back.types).toEqual(["verify.passed", "note.added", "turn.started"]);
    expect(attemptOf(back, "A").finishing).toBeNull();
    const again = back.when(replied("A#1/2", [finish()])).when(verified("A#1"));
    expect(again.types).toContain("merge.queued");
    const late = again.when(steer("A", "wait"), mara).when(merged("A#1"));
    expect(late.types).toContain("ticket.completed");
    const told = verifying.when(steer("A", "also b.ts"), mara).when(red("A#1", 1));
    expect(told.events.filter(({ type }) => type === "note.added")).toMatchObject([
      { kind: "verification" },
      { kind: "steering" },
    ]);
  });

  it("STEER3 the next attempt's brief has it, whether it was told or not, and so has a first attempt's", () => {
    const early = bareRun(["A", "B: A"]).when(steer("B", "B needs the parser"), mara);
    const begun = early.when(replied("A#1/1", [finish()]));
    expect(begun.the("attempt.prepared").prompt).toBe("Do B.\n\nA person adds: B needs the parser");
    const lost = bareRun(["A"]).when(steer("A", "use b.ts"), mara).when(failed("A#1", "crash"));
    expect(lost.the("attempt.prepared").prompt).toContain("A person adds: use b.ts");
    expect(lost.types).not.toContain("note.added");
    const told = bareRun(["A"])
      .when(steer("A", "use b.ts"), mara)
      .when(replied("A#1/1", [read]))
      .when(toolDone("A#1/1.0"));
    expect(told.when(failed("A#1", "crash")).the("attempt.prepared").prompt).toContain("A person adds: use b.ts");
  });

  it("STEER3 a word at a turn limit is not lost: the attempt ends, the next one is told", () => {
    const story = bareRun(["A"], limits({ turns: 1 })).when(steer("A", "use b.ts"), mara);
    const over = story.when(replied("A#1/1", [read])).when(toolDone("A#1/1.0"));
    expect(over.types).toContain("attempt.failed");
    expect(over.the("attempt.prepared").prompt).toContain("use b.ts");
  });

  it("STEER3 it survives the process: the one that takes over tells it", () => {
    const story = bareRun(["A"]).when(steer("A", "use b.ts"), mara).when(adopt());
    const again = story.when(replied("A#1/1", [read], { try: 2 })).when(toolDone("A#1/1.0"));
    expect(again.the("note.added")).toMatchObject({ text: "use b.ts" });
  });

  it("STEER3 a ticket that is settled, unknown, or of an ended run takes none", () => {
    const done = bareRun(["A", "B"]).when(replied("A#1/1", [finish()]));
    expect(done.refused(steer("A", "x"))).toMatchObject({ code: "ticket_settled", status: "completed" });
    expect(done.refused(steer("nobody", "x"))).toEqual({ code: "ticket_unknown", ticket: "nobody" });
    const over = done.when(abortTicket("B"));
    expect(over.refused(steer("B", "x"))).toMatchObject({ code: "run_ended" });
  });
});

describe("one ticket that is paused", () => {
  it("STEER4 its step under way ends and none follows until it is resumed; others go on", () => {
    const paused = bareRun(["A", "B"]).when(pauseOf("A"), mara);
    expect(onBoard(paused, "A")).toMatchObject({ paused: "let me look", waitsFor: null, status: "running" });
    const replyCame = paused.when(replied("A#1/1", [read]));
    expect(replyCame.types).toEqual(["turn.replied", "attempt.parked"]);
    expect(replyCame.the("attempt.parked").why).toBe("pause");
    expect(onBoard(replyCame, "A")).toMatchObject({
      step: "paused",
      waitsFor: { kind: "pause", reason: "let me look", own: true },
    });
    const other = replyCame.when(replied("B#1/1", [read]));
    expect(other.types).toContain("tool.called");
    const resumed = replyCame.when(resumeOf("A"), mara);
    expect(resumed.types).toEqual(["ticket.resumed", "tool.called"]);
    expect(onBoard(resumed, "A")).toMatchObject({ paused: null, waitsFor: null });
  });

  it("STEER4 an answer at its gate is taken; what it releases waits", () => {
    const held = bareRun(["A"], trusted("ask"))
      .when(replied("A#1/1", [command()]))
      .when(pauseOf("A"), mara);
    const yes = held.when(answer(held, "approve"));
    expect(yes.types).toEqual(["approval.answered"]);
    expect(yes.when(resumeOf("A"), mara).types).toEqual(["ticket.resumed", "tool.called"]);
  });

  it("STEER4 checks that pass while it is paused lead to the merge queue when it is resumed", () => {
    const story = gitRun(["A"])
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]))
      .when(pauseOf("A"), mara)
      .when(verified("A#1"));
    expect(story.types).toEqual(["verify.passed", "attempt.parked"]);
    expect(story.when(resumeOf("A"), mara).types).toEqual(["ticket.resumed", "merge.queued"]);
  });

  it("STEER4 one that has not begun does not begin, and takes its place again when it is resumed", () => {
    const pending = bareRun(["A", "B: A", "C: A"]).when(pauseOf("B"), mara);
    const ready = pending.when(replied("A#1/1", [finish()]));
    expect(running(ready)).toEqual(["C"]);
    expect(onBoard(ready, "B")?.waitsFor).toEqual({ kind: "pause", reason: "let me look", own: true });
    const over = ready.when(replied("C#1/1", [finish()]));
    expect(over.state.phase).toBe("running");
    expect(running(over.when(resumeOf("B"), mara))).toEqual(["B"]);
    expect(over.refused(resumeOf("C"))).toMatchObject({ code: "ticket_settled" });
  });

  it("STEER4 an attempt that fails while it is paused is not tried again before it is resumed", () => {
    const story = bareRun(["A"]).when(pauseOf("A"), mara).when(failed("A#1", "crash"));
    expect(statusOf(story, "A")).toBe("ready");
    expect(story.when(resumeOf("A"), mara).the("attempt.started").attempt).toBe(2);
  });

  it("STEER5 in async mode it costs no lane; in linear mode nothing else begins while its attempt stands", () => {
    const one = { lanes: { run: 1, tiers: {}, providers: {} } };
    const async = bareRun(["A", "B"], one)
      .when(pauseOf("A"), mara)
      .when(replied("A#1/1", [read]));
    expect(running(async)).toEqual(["A", "B"]);
    const linear = bareRun(["A", "B"], { mode: "linear" })
      .when(pauseOf("A"), mara)
      .when(replied("A#1/1", [read]));
    expect(running(linear)).toEqual(["A"]);
    const passed = bareRun(["A", "B", "C"], { mode: "linear" })
      .when(pauseOf("B"), mara)
      .when(replied("A#1/1", [finish()]));
    expect(running(passed)).toEqual(["C"]);
  });

  it("STEER5 time that it is paused is no working time", () => {
    const story = bareRun(["A"], limits({ attemptMs: 60_000 }))
      .when(pauseOf("A"), mara)
      .when(replied("A#1/1", [read]));
    const later = story.when(resumeOf("A"), { ...mara, at: 1_900_000_000_000 });
    expect(later.types).toEqual(["ticket.resumed", "tool.called"]);
    expect(attemptOf(later, "A").activeMs).toBe(10);
  });

  it("STEER6 a pause survives the process and a pause of the run, and ends with the ticket", () => {
    const story = bareRun(["A"]).when(pauseOf("A"), mara).when(adopt());
    const replyCame = story.when(replied("A#1/1", [read], { try: 2 }));
    expect(replyCame.types).toEqual(["turn.replied", "attempt.parked"]);
    const both = replyCame.when({ type: "run.pause", reason: "lunch", drain: false }).when({ type: "run.resume" });
    expect(both.types).toEqual(["run.resumed"]);
    const aborted = replyCame.when(abortTicket("A"));
    expect(aborted.state.pausedTickets.size).toBe(0);
    expect(given(replyCame.records).state.pausedTickets.get(0)).toBe("let me look");
  });

  it("STEER6 a second pause, a resume without one, and a ticket that is settled are refused with words", () => {
    const story = bareRun(["A", "B"])
      .when(pauseOf("A"), mara)
      .when(replied("B#1/1", [finish()]));
    expect(story.refused(pauseOf("A"))).toEqual({ code: "already_so", what: "A is paused" });
    expect(story.refused(pauseOf("B"))).toMatchObject({ code: "ticket_settled" });
    expect(story.when(resumeOf("A"), mara).refused(resumeOf("A"))).toEqual({
      code: "already_so",
      what: "A is not paused",
    });
  });

  it("STEER1 STEER4 the story of a person who steers ends as it would have without", () => {
    const story = steeredStory();
    expect(story.state.ended?.outcome).toBe("completed");
    expect(ticketOf(story, "A").history.said).toEqual(["use the parser that is there"]);
  });
});
