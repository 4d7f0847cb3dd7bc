// Retry by cause: the table of attempts, the ladder, and the table of model calls.

import { describe, expect, it } from "vitest";
import { failureCauses, type FailureCause, type ProviderFaultCode } from "../../src/domain/outcome.ts";
import {
  adopt,
  answer,
  attemptOf,
  bareRun,
  command,
  failed,
  finish,
  gitRun,
  ladder,
  limits,
  makeTicket,
  model,
  open,
  pause,
  prepared,
  red,
  replied,
  reopen,
  resume,
  statusOf,
  ticketOf,
  toolDone,
  trusted,
  turnFailed,
} from "./story.ts";
import { start, type Taken } from "../support/given.ts";

type Row = { readonly again: "climb" | "same" | "never"; readonly end: "blocked" | "failed" };

/** Design.md section 3.7, written down a second time on purpose. */
const table: Record<FailureCause, Row> = {
  worker_blocked: { again: "climb", end: "blocked" },
  verification_failed: { again: "climb", end: "failed" },
  no_verdict: { again: "climb", end: "failed" },
  turn_limit: { again: "climb", end: "failed" },
  malformed_calls: { again: "climb", end: "failed" },
  refusal: { again: "climb", end: "blocked" },
  context_overflow: { again: "climb", end: "failed" },
  outside_touches: { again: "climb", end: "blocked" },
  timeout: { again: "same", end: "failed" },
  provider_error: { again: "same", end: "failed" },
  conflict: { again: "same", end: "blocked" },
  crash: { again: "same", end: "failed" },
  user_rejected: { again: "never", end: "blocked" },
  unattended: { again: "never", end: "blocked" },
  aborted: { again: "never", end: "blocked" },
  budget: { again: "never", end: "blocked" },
  environment: { again: "never", end: "failed" },
  review_rejected: { again: "climb", end: "blocked" },
};

describe("attempts", () => {
  it.each(failureCauses)("RET1 DA-05 %s has its own row", (cause) => {
    const story = bareRun(["A"]).when(failed("A#1", cause));
    const row = table[cause];
    expect(story.the("attempt.failed").failure.cause).toBe(cause);
    if (row.again === "never") {
      expect(statusOf(story, "A")).toBe(row.end);
      return;
    }
    const next = attemptOf(story, "A");
    expect({ attempt: next.attempt, rung: next.rung, model: next.model }).toEqual({
      attempt: 2,
      rung: row.again === "climb" ? 1 : 0,
      model: ladder[row.again === "climb" ? 1 : 0],
    });
    const third = story.when(failed("A#2", cause, "other"));
    expect(statusOf(third.when(failed("A#3", cause, "third")), "A")).toBe(row.end);
  });

  it("RET2 A-22 A-76 the configured model is rung 0, and three attempts climb the three rungs", () => {
    let story: Taken = bareRun(["A"]);
    const models = [attemptOf(story, "A").model];
    for (const attempt of [1, 2]) {
      story = story.when(replied(`A#${attempt}/1`, [finish("blocked", `reason ${"x".repeat(attempt)}`)]));
      models.push(attemptOf(story, "A").model);
    }
    expect(models).toEqual(ladder);
  });

  it("RET2 DA-39 a ticket's own ladder comes before its archetype's; its top rung serves every attempt beyond it", () => {
    const own = makeTicket("A", { models: [model("own/one"), model("own/two")] });
    const second = bareRun([own]).when(failed("A#1", "no_verdict", "1"));
    const third = second.when(failed("A#2", "no_verdict", "2"));
    expect([attemptOf(second, "A").model, attemptOf(third, "A").model, attemptOf(third, "A").rung]).toEqual([
      "own/two",
      "own/two",
      2,
    ]);
  });

  it("RET2 a ticket may start on a higher rung", () => {
    expect(attemptOf(bareRun([makeTicket("A", { startRung: 1 })]), "A").model).toBe("alpha/middle");
  });

  it("RET3 A-79 all causes together, a ticket has as many attempts as the limit says", () => {
    const mixed = bareRun(["A"])
      .when(failed("A#1", "timeout", "1"))
      .when(failed("A#2", "worker_blocked", "2"))
      .when(failed("A#3", "crash", "3"));
    expect(mixed.the("ticket.failed").detail).toBe("3 attempts are used up: crash happened");
  });

  it("RET4 two failures in a row that are alike are not tried a third time", () => {
    const story = bareRun(["A"], limits({ attempts: 5 })).when(failed("A#1", "verification_failed", "same"));
    expect(story.when(failed("A#2", "verification_failed", "same")).the("ticket.failed").detail).toBe(
      "the same failure twice in a row: verification_failed happened",
    );
  });

  it("RET4 alike means twice in a row: another failure in between counts anew", () => {
    const between = bareRun(["A"], limits({ attempts: 5 }))
      .when(failed("A#1", "timeout", "x"))
      .when(failed("A#2", "timeout", "y"));
    expect(statusOf(between.when(failed("A#3", "timeout", "x")), "A")).toBe("running");
  });

  it("RET4 a worker's reasons are alike when only numbers, case and spacing differ", () => {
    const first = bareRun(["A"]).when(replied("A#1/1", [finish("blocked", "Line 12 is wrong")]));
    expect(first.when(replied("A#2/1", [finish("blocked", "line  340 is wrong")])).types).toContain("ticket.blocked");
  });

  it("RET5 DA-37 a rejected spawn is not tried again", () => {
    const story = bareRun(["A"], trusted("step"));
    const rejected = story.when(answer(story, "reject", { reason: "too dear" }));
    rejected.then(
      { type: "approval.answered" },
      { type: "attempt.failed" },
      { type: "ticket.blocked", cause: "user_rejected" },
      { type: "run.ended" },
    );
  });

  it.each([
    ["says BLOCKED", replied("A#1/2", [], { text: "BLOCKED: you refused" })],
    ["finishes as blocked", replied("A#1/2", [finish("blocked", "you refused")])],
  ])("RET5 DA-37 a worker that %s after a person's no is not tried again", (_, reply) => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    const over = held.when(answer(held, "reject")).when(reply);
    expect(over.the("ticket.blocked").cause).toBe("user_rejected");
  });

  it("RET5 DA-37 nor is one that just stops after a person's no", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    const over = held
      .when(answer(held, "reject"))
      .when(replied("A#1/2", [], { text: "I stop." }))
      .when(replied("A#1/3", [], { text: "Stopped." }));
    expect(over.the("ticket.blocked").cause).toBe("user_rejected");
  });

  it("RET6 DA-38 the diagnosis travels with the ticket", () => {
    const story = gitRun(["A"]).when(failed("A#1", "conflict"));
    expect(ticketOf(story, "A").history.last).toMatchObject({ cause: "conflict", diagnosis: "why conflict" });
  });

  it("RET6 DA-55 what a person wrote into the brief is told to the next attempt", () => {
    const held = gitRun(["A"], trusted("step")).when(prepared("A#1"));
    const edited = held.when(answer(held, "edit", { edited: "Use the old API." }));
    expect(attemptOf(edited, "A").prompt).toBe("Use the old API.");
    const again = edited.when(turnFailed("A#1/1", "bad_request"));
    expect(ticketOf(again, "A").history.guidance).toBe("Use the old API.");
  });

  it("RET3 reopening counts attempts anew, keeps the rung and the diagnosis, and brings guidance", () => {
    const over = bareRun(["A"], limits({ attempts: 1 })).when(failed("A#1", "worker_blocked"));
    const again = over.when({
      ...reopen("A"),
      type: "ticket.reopen",
      ticket: makeTicket("A").id,
      guidance: "look in lib/",
    });
    expect(attemptOf(again, "A")).toMatchObject({
      attempt: 2,
      rung: 1,
      prompt: expect.stringContaining("A person adds: look in lib/"),
    });
    expect(ticketOf(again, "A").history).toMatchObject({ tries: 1, last: { cause: "worker_blocked" } });
    const twice = again.when(failed("A#2", "no_verdict")).when(reopen("A"));
    expect(ticketOf(twice, "A").history.guidance).toBe("look in lib/");
  });
});

const waitOf = (story: Taken, ticket = "A"): number => {
  const { phase } = attemptOf(story, ticket);
  return phase.at === "calling" ? phase.notBefore : -1;
};

/** Fails the same call again and again, until it is given up. */
function failUntilOver(
  story: Taken,
  codes: readonly ProviderFaultCode[],
): { readonly story: Taken; readonly tries: number } {
  let next = story;
  for (const [place, code] of codes.entries()) {
    next = next.when(turnFailed("A#1/1", code, { try: place + 1 }));
    if (next.types.includes("attempt.failed")) return { story: next, tries: place + 1 };
  }
  return { story: next, tries: Infinity };
}

const repeat = (code: ProviderFaultCode, times: number): ProviderFaultCode[] =>
  Array.from({ length: times }, () => code);

describe("model calls", () => {
  it("RET7 L-04 an overloaded provider is asked again, later each time, on the same rung", () => {
    let story: Taken = bareRun(["A"]);
    const waits: number[] = [];
    for (const count of [1, 2, 3, 4]) {
      story = story.when(turnFailed("A#1/1", "overloaded", { try: count }), { at: start, chance: 0.5 });
      waits.push(waitOf(story) - start);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    expect(story.the("turn.failed")).toMatchObject({ try: 4, retryAt: start + 8000 });
    expect(attemptOf(story, "A")).toMatchObject({ attempt: 1, rung: 0 });
  });

  it("RET7 chance spreads a wait by a quarter either way, and no back-off is longer than five minutes", () => {
    const wait = (chance: number, count: number): number => {
      const before = failUntilOver(bareRun(["A"]), repeat("overloaded", count - 1)).story;
      return waitOf(before.when(turnFailed("A#1/1", "overloaded", { try: count }), { at: start, chance })) - start;
    };
    expect([wait(0, 1), wait(0.999, 1)]).toEqual([750, 1250]);
    expect(wait(0.5, 30)).toBe(300_000);
  });

  it("RET7 L-01 a provider's own wish is honoured, never undercut, and at most an hour", () => {
    const ask = (retryAfterMs: number): number =>
      waitOf(bareRun(["A"]).when(turnFailed("A#1/1", "overloaded", { retryAfterMs }), { at: start })) - start;
    expect([ask(7000), ask(10 ** 12)]).toEqual([7000, 3_600_000]);
  });

  it("RET8 L-01 a rate limit holds its provider for all its workers, and lets them go one by one", () => {
    const three = bareRun(["A", "B", makeTicket("C", { models: [model("beta/x")] })]);
    const held = three.when(turnFailed("A#1/1", "rate_limited", { retryAfterMs: 7000 }), { at: start });
    expect(held.the("provider.held")).toMatchObject({ provider: "alpha", until: start + 7000 });
    const waits = held.duties.map((duty) => (duty.kind === "turn" ? [duty.ref.ticket, duty.notBefore] : []));
    expect(waits).toEqual([
      ["A", start + 7000],
      ["B", start + 7200],
      ["C", 0],
    ]);
  });

  it("RET8 a shorter hold does not cut a longer one, and a resume does not lift it", () => {
    const held = bareRun(["A", "B"]).when(turnFailed("A#1/1", "rate_limited", { retryAfterMs: 9000 }), { at: start });
    const later = held.when(turnFailed("B#1/1", "rate_limited", { retryAfterMs: 2000 }), { at: start });
    expect(later.types).toEqual(["turn.failed"]);
    const resumed = later.when(pause()).when(resume);
    expect(resumed.state.providers.get("alpha")?.until).toBe(start + 9000);
  });

  it("RET8 waiting out rate limits uses up no try of other faults", () => {
    const limited = failUntilOver(bareRun(["A"]), [...repeat("rate_limited", 100), "cut"]);
    expect(limited.tries).toBe(Infinity);
    expect(waitOf(limited.story)).toBeGreaterThan(0);
  });

  it.each(["timeout", "idle", "cut", "malformed_response"] as const)(
    "RET10 L-09 %s costs money: the fifth try is the last",
    (code) => {
      const { story, tries } = failUntilOver(bareRun(["A"]), repeat(code, 10));
      expect(tries).toBe(5);
      expect(attemptOf(story, "A")).toMatchObject({ attempt: 2, rung: 0 });
    },
  );

  it.each(["overloaded", "server_error", "network"] as const)(
    "RET10 L-27 %s is tried as often as the limit says",
    (code) => {
      expect(failUntilOver(bareRun(["A"], limits({ providerTries: 7 })), repeat(code, 50)).tries).toBe(7);
    },
  );

  it("RET10 tries of all kinds share the limit", () => {
    expect(
      failUntilOver(bareRun(["A"], limits({ providerTries: 3 })), ["network", "cut", "overloaded", "cut"]).tries,
    ).toBe(3);
  });

  it.each([
    ["bad_request", "provider_error"],
    ["unknown_model", "environment"],
    ["context_overflow", "context_overflow"],
    ["refusal", "refusal"],
  ] as const)("RET7 %s is not tried again: the attempt ends with %s", (code, cause) => {
    expect(bareRun(["A"]).when(turnFailed("A#1/1", code)).the("attempt.failed").failure.cause).toBe(cause);
  });

  it.each(["quota", "auth"] as const)(
    "RET9 L-02 L-25 %s parks the run and says why; the attempt goes on with the resume",
    (code) => {
      const parked = bareRun(["A", "B"]).when(turnFailed("A#1/1", code));
      expect(parked.the("run.paused")).toMatchObject({ reason: `alpha answered ${code}: said so`, drain: false });
      const both = parked.when(turnFailed("B#1/1", code));
      expect(both.types).toEqual(["turn.failed"]);
      expect(both.duties).toEqual([]);
      both
        .when(resume)
        .then(
          { type: "run.resumed" },
          { type: "turn.started", ticket: "A", turn: 2 },
          { type: "turn.started", ticket: "B", turn: 2 },
        );
    },
  );

  it("RET9 quota during a drain parks the run instead of asking again and again", () => {
    const parked = bareRun(["A"]).when(pause(true)).when(turnFailed("A#1/1", "quota"));
    expect(parked.types).toEqual(["turn.failed", "run.paused"]);
    expect(parked.duties).toEqual([]);
  });

  it("RET7 usage of failed calls is counted", () => {
    const usage = { input: 7, cachedRead: 0, cacheWrite: 0, output: 1, reasoning: 0, costMicros: 30, estimated: true };
    const story = bareRun(["A"])
      .when(turnFailed("A#1/1", "cut", { usage }))
      .when(replied("A#1/1", [command()], { try: 2, usage }));
    expect(story.state.spend.get("3|alpha/small")).toMatchObject({ input: 14, costMicros: 60, estimated: true });
  });

  it("RUN11 D-14 a wait that a clock written since has put out of reach is cut at adoption", () => {
    const year = 365 * 86_400_000;
    const held = bareRun(["A"]).when(turnFailed("A#1/1", "rate_limited", { retryAfterMs: 9000 }), { at: start + year });
    const adopted = held.when(adopt(), { at: start });
    expect(adopted.state.providers.size).toBe(0);
    expect(adopted.duties.map((duty) => (duty.kind === "turn" ? duty.notBefore : -1))).toEqual([start]);
    const honest = held.when(adopt(), { at: start + year + 1 });
    expect(honest.duties.map((duty) => (duty.kind === "turn" ? duty.notBefore : -1))).toEqual([start + year + 9000]);
  });
});

describe("the bounds themselves", () => {
  it("RET3 red verification climbs with the commands' own fingerprint", () => {
    const story = gitRun(["A"], limits({ verifyRounds: 0 }))
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]));
    const second = story.when(red("A#1", 1, "one"));
    expect(attemptOf(second, "A")).toMatchObject({ attempt: 2, rung: 1 });
    expect(ticketOf(second, "A").history.last?.fingerprint).toBe("one");
  });

  it("RET5 H-03 an approval of an attempt that ended is void", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    const approval = open(held);
    const over = held.when({ type: "ticket.abort", ticket: makeTicket("A").id, reason: "no" });
    expect(over.refused({ type: "approval.answer", approval, decision: "approve", reason: "" })).toMatchObject({
      code: "approval_void",
    });
    expect(over.when(toolDone("A#1/1.0")).events).toEqual([]);
  });
});
