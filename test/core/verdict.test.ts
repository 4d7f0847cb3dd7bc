// How an attempt goes and ends: verdicts, calls and their results, limits.

import { describe, expect, it } from "vitest";
import { dataBlockNotice, toDataBlock } from "../../src/domain/data-block.ts";
import { digest } from "../support/given.ts";
import { conversationOf } from "../../src/core/conversation.ts";
import {
  ask,
  attemptOf,
  bareRun,
  broken,
  command,
  finish,
  limits,
  makeTicket,
  read,
  replied,
  statusOf,
  toolDone,
} from "./story.ts";
import type { Taken } from "../support/given.ts";

const one = (): Taken => bareRun(["A"], limits({ attempts: 1 }));

describe("verdicts", () => {
  it("ATT2 finish with completed completes the ticket", () => {
    const story = one().when(replied("A#1/1", [finish("completed", "all green")]));
    expect(story.the("ticket.completed")).toMatchObject({ summary: "all green", commit: null });
    expect(story.the("run.ended")).toMatchObject({ outcome: "completed", reason: "its ticket is completed" });
  });

  it("ATT2 finish with blocked ends the attempt and says why", () => {
    const story = one().when(replied("A#1/1", [finish("blocked", "the spec is missing")]));
    expect(story.the("attempt.failed").failure).toMatchObject({
      cause: "worker_blocked",
      detail: "the spec is missing",
    });
    expect(statusOf(story, "A")).toBe("blocked");
  });

  it("ATT2 finish with needs_input asks the person; the answer is the call's result", () => {
    const asked = one().when(replied("A#1/1", [finish("needs_input", "red or blue?")]));
    expect(asked.the("approval.requested")).toMatchObject({ gate: "question", shown: "red or blue?" });
    const approval = asked.the("approval.requested").approval;
    const told = asked.when({ type: "approval.answer", approval, decision: "edit", reason: "", edited: "blue" });
    told.then(
      { type: "approval.answered" },
      { type: "tool.returned", output: "blue" },
      { type: "turn.started", turn: 2 },
    );
  });

  it.each([
    ["no outcome", { summary: "done" }],
    ["an unknown outcome", { outcome: "done", summary: "x" }],
    ["an empty summary", { outcome: "completed", summary: "" }],
    ["no object", [1]],
  ])("ATT2 L-14 finish with %s is refused, never taken for success", (_, args) => {
    const call = { ...finish(), args: JSON.stringify(args) };
    one()
      .when(replied("A#1/1", [call]))
      .then({ type: "turn.replied" }, { type: "tool.refused", by: "check" }, { type: "turn.started", turn: 2 });
  });

  it("ATT2 finish with arguments that are no JSON is refused", () => {
    const call = { ...finish(), args: '{"outcome": "completed", ' };
    expect(one().when(replied("A#1/1", [call])).types).toEqual(["turn.replied", "tool.refused", "turn.started"]);
  });

  it.each(["BLOCKED: no grammar", "  **BLOCKED** no grammar", "# BLOCKED\nno grammar"])(
    "ATT3 DA-01 the reply %j is a blocked worker",
    (text) => {
      const story = one().when(replied("A#1/1", [], { text }));
      expect(story.the("attempt.failed").failure).toMatchObject({ cause: "worker_blocked", diagnosis: text.trim() });
    },
  );

  it.each(["I am unblocked now.", "Nothing is BLOCKED.", "blocked? no.", "BLOCKEDNESS is zero", "UNBLOCKED"])(
    "ATT3 DA-01 the reply %j is not a blocked worker",
    (text) => {
      one()
        .when(replied("A#1/1", [], { text }))
        .then({ type: "turn.replied" }, { type: "note.added", kind: "nudge" }, { type: "turn.started" });
    },
  );

  it.each(["", "  \n", "All done!", "Task Complete"])(
    "ATT4 DA-02 the reply %j gets one nudge, then ends without a verdict; it is never a success",
    (text) => {
      const nudged = one().when(replied("A#1/1", [], { text }));
      expect(nudged.types).toEqual(["turn.replied", "note.added", "turn.started"]);
      const over = nudged.when(replied("A#1/2", [], { text }));
      expect(over.the("attempt.failed").failure.cause).toBe("no_verdict");
      expect(over.the("run.ended").outcome).toBe("failed");
    },
  );

  it("ATT4 a worker that goes on after a nudge may be nudged again", () => {
    const nudged = one()
      .when(replied("A#1/1", [], { text: "hm" }))
      .when(replied("A#1/2", [read]))
      .when(toolDone("A#1/2.0"));
    expect(nudged.when(replied("A#1/3", [], { text: "hm" })).types).toEqual([
      "turn.replied",
      "note.added",
      "turn.started",
    ]);
  });

  it("ATT4 L-18 a refusal ends the attempt as refused", () => {
    const story = one().when(replied("A#1/1", [], { finish: "refusal", text: "I will not" }));
    expect(story.the("ticket.blocked").cause).toBe("refusal");
  });
});

describe("calls", () => {
  it("ATT5 calls of one reply run one after the other, each with exactly one result", () => {
    const story = bareRun(["A"]).when(replied("A#1/1", [read, command(), finish()]));
    expect(story.the("tool.called")).toMatchObject({ call: 0, tool: "read" });
    const second = story.when(toolDone("A#1/1.0"));
    expect(second.the("tool.called")).toMatchObject({ call: 1, tool: "run" });
    expect(second.when(toolDone("A#1/1.1")).types).toEqual([
      "tool.returned",
      "finish.reported",
      "ticket.completed",
      "run.ended",
    ]);
  });

  it("ATT5 a call that cannot be understood is answered with its problem, and the next one runs", () => {
    const story = bareRun(["A"]).when(replied("A#1/1", [broken, read]));
    story.then(
      { type: "turn.replied" },
      { type: "tool.refused", call: 0, output: "path: required", by: "check" },
      { type: "tool.called", call: 1 },
    );
  });

  it("ATT5 L-21 the conversation has one result for every call, in order, also for calls that never ran", () => {
    const twins = [read, { ...read, id: "twin" }, { ...broken, id: "three" }];
    const story = bareRun(["A"]).when(replied("A#1/1", twins)).when(toolDone("A#1/1.0", "first"));
    const messages = conversationOf(attemptOf(story, "A"), "brief");
    expect(messages.at(-1)).toMatchObject({
      role: "tool",
      results: [
        { id: "call-read", ok: true, output: "first" },
        { id: "twin", ok: false },
        { id: "three", ok: false },
      ],
    });
  });

  it("ATT6 L-13 three replies in a row without one call that can be understood end the attempt", () => {
    const third = one()
      .when(replied("A#1/1", [broken]))
      .when(replied("A#1/2", [broken, broken]));
    expect(third.types.slice(-1)).toEqual(["turn.started"]);
    const over = third.when(replied("A#1/3", [broken]));
    expect(over.the("attempt.failed").failure.cause).toBe("malformed_calls");
  });

  it("ATT6 one good call in between starts the count anew", () => {
    const story = one()
      .when(replied("A#1/1", [broken]))
      .when(replied("A#1/2", [broken, read]))
      .when(toolDone("A#1/2.1"));
    const again = story.when(replied("A#1/3", [broken])).when(replied("A#1/4", [broken]));
    expect(again.types).toEqual(["turn.replied", "tool.refused", "turn.started"]);
  });

  it("ATT7 L-16 a reply cut by its length runs none of the calls it may have cut; a third in a row ends the attempt", () => {
    const cut = (turn: number): Parameters<Taken["when"]>[0] => replied(`A#1/${turn}`, [broken], { finish: "length" });
    const story = one().when(cut(1)).when(cut(2));
    expect(story.types).not.toContain("tool.called");
    expect(story.when(cut(3)).the("ticket.failed").cause).toBe("malformed_calls");
  });

  it("ATT8 L-23 calls beyond the limit of one turn are refused at once, with one event for all of them", () => {
    const flood = Array.from({ length: 10_000 }, () => read);
    const story = bareRun(["A"], limits({ callsPerTurn: 2 })).when(replied("A#1/1", [broken, broken, ...flood]));
    expect(story.types).toEqual(["turn.replied", "tool.refused", "tool.refused", "tool.refused", "turn.started"]);
    expect(story.events[3]).toMatchObject({
      call: 2,
      output: expect.stringContaining("at most 2 calls are honoured in one turn"),
    });
    const results = conversationOf(attemptOf(story, "A"), "brief").at(-1);
    expect(results?.role === "tool" ? results.results.length : 0).toBe(10_002);
  });

  it("ATT8 an attempt ends after its limit of turns", () => {
    const story = bareRun(["A"], limits({ turns: 2, attempts: 1 })).when(replied("A#1/1", [broken]));
    expect(story.when(replied("A#1/2", [broken])).the("attempt.failed").failure.cause).toBe("turn_limit");
  });

  it("ATT8 an attempt that worked longer than its limit ends before its next step; time at a gate does not count", () => {
    const slow = bareRun(["A"], limits({ attemptMs: 100, attempts: 1 })).when(replied("A#1/1", [ask()], { ms: 60 }));
    const approval = slow.the("approval.requested").approval;
    const told = slow.when(
      { type: "approval.answer", approval, decision: "edit", reason: "", edited: "blue" },
      { at: Number.MAX_SAFE_INTEGER - 10_000 },
    );
    expect(told.types).toEqual(["approval.answered", "tool.returned", "turn.started"]);
    expect(told.when(replied("A#1/2", [read], { ms: 60 })).the("attempt.failed").failure.cause).toBe("timeout");
  });

  it("ATT13 PROMPT5 a bare run's next attempt is told what the last one came to grief over", () => {
    const story = bareRun([makeTicket("A", { description: "Do it." })]).when(
      replied("A#1/1", [finish("blocked", "no grammar")]),
    );
    expect(story.the("attempt.prepared")).toMatchObject({
      attempt: 2,
      prompt: `Do it.\n\n${dataBlockNotice}\n\nThe last attempt failed:\n\n${toDataBlock("how the last attempt failed", "no grammar", digest)}`,
    });
  });
});
