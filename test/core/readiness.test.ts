// Which tickets may run: dependencies, diamonds, failures, reopening.

import { describe, expect, it } from "vitest";
import { abortTicket, bareRun, complete, finish, makeTicket, reopen, replied, running, statusOf } from "./story.ts";
import type { Taken } from "../support/given.ts";
import type { Ticket } from "../../src/domain/ticket.ts";

const outcomes = ["completed", "blocked", "failed", "cancelled"] as const;
type Outcome = (typeof outcomes)[number];

/** The possible dependencies among A, B and C, each pointing to an earlier one: eight graphs. */
const edges = [
  ["B", "A"],
  ["C", "A"],
  ["C", "B"],
] as const;

const graphs = Array.from({ length: 8 }, (_, bits) => edges.filter((_, place) => (bits & (1 << place)) !== 0));

const combinations = outcomes.flatMap((a) => outcomes.flatMap((b) => outcomes.map((c) => ({ A: a, B: b, C: c }))));

const planOf = (graph: (typeof graphs)[number]): Ticket[] =>
  ["A", "B", "C"].map((id) =>
    makeTicket(`${id}: ${graph.flatMap(([to, from]) => (to === id ? [from] : [])).join(" ")}`),
  );

function end(story: Taken, id: string, outcome: Outcome): Taken {
  if (outcome === "cancelled") return story.when(abortTicket(id));
  if (outcome === "failed") {
    const failure = { cause: "environment", detail: "no disk", fingerprint: "x" } as const;
    return story.when({ type: "report.failed", ticket: makeTicket(id).id, attempt: 1, failure });
  }
  return story.when(replied(`${id}#1/1`, [finish(outcome)]));
}

describe("readiness", () => {
  it("SCH1 T-07 in every graph of three tickets and every outcome of each, only completed dependencies let a ticket start", () => {
    let starts = 0;
    for (const graph of graphs) {
      for (const wanted of combinations) {
        // One attempt per ticket: a blocked worker is not tried again.
        let story: Taken = bareRun(planOf(graph), {
          limits: { ...bareRun(["X"]).the("run.created").config.limits, attempts: 1 },
        });
        const ran: string[] = [];
        for (let [id] = running(story); id !== undefined; [id] = running(story)) {
          ran.push(id);
          story = end(story, id, wanted[id as "A" | "B" | "C"]);
        }
        const mayRun = (id: string): boolean =>
          graph.every(([to, from]) => to !== id || (mayRun(from) && wanted[from] === "completed"));
        expect(ran.toSorted(), JSON.stringify({ graph, wanted })).toEqual(["A", "B", "C"].filter(mayRun));
        expect(story.state.phase).toBe("ended");
        starts += ran.length;
      }
    }
    expect(starts).toBeGreaterThan(8 * 64);
  });

  it("SCH1 a diamond's last ticket waits for both sides, and starts with the second", () => {
    const story = complete(bareRun(["A", "B: A", "C: A", "D: B C"]), "A#1");
    expect(running(story)).toEqual(["B", "C"]);
    const half = complete(story, "C#1");
    expect(statusOf(half, "D")).toBe("pending");
    complete(half, "B#1").then(
      { type: "turn.replied" },
      { type: "finish.reported" },
      { type: "ticket.completed", ticket: "B" },
      { type: "attempt.started", ticket: "D" },
      { type: "turn.started", ticket: "D" },
    );
  });

  it("SCH1 a dependency named twice counts once", () => {
    expect(running(complete(bareRun(["A", "B: A A"]), "A#1"))).toEqual(["B"]);
  });

  it("SCH2 DA-27 a ticket starts when its own dependencies are completed, whatever its siblings do", () => {
    const story = complete(bareRun(["A", "B", "C: A"]), "A#1");
    expect(running(story)).toEqual(["B", "C"]);
  });

  it("SCH6 a reopened ticket lets those that waited for it go on, and counts its attempts anew", () => {
    const blocked = bareRun(["A", "B: A"], {
      limits: { ...bareRun(["X"]).the("run.created").config.limits, attempts: 1 },
    }).when(replied("A#1/1", [finish("blocked", "no idea")]));
    expect(blocked.the("run.ended")).toMatchObject({ outcome: "blocked" });
    const again = blocked.when(reopen("A"));
    again.then(
      { type: "ticket.reopened" },
      { type: "attempt.started", attempt: 2 },
      { type: "attempt.prepared" },
      { type: "turn.started" },
    );
    const story = again.when(replied("A#2/1", [finish()]));
    expect(running(story)).toEqual(["B"]);
  });

  it("SCH6 a ticket reopened before its dependencies are completed waits for them", () => {
    const cancelled = bareRun(["A", "B: A"]).when(abortTicket("B"));
    const reopened = cancelled.when(reopen("B"));
    expect(statusOf(reopened, "B")).toBe("pending");
    expect(running(complete(reopened, "A#1"))).toEqual(["B"]);
  });

  it("SCH6 tickets that run, wait or are completed cannot be reopened", () => {
    const story = bareRun(["A", "B: A"]);
    expect(story.refused(reopen("A"))).toMatchObject({ code: "ticket_settled", status: "running" });
    expect(story.refused(reopen("B"))).toMatchObject({ code: "ticket_settled", status: "pending" });
    expect(complete(story, "A#1").refused(reopen("A"))).toMatchObject({ code: "ticket_settled", status: "completed" });
    expect(story.refused(reopen("Z"))).toEqual({ code: "ticket_unknown", ticket: "Z" });
  });
});
