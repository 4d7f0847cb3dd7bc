// A result is read by tier 2 before it merges: QA rules.

import { describe, expect, it } from "vitest";
import { conversationOf } from "../../src/core/conversation.ts";
import { headOf } from "../../src/domain/text.ts";
import { boardOf } from "../../src/views/board.ts";
import { reportOf } from "../../src/views/report.ts";
import { statusLines } from "../../src/cli/status-lines.ts";
import type { Taken } from "../support/given.ts";
import {
  approves,
  checkedConfig,
  checkedStory,
  faults,
  finding,
  finishedRun,
  finishes,
  reviewedRun,
  says,
  sendsBack,
} from "./checked-story.ts";
import { answers } from "./planned-story.ts";
import {
  abortTicket,
  adopt,
  attemptOf,
  gitRun,
  merged,
  pause,
  prepared,
  red,
  resume,
  running,
  statusOf,
  verified,
} from "./story.ts";

const remark = { ...finding, name: "naming", severity: "low" };

describe("the review", () => {
  it("QA6 a result is put to tier 2 after its checks and before its merge; approved, it joins the queue", () => {
    const asked = reviewedRun();
    asked.then(
      { type: "verify.passed" },
      { type: "consult.started", purpose: "review", tier: 2, model: "alpha/lead", ticket: "A", attempt: 1 },
    );
    const passed = says(asked, approves(remark));
    passed.then(
      { type: "consult.replied" },
      { type: "consult.ended", result: "used" },
      { type: "review.closed", verdict: "approved", findings: [remark] },
      { type: "merge.queued" },
    );
    expect(passed.duties.map(({ key }) => key)).toEqual(["merge:A#1"]);
  });

  it("QA6 without checks too", () => {
    expect(finishedRun({ verify: [] }).types).toEqual(["turn.replied", "finish.reported", "consult.started"]);
  });

  it("QA6 a kind of worker that does not ask for it is not reviewed", () => {
    expect(reviewedRun({ review: false }).types).toEqual(["verify.passed", "merge.queued"]);
  });

  it("QA5 its cost stands on tier 2's line", () => {
    expect(says(reviewedRun(), approves()).state.spend.get("2|alpha/lead")?.costMicros).toBe(7);
  });
});

describe("sent back", () => {
  it("QA7 the worker gets the findings and has to finish and pass its checks again", () => {
    const back = says(reviewedRun(), sendsBack());
    back.then(
      { type: "consult.replied" },
      { type: "consult.ended", result: "used" },
      { type: "review.closed", verdict: "sent_back", findings: [{ name: "lost-update" }] },
      { type: "note.added", kind: "review" },
      { type: "turn.started", turn: 2 },
    );
    const last = conversationOf(attemptOf(back, "A"), "brief").at(-1);
    const words = last?.role === "user" ? last.texts.map(headOf).join("\n") : "";
    expect(words).toMatch(/<<<data [0-9a-f]{16} "findings of the review"\n- lost-update \(high, store\.ts\): Two/);
    expect(attemptOf(back, "A").finishing).toBe(null);
    const again = finishes(back, "A#1/2");
    expect(again.duties.map(({ key }) => key)).toEqual(["verify:A#1~1"]);
    expect(again.when(verified("A#1", 1)).types).toEqual(["verify.passed", "consult.started"]);
  });

  it("QA7 at most review_rounds times, then the attempt fails and the next one climbs, told the findings", () => {
    const back = says(reviewedRun({ limits: { reviewRounds: 1 } }), sendsBack("one"));
    const again = finishes(back, "A#1/2").when(verified("A#1", 1));
    const over = says(again, sendsBack("two", "three"));
    expect(over.the("attempt.failed").failure).toMatchObject({
      cause: "review_rejected",
      detail: "the review sent it back for two, three",
      diagnosis: expect.stringContaining("- two (high, store.ts)"),
    });
    expect(over.types.filter((type) => type === "consult.ended")).toHaveLength(1);
    expect(attemptOf(over, "A")).toMatchObject({ attempt: 2, rung: 1, sentBack: 0 });
  });

  it("QA7 with no round at all the first word counts", () => {
    const over = says(reviewedRun({ limits: { reviewRounds: 0, attempts: 1 } }), sendsBack());
    expect(over.types).toEqual([
      "consult.replied",
      "consult.ended",
      "review.closed",
      "attempt.failed",
      "ticket.blocked",
      "run.ended",
    ]);
    expect(statusOf(over, "A")).toBe("blocked");
  });

  it("QA7 the same findings twice in a row are not tried a third time", () => {
    let story = says(reviewedRun({ limits: { reviewRounds: 0 } }), sendsBack("a", "b"));
    story = finishes(story.when(prepared("A#2")), "A#2/1").when(verified("A#2"));
    story = says(story, sendsBack("b", "a"));
    expect(statusOf(story, "A")).toBe("blocked");
  });

  it("QA7 a check that is red after a review counts in its own rounds", () => {
    const back = says(reviewedRun({ tiers: { "2": ["alpha/lead" as never] } }), sendsBack());
    const again = finishes(back, "A#1/2").when(red("A#1", 1));
    expect(again.types).toEqual(["verify.failed", "note.added", "turn.started"]);
  });
});

describe("a review that cannot be had", () => {
  const passes = (story: Taken, reason: RegExp): void => {
    expect(story.events.slice(-2)).toMatchObject([
      { type: "review.closed", verdict: "missed", findings: [], reason: expect.stringMatching(reason) },
      { type: "merge.queued" },
    ]);
  };

  it("QA8 without a model for tier 2 the result merges, and it is said", () =>
    passes(reviewedRun({ tiers: {} }), /no model is configured for tier 2/));

  it("QA8 a fault that will not pass holds no merge up", () =>
    passes(faults(reviewedRun(), "bad_request"), /bad_request/));

  it.each([
    ["prose", "Looks good to me, approve!"],
    ["half a JSON", '{"verdict": "approve"'],
    ["a verdict that is none", '{"verdict": "merge it", "findings": []}'],
    ["sent back for nothing", '{"verdict": "send_back", "findings": []}'],
    ["approved beside a grave finding", approves(finding)],
    ["eleven findings", approves(...Array.from({ length: 11 }, () => remark))],
  ])("QA8 %s goes back with what is wrong, a bounded number of times", (_, answer) => {
    let story = reviewedRun();
    for (const round of [1, 2]) {
      story = says(story, answer);
      expect(story.the("consult.returned")).toMatchObject({ round, problems: [expect.any(String)] });
      expect(story.state.attempts.size).toBe(1);
    }
    passes(says(story, answer), /3 answers could not be used/);
  });

  it("QA8 a call of a tool is no verdict", () => {
    const story = says(reviewedRun(), approves(), { calledTools: true });
    expect(story.types).toEqual(["consult.replied", "consult.returned"]);
  });

  it("QA8 what only a person can mend parks the run, as for a worker", () => {
    const parked = faults(reviewedRun(), "auth");
    expect(parked.types).toEqual(["consult.failed", "run.paused"]);
    expect(parked.duties).toEqual([]);
    expect(parked.when(resume).duties).toMatchObject([{ kind: "consult", try: 2 }]);
  });
});

describe("all of it in one run", () => {
  it("QA7 QA8 a hint, findings, a review that could not be had, another attempt, and an approval", () => {
    const story = checkedStory();
    expect(story.state.ended?.outcome).toBe("completed");
    const told = story.records.flatMap(({ event }) => (event.type === "review.closed" ? [event.verdict] : []));
    expect(told).toEqual(["sent_back", "missed", "approved"]);
    expect([...story.state.reviews.values()]).toMatchObject([{ attempt: 2, verdict: "approved" }]);
  });
});

describe("while tier 2 reads", () => {
  it("QA10 the attempt keeps its lane", () => {
    const story = gitRun(["A", "B"], checkedConfig({ lanes: { run: 1, tiers: {}, providers: {} } }));
    const asked = finishes(story.when(prepared("A#1")), "A#1/1").when(verified("A#1"));
    expect(running(asked)).toEqual(["A"]);
    expect(running(says(asked, approves()).when(merged("A#1")))).toEqual(["B"]);
  });

  it("QA10 RUN4 under a pause it is not begun", () => {
    const paused = finishedRun().when(pause()).when(verified("A#1"));
    expect(paused.types).toEqual(["verify.passed"]);
    expect(paused.duties).toEqual([]);
    expect(paused.when(resume).types).toEqual(["run.resumed", "consult.started"]);
  });

  it("QA10 an abort voids it, a take-over asks again, a late answer changes nothing", () => {
    const asked = reviewedRun();
    const answer = answers(asked, approves());
    expect(asked.when(abortTicket("A")).when(answer).events).toEqual([]);
    const taken = asked.when(adopt());
    expect(taken.types).toEqual(["run.adopted", "consult.failed"]);
    expect(taken.when(answer).events).toEqual([]);
    expect(says(taken, approves()).types).toContain("merge.queued");
  });
});

describe("what a person sees of it", () => {
  const status = (story: Taken): string =>
    statusLines({ board: boardOf(story.state), now: 0, isConducted: true }).join("\n");
  const report = (story: Taken): string => reportOf(story.state).join("\n");

  it("QA11 what is going on", () => {
    expect(status(reviewedRun())).toContain("under review");
    expect(status(finishedRun().when(red("A#1", 1)))).toContain("its red check is being diagnosed");
  });

  it("QA11 findings in status and report", () => {
    const back = says(reviewedRun(), sendsBack());
    expect(status(back)).toContain("sent back by its review (lost-update (high, store.ts))");
    const done = says(reviewedRun(), approves(remark)).when(merged("A#1"));
    expect(report(done)).toContain("Found by reviews and let pass:");
    expect(report(done)).toContain("naming (low, store.ts): Two writers overwrite each other.");
    expect(status(done)).toContain("reviewed (naming (low, store.ts))");
  });

  it("QA8 that a result was not reviewed", () => {
    const done = faults(reviewedRun(), "bad_request").when(merged("A#1"));
    expect(status(done)).toContain("not reviewed");
    expect(report(done)).toContain("Merged without the review that was asked for:");
  });
});
