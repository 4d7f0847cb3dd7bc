// FORK: a fork begins at any record of a run that is a deliberation, and goes on to an end.

import { describe, expect, it } from "vitest";
import { foldAll } from "../../../src/core/evolve.ts";
import type { Deliberation } from "../../../src/core/deliberation/state.ts";
import { latestOf } from "../../../src/core/deliberation/state.ts";
import type { Recorded } from "../../../src/domain/event.ts";
import { simulateDeliberation } from "../../simulator/deliberations.ts";
import { forkName } from "../forked-story.ts";
import { entry, play, says, setupOf, Table, vote, type Played, type Script } from "./play.ts";

/** Whoever is asked writes the text where there is none, and stands for the one there is. */
const yielding = (_call: number, seen: Deliberation) => {
  const plan = seen.board.find(({ section, key }) => section === "synthesis" && key === "plan");
  return plan === undefined
    ? says({ status: "working", entries: [entry("synthesis", "plan", 0, "A file.")] })
    : says({ status: "done", votes: [vote(latestOf(plan).version)] });
};
const script: Script = { ALPHA: yielding, BETA: yielding, DELTA: yielding, GAMMA: yielding };

function forked(records: readonly Recorded[], seq: number): Played {
  const table = new Table(script, { forkOf: records.slice(0, seq) });
  table.run();
  return table.played();
}

const typesAfter = (played: Played, seq: number): readonly string[] => played.events.slice(seq).map(({ type }) => type);

describe("a fork of a run that is a deliberation", () => {
  it("DLB24 at every record of runs of every kind it folds and goes on to an end", () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 40; seed += 1) {
      const { log, outcome } = simulateDeliberation(seed);
      outcomes.add(outcome);
      for (let seq = 1; seq <= log.length; seq += 1) {
        const played = forked(log, seq);
        expect(played.rejections, `seed ${seed} at ${seq}`).toEqual([]);
        expect(played.state.run).toBe(forkName);
        expect(played.state.ended, `seed ${seed} at ${seq}`).not.toBeNull();
        expect(played.one.result, `seed ${seed} at ${seq}`).not.toBeNull();
        expect(played.state.consults.size).toBe(0);
      }
    }
    expect(outcomes.size).toBeGreaterThan(3);
  });

  /** One that is cut short while both think, with a last word of the mediator. */
  const late = (): Played =>
    play(
      {
        ALPHA: [says({ entries: [entry("solutions", "a", 0, "A file.")] }), says({}, 90_000)],
        BETA: [says({ entries: [entry("solutions", "b", 0, "A server.")] }), says({}, 90_000)],
      },
      { limits: { timeoutMs: 10_000, graceMs: 1_000 } },
    );

  it("DLB24 an agent in mid-answer is asked again, in the same cycle, and nobody else", () => {
    const { records } = late();
    const seq = records.findLastIndex(({ event }) => event.type === "consult.started" && event.role === "BETA") + 1;
    const before = foldAll(records.slice(0, seq));
    const table = new Table(script, { forkOf: records.slice(0, seq) });
    const [fork] = table.state.deliberations.values();
    const [one] = before.deliberations.values();
    expect(table.records.slice(seq).map(({ event }) => event.type)).toEqual([
      "run.forked",
      "consult.started",
      "consult.started",
    ]);
    expect(fork?.agents.map(({ role, cycle, round }) => [role, cycle, round])).toEqual(
      one?.agents.map(({ role, cycle, round }) => [role, cycle, round]),
    );
    expect(fork?.board).toEqual(one?.board);
  });

  it("DLB24 an answer that is not recorded whole is asked for again; what it wrote stands", () => {
    const { records } = late();
    const written = records.findIndex(({ event }) => event.type === "deliberation.written" && event.author === "BETA");
    const table = new Table(script, { forkOf: records.slice(0, written + 1) });
    const [fork] = table.state.deliberations.values();
    expect(fork?.agents.find(({ role }) => role === "BETA")).toMatchObject({ cycle: 0, round: 1 });
    expect(fork?.agents.find(({ role }) => role === "BETA")?.consult).not.toBeNull();
    expect(fork?.board.map(({ key }) => key)).toContain("b");
  });

  it("DLB24 the hour between does not count, and what was agents' in the other run is worth nothing here", () => {
    const { records } = late();
    const place = records.findLastIndex(({ event }) => event.type === "consult.started" && event.role === "BETA");
    const seats = setupOf({}).seats.map((seat) => ({ ...seat, capability: "0".repeat(64) }));
    const secret = records
      .slice(0, place)
      .map((recorded): Recorded =>
        recorded.event.type === "deliberation.opened"
          ? { ...recorded, event: { ...recorded.event, setup: { ...recorded.event.setup, seats } } }
          : recorded,
      );
    const table = new Table(script, { forkOf: secret });
    const [fork] = table.state.deliberations.values();
    expect(fork?.clock.ms).toBeLessThan(10_000);
    expect(fork?.setup.seats.map(({ capability }) => capability)).toEqual([undefined, undefined, undefined]);
    table.run();
    expect(table.played().outcome).toBe("consensus");
  });

  it("DLB24 an end that had begun is gone on with: the mediator is asked for its last word again", () => {
    const { records } = late();
    const asked = records.findIndex(({ event }) => event.type === "consult.started" && event.purpose === "synthesise");
    expect(asked).toBeGreaterThan(0);
    const fork = forked(records, asked + 1);
    const types = typesAfter(fork, asked + 1);
    expect(types.slice(0, 2)).toEqual(["run.forked", "consult.started"]);
    expect(fork.outcome).toBe("timeout");
    expect(fork.one.board.map(({ key }) => key)).toContain("rescue");
    expect(types.filter((type) => type === "deliberation.handed_off")).toHaveLength(1);
  });

  it("DLB24 one that has ended ends the fork at once, whichever record of its end was the last", () => {
    const { records } = late();
    for (const type of ["deliberation.handed_off", "deliberation.ended", "run.ended"]) {
      const place = records.findLastIndex(({ event }) => event.type === type);
      const table = new Table(script, { forkOf: records.slice(0, place + 1) });
      expect(table.state.ended, type).toMatchObject({ outcome: "aborted" });
    }
  });
});
