// After finish: verification, the merge queue, conflicts, disposal.

import { describe, expect, it } from "vitest";
import { toDataBlock } from "../../src/domain/data-block.ts";
import { digest } from "../support/given.ts";
import { conversationOf } from "../../src/core/conversation.ts";
import {
  abortTicket,
  adopt,
  attemptOf,
  bareRun,
  disposed,
  edit,
  failed,
  finish,
  gitRun,
  limits,
  makeTicket,
  merged,
  pause,
  prepared,
  red,
  replied,
  running,
  statusOf,
  verified,
  withdrawn,
} from "./story.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Taken } from "../support/given.ts";

/** Each of these tickets has reported finish and is being verified. */
function finished(ids: readonly string[], config: Parameters<typeof gitRun>[1] = {}): Taken {
  let story: Taken = gitRun([...ids], config);
  for (const id of ids)
    story = story.when(prepared(`${id}#1`)).when(replied(`${id}#1/1`, [finish("completed", `${id} done`)]));
  return story;
}

const dutyKeys = (story: Taken): readonly string[] => story.duties.map(({ key }) => key);

describe("verification", () => {
  it("ATT9 DA-02 reported is not verified: the ticket is completed only after its checks and its merge", () => {
    const story = finished(["A"]);
    expect(statusOf(story, "A")).toBe("running");
    expect(dutyKeys(story)).toEqual(["verify:A#1~1"]);
    const queued = story.when(verified("A#1"));
    expect(queued.types).toEqual(["verify.passed", "merge.queued"]);
    expect(dutyKeys(queued)).toEqual(["merge:A#1"]);
    const done = queued.when(merged("A#1", "c9"));
    done.then(
      { type: "merge.published", commit: "c9" },
      { type: "ticket.completed", commit: "c9", summary: "A done" },
      { type: "run.ended", outcome: "completed" },
    );
  });

  it("ATT14 P22 done, with its calls refused and nothing changed, is no success", () => {
    const denied = gitRun(["A"], { verify: [], trust: "ask", attended: false })
      .when(prepared("A#1"))
      .when(replied("A#1/1", [edit, finish()]));
    const empty = denied.when(merged("A#1", null));
    empty.then(
      { type: "attempt.failed" },
      { type: "ticket.blocked", cause: "unattended" },
      { type: "run.ended", outcome: "blocked" },
    );
    expect(denied.when(merged("A#1", "c1")).types).toContain("ticket.completed");
    const idle = gitRun(["A"], { verify: [] })
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]));
    expect(idle.when(merged("A#1", null)).types).toContain("ticket.completed");
  });

  it("ATT9 with no command to verify with, finish leads to the merge queue", () => {
    expect(finished(["A"], { verify: [] }).types).toEqual(["turn.replied", "finish.reported", "merge.queued"]);
    const own = gitRun([makeTicket("A", { verify: ["make check"] })], { verify: [] })
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]));
    expect(dutyKeys(own)).toEqual(["verify:A#1~1"]);
  });

  it("ATT9 PROMPT5 red goes back to the worker with the output, a bounded number of times, then the attempt fails", () => {
    const first = finished(["A"]).when(red("A#1", 1, "one"));
    const block = toDataBlock("output of npm test", "1 failing (one)", digest);
    const note = `A check failed. Mend what it shows, then call finish again.\n\n${block}`;
    first.then(
      { type: "verify.failed" },
      { type: "note.added", kind: "verification", text: note },
      { type: "turn.started", turn: 2 },
    );
    expect(conversationOf(attemptOf(first, "A"), "brief").at(-1)).toEqual({ role: "user", texts: [note] });
    const second = first.when(replied("A#1/2", [finish()]));
    expect(dutyKeys(second)).toEqual(["verify:A#1~2"]);
    expect(second.when(red("A#1", 2, "two")).the("attempt.failed").failure).toMatchObject({
      cause: "verification_failed",
      fingerprint: "two",
    });
  });

  it("RUN9 a verdict of an earlier round is late", () => {
    const second = finished(["A"])
      .when(red("A#1", 1))
      .when(replied("A#1/2", [finish()]));
    expect(second.when(red("A#1", 1)).events).toEqual([]);
    expect(second.when(verified("A#1", 1)).events).toEqual([]);
    const merging = second.when(verified("A#1", 2));
    expect(merging.when(red("A#1", 2)).events).toEqual([]);
    expect(merging.when(verified("A#1", 2)).events).toEqual([]);
  });
});

describe("merging", () => {
  it("ATT10 merges go one at a time, in the order in which the attempts came to the queue", () => {
    const queued = finished(["A", "B", "C"]).when(verified("B#1")).when(verified("C#1")).when(verified("A#1"));
    expect(dutyKeys(queued)).toEqual(["merge:B#1"]);
    expect(dutyKeys(queued.when(merged("B#1")))).toContain("merge:C#1");
  });

  it("ATT10 RUN9 a report of a merge whose turn has not come is a ghost", () => {
    const queued = finished(["A", "B"]).when(verified("B#1")).when(verified("A#1"));
    expect(queued.when(merged("A#1")).events).toEqual([]);
    expect(queued.when(red("A#1", 0)).events).toEqual([]);
  });

  it("ATT10 an attempt that leaves the queue lets the next one merge", () => {
    const queued = finished(["A", "B", "C"]).when(verified("A#1")).when(verified("B#1")).when(verified("C#1"));
    const withdrawing = queued.when(abortTicket("A"));
    expect(dutyKeys(withdrawing)).toEqual(["withdraw:A#1"]);
    expect(dutyKeys(withdrawing.when(withdrawn("A#1")))).toEqual(["merge:B#1", "dispose:A#1"]);
    expect(dutyKeys(queued.when(abortTicket("B")))).toEqual(["merge:A#1", "dispose:B#1"]);
  });

  it("RUN14 an abort that meets a merge waits for its end: cancelled where it was stopped, nothing else changed", () => {
    const asked = finished(["A", "B: A"]).when(verified("A#1")).when(abortTicket("A"));
    expect(asked.types).toEqual(["ticket.abort_requested"]);
    expect(statusOf(asked, "A")).toBe("running");
    expect(asked.refused(abortTicket("A"))).toMatchObject({ code: "already_so" });
    const over = asked.when(withdrawn("A#1"));
    expect(over.events).toMatchObject([
      { type: "ticket.cancelled", ticket: "A" },
      { type: "run.ended", outcome: "cancelled" },
    ]);
    expect(over.state.totals.merged).toBe(0);
  });

  it("RUN14 what was published before the abort stays, and its ticket is completed", () => {
    const asked = finished(["A"]).when(verified("A#1")).when(abortTicket("A"));
    const over = asked.when(merged("A#1"));
    expect(over.types).toEqual(["merge.published", "ticket.completed", "run.ended"]);
    expect(over.when(withdrawn("A#1")).events).toEqual([]);
    // An attempt that changed nothing has published nothing.
    const empty = asked.when({ ...merged("A#1"), commit: null } as Command);
    expect(statusOf(empty, "A")).toBe("cancelled");
  });

  it("RUN14 a merge that comes to nothing by itself, or a dead process, leaves the question open", () => {
    const asked = finished(["A"]).when(verified("A#1")).when(abortTicket("A"));
    for (const report of [failed("A#1", "conflict"), failed("A#1", "environment"), red("A#1", 0)])
      expect(asked.when(report).events).toEqual([]);
    expect(dutyKeys(asked.when(adopt()))).toEqual(["withdraw:A#1"]);
    const blind = asked.when(withdrawn("A#1", "git is gone"));
    expect(blind.the("ticket.cancelled").reason).toContain("could not be seen: git is gone");
  });

  it("RUN14 RUN6 an aborted run ends when it is known how its merge came out, and starts nothing meanwhile", () => {
    const abort: Command = { type: "run.abort", reason: "enough" };
    const asked = finished(["A", "C"]).when(verified("A#1")).when(verified("C#1")).when(abort);
    expect(asked.types).toEqual(["run.aborted", "ticket.abort_requested", "ticket.cancelled"]);
    expect(asked.state.ended).toBeNull();
    for (const wish of [abort, abortTicket("A"), pause(), { type: "ticket.reopen", ticket: "C" } as Command])
      expect(asked.refused(wish)).toEqual({ code: "run_ended", outcome: "aborted" });
    expect(asked.when(merged("A#1")).types).toEqual(["merge.published", "ticket.completed", "run.ended"]);
    const over = asked.when(withdrawn("A#1"));
    expect(over.the("ticket.cancelled").reason).toBe("run aborted: enough");
    expect(over.the("run.ended")).toMatchObject({ outcome: "aborted", reason: "enough" });
  });

  it("ATT11 G-04 a conflict reopens the ticket on the same rung, with the conflict as its brief", () => {
    const story = finished(["A"]).when(verified("A#1")).when(failed("A#1", "conflict"));
    expect(attemptOf(story, "A")).toMatchObject({ attempt: 2, rung: 0, phase: { at: "preparing" } });
    expect(story.state.mergeQueue).toEqual([]);
  });

  it("ATT11 red on the merged tree ends the attempt", () => {
    const over = finished(["A"], limits({ attempts: 1 }))
      .when(verified("A#1"))
      .when(red("A#1", 0));
    expect(over.the("attempt.failed").failure).toMatchObject({
      cause: "verification_failed",
      detail: "npm test is red on the merged tree",
    });
    expect(statusOf(over, "A")).toBe("failed");
  });

  it("ATT10 an attempt that changed nothing is published without a commit and counts as no merge", () => {
    const done = finished(["A"]).when(verified("A#1")).when(merged("A#1", null));
    expect(done.the("ticket.completed").commit).toBe(null);
    expect(done.state.totals.merged).toBe(0);
  });

  it("ATT10 completed means merged: a dependent starts from the integrated state", () => {
    const story = gitRun(["A", "B: A"])
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]))
      .when(verified("A#1"));
    expect(running(story)).toEqual(["A"]);
    story
      .when(merged("A#1"))
      .then({ type: "merge.published" }, { type: "ticket.completed" }, { type: "attempt.started", ticket: "B" });
  });

  it("RUN4 a pause does not hold up the merge that is under way", () => {
    const paused = finished(["A"]).when(verified("A#1")).when(pause());
    expect(dutyKeys(paused)).toEqual(["merge:A#1"]);
  });
});

describe("disposal", () => {
  it("ATT12 every ending owes the disposal of its worktree, also after the run has ended, until it is reported", () => {
    const over = gitRun(["A"], limits({ attempts: 1 }))
      .when(prepared("A#1"))
      .when(failed("A#1", "crash"));
    expect(over.state.phase).toBe("ended");
    expect(dutyKeys(over)).toEqual(["dispose:A#1"]);
    const gone = over.when(disposed("A#1"));
    expect(gone.types).toEqual(["attempt.disposed"]);
    expect(gone.duties).toEqual([]);
    expect(gone.when(disposed("A#1")).events).toEqual([]);
  });

  it("ATT12 an abort owes the disposal of every attempt, a take-over keeps it owed", () => {
    const over = finished(["A", "B"]).when({ type: "run.abort", reason: "stop" });
    expect(dutyKeys(over)).toEqual(["dispose:A#1", "dispose:B#1"]);
    expect(dutyKeys(over.when(adopt()))).toEqual(["dispose:A#1", "dispose:B#1"]);
  });

  it("ATT12 a run without a workspace owes none", () => {
    const over = bareRun(["A"], limits({ attempts: 1 })).when(failed("A#1", "crash"));
    expect(over.duties).toEqual([]);
  });
});
