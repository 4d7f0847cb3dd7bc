// A table that makes the plan of a goal: what becomes of what they agree on, and of what they do not.

import { describe, expect, it } from "vitest";
import { entryOf, type Deliberation } from "../../../src/core/deliberation/state.ts";
import { planStory } from "../../../src/core/deliberation/plan-story.ts";
import { draftedTickets } from "../../../src/core/planning.ts";
import { defaultLimits } from "../../../src/domain/config.ts";
import type { ApprovalId } from "../../../src/domain/ids.ts";
import type { Command } from "../../../src/domain/command.ts";
import { headOf } from "../../../src/domain/text.ts";
import { entry, says, vote, type Options, type Played, type Script, type Turn } from "./play.ts";
import { agreeing, both, byFeature, byLayer, planning, planOf, proposing } from "./planning-script.ts";

const answered = (decision: "approve" | "reject", at: number): NonNullable<Options["meanwhile"]>[number] => ({
  at,
  command: (state): Command => {
    const [open] = state.approvals.values();
    return {
      type: "approval.answer",
      approval: open?.id ?? ("A0" as ApprovalId),
      decision,
      reason: "",
      ...(open === undefined ? {} : { digest: open.digest }),
    };
  },
});

const idsOf = (played: Played): readonly string[] => draftedTickets(played.state).map(({ id }) => id);
const shownAt = (played: Played): { story?: string[] } =>
  JSON.parse(headOf(played.all("approval.requested")[0]?.shown ?? "{}")) as { story?: string[] };

describe("a plan that is made at a table", () => {
  it("DLB24 PDEL1 a fork at any record goes on at the same table, to a plan that waits for a signature", () => {
    // Each looks at what stands there before it writes: it may be asked for an answer that is half recorded.
    const turnOf =
      (key: string, plan: object) =>
      (_call: number, seen: Deliberation): Turn => {
        if (entryOf(seen, "synthesis", "plan") !== undefined) return says({ status: "done", votes: [vote(1)] });
        if (entryOf(seen, "solutions", key) === undefined) return says({ entries: [proposing(key, plan)] });
        return key === "by-layer"
          ? says({ entries: [entry("synthesis", "plan", 0, "Both.", { plan: both })] })
          : says({});
      };
    const script: Script = { ALPHA: turnOf("by-layer", byLayer), BETA: turnOf("by-feature", byFeature) };
    const { records } = planning(script);
    const last = records.findIndex(({ event }) => event.type === "plan.tracked");
    expect(last).toBeGreaterThan(20);
    for (let seq = 1; seq <= last; seq += 1) {
      const fork = planning(script, { forkOf: records.slice(0, seq) });
      expect(fork.rejections, `at ${seq}`).toEqual([]);
      expect(fork.all("deliberation.opened"), `at ${seq}`).toHaveLength(1);
      expect(fork.all("plan.tracked"), `at ${seq}`).toMatchObject([{ deliberated: { key: "plan" } }]);
      expect(idsOf(fork)).toEqual(["C1", "F1"]);
      expect(fork.state.approvals.size, `at ${seq}`).toBe(1);
    }
  });

  it("PDEL1 what both accept becomes the draft, as answers of the tiers would, and no tier is asked", () => {
    const played = planning(agreeing);
    expect(played.all("deliberation.opened")).toMatchObject([
      { purpose: "plan", objective: { text: "Sell books abroad." } },
    ]);
    expect(played.outcome).toBe("consensus");
    expect(played.all("plan.tracked")).toMatchObject([
      { tracks: [{ id: "core" }], deliberated: { key: "plan", version: 1 } },
    ]);
    expect(played.all("plan.added")).toMatchObject([{ track: "core", tickets: [{ id: "C1" }, { id: "F1" }] }]);
    expect(played.all("consult.started").every(({ deliberation }) => deliberation !== undefined)).toBe(true);
    expect(played.all("approval.requested")).toMatchObject([{ gate: "plan" }]);
    expect(played.state.phase).toBe("planning");
  });

  it("PDEL1 a signature settles it, and a run that is only planned ends so", () => {
    const played = planning(agreeing, { meanwhile: [answered("approve", 60_000)] });
    expect(played.all("plan.accepted")).toMatchObject([{ tickets: 2 }]);
    expect(played.state.ended).toMatchObject({ outcome: "planned" });
  });

  it("PDEL1 each part comes with its track, in the order of the tracks", () => {
    const played = planning({
      ...agreeing,
      ALPHA: [
        says({ entries: [entry("synthesis", "plan", 0, "By layer.", { plan: byLayer })], votes: [vote(1)] }),
        says({ status: "done" }),
      ],
      BETA: [says({}), says({ status: "done", votes: [vote(1)] })],
    });
    expect(played.all("plan.added").map(({ track }) => track)).toEqual(["core", "shop"]);
    expect(idsOf(played)).toEqual(["C1", "C2", "S1"]);
  });

  it("PDEL2 a plan that is not sound goes back with everything that is wrong with it, and is not written", () => {
    const ring = planOf({ tracks: ["a"], tickets: { a: ["A1:A2", "A2:A1", "A3:A9"] } });
    const bare = planOf({ tracks: ["a", "b"], tickets: { a: ["A1"], c: ["C1"] } });
    const played = planning({
      ...agreeing,
      ALPHA: [
        says({ entries: [proposing("ring", ring), proposing("bare", bare)] }),
        ...(agreeing["ALPHA"] as readonly Turn[]),
      ],
    });
    const [returned] = played.all("consult.returned");
    const problems = returned?.problems.join("\n") ?? "";
    expect(problems).toContain("entries: solutions/ring: plan: ");
    expect(problems).toContain("these tickets wait for each other: A1 -> A2 -> A1");
    expect(problems).toContain('"A9" is no ticket of this plan');
    expect(problems).toContain('entries: solutions/bare: plan: Ticket C1: "c" is no track of this plan');
    expect(problems).toContain("Track b: it has no tickets");
    expect(played.all("deliberation.written").map(({ key }) => key)).not.toContain("ring");
    expect(played.outcome).toBe("consensus");
  });

  it("PDEL2 a proposal without a plan, a plan among the problems, a patch, too many tickets, a kind of worker there is not", () => {
    const strange = {
      tracks: (byFeature as { tracks: object[] }).tracks,
      tickets: [{ id: "X", description: "Do X.", archetype: "wizard", track: "all" }],
      why: "because",
    };
    const played = planning(
      {
        ...agreeing,
        ALPHA: [
          says({
            entries: [
              entry("solutions", "words", 0, "Only words."),
              entry("problem", "early", 0, "A plan.", { plan: both }),
              entry("solutions", "done", 0, "Done already.", { plan: both, patch: "--- a\n+++ b\n" }),
              proposing("large", byLayer),
              proposing("strange", strange),
            ],
          }),
          ...(agreeing["ALPHA"] as readonly Turn[]),
        ],
      },
      { config: { limits: { ...defaultLimits, planTickets: 2 } } },
    );
    const problems = played.all("consult.returned")[0]?.problems.join("\n") ?? "";
    expect(problems).toContain("solutions/words: there is no plan");
    expect(problems).toContain("problem/early: a plan belongs into solutions or synthesis");
    expect(problems).toContain("solutions/done: this table plans the work");
    expect(problems).toContain("The plan would have 3 tickets; the most is 2");
    expect(problems).toContain('"why" is no part of a plan');
  });

  it("PDEL2 what a model says of models, trust and rungs does not count", () => {
    const bold = {
      tracks: (byFeature as { tracks: object[] }).tracks,
      tickets: [
        {
          id: "F1",
          description: "Do it.",
          archetype: "coder",
          track: "all",
          trust: "auto",
          models: ["dear/one"],
          startRung: 2,
          strategy: "deliberate",
        },
      ],
    };
    const played = planning({
      ALPHA: [
        says({ entries: [entry("synthesis", "plan", 0, "It.", { plan: bold })], votes: [vote(1)] }),
        says({ status: "done" }),
      ],
      BETA: [says({}), says({ status: "done", votes: [vote(1)] })],
    });
    const [ticket] = draftedTickets(played.state);
    expect(ticket).toMatchObject({ id: "F1", models: [], startRung: 0, track: "all" });
    expect(ticket).not.toHaveProperty("trust");
    expect(ticket).not.toHaveProperty("strategy");
    expect(played.all("deliberation.written").find(({ section }) => section === "synthesis")?.text).not.toContain(
      "dear/one",
    );
  });

  it("PDEL3 without an agreement the mediator's last plan is put before the person, with who does not stand for it and why", () => {
    const played = planning({
      ALPHA: [says({ entries: [proposing("by-layer", byLayer)] }), says({ status: "done" })],
      BETA: [
        says({ entries: [proposing("by-feature", byFeature)] }),
        says({ status: "done" }),
        says({ status: "done", votes: [vote(1, "reject")] }),
      ],
      GAMMA: [
        says({ entries: [entry("synthesis", "plan", 0, "In the middle.", { plan: both })], status: "done" }),
        says({ status: "done" }),
      ],
    });
    expect(played.outcome).toBe("deadlock");
    expect(played.all("plan.tracked")).toMatchObject([{ deliberated: { key: "plan", version: 1 } }]);
    expect(idsOf(played)).toEqual(["C1", "F1"]);
    const { story = [] } = shownAt(played);
    expect(story[0]).toBe("Deliberated: ALPHA and BETA proposed plans; GAMMA mediated.");
    expect(story[1]).toContain("They did not agree (deadlock: ");
    expect(story[1]).toContain("This plan is what GAMMA put together: synthesis/plan version 1, written by GAMMA.");
    expect(story).toContain('BETA does not stand for it: "reject it"');
    expect(story).toContain("ALPHA does not stand for it and gave no reason.");
  });

  it("PDEL3 likewise its last word at an abort, where that holds a plan", () => {
    const played = planning(
      {
        ALPHA: [says({ entries: [proposing("by-layer", byLayer)] })],
        BETA: [says({ entries: [proposing("by-feature", byFeature)] })],
        GAMMA: [says({ status: "done" })],
        "GAMMA last": [{ kind: "says", answer: { key: "rescue", text: "Saved.", plan: both }, ms: 10 }],
      },
      { limits: { rounds: 1 } },
    );
    expect(played.outcome).toBe("iteration_limit");
    expect(played.all("plan.tracked")).toMatchObject([{ deliberated: { key: "rescue", version: 1 } }]);
    expect(idsOf(played)).toEqual(["C1", "F1"]);
  });

  it("PDEL3 what more than half stand for goes before the mediator's own", () => {
    const played = planning({
      ALPHA: [
        says({ entries: [entry("synthesis", "plan", 0, "Mine.", { plan: byLayer })], votes: [vote(1)] }),
        says({ status: "done" }),
      ],
      BETA: [says({ status: "done", votes: [] }), says({ status: "done", votes: [vote(1, "reject")] })],
      GAMMA: [
        says({
          status: "done",
          votes: [vote(1)],
          entries: [entry("synthesis", "other", 0, "Other.", { plan: both })],
        }),
        says({ status: "done" }),
      ],
    });
    expect(played.outcome).toBe("majority_with_dissent");
    expect(planStory(played.state)[1]).toContain("ALPHA and GAMMA stand for this plan: synthesis/plan version 1");
    expect(idsOf(played)).toEqual(["C1", "C2", "S1"]);
  });

  it("PDEL4 where the table leaves no plan, tiers 1 and 2 are asked once, and the gate says so", () => {
    const played = planning({
      ALPHA: [says({ entries: [proposing("by-layer", byLayer)] }), says({ status: "done" })],
      BETA: [says({ entries: [proposing("by-feature", byFeature)] }), says({ status: "done" })],
      GAMMA: [says({ status: "done" })],
    });
    expect(played.outcome).toBe("deadlock");
    expect(played.all("deliberation.opened")).toHaveLength(1);
    expect(played.all("consult.started").filter(({ purpose }) => purpose === "tracks")).toHaveLength(1);
    expect(played.all("plan.tracked")[0]).not.toHaveProperty("deliberated");
    expect(idsOf(played)).toEqual(["O1"]);
    expect(shownAt(played).story?.[1]).toContain("Tiers 1 and 2 are asked for one, and shown what was proposed.");
  });

  it("PDEL4 also where both proposers break", () => {
    const broken: Turn = { kind: "breaks", ms: 10 };
    const played = planning({ ALPHA: [broken], BETA: [broken] });
    expect(played.outcome).toBe("crashed");
    expect(idsOf(played)).toEqual(["O1"]);
    expect(shownAt(played).story?.[0]).toBe("Deliberated: Nobody proposed a plan.");
  });

  it("PDEL5 a pause holds the table, and an abort ends it in order before the run ends", () => {
    const paused = planning(agreeing, {
      meanwhile: [
        { at: 500, command: () => ({ type: "run.pause", reason: "lunch", drain: false }) },
        { at: 3_600_000, command: () => ({ type: "run.resume" }) },
      ],
    });
    expect(paused.outcome).toBe("consensus");
    expect(idsOf(paused)).toEqual(["C1", "F1"]);
    const aborted = planning(agreeing, {
      meanwhile: [{ at: 1_500, command: () => ({ type: "run.abort", reason: "enough" }) }],
    });
    expect(aborted.outcome).toBe("cancelled");
    expect(aborted.state.ended).toMatchObject({ outcome: "aborted" });
    expect(aborted.all("plan.tracked")).toEqual([]);
    expect(aborted.all("consult.started").some(({ purpose }) => purpose === "tracks")).toBe(false);
  });

  it("PDEL5 the call that no budget allows ends the table, and a person is asked what planning may cost", () => {
    const played = planning(agreeing, { config: { budgets: { run: { turns: 3 } } } });
    expect(played.outcome).toBe("budget");
    expect(played.all("approval.requested")).toMatchObject([{ gate: "budget" }]);
  });

  it("PDEL1 a run that wants no table has none, and its plan is made as ever", () => {
    const played = planning(agreeing, { isWanted: false });
    expect(played.all("deliberation.opened")).toEqual([]);
    expect(idsOf(played)).toEqual(["O1"]);
    expect(shownAt(played)).not.toHaveProperty("story");
  });
});
