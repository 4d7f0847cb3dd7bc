// The graph diff of a patch: what a person reads before it is taken.

import { describe, expect, it } from "vitest";
import { checkPatch } from "../../src/core/plan-patch.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import type { PatchRequest } from "../../src/domain/plan-patch.ts";
import { planDiffLines, planDiffOf, type PlanDiff } from "../../src/views/plan-diff.ts";
import { bareRun, finish, makeTicket, replied } from "../core/story.ts";
import type { Taken } from "../support/given.ts";
import { makePatch } from "../support/patch-model.ts";

const T = (id: string): TicketId => id as TicketId;

function diff(story: Taken, request: PatchRequest): PlanDiff {
  const checked = checkPatch(story.state, request, 100);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return planDiffOf(story.state, checked.patch);
}

/** A is completed; B and D run; C waits for B and E for C and D. */
const going = (): Taken =>
  bareRun(["A", "B: A", makeTicket("C: B", { title: "Sell abroad" }), "D: A", "E: C D"]).when(
    replied("A#1/1", [finish()]),
  );

const whole = makePatch({
  reason: "B is two things",
  add: [makeTicket("F: D", { weight: 5 })],
  drop: [T("C")],
  rewire: [{ ticket: T("E"), dependsOn: [T("B"), T("D")] }],
  split: [{ ticket: T("B"), into: [makeTicket("B1"), makeTicket("B2: B1")] }],
});

describe("the diff of a patch", () => {
  it("PATCH15 names what is added, dropped, split and rewired, whose work stops, and the longest path before and after", () => {
    expect(diff(going(), whole)).toEqual({
      reason: "B is two things",
      added: [{ id: "F", title: "F", dependsOn: ["D"] }],
      dropped: [{ id: "C", title: "Sell abroad", status: "pending" }],
      split: [
        {
          id: "B",
          title: "B",
          status: "running",
          into: [
            { id: "B1", title: "B1", dependsOn: ["A"] },
            { id: "B2", title: "B2", dependsOn: ["B1"] },
          ],
        },
      ],
      rewired: [{ id: "E", title: "E", before: ["C", "D"], after: ["B2", "D"] }],
      stopped: [{ ticket: "B", attempt: 1, model: "alpha/small", step: "turn 1: thinking", turns: 1 }],
      tickets: { before: 5, after: 6 },
      criticalPath: {
        before: { weight: 3, ids: ["B", "C", "E"] },
        after: { weight: 6, ids: ["D", "F"] },
      },
    });
  });

  it("PATCH15 reads as text", () => {
    expect(planDiffLines(diff(going(), whole)).join("\n")).toMatchInlineSnapshot(`
      "Why: B is two things

        / B  [running]  becomes 2 tickets:
            + B1  waits for A
            + B2  waits for B1
        + F  waits for D
        - C Sell abroad  [pending]
        > E  waits for B2 and D (before: C and D)

      Stops the worker on B (attempt 1, alpha/small, 1 turn): turn 1: thinking
      Tickets: 5 before, 6 after.
      Longest path still to do: 3 (B, C and E) before, 6 (D and F) after."
    `);
  });

  it("PATCH15 is the diff that taking the patch makes", () => {
    const story = going();
    const { criticalPath, tickets } = diff(story, whole);
    const after = story.when({ type: "plan.patch", patch: whole });
    const nothing = diff(after, makePatch({ add: [makeTicket("G", { weight: 0.1 })] }));
    expect([nothing.criticalPath.before, nothing.tickets.before]).toEqual([criticalPath.after, tickets.after]);
  });

  it("PATCH15 says so where no worker is stopped, and shows nothing that a terminal would obey", () => {
    const lines = planDiffLines(diff(going(), makePatch({ reason: "\u001b[31mred", add: [makeTicket("G")] })));
    expect(lines).toContain("No worker is stopped.");
    expect(lines.join("\n")).not.toContain("\u001b");
  });
});
