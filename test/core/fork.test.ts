// FORK: a run that begins as another one was.

import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { brokenInvariants } from "../../src/core/invariants.ts";
import { fromSnapshotText, toSnapshotText } from "../../src/core/snapshot.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { reportOf } from "../../src/views/report.ts";
import { tellingOf } from "../../src/views/telling.ts";
import { foldableLogs } from "../golden/fold-golden.ts";
import { loadGoldenLog } from "../golden/golden-logs.ts";
import { simulate } from "../simulator/simulate.ts";
import { digest, given, start } from "../support/given.ts";
import { driveToRest } from "./calm-world.ts";
import { blockedStory, forkAt, forkedStory, forkName, forkOf, guide, seqOf } from "./forked-story.ts";
import { answers, goalRun, ticketsAnswer, tracksAnswer } from "./planned-story.ts";
import { blockedRun, proposed } from "./replanned-story.ts";
import {
  bareRun,
  command,
  cost,
  finish,
  mara,
  model,
  open,
  pause,
  replied,
  statusOf,
  ticketOf,
  trusted,
} from "./story.ts";

const circumstances = { at: start + 9_000_000, by: "person:mara" as const, chance: 0.5, digest };

describe("a fork", () => {
  it("FORK1 is a run of its own that keeps completed tickets and begins what was under way anew", () => {
    const origin = blockedStory();
    const fork = forkAt(origin, seqOf(origin, "turn.started", -1));
    expect(fork.state.run).toBe(forkName);
    expect(fork.types).toEqual(["run.forked", "attempt.started"]);
    expect(statusOf(fork, "A")).toBe("completed");
    expect(statusOf(fork, "B")).toBe("running");
    expect(statusOf(fork, "C")).toBe("pending");
    expect(fork.duties.map(({ key }) => key)).toEqual(["prepare:B#2"]);
  });

  it("FORK1 counts a cut attempt as no try, though its number is used up", () => {
    const origin = blockedStory();
    const fork = forkAt(origin, seqOf(origin, "turn.started", -1));
    expect(ticketOf(fork, "B").history).toMatchObject({ attempts: 2, tries: 1 });
  });

  it("FORK1 comes to an end of its own", () => {
    const story = forkedStory();
    expect(story.state.ended).toMatchObject({ outcome: "completed" });
    expect(story.state.run).toBe(forkName);
  });

  it("FORK2 takes an end back that stands before the record", () => {
    const origin = blockedStory();
    expect(origin.state.ended).toMatchObject({ outcome: "blocked" });
    const fork = forkAt(origin, origin.state.seq, guide("B", "B is the second half of A."));
    expect(fork.state).toMatchObject({ phase: "running", ended: null });
    expect(ticketOf(fork, "B")).toMatchObject({
      status: "running",
      history: { guidance: "B is the second half of A." },
    });
  });

  it("FORK2 its state ends at once where nothing is left to do", () => {
    const origin = blockedStory();
    expect(forkAt(origin, origin.state.seq).types).toEqual(["run.forked", "run.ended"]);
  });

  it("FORK2 of an aborted run goes on with the tickets that stood before it", () => {
    const going = bareRun(["A", "B"], trusted("auto"));
    const aborted = going.when({ type: "run.abort", reason: "no" }, mara);
    const fork = forkAt(aborted, going.state.seq);
    expect(fork.state.aborted).toBe(false);
    expect([statusOf(fork, "A"), statusOf(fork, "B")]).toEqual(["running", "running"]);
  });

  it("FORK3 has no open question, and an answer to an old one is told that it is void", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    const approval = open(held);
    const fork = forkAt(held, held.state.seq);
    expect(fork.state.approvals.size).toBe(0);
    const refused = fork.refused({ type: "approval.answer", approval, decision: "approve", reason: "" }, mara);
    expect(refused).toMatchObject({ code: "approval_void" });
  });

  it("FORK3 does not run a call that was released and had not begun", () => {
    const held = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    const released = held.when(
      { type: "approval.answer", approval: open(held), decision: "approve", reason: "" },
      mara,
    );
    const records = released.records.slice(0, seqOf(released, "approval.answered"));
    const fork = decide(foldAll(records), forkOf(records), circumstances);
    if (!fork.ok) throw new Error(fork.rejection.code);
    expect(fork.records.map(({ event }) => event.type)).toEqual(["run.forked", "attempt.started", "turn.started"]);
  });

  it("FORK3 asks for the signature under a plan again", () => {
    const goal = goalRun();
    const tracked = goal.when(answers(goal, tracksAnswer("core")));
    const asked = tracked.when(answers(tracked, ticketsAnswer("A")));
    const fork = forkAt(asked, asked.state.seq);
    expect(fork.the("approval.requested")).toMatchObject({ gate: "plan" });
  });

  it("FORK3 asks tier 2 again where its patch was not signed", () => {
    const offered = proposed(blockedRun());
    const fork = forkAt(offered, offered.state.seq);
    expect(fork.state.proposals.size).toBe(0);
    expect(fork.the("consult.started")).toMatchObject({ purpose: "replan", ticket: "A" });
  });

  it("FORK4 spends nothing of what the other run spent, shows it, and has every bound to itself", () => {
    const bounded = { ...trusted("auto"), budgets: { run: { turns: 3 }, ticket: { turns: 2 } } };
    const spent = bareRun(["A", "B: A"], bounded)
      .when(replied("A#1/1", [finish()], { usage: cost(500) }))
      .when(replied("B#1/1", [command()], { usage: cost(700) }));
    const fork = forkAt(spent, spent.state.seq);
    expect([...fork.state.spend]).toEqual([]);
    expect(fork.state.origin?.spend).toEqual([
      ["3|alpha/small", { ...zeroUsage, input: 20, output: 10, costMicros: 1_200 }],
    ]);
    expect(fork.state.origin?.totals).toMatchObject({ attempts: 2 });
    expect(fork.state.ledger.get("run")?.spent).toMatchObject({ turns: 1, spawns: 1 });
    expect(fork.state.caps.get("run")).toEqual({ turns: 3 });
  });

  it("FORK4 says in its report what it has from the other run", () => {
    const origin = blockedStory();
    const fork = forkAt(origin, seqOf(origin, "turn.started", -1), guide("B", "look"));
    expect(reportOf(fork.state).join("\n")).toContain(`Forked from ${origin.state.run} at record`);
    const [first] = fork.records.filter(({ event }) => event.type === "run.forked");
    expect(tellingOf(first as Recorded).words).toContain("changed: guidance for B");
  });

  it("FORK5 of a fork names every run before it, the first one first", () => {
    const origin = blockedStory();
    const fork = forkAt(origin, seqOf(origin, "turn.started", -1));
    const third = "run_aaaaaaaaaaaaaaaa" as typeof forkName;
    const again = forkAt(fork, fork.state.seq, { run: third });
    expect(again.state.run).toBe(third);
    expect(again.state.origin?.line.map(({ run }) => run)).toEqual([origin.state.run, forkName]);
  });

  it("FORK6 changes models, bounds, mode, trust and lanes", () => {
    const origin = blockedStory();
    const at = seqOf(origin, "turn.started", -1);
    const records = origin.records.slice(0, at);
    const { config } = forkOf(records);
    const archetypes = config.archetypes.map((each) => ({ ...each, models: [model("gamma/one")] }));
    const fork = forkAt(origin, at, {
      config: { ...config, archetypes },
      models: [{ ticket: "C" as TicketId, models: [model("delta/two")] }],
      bounds: [{ scope: "run", caps: { turns: 9 } }],
      mode: "linear",
      trust: "step",
      lanes: 2,
    });
    expect(fork.state).toMatchObject({ mode: "linear", trust: "step", laneLimit: 2 });
    expect(fork.state.caps.get("run")).toEqual({ turns: 9 });
    expect(fork.the("attempt.started")).toMatchObject({ ticket: "B", model: "gamma/one" });
    expect(fork.state.graph.tickets[2]?.models).toEqual(["delta/two"]);
  });

  it("FORK6 takes a patch of the plan, or refuses the whole fork", () => {
    const origin = blockedStory();
    const at = seqOf(origin, "turn.started", -1);
    const patch = { reason: "no C", add: [], drop: ["C" as TicketId], rewire: [], split: [] };
    expect(forkAt(origin, at, { patch }).state.dropped).toBe(1);
    const wrong = { ...patch, drop: ["Z" as TicketId] };
    const records = origin.records.slice(0, at);
    expect(given(records).refused(forkOf(records, { patch: wrong }))).toMatchObject({ code: "invalid_patch" });
  });

  it("FORK6 refuses words for a ticket that is not there or is completed, and models without a price under a bound of money", () => {
    const origin = blockedStory();
    const at = seqOf(origin, "turn.started", -1);
    const records = origin.records.slice(0, at);
    expect(given(records).refused(forkOf(records, guide("Z", "?")))).toEqual({ code: "ticket_unknown", ticket: "Z" });
    expect(given(records).refused(forkOf(records, guide("A", "?")))).toMatchObject({ code: "ticket_settled" });
    const bounds = [{ scope: "run", caps: { costMicros: 5 } }];
    expect(given(records).refused(forkOf(records, { bounds }))).toMatchObject({ code: "price_unknown" });
  });

  it("FORK7 is refused where there is no plan yet, and where a plan was all that was asked for", () => {
    const records = blockedStory().records.slice(0, 1);
    const decision = decide(foldAll(records), forkOf(records), circumstances);
    expect(decision).toMatchObject({ ok: false, rejection: { code: "fork_refused" } });
  });

  it("FORK8 decides what was not yet decided at its record: a failure that ends a ticket ends it there too", () => {
    const origin = blockedStory();
    const fork = decide(
      foldAll(origin.records.slice(0, seqOf(origin, "attempt.failed"))),
      forkOf(origin.records.slice(0, seqOf(origin, "attempt.failed"))),
      circumstances,
    );
    if (!fork.ok) throw new Error(fork.rejection.code);
    expect(fork.records.map(({ event }) => event.type)).toEqual(["run.forked", "ticket.blocked", "run.ended"]);
  });

  it("FORK8 keeps a pause to the run that was paused", () => {
    const paused = blockedStoryPaused();
    expect(forkAt(paused, paused.state.seq).state.pause).toBeNull();
  });
});

const blockedStoryPaused = () => bareRun(["A"], trusted("auto")).when(pause(), mara);

/** Forks at every record of a log; null where that is refused. */
function* forksOf(records: readonly Recorded[]): Generator<{ seq: number; state: ReturnType<typeof foldAll> | null }> {
  for (let seq = 1; seq <= records.length; seq += 1) {
    const before = records.slice(0, seq);
    const decision = decide(foldAll(before), forkOf(before), circumstances);
    if (!decision.ok) yield { seq, state: null };
    else {
      expect(decision.state).toEqual(foldAll([...before, ...decision.records]));
      yield { seq, state: decision.state };
    }
  }
}

describe("FORK9 every record of a log can be forked from", () => {
  // It holds one event of every type, of a run that was never made: there is nothing to fork.
  const forkable = foldableLogs.filter((path) => !path.includes("deliberated"));
  it.each(forkable)("FORK9 %s: the state keeps every invariant, and goes through a snapshot", (path) => {
    let taken = 0;
    for (const { seq, state } of forksOf(loadGoldenLog(path))) {
      if (state === null) continue;
      taken += 1;
      expect({ seq, broken: brokenInvariants(state) }).toEqual({ seq, broken: [] });
      expect(toSnapshotText(fromSnapshotText(toSnapshotText(state)))).toBe(toSnapshotText(state));
    }
    expect(taken).toBeGreaterThan(0);
  });

  it("FORK9 forks of 12 simulated runs come to rest in a world where all goes well", () => {
    for (let seed = 40; seed <= 51; seed += 1) {
      const { log } = simulate(seed, "safety");
      let place = 0;
      for (const { seq, state } of forksOf(log.slice(0, 300))) {
        place += 1;
        if (state === null || place % 7 !== 0) continue;
        const rest = driveToRest(state);
        expect({ seed, seq, phase: rest.phase }).toEqual({ seed, seq, phase: "ended" });
      }
    }
  });

  it("FORK9 of 25 simulated runs with trouble of every kind", () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const { log } = simulate(seed, "safety");
      for (const { seq, state } of forksOf(log.slice(0, 400))) {
        if (state !== null) expect({ seed, seq, broken: brokenInvariants(state) }).toEqual({ seed, seq, broken: [] });
      }
    }
  });
});
