// A person's own rules: made at a gate, matched by argument, looked at before they are made.

import { describe, expect, it } from "vitest";
import type { Command } from "../../src/domain/command.ts";
import type { LiveRule } from "../../src/domain/live-rule.ts";
import type { ApprovalId, TicketId } from "../../src/domain/ids.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import { rulePreviewOf } from "../../src/views/rules.ts";
import type { Taken } from "../support/given.ts";
import { stored } from "./compacted-story.ts";
import { abortTicket, answer, bareRun, command, edit, mara, open, read, replied, toolDone, trusted } from "./story.ts";

const add = (rule: Partial<LiveRule>, answers: readonly ApprovalId[] = []): Command => ({
  type: "rule.add",
  rule: { gate: "call", tool: "run", decision: "approve", ...rule },
  answer: answers,
});
const asking = (rules: RunConfig["rules"] = []): Taken => bareRun(["A", "B"], { ...trusted("ask"), rules });
const ruled = (...rules: Partial<LiveRule>[]): Taken =>
  rules.reduce((story, rule) => story.when(add(rule), mara), asking());

const outcome = (story: Taken, call: ToolCall): "passes" | "holds" | "is refused" => {
  const { types } = story.when(replied("A#1/1", [call]));
  if (types.includes("tool.called")) return "passes";
  return types.includes("approval.requested") ? "holds" : "is refused";
};
const editOf = (path: string): ToolCall => ({ ...edit, args: JSON.stringify({ path }) });

describe("a rule that a person makes while the run goes on", () => {
  it("RULE1 spares the next question, under its author's name, until it is taken back", () => {
    const made = ruled({ argv: ["npm", "test"] });
    expect(made.records.at(-1)).toMatchObject({
      by: "person:mara",
      event: { type: "rule.added", id: `R${made.state.seq}` },
    });
    expect(outcome(made, command("npm test"))).toBe("passes");
    expect(outcome(made, command("npm test -- x"))).toBe("holds");
    const removed = made.when({ type: "rule.remove", id: `R${made.state.seq}` }, mara);
    expect(outcome(removed, command("npm test"))).toBe("holds");
    expect(removed.refused({ type: "rule.remove", id: "R1" })).toEqual({ code: "rule_unknown", rule: "R1" });
  });

  it("RULE8 a call that it let run names it; one that nobody would have asked about does not", () => {
    const calledBy = (story: Taken, call: ToolCall): unknown =>
      story.when(replied("A#1/1", [call])).events.find(({ type }) => type === "tool.called");
    const made = ruled({ argv: ["npm", "test"] }, { tool: "read" });
    const [first = ""] = made.state.rules.map(({ id }) => id);
    expect(calledBy(made, command("npm test"))).toMatchObject({ rule: first });
    expect(calledBy(made, read)).not.toHaveProperty("rule");
    const trusting = bareRun(["A"], trusted("auto")).when(add({ argv: ["npm", "test"] }), mara);
    expect(calledBy(trusting, command("npm test"))).not.toHaveProperty("rule");
  });

  it("RULE2 a command is matched whole or by its first words, a path by a glob, a worker by ticket or kind", () => {
    const prefix = ruled({ argvPrefix: ["npm", "run"] });
    expect([outcome(prefix, command("npm run build")), outcome(prefix, command("npm runx"))]).toEqual([
      "passes",
      "holds",
    ]);
    const docs = ruled({ tool: "edit", path: "docs/**" });
    expect(
      ["docs/a.md", "./docs/b/c.md", "src/a.ts", "docs/../src/a.ts", "/docs/a.md"].map((path) =>
        outcome(docs, editOf(path)),
      ),
    ).toEqual(["passes", "passes", "holds", "holds", "holds"]);
    expect(outcome(ruled({ ticket: "B" as TicketId }), command())).toBe("holds");
    expect(outcome(ruled({ ticket: "A" as TicketId }), command())).toBe("passes");
    expect(outcome(ruled({ archetype: "coder" }), command())).toBe("passes");
    expect(outcome(ruled({ archetype: "writer" }), command())).toBe("holds");
  });

  it("RULE3 P14 a command that is not one plain command is released by no rule about commands", () => {
    const story = ruled({ argvPrefix: ["echo"] });
    for (const line of ["echo a && touch M", "echo $(touch M)", "echo a > M", "env echo a"])
      expect(outcome(story, command(line))).toBe("holds");
    expect(asking().refused(add({ argvPrefix: ["find"] }))).toMatchObject({ code: "rule_invalid" });
    expect(asking().refused(add({ argv: ["a"], path: "b" }))).toMatchObject({ code: "rule_invalid" });
    expect(asking().refused(add({ tool: "edit", argv: ["a"] }))).toMatchObject({ code: "rule_invalid" });
    expect(asking().refused(add({ gate: "spawn", tool: "*", path: "a" }))).toMatchObject({ code: "rule_invalid" });
    expect(asking().refused(add({ ticket: "nobody" as TicketId }))).toMatchObject({ code: "ticket_unknown" });
  });

  it("RULE3 a rule that rejects or asks and cannot see for certain has a person look, whatever the trust", () => {
    const rejecting = bareRun(["A"], trusted("auto")).when(
      add({ argvPrefix: ["git", "push"], decision: "reject" }),
      mara,
    );
    expect(outcome(rejecting, command("git push origin"))).toBe("is refused");
    expect(outcome(rejecting, command("cd x && git push"))).toBe("holds");
    expect(outcome(rejecting, command("npm test"))).toBe("passes");
    const secret = bareRun(["A"], trusted("auto")).when(
      add({ tool: "edit", path: "secrets/**", decision: "reject" }),
      mara,
    );
    expect(outcome(secret, editOf("src/../secrets/key"))).toBe("holds");
    expect(outcome(secret, { ...edit, args: stored(30_000) })).toBe("holds");
    const refused = secret.when(replied("A#1/1", [editOf("secrets/key")]));
    expect(refused.the("tool.refused")).toMatchObject({ by: "rule", output: expect.stringContaining("rejects it") });
  });

  it("RULE4 a rejection wins, then the narrowest speaks, then the newest, then what stands for every run", () => {
    const narrow = ruled({ argv: ["npm", "test"], decision: "ask" }, { tool: "*", decision: "approve" });
    expect([outcome(narrow, command()), outcome(narrow, command("make"))]).toEqual(["holds", "passes"]);
    const newest = ruled({ decision: "ask" }, { decision: "approve" });
    expect(outcome(newest, command())).toBe("passes");
    const rejected = ruled({ tool: "*", decision: "reject" }, { argv: ["npm", "test"] });
    expect(outcome(rejected, command())).toBe("is refused");
    const standing = { name: "no make", gate: "call", tool: "run", decision: "reject" } as const;
    expect(outcome(asking([standing]).when(add({}), mara), command())).toBe("is refused");
    const asks = { ...standing, decision: "ask" } as const;
    expect(outcome(asking([asks]).when(add({}), mara), command())).toBe("passes");
  });

  it("RULE4 it cannot weaken a run that a person set to step, and where nobody attends it answers all the same", () => {
    const step = bareRun(["A"], trusted("step")).when(add({ gate: "spawn", tool: "*" }), mara);
    const begun = step.when(answer(step, "approve")).when(add({}), mara);
    expect(outcome(begun, command())).toBe("holds");
    const alone = ruled({}).when({ type: "run.set_attended", attended: false });
    expect(outcome(alone, command())).toBe("passes");
  });

  it("RULE1 at the other gates it speaks too: starts, results, questions", () => {
    const held = bareRun(["A", "B: A"], { trust: "ask" }).when(add({ gate: "result", decision: "ask" }), mara);
    const run = held.when(replied("A#1/1", [command()]));
    const done = run.when(answer(run, "approve")).when(toolDone("A#1/1.0"));
    expect(done.the("approval.requested")).toMatchObject({ gate: "result" });
  });

  it("RULE5 open questions it answers only where the person said so, and only those it is about", () => {
    const two = asking()
      .when(replied("A#1/1", [command()]))
      .when(replied("B#1/1", [edit]));
    const ids = [...two.state.approvals.keys()];
    expect(two.when(add({}), mara).types).toEqual(["rule.added"]);
    const answered = two.when(add({ argv: ["npm", "test"] }, ids), mara);
    expect(answered.types).toEqual(["rule.added", "approval.answered", "tool.called"]);
    expect(answered.the("approval.answered")).toMatchObject({
      approval: ids[0],
      decision: "approve",
      reason: `by rule R${two.state.seq + 1}`,
    });
  });

  it("RULE6 its preview says for every question so far what it would have decided beside what was", () => {
    const first = asking().when(replied("A#1/1", [command()]));
    const yes = first
      .when(answer(first, "approve"))
      .when(toolDone("A#1/1.0"))
      .when(replied("A#1/2", [command()]));
    const no = yes.when(answer(yes, "reject", { reason: "no" }), mara).when(replied("A#1/3", [command(), read]));
    const third = open(no);
    const preview = rulePreviewOf(no.records, {
      gate: "call",
      tool: "run",
      argv: ["npm", "test"],
      decision: "approve",
    });
    expect(preview).toMatchObject({ asked: 3, counts: { matched: 3, same: 1, other: 1 }, answers: [third] });
    expect(preview.questions.map(({ would, did, by }) => [would, did, by])).toEqual([
      ["approve", "approve", "engine"],
      ["approve", "reject", "person:mara"],
      ["approve", "open", null],
    ]);
    expect(preview.words).toBe('approves every call of run that is exactly "npm test"');
    const other = rulePreviewOf(no.records, { gate: "call", tool: "edit", decision: "reject" });
    expect(other).toMatchObject({ asked: 3, counts: { matched: 0 }, answers: [] });
  });

  it("RULE1 a run that has ended takes none", () => {
    const over = bareRun(["A"]).when(abortTicket("A"));
    expect(over.refused(add({}))).toMatchObject({ code: "run_ended" });
  });
});
