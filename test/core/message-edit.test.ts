// The memory mutator: the model's last message, rewritten by a person while a gate holds.

import { describe, expect, it } from "vitest";
import type { TicketId } from "../../src/domain/ids.ts";
import { derivedOf, messageHistoryOf } from "../../src/views/edited-messages.ts";
import type { Taken } from "../support/given.ts";
import { answer, attemptOf, bareRun, command, finish, open, read, replied, toolDone, trusted } from "./story.ts";

const asking = (): Taken => bareRun(["A"], trusted("ask"));
const held = (): Taken => asking().when(replied("A#1/1", [command()]));

/** In step mode, after one call: held before its result is seen. */
function atResult(): Taken {
  const story = bareRun(["A"], trusted("step"));
  const called = story.when(answer(story, "approve")).when(replied("A#1/1", [read]));
  return called.when(answer(called, "approve")).when(toolDone("A#1/1.0", "secret"));
}

describe("the last message", () => {
  const edited = (story: Taken, calls: Parameters<typeof replied>[1] | undefined, text = "Rewritten."): Taken =>
    story.when({
      type: "message.edit",
      approval: open(story),
      text,
      reason: "shorter",
      ...(calls === undefined ? {} : { calls }),
    });

  it("GATE14 A-111 rewritten, the model has written it: the original stays in the log, the gate asks anew", () => {
    const story = asking().when(replied("A#1/1", [command("rm -r .")], { text: "Original." }));
    const after = edited(story, [command("ls")]);
    after.then(
      { type: "message.edited" },
      { type: "approval.voided" },
      { type: "approval.requested", shown: expect.stringContaining("ls") },
    );
    expect(attemptOf(after, "A").items).toMatchObject([
      { kind: "reply", text: "Rewritten.", calls: [{ args: '{"command":"ls"}' }], echo: null },
    ]);
    expect(after.records.some(({ event }) => event.type === "turn.replied" && event.text === "Original.")).toBe(true);
  });

  it("GATE14 without calls of its own an edit keeps the model's", () => {
    const after = edited(held(), undefined);
    expect(after.types).toEqual(["message.edited", "approval.voided", "approval.requested"]);
  });

  it("GATE14 calls may be removed: the worker is then asked to go on", () => {
    expect(edited(held(), []).types).toEqual(["message.edited", "approval.voided", "note.added", "turn.started"]);
  });

  it("GATE14 a call may become a finish", () => {
    expect(edited(held(), [finish()]).types).toEqual([
      "message.edited",
      "approval.voided",
      "finish.reported",
      "ticket.completed",
      "run.ended",
    ]);
  });

  it("GATE14 calls that have run cannot be unwritten", () => {
    const second = asking()
      .when(replied("A#1/1", [read, command()]))
      .when(toolDone("A#1/1.0"));
    const approval = open(second);
    const base = { type: "message.edit", approval, text: "x", reason: "" } as const;
    for (const calls of [[command()], [], [{ ...read, args: "{}" }, command()]]) {
      expect(second.refused({ ...base, calls })).toMatchObject({ code: "edit_invalid" });
    }
    expect(edited(second, [read, command("ls"), finish()]).types).toContain("approval.requested");
  });

  it("GATE14 at the result gate the result is asked about anew, and the call that made it stays", () => {
    const story = atResult();
    const after = edited(story, [read, read]);
    after.then(
      { type: "message.edited" },
      { type: "approval.voided" },
      { type: "approval.requested", gate: "result", shown: "secret" },
    );
    expect(after.when(answer(after, "approve")).the("approval.requested")).toMatchObject({ gate: "call", call: 1 });
  });

  it("GATE21 A-111 taken back, the model has written what it wrote, and the gate asks anew", () => {
    const story = asking().when(replied("A#1/1", [command("rm -r .")], { text: "Original.", echo: "signed" }));
    const twice = edited(edited(story, [command("ls")]), [command("ls -l")]);
    const undone = twice.when(
      { type: "message.restore", approval: open(twice), reason: "it was right" },
      { by: "person:mara" },
    );
    undone.then(
      { type: "message.restored", text: "Original.", reason: "it was right" },
      { type: "approval.voided", reason: "the message was restored" },
      { type: "approval.requested", shown: expect.stringContaining("rm -r") },
    );
    expect(attemptOf(undone, "A").items).toEqual(attemptOf(story, "A").items);
    const of = { ticket: "A" as TicketId, attempt: 1, turn: 1 };
    expect(messageHistoryOf(undone.records, of).map(({ kind, by }) => [kind, by])).toEqual([
      ["original", "engine"],
      ["edited", "engine"],
      ["edited", "engine"],
      ["restored", "person:mara"],
    ]);
    const again = { type: "message.restore", approval: open(undone), reason: "" } as const;
    expect(undone.refused(again)).toMatchObject({ code: "edit_invalid", problem: "its message was not rewritten" });
  });

  it("GATE21 calls of the rewriting that have run cannot be taken back", () => {
    const story = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command("rm -r .")]));
    const ran = edited(story, [read, command("ls")]).when(toolDone("A#1/1.0"));
    const undo = { type: "message.restore", approval: open(ran), reason: "" } as const;
    expect(ran.refused(undo)).toMatchObject({ problem: expect.stringContaining("have been run") });
    const after = ran.when(answer(ran, "approve"));
    expect(after.refused(undo)).toMatchObject({ code: "approval_answered" });
  });

  it("GATE22 what comes after a rewritten message derives from it, until it is taken back or the attempt ends", () => {
    const story = edited(held(), [command("ls")]);
    const edit = story.records.find(({ event }) => event.type === "message.edited")?.seq;
    const run = story
      .when(answer(story, "approve"))
      .when(toolDone("A#1/1.0"))
      .when(replied("A#1/2", [finish()]));
    const derived = derivedOf(run.records, { ticket: "A" as TicketId, attempt: 1 });
    expect(derived.map(({ seq }) => run.records[seq - 1]?.event.type)).toEqual([
      "tool.called",
      "tool.returned",
      "turn.replied",
      "finish.reported",
      "ticket.completed",
    ]);
    expect(new Set(derived.map(({ derivedFrom }) => derivedFrom))).toEqual(new Set([edit]));
    const undone = story.when({ type: "message.restore", approval: open(story), reason: "" });
    const free = undone.when(answer(undone, "approve")).when(toolDone("A#1/1.0"));
    expect(derivedOf(free.records, { ticket: "A" as TicketId, attempt: 1 })).toEqual([]);
  });

  it("GATE14 where the model has written nothing yet, and after the answer, there is nothing to rewrite", () => {
    const spawn = bareRun(["A"], trusted("step"));
    const edit = { type: "message.edit", text: "x", reason: "" } as const;
    expect(spawn.refused({ ...edit, approval: open(spawn) })).toMatchObject({ code: "edit_invalid" });
    const story = held();
    const answered = story.when(answer(story, "approve"));
    expect(answered.refused({ ...edit, approval: open(story) })).toMatchObject({ code: "approval_answered" });
  });
});
