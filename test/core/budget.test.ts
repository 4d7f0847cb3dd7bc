// Bounds on what may be spent: the worst case of a call is held back before it is made, over the whole tree.

import { describe, expect, it } from "vitest";
import type { Budgets, RunConfig } from "../../src/domain/config.ts";
import type { Raise } from "../../src/domain/budget.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { given, type Taken } from "../support/given.ts";
import { budgetedStory, cards } from "./budgeted-story.ts";
import * as s from "./story.ts";
import { answers, goalRun, ticketsAnswer, tracksAnswer } from "./planned-story.ts";

const small = s.ladder[0] ?? s.model("alpha/small");

/** A millionth of a dollar for each token sent, ten for each that comes back: see the story's cards. */
const price = { input: 1_000_000, cachedRead: 100_000, cacheWrite: 1_000_000, output: 10_000_000 };

const bounded = (budgets: Budgets, changes: Partial<RunConfig> = {}): Partial<RunConfig> => ({
  budgets,
  cards,
  ...s.limits({ maxOutputTokens: 100 }),
  ...changes,
});

/** What a first call about "Do A." holds back: allowances, the words, and the reply. */
const first = { tokens: 1_024 + 128 + 5 + 100, costMicros: 1_024 + 128 + 5 + 1_000 };

const used = (input: number, output: number, costMicros: number) => ({ ...zeroUsage, input, output, costMicros });
const account = (story: Taken, key = "run") => story.state.ledger.get(key);
const edit = (story: Taken, ...raises: Raise[]) => s.answer(story, "edit", { edited: "raised", raises });

describe("what is held back", () => {
  it("BUD1 a first call holds back every byte it is told as a token, and the longest reply, at the dearest price", () => {
    const run = s.bareRun(["A"], bounded({ run: { costMicros: 1_000_000 } }));
    expect(run.the("turn.started").reserved).toEqual(first);
    expect(account(run)?.reserved).toEqual(first);
  });

  it("BUD1 bytes are counted, not characters", () => {
    const run = s.bareRun([s.makeTicket("A", { description: "日本" })], bounded({ run: { tokens: 9_999 } }));
    expect(run.the("turn.started").reserved?.tokens).toBe(first.tokens + 1);
  });

  it("BUD1 a later call holds back what the provider counted, and a token for every byte since", () => {
    const run = s.bareRun(["A"], bounded({ run: { tokens: 99_999 } }));
    const called = run.when(s.replied("A#1/1", [s.read], { usage: used(400, 300, 0) }));
    const read = called.when(s.toolDone("A#1/1.0", "x".repeat(50)));
    expect(read.the("turn.started").reserved?.tokens).toBe(400 + 300 + 50 + 64 + 1_024 + 100);
  });

  it("BUD1 a reply nobody counted is bounded by its bytes", () => {
    const run = s.bareRun(["A"], bounded({ run: { tokens: 99_999 } }));
    const unknown = { ...zeroUsage, estimated: true, costMicros: null };
    const called = run.when(s.replied("A#1/1", [s.read], { usage: unknown, text: "y".repeat(30) }));
    const read = called.when(s.toolDone("A#1/1.0", ""));
    const reply = 30 + 64 + "read".length + '{"path":"a.ts"}'.length + 128;
    expect(read.the("turn.started").reserved?.tokens).toBe(first.tokens + reply + 64);
  });

  it("BUD1 a run without bounds holds nothing back and keeps no account", () => {
    const run = s.bareRun(["A"]);
    expect(run.the("turn.started")).not.toHaveProperty("reserved");
    expect(run.state.ledger.size).toBe(0);
  });
});

describe("settling", () => {
  it("BUD2 after the call what was held is free and what was used is spent, on every account of the tree", () => {
    const ticket = s.makeTicket("A", { track: "core" });
    const run = s.bareRun([ticket], bounded({ run: { tokens: 99_999 } }));
    const done = run.when(s.replied("A#1/1", [s.read], { usage: used(70, 30, 370) }));
    for (const key of ["run", "tier:3", "track:core"])
      expect(account(done, key)).toMatchObject({
        spent: { tokens: 100, costMicros: 370, turns: 1, spawns: 1 },
        reserved: { tokens: 0, costMicros: 0 },
      });
    expect(s.ticketOf(done, "A").history.spent).toMatchObject({ tokens: 100, costMicros: 370 });
  });

  it("BUD3 usage nobody knows is settled as the worst case, never as nothing", () => {
    const run = s.bareRun(["A"], bounded({ run: { tokens: 99_999, costMicros: 99_999 } }));
    const died = run.when(s.adopt());
    expect(account(died)?.spent).toMatchObject({
      ...first,
      assumedTokens: first.tokens,
      assumedMicros: first.costMicros,
    });
    // The next try holds its own back.
    expect(account(died)?.reserved).toEqual(first);
  });

  it("BUD3 so is a call that is cut off because its ticket is cancelled", () => {
    const run = s.bareRun(["A", "B"], bounded({ run: { tokens: 99_999, costMicros: 99_999 } }));
    const cut = run.when(s.abortTicket("A"));
    expect(account(cut)).toMatchObject({ spent: first, reserved: { tokens: first.tokens } });
  });

  it("BUD2 where the provider names no price, the card's counts", () => {
    const run = s.bareRun(["A"], bounded({ run: { costMicros: 99_999 } }));
    const done = run.when(s.replied("A#1/1", [s.read], { usage: { ...used(7, 3, 0), costMicros: null } }));
    expect(account(done)?.spent.costMicros).toBe(37);
  });

  it("BUD4 a further try of the same call holds its worst case back anew; what failed is spent as well", () => {
    const run = s.bareRun(["A"], bounded({ run: { tokens: 99_999, turns: 1 } }));
    const again = run.when(s.turnFailed("A#1/1", "cut", { usage: used(5, 5, 55) }));
    again.then({ type: "turn.failed" }, { type: "turn.started", turn: 1, try: 2, reserved: first });
    expect(account(again)).toMatchObject({ spent: { tokens: 10, turns: 1 }, reserved: first });
    expect(again.duties).toMatchObject([{ kind: "turn", turn: 1, try: 2 }]);
    const [duty] = again.duties;
    // It still waits as long as the failure asked it to.
    expect(duty).toHaveProperty("notBefore", again.the("turn.failed").retryAt);
  });
});

describe("the call that would overdraw", () => {
  const tight = { run: { costMicros: first.costMicros - 1 } };

  it("BUD5 GATE18 is not made: a person raises the bound, and it is made", () => {
    const held = s.bareRun(["A"], bounded(tight));
    const asked = held.the("approval.requested");
    expect(asked).toMatchObject({ gate: "budget", ticket: "A", attempt: 1 });
    expect(asked.shown).toContain("run: $0.00 of $0.002156 is spent, and the call may cost up to $0.002157");
    expect(asked.shown).toContain("run usd 0.002157 or more");
    expect(held.duties).toEqual([]);
    const raised = held.when(edit(held, { scope: "run", caps: { costMicros: first.costMicros } }), s.mara);
    raised.then({ type: "approval.answered" }, { type: "budget.raised", scope: "run" }, { type: "turn.started" });
  });

  it("BUD5 exactly what is left may be used", () => {
    s.bareRun(["A"], bounded({ run: { tokens: first.tokens } })).the("turn.started");
    s.bareRun(["A"], bounded({ run: { tokens: first.tokens - 1 } })).the("approval.requested");
  });

  it("BUD6 the person skips the ticket: it is blocked and not tried again; the others go on", () => {
    const held = s.bareRun(["A", "B"], bounded({ ticket: { tokens: 1 } }));
    const skipped = held.when(s.answer(held, "reject", { reason: "too dear" }), s.mara);
    expect(skipped.the("ticket.blocked")).toMatchObject({ ticket: "A", cause: "budget" });
    expect(skipped.the("ticket.blocked").detail).toContain("too dear");
    expect(s.statusOf(skipped, "B")).toBe("step_paused");
  });

  it("BUD6 the person stops: the whole run is aborted", () => {
    const held = s.bareRun(["A", "B"], bounded(tight));
    const stopped = held.when(s.answer(held, "abort"), s.mara);
    expect(stopped.state.ended).toEqual({ outcome: "aborted", reason: "stopped at a budget" });
  });

  it("BUD7 where nobody attends, the ticket is blocked and says what to do", () => {
    const run = s.bareRun(["A", "B: A"], bounded(tight, { attended: false }));
    const blocked = run.the("ticket.blocked");
    expect(blocked).toMatchObject({ ticket: "A", cause: "budget" });
    expect(blocked.detail).toContain("tutti resume --raise");
    expect(blocked.detail).not.toContain("\n");
    expect(run.state.ended?.outcome).toBe("blocked");
  });

  it("BUD8 a raise looks again at whatever a bound held up: open questions, and tickets that are blocked by it", () => {
    const held = s.bareRun(["A", "B", "C"], bounded(tight));
    const one = held.when(s.answer(held, "reject"), s.mara);
    expect(one.state.approvals.size).toBe(2);
    const raised = one.when(
      { type: "budget.raise", raises: [{ scope: "run", caps: { costMicros: 999_999 } }] },
      s.mara,
    );
    expect(raised.types.filter((type) => type === "approval.voided")).toHaveLength(2);
    expect(raised.the("ticket.reopened").ticket).toBe("A");
    expect(s.running(raised)).toEqual(["B", "C", "A"]);
    expect(raised.state.approvals.size).toBe(0);
  });

  it("BUD8 a run that ended blocked by its budget goes on", () => {
    const ended = s.bareRun(["A"], bounded(tight, { attended: false }));
    const raised = ended.when(
      { type: "budget.raise", raises: [{ scope: "run", caps: { costMicros: 999_999 } }] },
      s.mara,
    );
    expect(raised.types).toEqual([
      "budget.raised",
      "ticket.reopened",
      "attempt.started",
      "attempt.prepared",
      "turn.started",
    ]);
  });

  it("BUD9 a new bound has to be above the one that stands, and to have one to stand above", () => {
    const held = s.bareRun(["A"], bounded({ run: { tokens: 10, turns: 3 } }));
    const refuse = (raise: Raise) => held.refused({ type: "budget.raise", raises: [raise] }, s.mara);
    expect(refuse({ scope: "run", caps: { tokens: 10 } })).toMatchObject({
      code: "bound_not_raised",
      problem: "the bound of run on tokens is 10 tokens already; 10 tokens does not raise it",
    });
    expect(refuse({ scope: "run", caps: { costMicros: 10 } })).toMatchObject({
      problem: "run has no bound on money to raise",
    });
    expect(refuse({ scope: "ticket:Z", caps: { tokens: 99 } })).toMatchObject({
      problem: "there is no ticket Z in this run",
    });
    expect(held.refused(edit(held, { scope: "run", caps: { turns: 2 } }))).toMatchObject({ code: "edit_invalid" });
    expect(held.refused(s.answer(held, "edit", { edited: "" }))).toMatchObject({ code: "edit_invalid" });
  });

  it("BUD9 one ticket's bound is raised alone", () => {
    const held = s.bareRun(["A", "B"], bounded({ ticket: { tokens: 1 } }));
    const raised = held.when(edit(held, { scope: "ticket:A", caps: { tokens: 9_999 } }), s.mara);
    expect(raised.the("turn.started").ticket).toBe("A");
    expect(s.statusOf(raised, "B")).toBe("step_paused");
  });

  it("BUD4 a further try that no longer fits is refused like a first one", () => {
    const run = s.bareRun(["A"], bounded({ run: { tokens: first.tokens } }));
    const refused = run.when(s.turnFailed("A#1/1", "cut", { usage: used(1, 0, 1) }));
    refused.then({ type: "turn.failed" }, { type: "approval.requested", gate: "budget" });
    expect(account(refused)).toMatchObject({ spent: { tokens: 1 }, reserved: { tokens: 0 } });
  });

  it("BUD10 turns, minutes and starts of workers are bounds as well", () => {
    const turns = s.bareRun(["A"], bounded({ run: { turns: 1 } })).when(s.replied("A#1/1", [s.read]));
    expect(turns.when(s.toolDone("A#1/1.0")).the("approval.requested").shown).toContain("1 of 1 turns are used");
    const minutes = s
      .bareRun(["A"], bounded({ ticket: { minutes: 1 } }))
      .when(s.replied("A#1/1", [s.read], { ms: 60_000 }));
    expect(minutes.when(s.toolDone("A#1/1.0")).the("approval.requested").shown).toContain("of 1 minutes are used");
    const spawns = s.bareRun(["A", "B"], bounded({ tiers: { "3": { spawns: 1 } } }));
    expect(spawns.the("ticket.blocked")).toMatchObject({ ticket: "B", cause: "budget" });
    expect(spawns.the("ticket.blocked").detail).toContain("tier 3: 1 of 1 starts of workers are used");
  });

  it("BUD11 a run with a bound on money is not created where a model's price is not known", () => {
    const config = s.makeConfig({
      budgets: { tiers: { "3": { costMicros: 5 } } },
      cards: { [small]: { price, window: null } },
    });
    const create = { type: "run.create", run: "run_0123456789abcdef", config, tickets: [s.makeTicket("A")] } as never;
    expect(given([]).refused(create)).toEqual({ code: "price_unknown", models: ["alpha/middle", "beta/large"] });
  });

  it("BUD12 the bound of the day is kept outside: the call it refuses leads to the same question", () => {
    const run = s.bareRun(["A"], bounded({ day: { tokens: 10 } }));
    const report = {
      type: "report.turn_refused",
      ...s.at("A#1/1"),
      try: 1,
      detail: "day: 9 of 10 tokens are used",
    } as const;
    const held = run.when({
      type: report.type,
      ticket: report.ticket,
      attempt: 1,
      turn: 1,
      try: 1,
      detail: report.detail,
    });
    held.then({ type: "turn.refused", turn: 1 }, { type: "approval.requested", gate: "budget" });
    expect(account(held)).toMatchObject({ spent: { turns: 0, tokens: 0 }, reserved: { tokens: 0 } });
    const raised = held.when(edit(held, { scope: "day", caps: { tokens: 99 } }), s.mara);
    expect(raised.the("turn.started")).toMatchObject({ turn: 2 });
  });
});

describe("calls beside each other", () => {
  it("BUD13 what would fit alone waits for a call under way to give back what it holds, without an event", () => {
    const run = s.bareRun(["A", "B"], bounded({ run: { tokens: 2 * first.tokens - 1 } }));
    expect(run.the("turn.started").ticket).toBe("A");
    expect(s.running(run)).toEqual(["A", "B"]);
    expect(run.state.approvals.size).toBe(0);
    const done = run.when(s.replied("A#1/1", [s.finish()], { usage: used(10, 10, 0) }));
    expect(done.the("turn.started").ticket).toBe("B");
  });

  it("BUD13 once the calls under way have used what was left, it is refused", () => {
    const run = s.bareRun(["A", "B"], bounded({ run: { tokens: 2 * first.tokens - 1 } }));
    const done = run.when(s.replied("A#1/1", [s.finish()], { usage: used(first.tokens - 100, 100, 0) }));
    expect(done.the("approval.requested")).toMatchObject({ ticket: "B", gate: "budget" });
  });

  it("BUD4 a further try waits likewise, and owes no call meanwhile", () => {
    const run = s.bareRun(["A", "B"], bounded({ run: { tokens: 2 * first.tokens } }));
    const waiting = run.when(s.turnFailed("A#1/1", "cut", { usage: used(1, 0, 0) }));
    waiting.then({ type: "turn.failed" });
    expect(waiting.duties).toMatchObject([{ kind: "turn", ref: { ticket: "B" } }]);
    const free = waiting.when(s.replied("B#1/1", [s.finish()], { usage: used(5, 5, 0) }));
    expect(free.the("turn.started")).toMatchObject({ ticket: "A", try: 2 });
  });
});

describe("other tiers", () => {
  const limits = { limits: s.makeConfig().limits };

  it("BUD14 a planning question no budget allows is put to the person: raise it, plan by hand, or stop", () => {
    const held = goalRun(bounded({ run: { tokens: 100 } }, limits));
    expect(held.the("approval.requested")).toMatchObject({ gate: "budget" });
    expect(held.duties).toEqual([]);
    const raised = held.when(edit(held, { scope: "run", caps: { tokens: 9_999_999 } }), s.mara);
    expect(raised.the("consult.started").reserved?.tokens).toBeGreaterThan(16_384);
    const skipped = held.when(s.answer(held, "reject"), s.mara);
    expect(skipped.the("approval.requested")).toMatchObject({ gate: "plan" });
    expect(held.when(s.answer(held, "abort"), s.mara).state.ended?.outcome).toBe("aborted");
  });

  it("BUD14 where nobody attends, the run ends and says which bound it was", () => {
    const ended = goalRun(bounded({ tiers: { "1": { tokens: 100 } } }, { ...limits, attended: false })).state.ended;
    expect(ended?.outcome).toBe("blocked");
    expect(ended?.reason).toContain("tier 1: 0 of 100 tokens are used");
  });

  it("BUD14 every round of a question holds its own worst case back, the last answer included", () => {
    const asked = goalRun(bounded({ run: { tokens: 9_999_999 } }, limits));
    const before = asked.the("consult.started").reserved?.tokens ?? 0;
    const returned = asked.when(answers(asked, "Here is my plan: ..."));
    const { reserved } = returned.the("consult.reserved");
    expect(reserved.tokens).toBeGreaterThan(before);
    expect(returned.state.ledger.get("tier:1")).toMatchObject({ spent: { tokens: 120, turns: 2 }, reserved });
  });

  it("BUD14 tracks planned side by side wait for each other where the budget allows one call alone", () => {
    const asked = goalRun(bounded({ run: { tokens: 9_999_999 }, tiers: { "2": { tokens: 200_000 } } }, limits));
    const tracked = asked.when(answers(asked, tracksAnswer("core", "shop")));
    expect(tracked.the("consult.started").track).toBe("core");
    const next = tracked.when(answers(tracked, ticketsAnswer("C1")));
    expect(next.the("consult.started").track).toBe("shop");
  });

  it("BUD14 a question about a track counts on the track", () => {
    const asked = goalRun(bounded({ track: { turns: 1 } }, limits));
    const tracked = asked.when(answers(asked, tracksAnswer("core")));
    expect(tracked.state.ledger.get("track:core")?.spent.turns).toBe(1);
    const returned = tracked.when(answers(tracked, "prose"));
    expect(returned.the("approval.requested").shown).toContain("track core: 1 of 1 turns are used");
    const raised = returned.when(edit(returned, { scope: "track:core", caps: { turns: 5 } }), s.mara);
    expect(raised.the("consult.reserved")).toMatchObject({ round: 2, try: 1 });
  });
});

it("BUD12 BUD14 a run that meets every event of budgets ends, and owes nobody anything", () => {
  const story = budgetedStory();
  expect(story.state.ended?.outcome).toBe("blocked");
  expect(story.records.map(({ event }) => event.type)).toContain("budget.passed_over");
  for (const { reserved } of story.state.ledger.values()) expect(reserved).toEqual({ tokens: 0, costMicros: 0 });
});

it("BUD8 one ticket more: what is reopened keeps what it has spent", () => {
  const held = s
    .bareRun(["A"], bounded({ ticket: { turns: 1 } }))
    .when(s.replied("A#1/1", [s.read]))
    .when(s.toolDone("A#1/1.0"));
  const skipped = held.when(s.answer(held, "reject"), s.mara);
  const raised = skipped.when({ type: "budget.raise", raises: [{ scope: "ticket:A", caps: { turns: 2 } }] }, s.mara);
  expect(raised.types).toContain("turn.started");
  expect(s.ticketOf(raised, "A").history.spent.turns).toBe(2);
  expect("A" as TicketId).toBe(raised.the("ticket.reopened").ticket);
});
