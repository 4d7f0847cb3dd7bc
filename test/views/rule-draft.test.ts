// The rules that can be made of a request in view.

import { describe, expect, it } from "vitest";
import { makeRule, ruleDraftOf, type RuleDraft } from "../../src/views/rule-draft.ts";
import type { Taken } from "../support/given.ts";
import { ask, bareRun, command, edit, open, replied, trusted } from "../core/story.ts";

const draftOf = (taken: Taken): RuleDraft => {
  const draft = ruleDraftOf(taken.state, open(taken));
  if (draft === undefined) throw new Error("no rule can be made of it");
  return draft;
};

const words = (draft: RuleDraft): readonly string[] => draft.matches.map((each) => each.words);

describe("a rule made of a request", () => {
  it("INBOX8 offers what it could be about, from narrow to wide", () => {
    const asking = bareRun(["A"], trusted("ask"));
    const run = draftOf(asking.when(replied("A#1/1", [command("npm test -- --run")])));
    expect(words(run)).toEqual(["Exactly npm test -- --run", "Whatever begins with npm test", "Any call of run"]);
    expect(run.scopes.map((each) => each.words)).toEqual([
      "This ticket, A",
      "Every worker of the kind coder",
      "The whole run",
    ]);
    expect(words(draftOf(asking.when(replied("A#1/1", [edit]))))).toEqual(["This file, a.ts", "Any call of edit"]);
    // What a shell would make of it cannot be told for certain.
    expect(words(draftOf(asking.when(replied("A#1/1", [command("npm test; rm -rf .")]))))).toEqual(["Any call of run"]);
    expect(draftOf(asking.when(replied("A#1/1", [ask()])))).toMatchObject({ gate: "question", tool: "*", matches: [] });
  });

  it("INBOX8 makes the rule of what was chosen, or says why it cannot be", () => {
    const draft = draftOf(bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command("npm test")])));
    expect(makeRule(draft, { match: 0, scope: 0, decision: "approve" })).toEqual({
      gate: "call",
      tool: "run",
      argv: ["npm", "test"],
      ticket: "A",
      decision: "approve",
    });
    expect(makeRule(draft, { match: 1, scope: 2, decision: "reject" })).toEqual({
      gate: "call",
      tool: "run",
      decision: "reject",
    });
    const open = { ...draft, matches: [{ words: "", part: { argvPrefix: ["node", "x"] } }] };
    expect(makeRule(open, { match: 0, scope: 0, decision: "approve" })).toEqual({
      problem: expect.stringContaining("node") as unknown,
    });
  });

  it("INBOX8 is not offered for plans", () => {
    const asked = bareRun(["A"], trusted("ask"));
    expect(ruleDraftOf(asked.state, "A1" as never)).toBeUndefined();
  });
});
