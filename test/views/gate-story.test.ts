// What a person is told at a gate beside what is shown: effects, consequences, the reason, and what waits.

import { describe, expect, it } from "vitest";
import { contextCostInWords, contextCostOf, gateStoryOf, holdsUpInWords } from "../../src/views/gate-story.ts";
import type { GateStory } from "../../src/views/gate-story.ts";
import type { ContextCost } from "../../src/views/gate-story.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import type { Taken } from "../support/given.ts";
import {
  answer,
  ask,
  bareRun,
  command,
  edit,
  gitRun,
  ladder,
  makeTicket,
  prepared,
  read,
  replied,
  toolDone,
  trusted,
} from "../core/story.ts";

const ids = (...names: readonly string[]): TicketId[] => names as TicketId[];

const storyOf = (taken: Taken): GateStory => {
  const [approval] = taken.state.approvals.values();
  if (approval === undefined) throw new Error("nothing is asked");
  return gateStoryOf(taken.state, approval);
};

const costOf = (taken: Taken, characters?: number): ContextCost | undefined => {
  const [approval] = taken.state.approvals.values();
  if (approval === undefined) throw new Error("nothing is asked");
  return contextCostOf(taken.state, approval, characters);
};

describe("the story of a gate", () => {
  it("INBOX4 tells of a write where it goes, that it can be undone, and who else may touch the file", () => {
    const alone = gitRun(["A", "B: A", "C: B"], trusted("ask"))
      .when(prepared("A#1"))
      .when(replied("A#1/1", [edit]));
    expect(storyOf(alone)).toEqual({
      stands: "Waits before running",
      untilThen: "The worker is paused. Nothing has run.",
      effects: ["Writes a file", "No network"],
      follows: [
        "Writes a.ts in the worktree of A",
        "Can be undone: it reaches the run's branch only when the ticket is merged",
        "No other running ticket is meant to touch it",
      ],
      because: "Trust is ask, as the run was started: calls that change something wait for you.",
      holdsUp: ["B", "C"],
    });
    const two = gitRun(["A", makeTicket("B", { touches: ["*.ts"] })], trusted("ask"))
      .when(prepared("A#1"))
      .when(prepared("B#1"))
      .when(replied("A#1/1", [edit]));
    expect(storyOf(two).follows.at(-1)).toBe("B may touch it too");
  });

  it("INBOX4 tells of a command whether the sandbox holds it", () => {
    const inside = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    expect(storyOf(inside).effects).toEqual(["Runs a command", "No network"]);
    expect(storyOf(inside).follows.join("; ")).toContain("in the sandbox");
    const outside = bareRun(["A"], { ...trusted("ask"), sandbox: "none" }).when(replied("A#1/1", [command()]));
    expect(storyOf(outside).effects).toEqual(["Runs a command", "No sandbox: may reach everything"]);
    expect(storyOf(outside).follows.join("; ")).toContain("Cannot be undone");
  });

  it("INBOX4 says whose word holds the gate: a rule, the run, the ticket, the archetype", () => {
    const rule = { name: "look-at-commands", gate: "call", tool: "run", decision: "ask" } as const;
    const ruled = bareRun(["A"], { rules: [rule] }).when(replied("A#1/1", [command()]));
    expect(storyOf(ruled).because).toBe("The rule look-at-commands asks first.");
    const byHand = bareRun(["A"])
      .when({ type: "ticket.set_trust", ticket: ids("A")[0] ?? ("" as TicketId), trust: "step" })
      .when(replied("A#1/1", [read]));
    expect(storyOf(byHand).because).toContain("set for this ticket by hand");
    const planned = bareRun([makeTicket("A", { trust: "ask" })]).when(replied("A#1/1", [command()]));
    expect(storyOf(planned).because).toContain("as the plan says of this ticket");
    const question = bareRun(["A"]).when(replied("A#1/1", [ask()]));
    expect(storyOf(question)).toMatchObject({ stands: "Asks you", because: expect.stringContaining("always") });
  });

  it("INBOX5 reckons what an output takes of the window before the model sees it", () => {
    const cards = Object.fromEntries(ladder.map((id) => [id, { price: null, window: 10_000 }]));
    const held = bareRun(["A"], { ...trusted("step"), cards });
    const begun = held.when(answer(held, "approve"));
    const asked = begun.when(replied("A#1/1", [read]));
    const back = asked.when(answer(asked, "approve")).when(toolDone("A#1/1.0", "x".repeat(4_000)));
    expect(costOf(back)).toEqual({ tokens: 1_000, before: 0, after: 10 });
    expect(costOf(back, 40)).toMatchObject({ tokens: 10, after: 0 });
    expect(storyOf(back).follows).toEqual([
      "About 1.00k tokens enter the context (0 % to 10 % of the window)",
      "The worker goes on with its next step",
    ]);
    expect(contextCostInWords({ tokens: 12, before: null, after: null })).toBe("About 12 tokens enter the context");
    expect(costOf(asked)).toBeUndefined();
  });

  it("INBOX4 says what waits for the answer", () => {
    expect(holdsUpInWords([])).toBe("No other ticket waits for this one.");
    expect(holdsUpInWords(ids("B"))).toBe("1 ticket waits for this one: B.");
    expect(holdsUpInWords(ids("B", "C", "D", "E"))).toBe("4 tickets wait for this one: B, C and 2 more.");
  });
});
