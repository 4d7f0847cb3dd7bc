// A change to a running plan, as rules: what a patch means, what it stops, and every reason why one is refused.

import { describe, expect, it } from "vitest";
import { initialState } from "../../src/core/state.ts";
import { checkPatch } from "../../src/core/plan-patch.ts";
import type { Command } from "../../src/domain/command.ts";
import type { RunId, TicketId } from "../../src/domain/ids.ts";
import type { PatchRequest } from "../../src/domain/plan-patch.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { decide } from "../../src/core/decide.ts";
import { digest, start, type Taken } from "../support/given.ts";
import {
  abortTicket,
  attemptOf,
  bareRun,
  failed,
  finish,
  gitRun,
  makeConfig,
  makeTicket,
  mara,
  merged,
  model,
  open,
  prepared,
  reopen,
  replied,
  resume,
  statusOf,
  ticketOf,
  verified,
} from "./story.ts";

type Written = {
  readonly add?: readonly (string | Ticket)[];
  readonly drop?: readonly string[];
  readonly rewire?: readonly string[];
  readonly split?: Readonly<Record<string, readonly (string | Ticket)[]>>;
  readonly reason?: string;
};

const toTicket = (each: string | Ticket): Ticket => (typeof each === "string" ? makeTicket(each) : each);

/** "C: A B" in `rewire` lets C wait for A and B. */
const patchOf = ({ add = [], drop = [], rewire = [], split = {}, reason = "because" }: Written): PatchRequest => ({
  reason,
  add: add.map(toTicket),
  drop: drop as readonly TicketId[],
  rewire: rewire.map((line) => {
    const { id, dependsOn } = makeTicket(line);
    return { ticket: id, dependsOn };
  }),
  split: Object.entries(split).map(([ticket, into]) => ({ ticket: ticket as TicketId, into: into.map(toTicket) })),
});

const patch = (written: Written): Command => ({ type: "plan.patch", patch: patchOf(written) });

const needsOf = (story: Taken, ticket: string): readonly string[] =>
  story.state.graph.tickets.find(({ id }) => id === ticket)?.dependsOn ?? [];

const problemsOf = (story: Taken, written: Written): readonly string[] => {
  const rejection = story.refused(patch(written), mara);
  return rejection.code === "invalid_patch"
    ? rejection.problems.map(({ field, problem }) => `${field}: ${problem}`)
    : [rejection.code];
};

/** A is completed, B runs, C waits for B. */
const going = (): Taken =>
  bareRun(["A", "B: A", "C: B"], { lanes: { run: 2, tiers: {}, providers: {} } }).when(replied("A#1/1", [finish()]));

describe("a patch", () => {
  it("PATCH1 adds tickets: one whose needs are completed starts at once, another waits", () => {
    const story = going().when(patch({ add: ["D: A", "E: D C"] }), mara);
    expect(story.types).toEqual(["plan.patched", "attempt.started", "turn.started"]);
    expect([statusOf(story, "B"), statusOf(story, "D"), statusOf(story, "E")]).toEqual([
      "running",
      "running",
      "pending",
    ]);
    expect(story.state.graph.tickets.map(({ id }) => id)).toEqual(["A", "B", "C", "D", "E"]);
  });

  it("PATCH1 is recorded in one form that needs nothing else to be understood", () => {
    const story = going().when(patch({ split: { C: ["C1", "C2: C1"] }, add: ["D: C"], reason: "too large" }), mara);
    expect(story.the("plan.patched")).toMatchObject({
      patch: {
        reason: "too large",
        add: [
          { id: "D", dependsOn: ["C2"] },
          { id: "C1", dependsOn: ["B"] },
          { id: "C2", dependsOn: ["C1"] },
        ],
        drop: ["C"],
        rewire: [],
        split: [{ ticket: "C", into: ["C1", "C2"] }],
      },
    });
  });

  it("PATCH2 drops tickets: they stay in their place as cancelled, without edges, and no longer count", () => {
    const story = going().when(patch({ drop: ["C"] }), mara);
    expect(ticketOf(story, "C")).toMatchObject({ status: "cancelled", reason: "dropped: because", dropped: true });
    expect(needsOf(story, "C")).toEqual([]);
    const ended = story.when(replied("B#1/1", [finish()]));
    expect(ended.the("run.ended")).toMatchObject({
      outcome: "completed",
      reason: "all 2 tickets are completed; 1 was dropped from the plan",
    });
  });

  it("PATCH2 a worker on a dropped ticket is stopped in the same decision, its approvals are void", () => {
    const held = gitRun(["A", "B"], { trust: "step" }).when(prepared("A#1"));
    const approval = open(held);
    const story = held.when(patch({ drop: ["A"] }), mara);
    story.then(
      { type: "approval.voided", approval },
      { type: "ticket.cancelled", ticket: "A", reason: "dropped: because" },
      { type: "plan.patched" },
    );
    expect(story.state.attempts.size).toBe(1);
    expect(story.duties.map(({ key }) => key)).toContain("dispose:A#1");
  });

  it("PATCH3 rewires: a ready ticket waits again, a waiting one starts when nothing is left to wait for", () => {
    const story = bareRun([makeTicket("A", { weight: 3 }), "B", "C: B"], {
      lanes: { run: 1, tiers: {}, providers: {} },
    });
    expect(statusOf(story, "B")).toBe("ready");
    const rewired = story.when(patch({ rewire: ["B: A", "C:"] }), mara);
    expect([statusOf(rewired, "B"), statusOf(rewired, "C")]).toEqual(["pending", "ready"]);
    expect(rewired.when(replied("A#1/1", [finish()])).types).toContain("attempt.started");
  });

  it("PATCH4 splits: first parts wait for what the whole waited for, what waited for it waits for the last parts", () => {
    const story = bareRun(["A", "B: A", "C: B", "D: B"]).when(
      patch({ split: { B: ["B1", "B2: B1", "B3: B1"] } }),
      mara,
    );
    expect(["B1", "B2", "B3", "C", "D"].map((id) => needsOf(story, id))).toEqual([
      ["A"],
      ["B1"],
      ["B1"],
      ["B2", "B3"],
      ["B2", "B3"],
    ]);
    expect(statusOf(story, "B")).toBe("cancelled");
  });

  it("PATCH4 two tickets in a row can be split at once; parts keep the track of the whole", () => {
    const story = bareRun([makeTicket("A", { track: "T" }), "B: A", "C: B"]).when(
      patch({ split: { A: ["A1", "A2"], B: ["B1: ", "B2: B1"] } }),
      mara,
    );
    expect(["A1", "A2", "B1", "B2", "C"].map((id) => needsOf(story, id))).toEqual([
      [],
      [],
      ["A1", "A2"],
      ["B1"],
      ["B2"],
    ]);
    expect(story.state.graph.tickets.filter(({ track }) => track === "T").map(({ id }) => id)).toEqual([
      "A",
      "A1",
      "A2",
    ]);
  });

  it("PATCH4 a rewiring that names a split ticket means its last parts, and comes before what a split implies", () => {
    const story = bareRun(["A", "B: A", "C: A"]).when(
      patch({ split: { A: ["A1", "A2: A1"] }, rewire: ["B: A", "C:"] }),
      mara,
    );
    expect([needsOf(story, "B"), needsOf(story, "C")]).toEqual([["A2"], []]);
  });

  it("PATCH5 a chain of 20,000 tickets is patched in one pass, without recursion", () => {
    const chain = Array.from({ length: 20_000 }, (_, place) =>
      makeTicket(`T${place}: ${place === 0 ? "" : `T${place - 1}`}`),
    );
    const circumstances = { at: start, by: "person:mara", chance: 0.5, digest } as const;
    const run = "run_0123456789abcdef" as RunId;
    const begun = decide(
      initialState,
      { type: "run.create", run, config: makeConfig(), tickets: chain },
      circumstances,
    );
    if (!begun.ok) throw new Error("the plan was refused");
    const split = { split: { T10000: ["M1", "M2: M1"] } };
    const taken = decide(begun.state, patch(split), circumstances);
    expect(taken.ok && taken.state.graph.rank[0]).toBe(20_001);
    const ring = decide(begun.state, patch({ ...split, rewire: ["T1: M2"] }), circumstances);
    expect(ring.ok || ring.rejection).toMatchObject({
      problems: [{ field: "rewire[0].dependsOn", problem: expect.stringContaining("(9989 more)") }],
    });
  });

  it("PATCH5 the longest remaining path decides anew", () => {
    const one = { lanes: { run: 1, tiers: {}, providers: {} } };
    const story = bareRun(["A", "B: ", "C: "], one).when(patch({ add: ["D: C", "E: D"] }), mara);
    expect(story.when(replied("A#1/1", [finish()])).the("attempt.started").ticket).toBe("C");
  });

  it("PATCH6 an ended run goes on with a changed plan", () => {
    const ended = bareRun(["A", "B: A"], { limits: { ...going().state.config?.limits, attempts: 1 } as never }).when(
      replied("A#1/1", [finish("blocked", "no such API")]),
    );
    expect(ended.state.ended?.outcome).toBe("blocked");
    const story = ended.when(patch({ drop: ["A"], rewire: ["B:"] }), mara);
    expect(story.types).toEqual(["plan.patched", "attempt.started", "turn.started"]);
    expect(story.state.ended).toBeNull();
    expect(story.when(replied("B#1/1", [finish()])).the("run.ended").outcome).toBe("completed");
  });

  it("PATCH6 a completed run takes further tickets, and ends completed where a drop leaves nothing to do", () => {
    const done = bareRun(["A"]).when(replied("A#1/1", [finish()]));
    const story = done.when(patch({ add: ["B: A"] }), mara);
    expect(statusOf(story, "A")).toBe("completed");
    expect(story.when(patch({ drop: ["B"] }), mara).the("run.ended").outcome).toBe("completed");
  });

  it("PATCH6 nothing of an aborted run, or of one without a settled plan, can be changed", () => {
    const aborted = bareRun(["A"]).when({ type: "run.abort", reason: "enough" });
    expect(problemsOf(aborted, { add: ["B"] })).toEqual(["run_ended"]);
  });

  it("PATCH18 of a run that nobody conducts is recorded, and starts nothing before the run is resumed", () => {
    const ended = bareRun(["A"]).when(replied("A#1/1", [finish()]));
    const held = ended.when({ type: "plan.patch", patch: patchOf({ add: ["B"] }), hold: true }, mara);
    expect(held.types).toEqual(["run.paused", "plan.patched"]);
    expect(statusOf(held.when(resume), "B")).toBe("running");
  });

  it("PATCH7 a dropped ticket does not come back, by opening it again or by its id", () => {
    const story = going().when(patch({ drop: ["C"] }), mara);
    expect(story.refused(reopen("C"), mara)).toEqual({ code: "ticket_settled", ticket: "C", status: "dropped" });
    expect(problemsOf(story, { add: ["C"] })).toEqual(['add[0].id: "C" is the id of a ticket of this run already']);
    expect(problemsOf(story, { rewire: ["B: C"] })).toContain("rewire[0].dependsOn: C left the plan before");
    expect(problemsOf(story, { drop: ["C"] })).toEqual(["drop[0]: C left the plan before"]);
  });
});

describe("a patch is refused, whole and with every reason,", () => {
  it("PATCH8 where it changes nothing, or leaves nothing", () => {
    expect(problemsOf(going(), {})).toEqual(["patch: changes nothing"]);
    expect(problemsOf(bareRun(["A"]), { drop: ["A"] })).toEqual(["patch: leaves no ticket in the plan"]);
  });

  it("PATCH8 where it touches finished work", () => {
    const story = going();
    expect(problemsOf(story, { drop: ["A"], rewire: ["A:"] })).toEqual([
      "drop[0]: A is completed",
      "rewire[0].ticket: A is completed",
    ]);
    expect(problemsOf(story, { split: { A: ["A1"] } })).toEqual(["split[0].ticket: A is completed"]);
  });

  it("PATCH8 where it touches what is being merged", () => {
    const merging = gitRun(["A", "B"])
      .when(prepared("A#1"))
      .when(replied("A#1/1", [finish()]))
      .when(verified("A#1"));
    expect(problemsOf(merging, { drop: ["A"] })).toEqual(["drop[0]: A is being merged"]);
    expect(merging.when(merged("A#1")).when(patch({ drop: ["B"] }), mara).state.dropped).toBe(1);
  });

  it("PATCH8 where an id is unknown, or named twice", () => {
    expect(problemsOf(going(), { drop: ["Z", "C", "C"], rewire: ["C: A", "B: A", "B:"] })).toEqual([
      'drop[0]: "Z" is no ticket of this plan; did you mean "A"?',
      "drop[2]: C leaves the plan by drop[1] already",
      "rewire[0].ticket: C leaves the plan by drop[1]",
      "rewire[2].ticket: B is rewired twice",
    ]);
  });

  it("PATCH8 where a dropped ticket is still needed, by whom it says", () => {
    expect(problemsOf(going(), { drop: ["B"] })).toEqual(["drop[0]: B leaves the plan, but C still waits for it"]);
    expect(problemsOf(going(), { drop: ["B"], add: ["D: B"], rewire: ["C: A"] })).toEqual([
      "add[0].dependsOn: B leaves the plan, but D still waits for it",
    ]);
    expect(problemsOf(going(), { split: { C: ["C1: C"] } })).toContain(
      "split[0].into[0].dependsOn: C leaves the plan, but C1 still waits for it",
    );
  });

  it("PATCH8 where tickets would wait for each other, with the cycle's path", () => {
    const story = bareRun(["A", "B: A", "C: B"], { lanes: { run: 1, tiers: {}, providers: {} } }).when(
      abortTicket("A"),
    );
    expect(problemsOf(story, { rewire: ["A: C"] })).toEqual([
      "rewire[0].dependsOn: these tickets would wait for each other: A -> C -> B -> A",
    ]);
    expect(problemsOf(story, { add: ["D: D"] })).toEqual(["add[0].dependsOn: D would wait for itself"]);
  });

  it("PATCH8 where an id comes again, in any Unicode form", () => {
    expect(problemsOf(going(), { add: ["B", "\u00e9", "e\u0301", "D: Q"] })).toEqual([
      'add[0].id: "B" is the id of a ticket of this run already',
      'add[2].id: "e\u0301" is the id of add[1] already',
      'add[3].dependsOn: "Q" is no ticket of this plan; did you mean "A"?',
    ]);
  });

  it("PATCH8 where a running ticket would have had to wait", () => {
    const story = bareRun(["A", "B"], { lanes: { run: 2, tiers: {}, providers: {} } });
    expect(problemsOf(story, { rewire: ["B: A"] })).toEqual([
      "rewire[0].dependsOn: B is running and cannot wait for A any more",
    ]);
    const free = story.when(replied("A#1/1", [finish()]));
    const rewired = free.when(patch({ rewire: ["B: A"] }), mara);
    expect(attemptOf(rewired, "B").attempt).toBe(1);
  });

  it("PATCH8 where a new ticket asks for a worker or a model that the run was not begun with", () => {
    const added = [makeTicket("D", { archetype: "codr" }), makeTicket("E", { models: [model("gamma/huge")] })];
    expect(problemsOf(going(), { add: added })).toEqual([
      'add[0].archetype: "codr" is no archetype of this run; did you mean "coder"?',
      'add[1].models: "gamma/huge" is no model of this run',
    ]);
  });

  it("PATCH8 where it adds more than one patch may, or makes the plan too large", () => {
    const many = Array.from({ length: 501 }, (_, place) => `N${place}`);
    expect(problemsOf(going(), { add: many })).toEqual(["patch: adds 501 tickets; one patch may add 500"]);
    expect(checkPatch(going().state, patchOf({ add: ["D", "E"] }), 4)).toMatchObject({
      ok: false,
      problems: [{ problem: "leaves a plan of 5 tickets; the most is 4" }],
    });
  });

  it("PATCH8 and then it has changed nothing", () => {
    const story = going();
    story.refused(patch({ add: ["D: A"], drop: ["Z"] }), mara);
    expect(story.state.graph.tickets).toHaveLength(3);
  });
});

describe("what a patch leaves alone", () => {
  it("PATCH9 completed work never runs again, whatever comes", () => {
    const story = going().when(patch({ split: { B: ["B1", "B2"] } }), mara);
    expect(statusOf(story, "A")).toBe("completed");
    expect(story.events.filter((event) => event.type === "attempt.started" && event.ticket === "A")).toEqual([]);
  });

  it("PATCH9 a worker that is not named goes on, with its attempt and its conversation", () => {
    const before = going();
    const story = before.when(patch({ add: ["D: C"], rewire: ["C: A"] }), mara);
    expect(attemptOf(story, "B")).toEqual(attemptOf(before, "B"));
  });

  it("PATCH9 a ticket that was tried keeps what its attempts left behind", () => {
    const one = { lanes: { run: 1, tiers: {}, providers: {} } };
    const tried = bareRun(["A", "B"], one).when(failed("A#1", "timeout"));
    const story = tried.when(patch({ add: ["C"], rewire: ["B: A"] }), mara);
    expect(ticketOf(story, "A").history).toMatchObject({ attempts: 2, last: { cause: "timeout" } });
  });
});
