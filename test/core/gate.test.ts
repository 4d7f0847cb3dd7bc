// The clutch: what holds, what a person may answer, and what each answer does.

import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../src/domain/config.ts";
import type { ApprovalId, TicketId } from "../../src/domain/ids.ts";
import type { Trust } from "../../src/domain/ticket.ts";
import {
  abortTicket,
  answer,
  ask,
  attemptOf,
  bareRun,
  command,
  edit,
  gitRun,
  makeConfig,
  makeTicket,
  mara,
  open,
  prepared,
  read,
  replied,
  statusOf,
  toolDone,
  trusted,
} from "./story.ts";
import type { Taken } from "../support/given.ts";

const asking = (config: Partial<RunConfig> = {}): Taken => bareRun(["A"], { ...trusted("ask"), ...config });
const held = (config: Partial<RunConfig> = {}): Taken => asking(config).when(replied("A#1/1", [command()]));
const unattended = { attended: false };

/** A run in step mode whose spawn gate has passed. */
const stepping = (): Taken => {
  const story = bareRun(["A"], trusted("step"));
  return story.when(answer(story, "approve"));
};

/** In step mode, after one call: held before its result is seen. */
const atResult = (): Taken => {
  const called = stepping().when(replied("A#1/1", [read]));
  return called.when(answer(called, "approve")).when(toolDone("A#1/1.0", "secret"));
};

describe("what holds", () => {
  it.each([
    ["step", true, true, true],
    ["ask", false, false, true],
    ["auto", false, false, false],
  ] as const)(
    "GATE1 A-108 A-110 trust %s: spawn held %s, reads held %s, effects held %s",
    (trust, spawn, reads, effects) => {
      const story = bareRun(["A"], trusted(trust));
      expect(story.types.includes("approval.requested")).toBe(spawn);
      const begun = spawn ? story.when(answer(story, "approve")) : story;
      expect(begun.when(replied("A#1/1", [read])).types.includes("approval.requested")).toBe(reads);
      expect(begun.when(replied("A#1/1", [edit])).types.includes("approval.requested")).toBe(effects);
      expect(begun.when(replied("A#1/1", [command()])).types.includes("approval.requested")).toBe(effects);
    },
  );

  it("GATE1 DA-51 step mode pauses twice per call: before it runs, and before its result is seen", () => {
    const called = stepping().when(replied("A#1/1", [read]));
    expect(called.the("approval.requested")).toMatchObject({ gate: "call", tool: "read" });
    const returned = called.when(answer(called, "approve")).when(toolDone("A#1/1.0", "text"));
    expect(returned.the("approval.requested")).toMatchObject({ gate: "result", shown: "text" });
  });

  const trustLevels: readonly (Trust | undefined)[] = [undefined, "step", "ask", "auto"];
  const precedence = trustLevels.flatMap((run) =>
    trustLevels.flatMap((ticket) => (["step", "auto"] as const).map((archetype) => ({ run, ticket, archetype }))),
  );

  it.each(precedence)(
    "GATE2 A-112 run $run over ticket $ticket over archetype $archetype",
    ({ run, ticket, archetype }) => {
      const worker = {
        name: "coder",
        tier: 3,
        models: makeConfig().archetypes[0]?.models ?? [],
        trust: archetype,
        tools: [],
        prompt: "",
      } as const;
      const plan = [makeTicket("A", ticket === undefined ? {} : { trust: ticket })];
      const story = bareRun(plan, {
        archetypes: [{ ...worker, tools: [] }],
        ...(run === undefined ? {} : { trust: run }),
      });
      expect(story.types.includes("approval.requested")).toBe((run ?? ticket ?? archetype) === "step");
    },
  );

  it("GATE2 the live override comes before everything, and null lifts it", () => {
    const auto = bareRun(["A", "B", "C"], { ...trusted("step"), lanes: { run: 1, tiers: {}, providers: {} } });
    const set = auto.when({ type: "run.set_trust", trust: "auto" });
    const begun = set.when(answer(set, "approve"));
    expect(begun.when(replied("A#1/1", [command()])).types).toContain("tool.called");
    const lifted = begun.when({ type: "run.set_trust", trust: null });
    expect(lifted.when(replied("A#1/1", [command()])).types).toContain("approval.requested");
  });

  it("GATE16 A-107 one ticket's worker is put on another trust and back; the run's live override outranks it", () => {
    const b = "B" as TicketId;
    const begun = bareRun(["A", "B"], trusted("auto")).when({ type: "ticket.set_trust", ticket: b, trust: "step" });
    const asks = (story: Taken, ticket: string): boolean =>
      story.when(replied(`${ticket}#1/1`, [command()])).types.includes("approval.requested");
    expect([asks(begun, "A"), asks(begun, "B")]).toEqual([false, true]);
    expect(asks(begun.when({ type: "run.set_trust", trust: "auto" }), "B")).toBe(false);
    expect(asks(begun.when({ type: "ticket.set_trust", ticket: b, trust: null }), "B")).toBe(false);
    const stepping = bareRun(["A"], { trust: "step" });
    const freed = stepping.when({ type: "ticket.set_trust", ticket: "A" as TicketId, trust: "auto" });
    expect(freed.state.approvals.size).toBe(1);
    expect(freed.when(answer(freed, "approve")).when(replied("A#1/1", [command()])).types).toContain("tool.called");
    expect(begun.refused({ type: "ticket.set_trust", ticket: b, trust: "step" })).toMatchObject({ code: "already_so" });
    expect(begun.refused({ type: "ticket.set_trust", ticket: "Z" as TicketId, trust: "step" })).toEqual({
      code: "ticket_unknown",
      ticket: "Z",
    });
  });

  it("GATE3 the first rule that matches decides: it spares a question, refuses, or asks", () => {
    const rule = (decision: "approve" | "reject" | "ask", tool = "run"): RunConfig["rules"][number] => ({
      name: decision,
      gate: "call",
      tool,
      decision,
    });
    expect(held({ rules: [rule("approve"), rule("reject")] }).types).toContain("tool.called");
    expect(held({ rules: [rule("reject", "*")] }).the("tool.refused")).toMatchObject({
      by: "rule",
      output: expect.stringContaining("reject"),
    });
    expect(held({ rules: [rule("approve", "edit")] }).types).toContain("approval.requested");
    expect(asking({ rules: [rule("ask", "read")] }).when(replied("A#1/1", [read])).types).toContain(
      "approval.requested",
    );
  });

  it("GATE3 no rule weakens a run that a person set to step by step", () => {
    const rules: RunConfig["rules"] = [{ name: "all", gate: "call", tool: "*", decision: "approve" }];
    const story = bareRun(["A"], { ...trusted("step"), rules });
    expect(story.when(answer(story, "approve")).when(replied("A#1/1", [read])).types).toContain("approval.requested");
  });

  it("GATE4 DA-52 nobody there and no rule: a call is refused, never approved", () => {
    const story = held(unattended);
    story.then({ type: "turn.replied" }, { type: "tool.refused", by: "rule" }, { type: "turn.started" });
    expect(story.the("tool.refused").output).toContain("nobody attends this run");
  });

  it("GATE4 nobody there: a spawn is refused and its ticket blocked, a result withheld, a question left open", () => {
    expect(bareRun(["A"], { ...trusted("step"), ...unattended }).the("ticket.blocked").cause).toBe("unattended");
    const called = stepping().when(replied("A#1/1", [read]));
    const alone = called.when(answer(called, "approve")).when({ type: "run.set_attended", attended: false });
    alone
      .when(toolDone("A#1/1.0", "secret"))
      .then(
        { type: "tool.returned" },
        { type: "result.edited", output: "WITHHELD: nobody attends this run" },
        { type: "turn.started" },
      );
    asking(unattended)
      .when(replied("A#1/1", [ask()]))
      .then({ type: "turn.replied" }, { type: "tool.refused", by: "rule" }, { type: "turn.started" });
  });

  it("GATE4 questions asked while somebody was there stay open when they leave", () => {
    const left = held().when({ type: "run.set_attended", attended: false });
    expect(left.state.approvals.size).toBe(1);
    expect(left.when(answer(left, "approve")).types).toEqual(["approval.answered", "tool.called"]);
  });
});

describe("answers", () => {
  it("GATE5 H-01 H-02 the first answer wins; the second is told who gave it and what it was", () => {
    const story = held();
    const approval = open(story);
    const won = story.when(answer(story, "approve"), mara);
    const second = { type: "approval.answer", approval, decision: "reject", reason: "" } as const;
    expect(won.refused(second, { by: "person:ivo" })).toEqual({
      code: "approval_answered",
      approval,
      by: "person:mara",
      decision: "approve",
    });
    expect(won.refused({ ...second, decision: "approve" })).toMatchObject({ code: "approval_answered" });
  });

  it("GATE5 an approval nobody asked for is unknown", () => {
    const approval = "A999" as ApprovalId;
    expect(held().refused({ type: "approval.answer", approval, decision: "approve", reason: "" })).toEqual({
      code: "approval_unknown",
      approval,
    });
  });

  it("GATE6 H-05 an answer that names another digest than what would run is refused", () => {
    const story = held();
    expect(story.refused(answer(story, "approve", { digest: "0".repeat(64) }))).toMatchObject({
      code: "digest_mismatch",
    });
    const { digest } = story.the("approval.requested");
    expect(story.when(answer(story, "approve", { digest })).the("tool.called").digest).toBe(digest);
  });

  it("GATE6 every part that decides the effect changes the digest", () => {
    const digests = [
      held(),
      asking().when(replied("A#1/1", [command("rm a")])),
      asking().when(replied("A#1/1", [{ ...command(), tool: "other" }])),
      asking()
        .when(replied("A#1/1", [read, command()]))
        .when(toolDone("A#1/1.0")),
      bareRun([makeTicket("B")], trusted("ask")).when(replied("B#1/1", [command()])),
      bareRun([makeTicket("A", { startRung: 1 })], trusted("ask")).when(replied("A#1/1", [command()])),
      gitRun(["A"], trusted("ask"))
        .when(prepared("A#1"))
        .when(replied("A#1/1", [command()])),
    ].map((story) => story.the("approval.requested").digest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("GATE7 H-07 a yes is spent by one run of the call: the same call later asks anew", () => {
    const story = held();
    const again = story
      .when(answer(story, "approve"))
      .when(toolDone("A#1/1.0"))
      .when(replied("A#1/2", [command()]));
    expect(again.the("approval.requested").turn).toBe(2);
    expect(again.the("approval.requested").digest).not.toBe(story.the("approval.requested").digest);
  });

  it("GATE7 H-03 the end of an attempt, a ticket or the run voids what it asked", () => {
    const story = held();
    const approval = open(story);
    for (const end of [abortTicket("A"), { type: "run.abort", reason: "stop" } as const]) {
      const over = story.when(end);
      expect(over.the("approval.voided").approval).toBe(approval);
      expect(over.refused({ type: "approval.answer", approval, decision: "approve", reason: "" })).toMatchObject({
        code: "approval_void",
      });
    }
  });

  it("GATE8 A-96 edited arguments are what runs, and what the model is told it wrote", () => {
    const story = held();
    const edited = JSON.stringify({ command: "npm test -- one" });
    const done = story.when(answer(story, "edit", { edited }));
    expect(done.the("tool.called").args).toBe(edited);
    expect(done.duties).toMatchObject([{ kind: "tool", args: edited }]);
    expect(attemptOf(done, "A").items).toMatchObject([{ kind: "reply", calls: [{ args: edited }] }]);
  });

  it("GATE8 an edit needs a text, and a text needs the decision edit", () => {
    const story = held();
    expect(story.refused(answer(story, "edit"))).toMatchObject({ code: "edit_missing" });
    expect(story.refused(answer(story, "approve", { edited: "{}" }))).toMatchObject({ code: "edit_invalid" });
  });

  it("GATE9 A-97 a rejected call is answered to the model, with the reason, and not run", () => {
    const story = held();
    story.when(answer(story, "reject", { reason: "use the mock" })).then(
      { type: "approval.answered" },
      {
        type: "tool.refused",
        by: "person",
        output: "REJECTED by the person: use the mock. The call was not run; do not repeat it unchanged.",
      },
      { type: "turn.started", turn: 2 },
    );
  });

  it("GATE9 A-100 at the spawn the brief may be edited; a reject ends the ticket", () => {
    const story = gitRun(["A"], trusted("step")).when(prepared("A#1", "The brief."));
    expect(story.the("approval.requested")).toMatchObject({ gate: "spawn", shown: "The brief." });
    story
      .when(answer(story, "edit", { edited: "Better." }))
      .then({ type: "approval.answered" }, { type: "brief.edited", prompt: "Better." }, { type: "turn.started" });
    expect(statusOf(story.when(answer(story, "reject")), "A")).toBe("blocked");
  });

  it.each(["spawn", "call", "result", "question"] as const)(
    "GATE10 DA-50 abort at the %s gate cancels the ticket",
    (gate) => {
      const stories = {
        spawn: () => bareRun(["A"], trusted("step")),
        call: () => held(),
        result: atResult,
        question: () => asking().when(replied("A#1/1", [ask()])),
      };
      const story = stories[gate]();
      expect(story.the("approval.requested").gate).toBe(gate);
      const over = story.when(answer(story, "abort", { reason: "wrong track" }));
      over.then(
        { type: "approval.answered" },
        { type: "ticket.cancelled", reason: "wrong track" },
        { type: "run.ended", outcome: "cancelled" },
      );
    },
  );

  it("GATE11 A-109 a result may be seen, rewritten or withheld before the model sees it", () => {
    const story = atResult();
    const outputs = [
      answer(story, "approve"),
      answer(story, "edit", { edited: "42" }),
      answer(story, "reject", { reason: "private" }),
    ].map((each) => {
      const [, result] = attemptOf(story.when(each), "A").items;
      return result?.kind === "result" ? result.output : "";
    });
    expect(outputs).toEqual(["secret", "42", "WITHHELD by the person: private"]);
  });

  it("GATE12 a question is answered in words, left open, or aborts; a bare yes is no answer", () => {
    const story = asking().when(replied("A#1/1", [ask("Which one?")]));
    expect(story.the("approval.requested")).toMatchObject({ gate: "question", shown: "Which one?" });
    expect(story.refused(answer(story, "approve"))).toMatchObject({
      code: "decision_not_offered",
      offered: ["edit", "reject", "abort"],
    });
    story
      .when(answer(story, "edit", { edited: "The first." }))
      .then(
        { type: "approval.answered" },
        { type: "tool.returned", ok: true, output: "The first." },
        { type: "turn.started" },
      );
    story
      .when(answer(story, "reject"))
      .then({ type: "approval.answered" }, { type: "tool.refused", by: "person" }, { type: "turn.started" });
  });

  it("GATE15 DA-58 who answered, what, why and the edit are on record", () => {
    const story = held();
    const taken = story.when(answer(story, "edit", { edited: "{}", reason: "narrower" }), mara);
    expect(taken.records.at(-2)).toMatchObject({
      by: "person:mara",
      event: { type: "approval.answered", decision: "edit", reason: "narrower", edited: "{}" },
    });
  });
});
