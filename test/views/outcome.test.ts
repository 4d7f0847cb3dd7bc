// What is left at the end: approvals, spend, summary, report, debug state.

import { describe, expect, it } from "vitest";
import { approvalsOf, byHoldUp } from "../../src/views/approvals.ts";
import { debugStateOf, toDebugStateText } from "../../src/views/debug-state.ts";
import { adoptionLines, reportOf } from "../../src/views/report.ts";
import { spendByTicket, spendOf } from "../../src/views/spend.ts";
import { summaryOf } from "../../src/views/summary.ts";
import {
  costInWords,
  durationInWords,
  tokensInWords,
  callAsVerb,
  callInWords,
  cut,
  listInWords,
} from "../../src/views/words.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { initialState } from "../../src/core/state.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import {
  abortTicket,
  answer,
  ask,
  bareRun,
  command,
  complete,
  edit,
  failed,
  finish,
  gitRun,
  mara,
  merged,
  pause,
  prepared,
  replied,
  toolDone,
  verified,
  makeTicket,
} from "../core/story.ts";
import { answers, goalRun, ticketsAnswer, tracksAnswer } from "../core/planned-story.ts";
import type { Taken } from "../support/given.ts";

const usage = {
  ...zeroUsage,
  input: 1_000,
  cachedRead: 400,
  cacheWrite: 50,
  output: 200,
  reasoning: 30,
  costMicros: 5_000,
};

describe("approvals", () => {
  it("the one that holds up the longest path comes first, then the oldest", () => {
    const story = bareRun(["A", "B", "C: B", "D: C", "E"], {
      trust: "step",
      lanes: { run: 9, tiers: {}, providers: {} },
    });
    expect(approvalsOf(story.state).map(({ ticket, holdsUp }) => `${ticket} ${holdsUp}`)).toEqual([
      "B 3",
      "A 1",
      "E 1",
    ]);
  });

  it("INBOX1 what the whole run waits for comes before every ticket's request, and is a value that JSON has", () => {
    const at = (holdsUp: number | null, askedAt: number) => ({ holdsUp, askedAt });
    const asked = [at(1, 1), at(3, 9), at(null, 7), at(3, 8), at(null, 6)];
    expect(asked.toSorted(byHoldUp)).toEqual([at(null, 6), at(null, 7), at(3, 8), at(3, 9), at(1, 1)]);
    const goal = goalRun({ trust: "ask" });
    const tracked = goal.when(answers(goal, tracksAnswer("core")));
    const planned = tracked.when(answers(tracked, ticketsAnswer("C1")));
    const [plan] = approvalsOf(planned.state);
    expect(plan).toMatchObject({ gate: "plan", holdsUp: null });
  });

  it("says what is asked, what each answer means, and which message can be rewritten", () => {
    const [view] = approvalsOf(
      bareRun(["A"], { trust: "ask" }).when(replied("A#1/1", [command("npm publish")], { text: "Out with it." })).state,
    );
    expect(view).toMatchObject({
      gate: "call",
      ticket: "A",
      attempt: 1,
      model: "alpha/small",
      tool: "run",
      asks: "May it run npm publish?",
      args: '{"command":"npm publish"}',
      lastMessage: "Out with it.",
    });
    expect(view?.choices.map(({ decision }) => decision)).toEqual(["approve", "edit", "reject", "abort"]);
    for (const { means } of view?.choices ?? []) expect(means).toMatch(/^[a-z].{10,}/);
  });

  it("offers at a question only what makes sense there", () => {
    const [view] = approvalsOf(bareRun(["A"]).when(replied("A#1/1", [ask("Which?")])).state);
    expect(view).toMatchObject({ gate: "question", head: "Which?", args: null });
    expect(view?.choices.map(({ decision }) => decision)).toEqual(["edit", "reject", "abort"]);
  });

  it("A-55 finds hidden characters inside JSON escapes, where the eye would not", () => {
    const [view] = approvalsOf(
      bareRun(["A"], { trust: "ask" }).when(
        replied("A#1/1", [{ ...command(), args: '{"command":"rm \\u202eexe.txt"}' }]),
      ).state,
    );
    expect(view?.hidden).toEqual([{ kind: "bidi", name: "U+202E", count: 1 }]);
  });

  it("GATE19 DA-54 A-99 before a worker starts one sees which it is, what it may use, and what its work has to pass", () => {
    const bidi = ["sh", "-c", "test \u202e -f a"];
    const dear = makeTicket("A", { models: ["alpha/small", "beta/large"] as ModelId[], startRung: 1, verify: [bidi] });
    const story = gitRun([dear], { trust: "ask", rules: [] });
    const held = story.when({ type: "run.set_trust", trust: "step" }).when(prepared("A#1"));
    const [view] = approvalsOf(held.state);
    expect(view?.worker).toEqual({
      archetype: "coder",
      tier: 3,
      model: "beta/large",
      rung: 2,
      rungs: 2,
      tools: ["read", "edit", "run", "ask", "finish"],
      checks: ["npm test", JSON.stringify(bidi)],
      trust: "step",
    });
    expect(view?.hidden).toEqual([{ kind: "bidi", name: "U+202E", count: 1 }]);
    const called = held.when(answer(held, "approve")).when(replied("A#1/1", [edit]));
    expect(approvalsOf(called.state)[0]).toMatchObject({ gate: "call", worker: null });
  });

  it("a result's gate names the call it came from", () => {
    const begun = bareRun(["A"], { trust: "step" });
    const called = begun.when(answer(begun, "approve")).when(replied("A#1/1", [edit]));
    const result = called.when(answer(called, "approve")).when(toolDone("A#1/1.0", "done"));
    expect(approvalsOf(result.state)[0]).toMatchObject({
      gate: "result",
      asks: 'May the model see what "edit a.ts" gave?',
      head: "done",
    });
  });
});

describe("spend", () => {
  it("keeps token classes apart by tier, model and ticket; an unknown price stays unknown", () => {
    const first = bareRun(["A", "B"]).when(replied("A#1/1", [finish()], { usage }));
    const story = first
      .when(replied("B#1/1", [command()], { usage: { ...usage, costMicros: null } }))
      .when(toolDone("B#1/1.0"));
    const spend = spendOf(story.state);
    expect(spend.total).toMatchObject({
      input: 2_000,
      cachedRead: 800,
      cacheWrite: 100,
      output: 400,
      reasoning: 60,
      costMicros: null,
      cost: "unknown",
    });
    expect(spend.tiers).toMatchObject([{ tier: 3, input: 2_000 }]);
    expect(spend.models).toMatchObject([{ model: "alpha/small", cost: "unknown" }]);
    expect(spendByTicket(story.records)).toEqual([
      { ticket: "A", usage, turns: 1, toolCalls: 0, ms: 10 },
      { ticket: "B", usage: { ...usage, costMicros: null }, turns: 1, toolCalls: 1, ms: 15 },
    ]);
  });
});

const blockedRun = (): Taken => {
  const begun = gitRun(["A", "B", "C: B", "D: C"], { lanes: { run: 4, tiers: {}, providers: {} } });
  const merging = begun
    .when(prepared("A#1"))
    .when(prepared("B#1"))
    .when(replied("A#1/1", [finish()], { usage }))
    .when(verified("A#1"));
  return merging.when(merged("A#1")).when(failed("B#1", "environment"));
};

describe("the summary", () => {
  it("A-157 counts tickets that wait for one that did not complete as blocked", () => {
    expect(summaryOf(blockedRun().state)).toMatchObject({
      tickets: { completed: 1, failed: 1, blocked: 2 },
      attempts: 2,
      merged: 1,
      verify: "failed",
      outcome: "failed",
      branch: "tutti/run_0123456789abcdef/integration",
    });
  });

  it("counts events and seconds from the log, and takes a caller's word on the whole result", () => {
    const story = complete(bareRun(["A"]), "A#1");
    const summary = summaryOf(story.state);
    expect(summary).toMatchObject({
      verify: "passed",
      events: story.records.length,
      outcome: "completed",
      cancelled: 0,
    });
    expect(summary.seconds).toBeGreaterThanOrEqual(0);
    expect(summaryOf(story.state, { verify: "failed" }).verify).toBe("failed");
    expect(() => summaryOf(initialState)).toThrow("never created");
  });
});

describe("the report", () => {
  it("tells what completed, what did not and why, and what to do next", () => {
    expect(reportOf(blockedRun().state).join("\n")).toMatchInlineSnapshot(`
      "Story (run_0123456789abcdef) ended failed: 1 of 4 tickets are completed, 1 failed, 2 wait for a ticket that did not complete.
      2 attempts, 2 turns, 0 tool calls, 1 merge in 0.0 s.
      1.68k tokens: 1.00k in, 400 read from cache, 50 written to cache, 200 out, 30 reasoning; cost $0.0050.
      Of these the prompt cache gave 28 % of 1.45k tokens sent and saved an unknown amount.

      Not completed:
        B: failed because something it needs is missing here
          environment happened

      Never started, because a ticket they need did not complete:
        C: needs B
        D: needs C

      Next:
        tutti resume run_0123456789abcdef --retry B --say "..."
          opens it again; first mend what is missing
        tutti land run_0123456789abcdef
          brings what was merged so far to your branch; until then it stands on tutti/run_0123456789abcdef/integration"
    `);
  });

  it("of a paused run says how it goes on", () => {
    const lines = reportOf(bareRun(["A"]).when(pause()).state).join("\n");
    expect(lines).toContain("is paused: lunch.");
    expect(lines).toContain("tutti resume run_0123456789abcdef");
  });

  it("names tickets that needed more than one attempt, and those a person stopped", () => {
    const story = complete(bareRun(["A", "B"]).when(failed("A#1", "timeout")), "A#2").when(abortTicket("B"), mara);
    const lines = reportOf(story.state).join("\n");
    expect(lines).toContain("A: 2 attempts, the last on alpha/small (rung 0); before that: it took too long");
    expect(lines).toContain("B: cancelled");
    expect(lines).toContain("--retry B");
  });

  it("does not grow without end", () => {
    const plan = ["A", ...Array.from({ length: 500 }, (_, index) => `T${index}: A`)];
    const lines = reportOf(bareRun(plan).when(failed("A#1", "environment")).state);
    expect(lines.length).toBeLessThan(50);
    expect(lines).toContain("  and 480 more");
  });

  it("P17 holds nothing a terminal would act upon", () => {
    const evil = "\u001b[2J\u202e";
    const story = bareRun([makeTicket(`A`, { title: evil })], { title: evil }).when({ ...failedWith(evil) });
    expect(reportOf(story.state).join("")).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it("after a takeover says what was kept, what goes on, and what nobody can know", () => {
    expect(adoptionLines({ kept: 2, continued: ["A#1 (tool)"], unknown: ["A#1 turn 2 call 0"] })).toEqual([
      "Taken over: 2 tickets completed before and kept.",
      "Goes on from the last recorded step: A#1 (tool).",
      "May have run before the crash, nobody saw the result: A#1 turn 2 call 0.",
      "  Each is put to you before anything is run again.",
    ]);
  });
});

const failedWith = (detail: string) => {
  const report = failed("A#1", "environment");
  if (report.type !== "report.failed") throw new Error("not a failure");
  return { ...report, failure: { ...report.failure, detail } };
};

describe("the debug state", () => {
  it("A-16 tier_usage has exactly the four tiers, each with input, output and model", () => {
    const debug = debugStateOf(bareRun(["A"]).when(replied("A#1/1", [finish()], { usage })).state);
    expect(debug.tier_usage).toEqual({
      "Tier 1": { input: 0, output: 0, model: "" },
      "Tier 2": { input: 0, output: 0, model: "" },
      "Tier 3": { input: 1_450, output: 230, model: "alpha/small" },
      "Tier 4": { input: 0, output: 0, model: "" },
    });
  });

  it("A-115 gives the same bytes for the same log, whatever the time of day", () => {
    const story = bareRun(["A", "B: A"], { trust: "step" });
    const later = story.records.map((each) => ({ ...each, at: each.at + 86_400_000 }));
    const text = toDebugStateText(debugStateOf(story.state));
    expect(toDebugStateText(debugStateOf(foldAll(later)))).toBe(text);
    expect(Object.keys(JSON.parse(text))).toEqual([
      "revision",
      "mode",
      "track",
      "tickets",
      "tier_usage",
      "active",
      "pending_approvals",
    ]);
    expect(JSON.parse(text)).toMatchObject({
      pending_approvals: [{ ticket: "A", gate: "spawn" }],
      active: [{ ticket: "A", attempt: 1, phase: "held" }],
    });
  });
});

describe("words", () => {
  it("says quantities shortly and never wrongly at the edges", () => {
    expect([0, 999, 1_000, 9_994, 9_995, 99_949, 99_950, 999_499, 999_500, 9_995_000].map(tokensInWords)).toEqual([
      "0",
      "999",
      "1.00k",
      "9.99k",
      "10.0k",
      "99.9k",
      "100k",
      "999k",
      "1.00M",
      "10.0M",
    ]);
    expect([0, 42, 99_000, 100_000, 12_345_678, null].map(costInWords)).toEqual([
      "$0.00",
      "<$0.0001",
      "$0.0990",
      "$0.10",
      "$12.35",
      "unknown",
    ]);
    expect([0, 940, 1_000, 59_999, 61_000, 3_600_000, 7_620_000].map(durationInWords)).toEqual([
      "0.0 s",
      "0.9 s",
      "1 s",
      "59 s",
      "1 min 01 s",
      "1 h 00 min",
      "2 h 07 min",
    ]);
    expect(
      [[], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d", "e"]].map((items) => listInWords(items)),
    ).toEqual(["", "a", "a and b", "a, b and c", "a, b and 3 more"]);
    expect(cut("ab🎉cd", 4)).toBe("ab…");
  });

  it("says calls by what they are about", () => {
    expect(callInWords("run", '{"command":"npm test"}')).toBe("run npm test");
    expect(callInWords("search", '{"pattern":"parseRow","path":"src"}')).toBe('search "parseRow"');
    expect(callInWords("mystery", "not json")).toBe("mystery");
    expect(["read", "run", "mystery"].map((tool) => callAsVerb(tool, '{"path":"a.ts"}'))).toEqual([
      "reads a.ts",
      "runs a.ts",
      "calls mystery a.ts",
    ]);
    expect(callAsVerb("read", "{}")).toBe("calls read");
  });
});
