// A conversation that fills the model's window: when its old turns are told in short, and what stays word for word.

import { describe, expect, it } from "vitest";
import { conversationOf } from "../../src/core/conversation.ts";
import { estimateOf } from "../../src/core/context-size.ts";
import type { Taken } from "../support/given.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { headOf } from "../../src/domain/text.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import {
  answer,
  attemptOf,
  bareRun,
  command,
  finish,
  limits,
  mara,
  open,
  replied,
  ticketOf,
  toolDone,
  trusted,
  turnFailed,
} from "./story.ts";
import {
  cards,
  compactedStory,
  counted,
  reading,
  readingRun,
  readOf,
  stored,
  words,
  writeOf,
} from "./compacted-story.ts";

const compactA = { type: "context.compact", ticket: "A" as TicketId } as const;

const outputs = (story: Taken): readonly string[] =>
  attemptOf(story, "A").items.flatMap((item) =>
    item.kind === "result" ? [typeof item.output === "string" ? item.output : "(stored)"] : [],
  );

const argsOf = (story: Taken, turn: number): string => {
  const reply = attemptOf(story, "A").items.find((item) => item.kind === "reply" && item.turn === turn);
  return reply?.kind === "reply" ? headOf(reply.calls[0]?.args ?? "") : "";
};

/** Three short turns after what is looked at, so that it is old. */
function later(story: Taken, from: number): Taken {
  let now = story;
  for (let turn = from; turn < from + 3; turn += 1)
    now = now.when(replied(`A#1/${turn}`, [readOf("b.ts")])).when(toolDone(`A#1/${turn}.0`, "short"));
  return now;
}

const compacted = (story: Taken, from = 2): Taken => later(story, from).when(compactA, mara);

describe("before the next turn", () => {
  it("WIN2 nothing happens while the next call fills no more than 80 per cent of the window", () => {
    expect(readingRun(6, cards(8_000)).types).toEqual(["tool.returned", "turn.started"]);
  });

  it("WIN2 over it the old turns are told in short, and the turn follows", () => {
    const story = readingRun(7, cards(8_000));
    story.then(
      { type: "tool.returned" },
      { type: "context.compacted", upTo: 4, why: "limit" },
      { type: "turn.started", turn: 8 },
    );
    const { before, after } = story.the("context.compacted");
    expect(before).toBeGreaterThan(6_400);
    expect(after).toBeLessThan(4_000);
    expect(after).toBe(estimateOf(story.state, attemptOf(story, "A")));
  });

  it("WIN2 A-162 the limit is the project's and the person's to set", () => {
    expect(readingRun(5, { ...cards(8_000), ...limits({ compactAt: 50 }) }).types).toContain("context.compacted");
    expect(readingRun(7, { ...cards(8_000), ...limits({ compactAt: 100 }) }).types).not.toContain("context.compacted");
  });

  it("WIN2 a window that is not known is never found too full", () => {
    for (const unknown of [{}, cards(null)]) {
      const types = readingRun(30, { ...unknown }).records.map(({ event }) => event.type);
      expect(types).not.toContain("context.compacted");
    }
  });

  it("WIN2 a gain of less than 2 per cent of the window is not worth a cache that begins anew", () => {
    let story = bareRun(["A: "], cards(8_000));
    story = reading(story, 1, 600);
    for (let turn = 2; turn <= 4; turn += 1) story = reading(story, turn, 9_000);
    expect(story.types).toEqual(["tool.returned", "turn.started"]);
  });

  it("WIN1 the estimate follows what the provider counted: with more tokens in a word there is less room", () => {
    const usual = bareRun(["A"]).when(replied("A#1/1", [readOf("a.ts")], { usage: counted(0) }));
    const { sent } = attemptOf(usual, "A");
    expect(sent).toBe("Do A.".length);
    const dense = bareRun(["A"]).when(replied("A#1/1", [readOf("a.ts")], { usage: counted(sent) }));
    expect(attemptOf(usual, "A").gauge).toBeNull();
    expect(attemptOf(dense, "A").gauge).toEqual({ tokens: sent, characters: sent });
    const [four, one] = [usual, dense].map((story) => estimateOf(story.state, attemptOf(story, "A")));
    expect(one).toBe(
      "Do A.".length + "read".length + '{"path":"a.ts"}'.length + "Not run: the turn ended before this call.".length,
    );
    expect(four).toBe(Math.ceil((one ?? 0) / 4));
  });

  it("WIN1 what a provider did not count, or only guessed, changes no estimate", () => {
    const guessed = { ...counted(9_999), estimated: true };
    const story = bareRun(["A"]).when(replied("A#1/1", [readOf("a.ts")], { usage: guessed }));
    expect(attemptOf(story, "A").gauge).toBeNull();
  });
});

describe("what is told in short", () => {
  it("WIN3 an output, by its first words, its length and how to see it again", () => {
    const story = compacted(reading(bareRun(["A"]), 1));
    expect(outputs(story)[0]).toMatch(
      /^(?:many words ?)+\n\[Cut to save room: the first words of 4000 characters\. Read "src\/1\.ts" again to see it as it is now\.\]$/,
    );
    expect(outputs(story).slice(1)).toEqual(["short", "short", "short"]);
  });

  it("WIN3 an output that lies beside the log", () => {
    const story = bareRun(["A"])
      .when(replied("A#1/1", [command("make")]))
      .when({ ...toolDone("A#1/1.0"), output: stored(90_000) } as never);
    expect(outputs(compacted(story))[0]).toMatch(
      /^The beginning of a long text\.\n\[Cut to save room: the first words of 90000 bytes\. Run the command again only if/,
    );
  });

  it("WIN3 the long texts in a call's arguments; what is short in them stays", () => {
    const story = bareRun(["A"])
      .when(replied("A#1/1", [writeOf("src/a.ts", words(5_000))]))
      .when(toolDone("A#1/1.0", "written"));
    const args = JSON.parse(argsOf(compacted(story), 1)) as Record<string, string>;
    expect(args["path"]).toBe("src/a.ts");
    expect(args["content"]).toMatch(
      /^many words .*\[Cut to save room: 5000 characters stood here when the call was made\.\]$/,
    );
  });

  it("WIN3 arguments that lie beside the log keep the path they name", () => {
    const call: ToolCall = {
      ...writeOf("src/a.ts", ""),
      args: stored(40_000, '{"path":"src/a \\"b\\".ts","content":"many words'),
    };
    const story = bareRun(["A"])
      .when(replied("A#1/1", [call]))
      .when(toolDone("A#1/1.0", "written"));
    expect(JSON.parse(argsOf(compacted(story), 1))).toEqual({
      path: 'src/a "b".ts',
      content: "[Cut to save room: 40000 bytes stood here when the call was made.]",
    });
  });

  it("WIN3 arguments that are no JSON stay what they are", () => {
    const call: ToolCall = { ...readOf("a.ts"), args: `{"path": ${words(900)}`, problem: "not JSON" };
    const story = bareRun(["A"])
      .when(replied("A#1/1", [call, readOf("a.ts")]))
      .when(toolDone("A#1/1.1", words(2_000)));
    expect(argsOf(compacted(story), 1)).toBe(call.args);
  });

  it("WIN3 a provider's signatures go with the turn they were made for, and stay with the newest three", () => {
    const story = readingRun(7, cards(8_000));
    const echoes = attemptOf(story, "A").items.flatMap((item) => (item.kind === "reply" ? [item.echo] : []));
    expect(echoes).toEqual([null, null, null, null, '"signature 5"', '"signature 6"', '"signature 7"']);
  });

  it("WIN3 the newest three turns are whole", () => {
    const story = readingRun(7, cards(8_000));
    expect(outputs(story).map(({ length }) => length < 400)).toEqual([true, true, true, true, false, false, false]);
  });

  it("WIN3 the log keeps every word", () => {
    const returned = readingRun(7, cards(8_000)).records.flatMap(({ event }) =>
      event.type === "tool.returned" ? [event.output] : [],
    );
    expect(new Set(returned)).toEqual(new Set([words(4_000)]));
  });
});

describe("what stays word for word", () => {
  const long = `No: ${words(2_000)}`;
  const outputOf = (story: Taken): string => outputs(compacted(story))[0] ?? "";

  it("WIN3 a person's no to a call, and what their edit made of one", () => {
    const asking = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command(words(900))]));
    const told = asking.when(answer(asking, "reject", { reason: long }));
    expect(outputOf(told.when({ type: "run.set_trust", trust: "auto" }))).toContain(long);
    const edited = asking
      .when(answer(asking, "edit", { edited: JSON.stringify({ command: words(800) }) }))
      .when(toolDone("A#1/1.0", words(700)));
    const after = compacted(edited.when({ type: "run.set_trust", trust: "auto" }));
    expect(argsOf(after, 1)).toBe(JSON.stringify({ command: words(800) }));
    expect(outputs(after)[0]).toContain("Cut to save room");
  });

  it("WIN3 the arguments that a person approved", () => {
    const asking = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command(words(900))]));
    const done = asking.when(answer(asking, "approve")).when(toolDone("A#1/1.0", "done"));
    const story = later(done.when({ type: "run.set_trust", trust: "auto" }), 2);
    expect(story.refused(compactA)).toMatchObject({ code: "nothing_to_compact" });
    expect(argsOf(story, 1)).toBe(JSON.stringify({ command: words(900) }));
  });

  it("WIN3 what a rule refused or withheld", () => {
    const unattended = bareRun(["A"], { ...trusted("step"), attended: false, rules: [] });
    expect(unattended.state.counts.blocked + unattended.state.counts.failed).toBe(1);
    const rules = [{ name: words(900), gate: "result", tool: "read", decision: "reject" }] as const;
    const story = bareRun(["A"], { rules: [...rules] })
      .when(replied("A#1/1", [readOf("a.ts"), readOf("c.ts")]))
      .when(toolDone("A#1/1.0", words(3_000)))
      .when(toolDone("A#1/1.1", words(3_000)));
    const withheld = outputs(story)[0] ?? "";
    expect(withheld).toMatch(/^WITHHELD: .{900}/s);
    expect(outputs(later(story, 2))[0]).toBe(withheld);
    expect(later(story, 2).refused(compactA)).toMatchObject({ code: "nothing_to_compact" });
  });

  it("WIN3 an output that a person rewrote, and the answer to a question", () => {
    const held = bareRun(["A"], trusted("step"));
    const called = held.when(answer(held, "approve")).when(replied("A#1/1", [readOf("a.ts")]));
    const back = called.when(answer(called, "approve")).when(toolDone("A#1/1.0", "secret"));
    const rewritten = back.when(answer(back, "edit", { edited: long })).when({ type: "run.set_trust", trust: "auto" });
    expect(outputs(later(rewritten, 2))[0]).toBe(long);
    const asks = bareRun(["A"]).when(
      replied("A#1/1", [{ ...command(), tool: "ask", class: "control", args: '{"question":"Which?"}' }]),
    );
    const answered = asks.when({ ...answer(asks, "edit", { edited: long }), approval: open(asks) });
    expect(later(answered, 2).refused(compactA)).toMatchObject({ code: "nothing_to_compact" });
    expect(outputs(later(answered, 2))[0]).toBe(long);
  });

  it("WIN3 a message that a person rewrote, calls and all", () => {
    const asking = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command("ls")]));
    const calls = [command(words(1_500))];
    const edited = asking.when({ type: "message.edit", approval: open(asking), text: long, calls, reason: "" });
    const done = edited.when(answer(edited, "approve")).when(toolDone("A#1/1.0", words(900)));
    const after = compacted(done.when({ type: "run.set_trust", trust: "auto" }));
    const reply = attemptOf(after, "A").items[0];
    expect(reply).toMatchObject({ kind: "reply", text: long, calls });
  });

  it("WIN3 the brief, notes, and the model's own words", () => {
    const noted = bareRun(["A"]).when(replied("A#1/1", [], { text: words(1_200) }));
    const read = noted
      .when(replied("A#1/2", [readOf("a.ts")], { text: words(1_100) }))
      .when(toolDone("A#1/2.0", "x".repeat(3_000)));
    const after = compacted(read, 3);
    const told = JSON.stringify(conversationOf(attemptOf(after, "A"), words(5_000)));
    for (const kept of [words(5_000), words(1_200), words(1_100), "Go on with the ticket", "Cut to save room"])
      expect(told).toContain(kept);
    expect(told).not.toContain("x".repeat(400));
  });
});

describe("after the provider found it too long", () => {
  const full = (): Taken => readingRun(6);

  it("WIN4 the old turns are told in short and the call is made again, once", () => {
    const again = full().when(turnFailed("A#1/7", "context_overflow"));
    again.then(
      { type: "context.compacted", upTo: 3, why: "overflow" },
      { type: "turn.failed", retryAt: again.state.lastAt },
    );
    expect(again.duties).toMatchObject([{ kind: "turn", turn: 7, try: 2 }]);
    const over = again.when(turnFailed("A#1/7", "context_overflow", { try: 2 }));
    expect(over.types).toContain("attempt.failed");
  });

  it("WIN4 A-151 then the attempt ends for it, with the meter in the diagnosis", () => {
    const over = readingRun(2, cards(8_000)).when(turnFailed("A#1/3", "context_overflow"));
    expect(over.the("attempt.failed").failure).toMatchObject({
      cause: "context_overflow",
      diagnosis: expect.stringMatching(
        /^The conversation became too long for alpha\/small: about 2\d{3} tokens \(system 0, tools 0, brief 2, files 0, history 2\d{3}\); the model's window is 8000\. Read and print less at a time\.$/,
      ),
    });
    expect(ticketOf(over, "A").history.rung).toBe(1);
  });

  it("WIN1 what is asked again is weighed as it is asked", () => {
    const again = full().when(turnFailed("A#1/7", "context_overflow"));
    const { sent } = attemptOf(again, "A");
    expect(sent).toBeLessThan(attemptOf(full(), "A").sent);
    const told = again.when(replied("A#1/7", [readOf("a.ts")], { try: 2, usage: counted(5_000) }));
    expect(attemptOf(told, "A").gauge).toEqual({ tokens: 5_000, characters: sent });
  });
});

describe("by hand", () => {
  it("WIN5 a person has the old turns told in short, whatever the window", () => {
    const story = readingRun(5).when(compactA, mara);
    story.then({ type: "context.compacted", upTo: 2, why: "asked" });
    expect(story.records.at(-1)?.by).toBe("person:mara");
  });

  it("WIN5 while a call is under way it counts from the next one: the estimate is of what was sent", () => {
    const before = readingRun(5);
    const story = before.when(compactA).when(replied("A#1/6", [readOf("a.ts")], { usage: counted(6_000) }));
    expect(attemptOf(story, "A").gauge).toEqual({ tokens: 6_000, characters: attemptOf(before, "A").sent });
  });

  it("WIN5 where there is nothing to tell in short, why is said", () => {
    expect(readingRun(3).refused(compactA)).toMatchObject({
      code: "nothing_to_compact",
      why: "the newest 3 turns stay whole, and there are no older ones",
    });
    expect(readingRun(5).when(compactA).refused(compactA)).toMatchObject({
      why: "turns 1 to 2 are told in short already, and the newest 3 stay whole",
    });
    expect(later(bareRun(["A"]).when(replied("A#1/1", [], { text: "Hm." })), 2).refused(compactA)).toMatchObject({
      why: "nothing in its older turns is long and may be cut",
    });
    expect(bareRun(["A", "B: A"]).refused({ ...compactA, ticket: "B" as TicketId })).toMatchObject({
      why: "no worker is on it now",
    });
    expect(bareRun(["A"]).refused({ ...compactA, ticket: "Z" as TicketId })).toMatchObject({ code: "ticket_unknown" });
    const over = bareRun(["A"]).when(replied("A#1/1", [finish()]));
    expect(over.refused(compactA)).toMatchObject({ code: "run_ended" });
  });

  it("WIN2 WIN4 WIN5 a whole run with all three", () => {
    const story = compactedStory();
    const whys = story.records.flatMap(({ event }) => (event.type === "context.compacted" ? [event.why] : []));
    expect(whys).toEqual(["limit", "asked", "overflow"]);
    expect(story.state.ended?.outcome).toBe("completed");
  });
});
