// A ticket's records as a person reads them, attempt by attempt.

import { describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { sentenceOf } from "../../src/views/sentence.ts";
import { tellStory } from "../../src/views/tell-story.ts";
import {
  emptyStory,
  openGateOf,
  type AttemptStory,
  type CallEntry,
  type WorkerEntry,
  type WorkerStory,
} from "../../src/views/worker-entries.ts";
import type { Taken } from "../support/given.ts";
import {
  answer,
  ask,
  bareRun,
  command,
  failed,
  finish,
  gitRun,
  mara,
  merged,
  open,
  prepared,
  read,
  red,
  replied,
  toolDone,
  trusted,
  verified,
} from "../core/story.ts";

const a = "A" as TicketId;
const storyOf = (records: Iterable<Recorded>, ticket = a): WorkerStory => tellStory(emptyStory(ticket), records);
const attemptsOf = (story: Taken): readonly AttemptStory[] => storyOf(story.records).attempts;

function attempt(story: Taken, number = 1): AttemptStory {
  const found = attemptsOf(story).find((each) => each.attempt === number);
  if (found === undefined) throw new Error(`no attempt ${number}`);
  return found;
}

const kinds = ({ entries }: AttemptStory): readonly string[] => entries.map((entry) => entry.kind);

function callIn({ entries }: AttemptStory, key: string): CallEntry {
  const found = entries.find((entry) => entry.key === key);
  if (found?.kind !== "call") throw new Error(`no call ${key}`);
  return found;
}

const first = <K extends WorkerEntry["kind"]>(of: AttemptStory, kind: K): Extract<WorkerEntry, { kind: K }> => {
  const found = of.entries.find((entry) => entry.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found as Extract<WorkerEntry, { kind: K }>;
};

describe("a worker's story", () => {
  it("PANE2 has brief, turns, thoughts, text, calls, checks and the merge of each attempt in order", () => {
    const story = gitRun(["A", "B"])
      .when(prepared("A#1", "Do it well."))
      .when(prepared("B#1"))
      .when(replied("A#1/1", [read], { text: "I look first.", reasoning: "Hm.", usage: { ...zeroUsage, input: 7 } }))
      .when(toolDone("A#1/1.0", "let a;"))
      .when(replied("A#1/2", [finish("completed", "all done")]))
      .when(red("A#1", 1))
      .when(replied("A#1/3", [finish()]))
      .when(verified("A#1", 2))
      .when(merged("A#1"));
    const own = attempt(story);
    expect(kinds(own)).toEqual(
      "brief turn reasoning text call turn call check note turn call check event event completed".split(" "),
    );
    expect(first(own, "brief")).toMatchObject({ prompt: "Do it well.", base: "c0", edit: null, gate: null });
    expect(first(own, "turn")).toMatchObject({ turn: 1, usage: { input: 7 }, ms: 10, finish: "calls" });
    expect(callIn(own, "c1.0")).toMatchObject({ tool: "read", step: "returned", output: "let a;", ms: 5 });
    expect(callIn(own, "c2.0")).toMatchObject({ tool: "finish", step: "returned" });
    expect(first(own, "check")).toMatchObject({ isGreen: false, command: "npm test", output: "1 failing (f)" });
    expect(own).toMatchObject({ end: "completed", turns: 3, calls: 3, usage: { input: 7 } });
  });

  it("PANE2 never holds another ticket's records, nor another attempt's", () => {
    const story = bareRun(["A", "B"])
      .when(replied("B#1/1", [read], { text: "of B" }))
      .when(replied("A#1/1", [read], { text: "first try" }))
      .when(failed("A#1", "timeout"))
      .when(replied("A#2/1", [read], { text: "second try" }));
    const texts = attemptsOf(story).map((each) =>
      each.entries.flatMap((entry) => (entry.kind === "text" ? [entry.text] : [])),
    );
    expect(texts).toEqual([["first try"], ["second try"]]);
    expect(attempt(story)).toMatchObject({ end: "failed", cause: "timeout", detail: "timeout happened" });
    expect(first(attempt(story), "failure")).toMatchObject({ cause: "timeout", diagnosis: "why timeout" });
    expect(attempt(story, 2)).toMatchObject({ end: null, endedAt: null });
  });

  it("PANE9 an attempt knows its last record, and its failure the place to fork before it", () => {
    const story = bareRun(["A"])
      .when(replied("A#1/1", [read], { text: "first try" }))
      .when(failed("A#1", "timeout"))
      .when(replied("A#2/1", [read], { text: "second try" }));
    const own = story.records.filter(({ event }) => "attempt" in event && event.ticket === "A" && event.attempt === 1);
    expect(attempt(story).lastSeq).toBe(own.at(-1)?.seq);
    const failure = story.records.find(({ event }) => event.type === "attempt.failed");
    expect(first(attempt(story), "failure").seq).toBe(failure?.seq);
  });

  it("PANE2 is the same whether records come at once or one by one, and keeps what did not change", () => {
    const story = bareRun(["A"], trusted("step"));
    const called = story.when(answer(story, "approve"), mara).when(replied("A#1/1", [command()], { text: "Now." }));
    const ran = called.when(answer(called, "approve"), mara).when(toolDone("A#1/1.0", "ok"));
    let told = emptyStory(a);
    for (const record of ran.records) told = tellStory(told, [record]);
    expect(told).toEqual(storyOf(ran.records));
    const again = tellStory(told, ran.records);
    expect(again).toBe(told);
    const more = tellStory(told, ran.when(answer(ran, "approve"), mara).records);
    expect(more.attempts[0]?.entries[0]).toBe(told.attempts[0]?.entries[0]);
    expect(more.attempts[0]?.entries).not.toBe(told.attempts[0]?.entries);
  });

  it("PANE3 tells who let a call run, and the arguments it was written with beside those a person gave it", () => {
    const story = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command("rm -r .")]));
    const waiting = callIn(attempt(story), "c1.0");
    expect(openGateOf(waiting.gates)).toMatchObject({ gate: "call", approval: open(story) });
    const edited = story.when(answer(story, "edit", { edited: '{"command":"ls"}', reason: "safer" }), mara);
    expect(callIn(attempt(edited), "c1.0")).toMatchObject({
      step: "running",
      args: '{"command":"ls"}',
      argsEdit: { by: "mara", reason: "safer", original: '{"command":"rm -r ."}' },
      gates: [{ answer: { decision: "edit", by: "mara" } }],
    });
    const refused = story.when(answer(story, "reject", { reason: "never" }), mara);
    const call = callIn(attempt(refused), "c1.0");
    expect(call).toMatchObject({ step: "refused", refusedBy: "person", argsEdit: null });
    expect(openGateOf(call.gates)).toBeUndefined();
  });

  it("RULE8 tells the rule that let a call run without a question, in the stream and in the timeline", () => {
    const rule = { gate: "call", tool: "run", decision: "approve" } as const;
    const made = bareRun(["A"], trusted("ask")).when({ type: "rule.add", rule, answer: [] }, mara);
    const called = made.when(replied("A#1/1", [command("npm test")]));
    const [{ id } = { id: "" }] = made.state.rules;
    expect(callIn(attempt(called), "c1.0")).toMatchObject({ step: "running", letBy: id, gates: [] });
    const told = called.records.find(({ event }) => event.type === "tool.called");
    expect(told && sentenceOf(told)).toBe(`A runs npm test, let by rule ${id}.`);
  });

  it("PANE3 keeps the output a person rewrote or withheld beside what the model sees", () => {
    const story = bareRun(["A"], trusted("step"));
    const called = story.when(answer(story, "approve")).when(replied("A#1/1", [read]));
    const held = called.when(answer(called, "approve")).when(toolDone("A#1/1.0", "password: 1"));
    const withheld = held.when(answer(held, "reject", { reason: "secret" }), mara);
    expect(callIn(attempt(withheld), "c1.0").outputEdit).toEqual({
      by: "mara",
      reason: "secret",
      original: "password: 1",
      isWithheld: true,
    });
    const edited = held.when(answer(held, "edit", { edited: "password: ?" }), mara);
    expect(callIn(attempt(edited), "c1.0")).toMatchObject({
      output: "password: ?",
      outputEdit: { original: "password: 1", isWithheld: false },
    });
  });

  it("PANE3 A-111 shows a rewritten message with its original, and marks what was written after it", () => {
    const story = bareRun(["A"], trusted("ask")).when(
      replied("A#1/1", [command("rm -r ."), command("pwd")], { text: "Away." }),
    );
    const edit = { type: "message.edit", approval: open(story), text: "Look first.", reason: "careful" } as const;
    const edited = story.when({ ...edit, calls: [command("ls")] }, mara);
    const own = attempt(edited);
    expect(first(own, "text")).toMatchObject({
      text: "Look first.",
      edit: { by: "mara", reason: "careful", original: "Away." },
      isDerived: false,
    });
    expect(callIn(own, "c1.0")).toMatchObject({
      args: '{"command":"ls"}',
      argsEdit: { original: '{"command":"rm -r ."}' },
    });
    expect(callIn(own, "c1.1").step).toBe("dropped");
    const after = edited
      .when(answer(edited, "approve"))
      .when(toolDone("A#1/1.0"))
      .when(replied("A#1/2", [read], { text: "Next." }));
    expect(
      attempt(after)
        .entries.filter((entry) => "isDerived" in entry && entry.isDerived)
        .map(({ key }) => key),
    ).toEqual(["t2", "m2", "c2.0"]);
  });

  it("PANE3 shows a message that was taken back as the model's own, and marks nothing after it", () => {
    const story = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command("pwd")], { text: "Away." }));
    const edit = { type: "message.edit", approval: open(story), text: "Look.", reason: "" } as const;
    const edited = story.when({ ...edit, calls: [command("ls"), command("id")] }, mara);
    const back = edited.when({ type: "message.restore", approval: open(edited), reason: "too much" }, mara);
    const own = attempt(back);
    expect(first(own, "text")).toMatchObject({ text: "Away.", edit: null });
    expect(callIn(own, "c1.0")).toMatchObject({ args: '{"command":"pwd"}', argsEdit: null, step: "written" });
    expect(callIn(own, "c1.1").step).toBe("dropped");
    expect(own.editedTurns).toEqual([]);
    expect(kinds(own)).toContain("event");
  });

  it("PANE3 A-111 an earlier rewriting of calls alone goes on marking, when a later one is taken back", () => {
    const story = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command("pwd")], { text: "Away." }));
    const first = { type: "message.edit", approval: open(story), text: "Away.", reason: "" } as const;
    const edited = story.when({ ...first, calls: [command("ls")] }, mara);
    const later = edited
      .when(answer(edited, "approve"))
      .when(toolDone("A#1/1.0"))
      .when(replied("A#1/2", [command("id")], { text: "Next." }));
    const second = { type: "message.edit", approval: open(later), text: "Wait.", reason: "" } as const;
    const twice = later.when({ ...second, calls: [command("who")] }, mara);
    expect(attempt(twice).editedTurns).toEqual([1, 2]);
    const back = twice.when({ type: "message.restore", approval: open(twice), reason: "" }, mara);
    expect(attempt(back).editedTurns).toEqual([1]);
    const after = back
      .when(answer(back, "approve"))
      .when(toolDone("A#1/2.0"))
      .when(replied("A#1/3", [read], { text: "Last." }));
    const marked = attempt(after).entries.filter((entry) => "isDerived" in entry && entry.isDerived);
    expect(marked.map(({ key }) => key)).toEqual(["t2", "m2", "c2.0", "t3", "m3", "c3.0"]);
    expect(attempt(after).lastSeq).toBe(after.records.at(-1)?.seq);
  });

  it("PANE3 shows a brief that waited for a person and was written anew", () => {
    const story = gitRun(["A"], trusted("step")).when(prepared("A#1", "Old brief."));
    expect(first(attempt(story), "brief").gate).toMatchObject({ gate: "spawn", answer: null });
    const edited = story.when(answer(story, "edit", { edited: "New brief.", reason: "clearer" }), mara);
    expect(first(attempt(edited), "brief")).toMatchObject({
      prompt: "New brief.",
      edit: { by: "mara", original: "Old brief.", reason: "clearer" },
    });
  });

  it("PANE3 shows a question with its answer", () => {
    const story = bareRun(["A"]).when(replied("A#1/1", [ask("Which port?")]));
    const answered = story.when(answer(story, "edit", { edited: "8080" }), mara);
    expect(callIn(attempt(answered), "c1.0")).toMatchObject({
      tool: "ask",
      step: "returned",
      output: "8080",
      gates: [{ gate: "question", answer: { by: "mara" } }],
    });
  });
});
