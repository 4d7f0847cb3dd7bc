// How a deliberation comes to its end, and what may follow: the order, the grace, the handoff, one recovery.

import { describe, expect, it } from "vitest";
import type { DeliberationId } from "../../../src/domain/deliberation.ts";
import type { RunState } from "../../../src/core/state.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import type { Command } from "../../../src/domain/command.ts";
import { breaks, entry, play, says, silent, Table, vote, type Options, type Script } from "./play.ts";

const alphaPlans = says({ entries: [entry("synthesis", "plan", 0, "One file.")], votes: [vote(1)] });
const done = says({ status: "done" });
const idOf = (state: RunState): DeliberationId => [...state.deliberations.keys()][0] ?? ("D0" as DeliberationId);
const abortAt = (at: number): Options => ({
  meanwhile: [{ at, command: () => ({ type: "run.abort", reason: "enough" }) }],
});

describe("DLB the abort", () => {
  it("DLB17 B-85 goes in its order, each step an event", () => {
    const played = play({ ALPHA: [alphaPlans, silent], BETA: [silent] }, abortAt(20_000));
    expect(played.ending).toEqual([
      "aborting",
      "consult.ended",
      "mediated",
      "consult.started",
      "consult.replied",
      "consult.ended",
      "written",
      "synthesised",
      "handed_off",
      "revoked",
      "revoked",
      "revoked",
      "measured",
      "failure_recorded",
      "ended",
      "run.ended",
    ]);
    expect(played.when("consult.ended")).toBeLessThanOrEqual(25_000);
    expect(played.one.board.find(({ key }) => key === "rescue")?.versions[0]?.author).toBe("GAMMA");
    expect(played.one.ending).toMatchObject({ synthesis: "written", failure: { reason: "cancelled" } });
  });

  it("DLB17 DB-08 agreement that comes in the grace counts", () => {
    const script: Script = { ALPHA: [alphaPlans, silent], BETA: [says({}), says({ votes: [vote(1)] }, 9_000)] };
    const played = play(script, abortAt(8_000));
    expect(played.outcome).toBe("consensus");
    expect(played.state.ended?.outcome).toBe("completed");
    expect(play(script, { ...abortAt(8_000), limits: { graceMs: 1_000 } }).outcome).toBe("cancelled");
  });

  it("DLB17 DB-17 the last word is waited for so long and no longer", () => {
    const played = play({ ALPHA: [alphaPlans, silent], BETA: [silent], "GAMMA last": [silent] }, abortAt(20_000));
    expect(played.all("deliberation.synthesised")).toMatchObject([{ result: "missed" }]);
    expect(played.when("deliberation.synthesised")).toBe(25_000 + 30_000);
    const broken = play({ ALPHA: [alphaPlans, silent], BETA: [silent], "GAMMA last": [breaks] }, abortAt(20_000));
    expect(broken.all("deliberation.synthesised")).toMatchObject([{ result: "missed" }]);
    expect(broken.outcome).toBe("cancelled");
  });

  it("DLB27 B-85 a second abort, or the first with `now`, waits for nobody; the handoff is stored before anything is taken away", () => {
    const script: Script = { ALPHA: [alphaPlans, silent], BETA: [silent], "GAMMA last": [silent] };
    const abort = (at: number, now = false) => ({
      at,
      command: (): Command => ({ type: "run.abort", reason: "enough", ...(now && { now }) }),
    });
    const rest = ["handed_off", "revoked", "revoked"];
    const inGrace = play(script, { meanwhile: [abort(20_000), abort(21_000)] });
    expect(inGrace.rejections).toEqual([]);
    expect(inGrace.ending.slice(0, 5)).toEqual(["aborting", "consult.ended", "synthesised", ...rest.slice(0, 2)]);
    expect(inGrace.when("run.ended")).toBeLessThan(21_100);
    const inSynthesis = play(script, { meanwhile: [abort(20_000), abort(30_000)] });
    expect(inSynthesis.ending.slice(4, 8)).toEqual(["consult.ended", "synthesised", ...rest.slice(0, 2)]);
    expect(inSynthesis.when("run.ended")).toBeLessThan(30_100);
    const atOnce = play(script, { meanwhile: [abort(20_000, true)] });
    expect(atOnce.when("run.ended")).toBeLessThan(20_100);
    for (const played of [inGrace, inSynthesis, atOnce]) {
      expect(played.all("deliberation.synthesised")).toMatchObject([{ result: "skipped" }]);
      expect(played.one).toMatchObject({ result: { outcome: "cancelled" }, handoff: { stored: true } });
      expect(played.state.ended).toMatchObject({ outcome: "aborted", reason: "cancelled: enough" });
    }
    const third = play(script, { meanwhile: [abort(20_000), abort(21_000), abort(21_000)] });
    expect(third.rejections).toMatchObject([{ code: "already_so" }]);
    const late = play(
      { ALPHA: [alphaPlans, silent], BETA: [silent], "GAMMA last": [silent] },
      { limits: { timeoutMs: 30_000 }, meanwhile: [abort(32_000)] },
    );
    expect(late.outcome).toBe("timeout");
    expect(late.when("run.ended")).toBeLessThan(32_100);
  });

  it("DLB17 where nothing was proposed there is nothing to put together", () => {
    const played = play({ ALPHA: [silent], BETA: [silent] }, abortAt(1_000));
    expect(played.all("deliberation.synthesised")).toMatchObject([
      { result: "skipped", detail: "nothing was proposed" },
    ]);
    expect(played.all("deliberation.mediated")).toEqual([]);
  });

  it("DLB17 DB-24 one ending is one incident, however often it is aborted", () => {
    const played = play(
      { ALPHA: [silent], BETA: [silent] },
      { meanwhile: [...(abortAt(1_000).meanwhile ?? []), ...(abortAt(2_000).meanwhile ?? [])] },
    );
    expect(played.all("deliberation.incident").length).toBe(1);
    expect(played.all("deliberation.aborting").length).toBe(1);
  });

  it("DLB17 DB-41 a deadlock is handed over too, without grace and last word", () => {
    const played = play({ ALPHA: [done], BETA: [done], GAMMA: [done] });
    expect(played.ending).toEqual([
      "aborting",
      "handed_off",
      "revoked",
      "revoked",
      "revoked",
      "measured",
      "failure_recorded",
      "ended",
      "run.ended",
    ]);
    expect(played.one.ending?.failure?.reason).toBe("consensus_failed");
  });

  it("DLB6 DB-11 what comes from a cycle that was cut off is not heard", () => {
    const table = new Table({ ALPHA: [silent], BETA: [silent] }, abortAt(1_000));
    const consult = [...table.state.consults.values()][0];
    table.run();
    const before = table.records.length;
    if (consult === undefined) throw new Error("nobody was asked");
    const answer = JSON.stringify({ status: "done", progress: 1, confidence: 1 });
    table.do({
      type: "report.consulted",
      consult: consult.id,
      round: 1,
      try: 1,
      input: "?",
      text: answer,
      answer,
      calledTools: false,
      finish: "stop",
      usage: { input: 0, cachedRead: 0, cacheWrite: 0, output: 0, reasoning: 0, costMicros: null, estimated: false },
      ms: 1,
    });
    expect(table.records.length).toBe(before);
  });

  it("DLB18 DB-44 where the handoff cannot be stored nothing is revoked, and the outcome says so", () => {
    const played = play({ ALPHA: [done], BETA: [done], GAMMA: [done] }, { fullDisk: true });
    expect(played.all("deliberation.revoked")).toEqual([]);
    expect(played.one.result?.detail).toContain("its handoff could not be stored: the disk is full");
    expect(played.state.ended?.reason).toContain("the disk is full");
  });
});

const failed = (options: Options = {}): Table => {
  const table = new Table({ ALPHA: [done], BETA: [done], GAMMA: [done] }, options);
  table.run();
  return table;
};

const claim = (state: RunState, generation = 2, changes: readonly string[] = ["more rounds"]): Command => ({
  type: "deliberation.claim_recovery",
  deliberation: idOf(state),
  run: "run_next" as RunId,
  generation,
  why: "policy",
  changes,
});

describe("DLB after the end", () => {
  it("DLB19 DB-54 one recovery is claimed, by whoever comes first", () => {
    const table = failed();
    table.do(claim(table.state));
    table.do(claim(table.state));
    table.do({ ...claim(table.state), run: "run_other" as RunId } as Command);
    const played = table.played();
    expect(played.all("deliberation.recovery_claimed")).toMatchObject([{ run: "run_next", generation: 2 }]);
    expect(played.rejections).toEqual([
      { code: "recovery_claimed", run: "run_next" },
      { code: "recovery_claimed", run: "run_next" },
    ]);
  });

  it("DLB19 DB-53 the chain has three runs, and each is other than the one before", () => {
    const unchanged = failed();
    unchanged.do(claim(unchanged.state, 2, []));
    unchanged.do(claim(unchanged.state, 3));
    expect(unchanged.rejections.map(({ code }) => code)).toEqual(["recovery_refused", "recovery_refused"]);
    const third = failed({
      inheritance: {
        prior: "run_b",
        root: "run_a",
        generation: 3,
        at: 40,
        outcome: "deadlock",
        handoff: "f".repeat(64),
        changes: ["more rounds"],
        hints: [],
        entries: [],
      },
    });
    third.do(claim(third.state, 4));
    expect(third.rejections).toMatchObject([{ code: "recovery_refused" }]);
    const unsaved = failed({ fullDisk: true });
    unsaved.do(claim(unsaved.state));
    expect(unsaved.rejections).toMatchObject([
      { code: "recovery_refused", problem: "its handoff could not be stored" },
    ]);
    const agreed = new Table({ ALPHA: [alphaPlans], BETA: [says({}), says({ votes: [vote(1)] })] });
    agreed.do(claim(agreed.state));
    agreed.run();
    agreed.do(claim(agreed.state));
    expect(agreed.rejections.map(({ code }) => code)).toEqual(["deliberation_open", "recovery_refused"]);
  });

  it("DLB19 a person may take what there is, once, and then nobody recovers", () => {
    const table = failed();
    const deliberation = idOf(table.state);
    const accept = { type: "deliberation.accept_partial", deliberation, section: "problem", reason: "" } as const;
    table.do({ ...accept, key: "nothing" });
    table.do({ ...accept, key: "task_definition" });
    table.do({ ...accept, key: "task_definition" });
    table.do(claim(table.state));
    expect(table.rejections.map(({ code }) => code)).toEqual(["entry_unknown", "already_so", "recovery_refused"]);
    expect(table.played().one.accepted).toMatchObject({ key: "task_definition", version: 1 });
  });

  it("DLB20 a person speaks on the bus, and agents go on for it", () => {
    const played = play(
      { ALPHA: [done, alphaPlans, done], BETA: [slowDone, says({ status: "done", votes: [vote(1)] })] },
      {
        meanwhile: [
          {
            at: 1_500,
            command: (state) => ({
              type: "deliberation.tell",
              deliberation: idOf(state),
              to: "ALPHA",
              text: "One file, please.",
            }),
          },
          {
            at: 1_600,
            command: (state) => ({ type: "deliberation.tell", deliberation: idOf(state), to: "DELTA", text: "You?" }),
          },
        ],
      },
    );
    expect(played.all("deliberation.messaged")).toMatchObject([{ from: "person:ann", to: "ALPHA", kind: "steer" }]);
    expect(played.rejections).toMatchObject([{ code: "role_unknown", known: ["ALPHA", "BETA"] }]);
    expect(played.outcome).toBe("consensus");
  });

  it("DLB20 B-122 a revoked agent is heard no more; with every proposer revoked it is cancelled", () => {
    const revoke = (at: number, roles: string[] | "all") => ({
      at,
      command: (state: RunState): Command => ({
        type: "deliberation.revoke",
        deliberation: idOf(state),
        roles,
        reason: "policy",
      }),
    });
    const played = play(
      { ALPHA: [silent], BETA: [silent] },
      { meanwhile: [revoke(500, ["ALPHA"]), revoke(600, "all")] },
    );
    expect(played.outcome).toBe("cancelled");
    expect(played.all("deliberation.revoked").map(({ role }) => role)).toEqual(["ALPHA", "BETA"]);
    expect(played.all("consult.ended").map(({ result }) => result)).toEqual(["void", "void"]);
  });

  it("DLB20 what a revoked agent had against others is nobody's any more, and who waits for it goes on", () => {
    const blocks = { section: "synthesis", key: "plan", version: 1, severity: "blocking", text: "No." };
    const played = play(
      {
        ALPHA: [alphaPlans, says({ status: "waiting", waitingFor: "BETA" }), done],
        BETA: [says({}), says({ objections: [blocks] }), silent],
        GAMMA: [says({ votes: [vote(1)] })],
      },
      {
        setup: { mediatorAtOnce: true },
        thresholds: { conflicts: 9 },
        meanwhile: [
          {
            at: 5_000,
            command: (state) => ({
              type: "deliberation.revoke",
              deliberation: idOf(state),
              roles: ["BETA"],
              reason: "policy",
            }),
          },
        ],
      },
    );
    expect(played.all("deliberation.objection_settled")).toMatchObject([{ role: "BETA", how: "gone" }]);
    expect(played.one.result).toMatchObject({ outcome: "consensus", accepted: ["ALPHA", "GAMMA"] });
  });

  it("DLB20 an incident is recorded once, and not after the end's own", () => {
    const incident = { kind: "reported", severity: "low", detail: "slow" } as const;
    const report = {
      command: (state: RunState): Command => ({
        type: "deliberation.report_incident",
        deliberation: idOf(state),
        incident,
      }),
    };
    const played = play(
      { ALPHA: [silent], BETA: [silent] },
      {
        meanwhile: [
          { at: 1, ...report },
          { at: 2, ...report },
        ],
      },
    );
    expect(played.one.incidents.map(({ kind }) => kind)).toEqual(["reported", "iteration_timeout"]);
    expect(played.rejections).toMatchObject([{ code: "already_so" }]);
  });
});

const slowDone = says({ status: "done" }, 5_000);
