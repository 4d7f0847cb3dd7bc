// The rules of a deliberation, one by one; the outcomes stand beside this file.

import { describe, expect, it } from "vitest";
import type { DeliberationId } from "../../../src/domain/deliberation.ts";
import type { RunState } from "../../../src/core/state.ts";
import {
  breaks,
  entry,
  object,
  play,
  says,
  setupOf,
  silent,
  slow,
  Table,
  vote,
  withoutMediator,
  type Turn,
} from "./play.ts";

const alphaPlans = says({ entries: [entry("synthesis", "plan", 0, "One file.")], votes: [vote(1)] });
const done = says({ status: "done" });
const idOf = (state: RunState): DeliberationId => [...state.deliberations.keys()][0] ?? ("D0" as DeliberationId);

describe("DLB the table", () => {
  it("DLB1 nobody sits down to an unsound table", () => {
    const [alpha, , gamma] = setupOf({}).seats;
    if (alpha === undefined || gamma === undefined) throw new Error("no seats");
    const table = new Table({}, { setup: { seats: [alpha, alpha, gamma, { ...gamma, role: "DELTA" }] } });
    expect(table.rejections).toMatchObject([
      { code: "deliberation_invalid", problems: ["there is room for one mediator", "ALPHA is seated twice"] },
    ]);
    expect(table.records).toEqual([]);
  });

  it("DLB1 DB-48 the objective and what is inherited stand in the run's own name, with where they came from", () => {
    const provenance = { run: "run_a", author: "BETA", key: "beta", version: 3 };
    const { one } = play(
      { ALPHA: [done], BETA: [done] },
      {
        inheritance: {
          prior: "run_a",
          root: "run_a",
          generation: 2,
          at: 40,
          outcome: "stuck",
          handoff: "f".repeat(64),
          changes: ["the mediator sits there from the start"],
          hints: [],
          entries: [{ section: "solutions", key: "beta", text: "A file.", provenance }],
        },
        setup: { mediatorAtOnce: true },
      },
    );
    expect(one.board.slice(0, 3).map(({ section, key, versions }) => [section, key, versions[0]?.author])).toEqual([
      ["problem", "task_definition", "ORCHESTRATOR"],
      ["problem", "recovery_context", "ORCHESTRATOR"],
      ["solutions", "beta", "ORCHESTRATOR"],
    ]);
    expect(one.board[2]?.versions[0]?.provenance).toEqual(provenance);
    expect(one.mediator).toMatchObject({ why: "forced" });
  });

  it("DLB2 everything wrong with an answer goes back at once, and it counts whole or not at all", () => {
    const wrong = says({
      status: "waiting",
      waitingFor: "ALPHA",
      entries: [
        entry("solutions", "alpha", 0, "Mine."),
        entry("synthesis", "plan", 4, "All."),
        entry("problem", "task_definition", 1, "Another task."),
      ],
      objections: [object(3)],
      settled: ["O1"],
      messages: [{ to: "DELTA", kind: "inform", text: "Hello." }],
      votes: [vote(2)],
    });
    const played = play({ ALPHA: [wrong, done], BETA: [done] });
    const [returned] = played.all("consult.returned");
    expect(returned?.problems.map((problem) => problem.split(":")[0])).toEqual([
      "entries",
      "entries",
      "objections",
      "settled",
      "messages",
      "votes",
      "waitingFor",
    ]);
    expect(played.one.board.map(({ key }) => key)).not.toContain("alpha");
  });

  it("DLB2 an objection to its own entry, and words that stand there already, go back", () => {
    const again = says({ entries: [entry("synthesis", "plan", 1, "One file.")], objections: [object(1)] });
    const played = play({ ALPHA: [alphaPlans, again, done], BETA: [done] });
    expect(played.all("consult.returned")[0]?.problems).toEqual([
      "entries: synthesis/plan says what v1 says already. Leave it out, or vote on it as it stands.",
      "objections: synthesis/plan v1 is your own. Write a better version instead.",
    ]);
  });

  it("DLB3 DB-57 of two writes on one version the first stays; the other is told, and its vote falls with it", () => {
    const both = (text: string): Turn => says({ entries: [entry("synthesis", "plan", 0, text)], votes: [vote(1)] });
    const played = play({ ALPHA: [both("A"), says({})], BETA: [both("B"), says({ votes: [vote(1)] })] });
    expect(played.all("deliberation.write_refused")).toMatchObject([{ role: "BETA", base: 0, current: 1, text: "B" }]);
    expect(played.all("deliberation.voted").map(({ role }) => role)).toEqual(["ALPHA", "BETA"]);
    // BETA's vote for its own words was no vote for ALPHA's: it agreed a round later, when it had read them.
    expect(played.one.rounds.length).toBe(1);
    expect(played.outcome).toBe("consensus");
  });

  it("DLB4 DB-34 a solution is its author's, and nobody but the run writes the consensus", () => {
    const own = says({ entries: [entry("solutions", "alpha", 0, "Mine.")] });
    const taken = says({ entries: [entry("solutions", "alpha", 1, "Better.")] });
    const played = play({ ALPHA: [own, done], BETA: [done, taken, done] });
    expect(played.all("consult.returned")[0]?.problems[0]).toContain("solutions/alpha is ALPHA's");
    const claims = says({ entries: [entry("consensus", "final", 0, "Achieved.")] });
    const claimed = play({ ALPHA: [claims, done], BETA: [done] });
    expect(claimed.all("consult.returned").length).toBe(1);
    expect(claimed.one.board.some(({ section }) => section === "consensus")).toBe(false);
  });

  it("DLB5 a round is one cycle of each, and only cycles are counted however long they take", () => {
    const played = play({ ALPHA: [slow({}, 20_000, 4_000), done], BETA: [says({}, 100), done] });
    expect(played.one.rounds[0]).toMatchObject({ round: 1 });
    const changed = played.all("deliberation.agent_changed").slice(0, 2);
    expect(changed.map(({ role, cycle }) => [role, cycle])).toEqual([
      ["BETA", 1],
      ["ALPHA", 1],
    ]);
    expect(played.one.agents.map(({ cycle }) => cycle)).toEqual([2, 2, 1]);
  });

  it("DLB5 in linear mode there is one cycle at a time, in the order of the seats", () => {
    const table = new Table({ ALPHA: [says({}), done], BETA: [says({}), done] }, { config: { mode: "linear" } });
    while (table.step()) expect(table.state.consults.size).toBeLessThanOrEqual(1);
    const roles = table
      .played()
      .all("consult.started")
      .map(({ role }) => role);
    expect(roles.slice(0, 4)).toEqual(["ALPHA", "BETA", "ALPHA", "BETA"]);
  });

  it("DLB23 the bus keeps the latest messages, the log keeps all", () => {
    const chat = (call: number): Turn =>
      call < 6 ? says({ messages: [{ to: "BETA", kind: "inform", text: `Word ${call}` }] }) : done;
    const played = play({ ALPHA: chat, BETA: [done] }, { limits: { messages: 2 }, setup: withoutMediator });
    expect(played.one.messages.map(({ text }) => text)).toEqual(["Word 4", "Word 5"]);
    expect(played.all("deliberation.messaged").length).toBe(6);
    expect(played.one.tally).toMatchObject({ messages: 6, direct: 6 });
  });
});

describe("DLB votes", () => {
  it("DLB8 DB-35 a vote counts for no other version than its own", () => {
    const played = play(
      {
        ALPHA: [
          alphaPlans,
          says({ entries: [entry("synthesis", "plan", 1, "Two files.")], votes: [vote(2)] }, 500),
          done,
        ],
        // BETA has read version 1 and accepts it, after ALPHA has replaced it.
        BETA: [says({}), says({ votes: [vote(1)] }, 2_000), done],
      },
      { setup: withoutMediator },
    );
    expect(played.one.tally.staleVotes).toBe(1);
    expect(played.outcome).toBe("deadlock");
  });

  it("DLB8 a vote for a version that was not shown is no vote", () => {
    const played = play({ ALPHA: [alphaPlans, says({})], BETA: [says({ votes: [vote(1)] }, 2_000), done] });
    expect(played.all("consult.returned")[0]?.problems).toEqual([
      "votes: there is no synthesis/plan v1 that you were shown. Vote on what stands.",
    ]);
  });

  it("DLB7 a blocking objection keeps an entry from being agreed on until it is settled", () => {
    const played = play({
      ALPHA: [alphaPlans, says({}), says({}), says({})],
      BETA: [says({}), says({ objections: [object(1, "blocking")] }), says({ votes: [vote(1)] })],
    });
    expect(played.outcome).toBe("consensus");
    expect(played.all("deliberation.objection_settled")).toMatchObject([{ how: "withdrawn" }]);
    const settled = played.events.findIndex(({ type }) => type === "deliberation.objection_settled");
    expect(played.events.findIndex(({ type }) => type === "deliberation.ended")).toBeGreaterThan(settled);
  });

  it("DLB7 DB-36 one voice is no consensus, and an abstention is none", () => {
    const alone = play({ ALPHA: [alphaPlans, done], BETA: [breaks] }, { setup: withoutMediator });
    expect(alone.outcome).toBe("deadlock");
    const abstains = play(
      { ALPHA: [alphaPlans, done], BETA: [says({}), says({ status: "done", votes: [vote(1, "abstain")] }), done] },
      { setup: withoutMediator },
    );
    expect(abstains.outcome).toBe("deadlock");
  });

  it("DLB9 by policy the mediator stands in for who did not object, never for who did", () => {
    const script = (second: object) => ({
      ALPHA: [says({ status: "done" as const }), says({ votes: [vote(1)], status: "done" }), done],
      BETA: [says({ status: "done", ...second }), says({ status: "done", ...second })],
      GAMMA: [says({ status: "done", entries: [entry("synthesis", "plan", 0, "Both.")], votes: [vote(1)] }), done],
    });
    const setup = { mediatorDecides: true };
    expect(play(script({}), { setup }).outcome).toBe("consensus");
    expect(play(script({}), {}).outcome).toBe("majority_with_dissent");
    const rejects = { ...script({}), BETA: [done, says({ status: "done", votes: [vote(1, "reject")] }), done] };
    expect(play(rejects, { setup }).outcome).toBe("majority_with_dissent");
  });

  it("DLB21 agreement on red evidence is none; a version that holds is agreed on", () => {
    const patched = (base: number, text: string): object =>
      entry("synthesis", "plan", base, text, { patch: "--- a/x\n+++ b/x\n", tests: ["npm test"] });
    const played = play(
      {
        ALPHA: [
          says({ entries: [patched(0, "One.")], votes: [vote(1)] }),
          says({}),
          says({ entries: [patched(1, "Two.")], votes: [vote(2)] }),
          says({}),
        ],
        BETA: [says({}), says({ votes: [vote(1)] }), says({}), says({ votes: [vote(2)] })],
      },
      { evidence: (place) => (place.endsWith("@1") ? "red" : "green") },
    );
    expect(played.outcome).toBe("consensus");
    expect(played.one.result?.agreed?.version).toBe(2);
    expect(played.all("deliberation.evidence_checked").map(({ version, result }) => [version, result])).toEqual([
      [1, "red"],
      [2, "green"],
    ]);
  });

  it("DLB21 nothing is agreed on before its evidence is there", () => {
    const patched = entry("synthesis", "plan", 0, "One.", { patch: "--- a/x\n+++ b/x\n" });
    const played = play(
      {
        ALPHA: [says({ entries: [patched], votes: [vote(1)] }), done],
        BETA: [says({}), says({ status: "done", votes: [vote(1)] })],
      },
      { evidenceMs: 9_000 },
    );
    expect(played.when("deliberation.ended")).toBeGreaterThanOrEqual(10_000);
    expect(played.outcome).toBe("consensus");
    expect(played.one.mediator).toBeNull();
  });
});

describe("DLB conditions", () => {
  it("DLB10 DLB22 a silent agent seats the mediator after the time that is set, and it works beside the other", () => {
    const played = play({ ALPHA: [silent], BETA: [says({}), done], GAMMA: [done] }, { limits: { idleMs: 10_000 } });
    expect(played.when("deliberation.condition_met")).toBe(10_000);
    expect(played.one.mediator).toMatchObject({ why: "STUCK" });
    expect(played.one.agents.find(({ role }) => role === "GAMMA")?.cycle).toBeGreaterThan(0);
  });

  it("DLB10 conflicts and complexity are measured from what agents say; 0 is a figure", () => {
    const objects = [object(1), object(1, "blocking"), object(1, "minor")];
    const conflict = play(
      {
        ALPHA: [alphaPlans, done],
        BETA: [says({}), says({ objections: objects, status: "done" }), done],
        GAMMA: [done],
      },
      { thresholds: { conflicts: 2 } },
    );
    expect(conflict.one.met[0]).toMatchObject({ condition: "CONFLICT", value: 2, threshold: 2 });
    expect(conflict.one.mediator).toMatchObject({ why: "CONFLICT" });
    const simple = play(
      { ALPHA: [says({ complexity: 0 }), done], BETA: [done], GAMMA: [done] },
      { thresholds: { complexity: 0 } },
    );
    expect(simple.one.met[0]).toMatchObject({ condition: "COMPLEXITY", value: 0, threshold: 0 });
  });

  it("DLB22 DB-30 plain success seats nobody", () => {
    const played = play({ ALPHA: [alphaPlans, done], BETA: [done, says({ status: "done", votes: [vote(1)] })] });
    expect(played.all("deliberation.mediated")).toEqual([]);
    expect(played.all("deliberation.condition_met")).toEqual([]);
  });

  it("DLB22 DB-19 however many conditions are met, one mediator is seated, once", () => {
    const played = play(
      {
        ALPHA: [says({ status: "waiting", waitingFor: "BETA", complexity: 1 })],
        BETA: [says({ status: "waiting", waitingFor: "ALPHA", complexity: 1 })],
        GAMMA: [done],
      },
      { thresholds: { complexity: 0.5, conflicts: 1 } },
    );
    expect(played.all("deliberation.mediated")).toMatchObject([{ role: "GAMMA", why: "COMPLEXITY" }]);
    expect(played.all("deliberation.condition_met").map(({ condition }) => condition)).toEqual(["COMPLEXITY", "STUCK"]);
  });

  it("DLB11 a mediator that shows a way lets them go on", () => {
    const waits =
      (role: string) =>
      (_call: number, { board }: { readonly board: readonly { readonly section: string }[] }) =>
        board.some(({ section }) => section === "synthesis")
          ? says({ votes: [vote(1)], status: "done" })
          : says({ status: "waiting", waitingFor: role });
    const gamma = says({ status: "done", entries: [entry("synthesis", "plan", 0, "Both.")] });
    expect(play({ ALPHA: waits("BETA"), BETA: waits("ALPHA"), GAMMA: [gamma, done] }).outcome).toBe("consensus");
  });
});

describe("DLB clocks", () => {
  it("DLB15 DB-01 bytes of an answer are activity, and nothing of the run's own is", () => {
    const limits = { idleMs: 10_000, stuckMs: 15_000 };
    const alive = play({ ALPHA: [slow({}, 40_000, 5_000), done], BETA: [done], GAMMA: [done] }, { limits });
    expect(alive.outcome).toBe("deadlock");
    expect(alive.one.met.map(({ condition }) => condition)).not.toContain("STUCK");
    const dead = play({ ALPHA: [silent], BETA: [done], GAMMA: [silent], "GAMMA last": [silent] }, { limits });
    expect(dead.outcome).toBe("stuck");
  });

  it("DLB15 a pause stops every clock", () => {
    const played = play(
      { ALPHA: [silent], BETA: [silent], GAMMA: [silent], "GAMMA last": [silent] },
      {
        meanwhile: [
          { at: 5_000, command: () => ({ type: "run.pause", reason: "lunch", drain: false }) },
          { at: 905_000, command: () => ({ type: "run.resume" }) },
        ],
      },
    );
    expect(played.when("deliberation.condition_met")).toBe(930_000);
    expect(played.when("deliberation.aborting")).toBe(960_000);
  });

  it("DLB15 a provider's wait is nobody's idleness", () => {
    const limited: Turn = { kind: "limited", forMs: 300_000 };
    const played = play({ ALPHA: [limited, alphaPlans], BETA: [limited, says({}), says({ votes: [vote(1)] })] });
    expect(played.one.met).toEqual([]);
    expect(played.outcome).toBe("consensus");
    expect(played.one.clock.ms).toBeLessThan(10_000);
  });

  it("DLB15 DB-56 what passed while no process conducted the run is not counted, and its calls begin again", () => {
    const table = new Table({ ALPHA: [silent, alphaPlans], BETA: [says({}), says({ votes: [vote(1)] })] });
    table.step();
    table.now += 3_600_000;
    table.do({ type: "run.adopt", token: 7, owner: "b" });
    expect(table.state.deliberations.get(idOf(table.state))?.ending).toBeNull();
    table.run();
    expect(table.played().outcome).toBe("consensus");
    expect(table.played().one.clock.ms).toBeLessThan(10_000);
  });
});
