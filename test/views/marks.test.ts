// A log at a glance.

import { describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import { createMarks, type Stretch } from "../../src/views/marks.ts";
import { createSubjects } from "../../src/views/subject.ts";
import { simulate } from "../simulator/simulate.ts";

const marksOf = (records: readonly Recorded[], most: number): readonly Stretch[] => {
  const marks = createMarks();
  for (const recorded of records) marks.add(recorded);
  return marks.stretches(most);
};

const countOf = (stretches: readonly Stretch[], kind: string): number =>
  stretches
    .flatMap(({ marks }) => marks.filter((mark) => mark.kind === kind))
    .reduce((sum, { count }) => sum + count, 0);

describe("marks of a log", () => {
  it("STREAM10 stretches lie side by side over the whole log, no more than were asked for, and lose no mark", () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { log } = simulate(seed, "safety");
      for (const most of [1, 7, 200, 100_000]) {
        const stretches = marksOf(log, most);
        expect(stretches.length).toBeLessThanOrEqual(most);
        expect(stretches[0]?.from).toBe(1);
        expect(stretches.at(-1)?.to).toBe(log.length);
        for (const [place, { from }] of stretches.entries())
          if (place > 0) expect(from).toBe((stretches[place - 1]?.to ?? 0) + 1);
        const gates = log.filter(({ event }) => event.type === "approval.requested");
        expect(countOf(stretches, "gate")).toBe(gates.length);
        const first = stretches.flatMap(({ marks }) => marks.filter(({ kind }) => kind === "gate"))[0];
        expect(first?.first).toBe(gates[0]?.seq);
        expect(countOf(stretches, "completed")).toBe(
          log.filter(({ event }) => event.type === "ticket.completed").length,
        );
      }
    }
  });

  it("STREAM10 a log of any length costs the same to draw", () => {
    const records = Array.from({ length: 50_000 }, (_, place): Recorded => ({
      seq: place + 1,
      at: place,
      by: "engine",
      event:
        place % 100 === 0 ? { type: "run.paused", reason: "", drain: false } : { type: "plan.tracked", tracks: [] },
    }));
    const stretches = marksOf(records, 200);
    expect(stretches.length).toBeLessThanOrEqual(200);
    expect(stretches.length).toBeGreaterThan(100);
    expect(countOf(stretches, "pause")).toBe(500);
    const lengths = stretches.slice(0, -1).map(({ from, to }) => to - from);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 * Math.min(...lengths) + 1);
  });
});

describe("what a record is about", () => {
  it("STREAM11 is its ticket, also for an answer of another tier, which names it only once", () => {
    const subjects = createSubjects();
    const of = (event: unknown) => subjects.of({ seq: 1, at: 0, by: "engine", event: event as Recorded["event"] });
    expect(of({ type: "consult.started", consult: "C1", ticket: "A" })).toBe("A");
    expect(of({ type: "consult.replied", consult: "C1" })).toBe("A");
    expect(of({ type: "consult.ended", consult: "C1" })).toBe("A");
    expect(of({ type: "consult.replied", consult: "C2" })).toBeUndefined();
    expect(of({ type: "ticket.failed", ticket: "B" })).toBe("B");
    expect(of({ type: "plan.proposed", blocked: "B" })).toBe("B");
    expect(of({ type: "run.resumed" })).toBeUndefined();
  });
});
