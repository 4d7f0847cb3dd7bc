// Tier 2 after a block: when it is asked, what its answer may do, and what a person's answer to that means.

import { describe, expect, it } from "vitest";
import type { ApprovalId, TicketId } from "../../src/domain/ids.ts";
import type { FailureCause } from "../../src/domain/outcome.ts";
import type { PatchRequest } from "../../src/domain/plan-patch.ts";
import { makePatch } from "../support/patch-model.ts";
import { answers, consultFails } from "./planned-story.ts";
import { blockedRun, proposed, replannedStory, replanning, splitOf } from "./replanned-story.ts";
import {
  abortTicket,
  answer,
  bareRun,
  failed,
  finish,
  limits,
  makeTicket,
  mara,
  pause,
  reopen,
  replied,
  resume,
  statusOf,
} from "./story.ts";

const T = (id: string): TicketId => id as TicketId;
const dropA: PatchRequest = makePatch({ drop: [T("A")], rewire: [{ ticket: T("B"), dependsOn: [] }] });

describe("tier 2 is asked", () => {
  it("PATCH11 after a block that another plan may get around, about that ticket", () => {
    const story = blockedRun();
    expect(story.the("consult.started")).toMatchObject({
      purpose: "replan",
      tier: 2,
      model: "alpha/lead",
      ticket: "A",
    });
    expect(story.duties.map(({ key }) => key)).toContainEqual(expect.stringContaining("consult"));
  });

  it.each<FailureCause>(["conflict", "verification_failed"])("PATCH11 after %s", (cause) => {
    expect(bareRun(["A"], replanning).when(failed("A#1", cause)).types).toContain("consult.started");
  });

  it.each<FailureCause>(["user_rejected", "unattended", "environment", "budget", "timeout", "turn_limit"])(
    "PATCH11 not after %s",
    (cause) => {
      expect(bareRun(["A"], replanning).when(failed("A#1", cause)).types).not.toContain("consult.started");
    },
  );

  it("PATCH11 once for each ticket, and only so often in a run", () => {
    const story = proposed(blockedRun({ trust: "auto" }), splitOf("A", "A1"));
    const again = story.when(replied("A1#1/1", [finish("blocked", "no")]));
    expect(again.the("consult.started").ticket).toBe("A1");
    const given = again.when(consultFails(again, "bad_request"));
    const reopened = given.when(reopen("A1"), mara).when(replied("A1#2/1", [finish("blocked", "still no")]));
    expect(reopened.types).not.toContain("consult.started");
    expect(blockedRun(limits({ attempts: 1, replans: 0 })).types).not.toContain("consult.started");
  });

  it("PATCH11 not where it is not configured, and not where nobody could sign its answer", () => {
    expect(blockedRun({ planning: { replan: false, diagnosis: false } }).types).not.toContain("consult.started");
    expect(blockedRun({ tiers: {} }).types).not.toContain("consult.started");
    expect(blockedRun({ attended: false }).types).not.toContain("consult.started");
    const done = blockedRun({ attended: false }).when(replied("C#1/1", [finish()]));
    expect(done.the("run.ended").outcome).toBe("blocked");
  });
});

describe("its answer", () => {
  it("PATCH12 is a patch, put to the person where the gate `plan` holds", () => {
    const story = proposed(blockedRun());
    story.then(
      { type: "consult.replied" },
      { type: "plan.proposed", blocked: "A", patch: { drop: ["A"], split: [{ ticket: "A", into: ["A1", "A2"] }] } },
      { type: "approval.requested", gate: "plan" },
      { type: "consult.ended", result: "used" },
    );
    expect(story.the("plan.proposed").approval).toBe(story.the("approval.requested").approval);
    expect(statusOf(story, "A")).toBe("blocked");
  });

  it("PATCH12 is taken at once under trust auto", () => {
    const story = proposed(blockedRun({ trust: "auto" }));
    expect(story.the("plan.patched")).toMatchObject({ blocked: "A" });
    expect(story.types).not.toContain("approval.requested");
    expect([statusOf(story, "A"), statusOf(story, "A1"), statusOf(story, "B")]).toEqual([
      "cancelled",
      "running",
      "pending",
    ]);
  });

  it("PATCH12 goes back with everything that is wrong with it, a bounded number of times, then the block stays", () => {
    const asked = blockedRun(limits({ attempts: 1, planRounds: 2 }));
    const first = asked.when(
      answers(asked, JSON.stringify({ reason: "x", drop: ["Z"], rewire: [{ ticket: "B", dependsOn: ["Y"] }] })),
    );
    expect(first.the("consult.returned").problems).toEqual([
      'drop[0]: "Z" is no ticket of this plan; did you mean "A"? See its tickets with `tutti replan show`.',
      'rewire[0].dependsOn: "Y" is no ticket of this plan; did you mean "A"? Correct the id, add that ticket, or leave it out.',
      "patch: leaves A blocked as it is. Split it, into one part or more, or drop it and rewire what waits for it.",
    ]);
    const second = first.when(answers(first, "I would rather not"));
    expect(second.the("consult.ended")).toMatchObject({ result: "given_up" });
    expect(second.when(replied("C#1/1", [finish()])).the("run.ended")).toMatchObject({ outcome: "blocked" });
  });

  it("PATCH12 stops no worker and leaves no block as it is", () => {
    const asked = blockedRun();
    const returned = asked.when(
      answers(
        asked,
        JSON.stringify({ reason: "x", drop: ["C"], add: [{ id: "D", description: "D", archetype: "coder" }] }),
      ),
    );
    expect(returned.the("consult.returned").problems.map((problem) => problem.split(".")[0])).toEqual([
      "patch: leaves A blocked as it is",
      "patch: stops the worker that is on C",
    ]);
  });

  it("PATCH12 says what is to be done, never by which model or with what trust; its tickets belong to the blocked one's track", () => {
    const asked = bareRun([makeTicket("A", { track: "shop" })], replanning).when(
      replied("A#1/1", [finish("blocked", "no")]),
    );
    const ticket = {
      id: "D",
      description: "D",
      archetype: "coder",
      models: ["alpha/small"],
      trust: "auto",
      startRung: 2,
    };
    const story = asked.when(answers(asked, JSON.stringify({ reason: "x", drop: ["A"], add: [ticket] })));
    const [added] = story.the("plan.proposed").patch.add;
    expect(added).toMatchObject({ models: [], startRung: 0, track: "shop" });
    expect(added).not.toHaveProperty("trust");
  });

  it("PATCH19 without a change it means that only a person can help: the block stays, and the log says why", () => {
    const asked = blockedRun();
    const story = asked.when(answers(asked, JSON.stringify({ reason: "the key of the payment service is missing" })));
    expect(story.the("consult.ended")).toEqual({
      type: "consult.ended",
      consult: asked.the("consult.started").consult,
      result: "given_up",
      detail: "tier 2 knows no other plan: the key of the payment service is missing",
    });
    expect(story.when(replied("C#1/1", [finish()])).the("run.ended").outcome).toBe("blocked");
  });

  it("PATCH13 nobody attends any more when it comes: it is given up, and says why", () => {
    const alone = blockedRun().when({ type: "run.set_attended", attended: false });
    expect(proposed(alone).the("consult.ended")).toMatchObject({
      result: "given_up",
      detail: "the patch needs a person's signature and nobody attends this run",
    });
  });

  it("PATCH12 may not make the plan larger than tier 2's plans may be", () => {
    const asked = blockedRun(limits({ attempts: 1, planTickets: 3 }));
    const returned = asked.when(answers(asked, splitOf("A", "A1", "A2")));
    expect(returned.the("consult.returned").problems).toEqual([
      "patch: leaves a plan of 4 tickets; the most is 3. Make fewer, larger tickets.",
    ]);
  });
});

describe("a person's answer to it", () => {
  it("PATCH13 approve takes exactly what was shown", () => {
    const offered = proposed(blockedRun());
    const signed = offered.when(answer(offered, "approve"), mara);
    expect(signed.the("plan.patched")).toEqual({
      type: "plan.patched",
      patch: offered.the("plan.proposed").patch,
      blocked: "A",
      approval: offered.the("approval.requested").approval,
    });
    expect(signed.state.proposals.size).toBe(0);
    expect(signed.records.at(-1)?.by).toBe("person:mara");
  });

  it("PATCH13 a run re-planned goes on to its end", () => {
    const story = replannedStory();
    expect(story.the("run.ended")).toMatchObject({
      outcome: "completed",
      reason: "all 3 tickets are completed; 2 were dropped from the plan",
    });
  });

  it("PATCH13 edit puts the person's patch in its place", () => {
    const offered = proposed(blockedRun());
    expect(offered.refused(answer(offered, "edit", { edited: "..." }), mara).code).toBe("edit_missing");
    const wrong = makePatch({ drop: [T("Z")] });
    expect(offered.refused(answer(offered, "edit", { edited: "...", patch: wrong }), mara).code).toBe("invalid_patch");
    const edited = offered.when(answer(offered, "edit", { edited: "...", patch: dropA }), mara);
    expect(edited.the("plan.patched").patch).toMatchObject({ drop: ["A"], add: [] });
    expect(statusOf(edited, "B")).toBe("running");
  });

  it("PATCH13 reject leaves the ticket blocked; abort ends the run", () => {
    const offered = proposed(blockedRun().when(replied("C#1/1", [finish()])));
    const rejected = offered.when(answer(offered, "reject", { reason: "no" }), mara);
    expect(rejected.the("run.ended").outcome).toBe("blocked");
    expect(statusOf(rejected, "A")).toBe("blocked");
    expect(offered.when(answer(offered, "abort"), mara).the("run.ended").outcome).toBe("aborted");
  });

  it("PATCH13 a patch that no longer fits is not taken, and says why", () => {
    const offered = proposed(
      blockedRun(),
      JSON.stringify({ reason: "x", drop: ["A"], rewire: [{ ticket: "B", dependsOn: ["C"] }] }),
    );
    const changed = offered.when({ type: "plan.patch", patch: makePatch({ add: [makeTicket("D: A")] }) }, mara);
    expect(changed.state.proposals.size).toBe(1);
    expect(changed.refused({ ...answer(offered, "approve") }, mara)).toMatchObject({
      code: "invalid_patch",
      problems: [{ problem: "A leaves the plan, but D still waits for it" }],
    });
  });
});

describe("a run that re-plans", () => {
  it("PATCH14 does not end while tier 2 or a person is asked", () => {
    const asked = blockedRun().when(replied("C#1/1", [finish()]));
    expect(asked.state.phase).toBe("running");
    const offered = proposed(asked);
    expect(offered.state.phase).toBe("running");
    expect(offered.duties).toEqual([]);
  });

  it("PATCH14 the question is void when the ticket is opened again, dropped or cancelled", () => {
    const asked = blockedRun();
    expect(asked.when(reopen("A"), mara).the("consult.ended").result).toBe("void");
    const offered = proposed(asked);
    const { approval } = offered.the("approval.requested");
    const dropped = offered.when({ type: "plan.patch", patch: dropA }, mara);
    expect(dropped.the("approval.voided")).toEqual({
      type: "approval.voided",
      approval,
      reason: "A is no longer in the plan",
    });
    expect(dropped.refused({ ...answer(offered, "approve") }, mara).code).toBe("approval_void");
    expect(offered.when(abortTicket("A"), mara).the("approval.voided").reason).toBe("A is no longer blocked");
  });

  it("PATCH14 an aborted run asks nothing any more", () => {
    const offered = proposed(blockedRun());
    const aborted = offered.when({ type: "run.abort", reason: "enough" }, mara);
    expect([aborted.state.proposals.size, aborted.state.approvals.size]).toEqual([0, 0]);
    const asked = blockedRun().when({ type: "run.abort", reason: "enough" }, mara);
    expect(asked.state.consults.size).toBe(0);
  });

  it("PATCH14 two blocks are two questions, answered in any order", () => {
    const both = blockedRun().when(replied("C#1/1", [finish("blocked", "me too")]));
    const [a, c] = [...both.state.consults.values()];
    const answerTo = (consult: typeof a, patch: string) => ({
      ...answers(blockedRun(), patch),
      consult: consult?.id as never,
    });
    const second = both.when(answerTo(c, JSON.stringify({ reason: "x", drop: ["C"] })));
    const first = second.when(answerTo(a, splitOf("A", "A1")));
    expect(first.state.proposals.size).toBe(2);
    const ids = [...first.state.proposals.keys()] as ApprovalId[];
    const signed = ids
      .toReversed()
      .reduce(
        (story, approval) => story.when({ type: "approval.answer", approval, decision: "approve", reason: "" }, mara),
        first,
      );
    expect([signed.state.dropped, statusOf(signed, "A1")]).toEqual([2, "running"]);
  });

  it("PATCH14 a pause holds the question back; the run does not end meanwhile", () => {
    const paused = bareRun(["A"], replanning)
      .when(pause(true))
      .when(replied("A#1/1", [finish("blocked", "no")]));
    expect(paused.types).toContain("ticket.blocked");
    expect(paused.types).not.toContain("consult.started");
    expect([paused.state.phase, paused.duties]).toEqual(["running", []]);
    expect(paused.when(resume).the("consult.started")).toMatchObject({ purpose: "replan", ticket: "A" });
    expect(paused.when(reopen("A"), mara).when(resume).types).not.toContain("consult.started");
  });

  it("PATCH11 somebody comes to attend while the run goes on: then it is asked", () => {
    const alone = blockedRun({ attended: false });
    expect(alone.when({ type: "run.set_attended", attended: true }, mara).the("consult.started").ticket).toBe("A");
  });

  it("PATCH11 a budget that does not allow the call is told, and it is not asked again", () => {
    const poor = { budgets: { tiers: { "2": { tokens: 10 } } }, cards: {} };
    const story = blockedRun(poor);
    expect(story.the("budget.passed_over")).toMatchObject({ purpose: "replan", ticket: "A" });
    expect(story.when(replied("C#1/1", [finish()])).types).not.toContain("budget.passed_over");
  });

  it("PATCH14 a pause holds back what a patch would start", () => {
    const offered = proposed(blockedRun()).when(pause());
    const signed = offered.when(answer(offered, "approve"), mara);
    expect(statusOf(signed, "A1")).toBe("ready");
    expect(statusOf(signed.when(resume), "A1")).toBe("running");
  });
});
