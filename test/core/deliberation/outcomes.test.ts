// Every way a deliberation can end, each by a scripted pair of agents.

import { describe, expect, it } from "vitest";
import { breaks, entry, object, play, says, silent, slow, vote, withoutMediator } from "./play.ts";

const alphaPlans = says({ entries: [entry("synthesis", "plan", 0, "One file.")], votes: [vote(1)] });

describe("DLB outcomes", () => {
  it("DLB1 DLB7 agree: both accept one version, and the run is completed", () => {
    const played = play({
      ALPHA: [alphaPlans, says({ status: "done" })],
      BETA: [says({}), says({ votes: [vote(1)] })],
    });
    expect(played.outcome).toBe("consensus");
    expect(played.one.result).toMatchObject({
      agreed: { key: "plan", version: 1 },
      accepted: ["ALPHA", "BETA"],
      dissent: [],
    });
    expect(played.state.ended?.outcome).toBe("completed");
    expect(played.one.mediator).toBeNull();
    expect(played.one.handoff).toBeNull();
    expect(played.one.board.find(({ section }) => section === "consensus")?.versions[0]).toMatchObject({
      author: "ORCHESTRATOR",
      text: "One file.",
    });
  });

  it("DLB7 agree late: a rejected version counts for nothing, the one that replaces it does", () => {
    const played = play({
      ALPHA: [
        alphaPlans,
        says({}),
        says({ entries: [entry("synthesis", "plan", 1, "Two files.")], votes: [vote(2)] }),
        says({}),
      ],
      BETA: [
        says({}),
        says({ votes: [vote(1, "reject")], objections: [object(1)] }),
        says({}),
        says({ votes: [vote(2)] }),
      ],
    });
    expect(played.outcome).toBe("consensus");
    expect(played.one.result?.agreed).toEqual({ key: "plan", version: 2 });
    expect(played.one.rounds.length).toBe(3);
    // Who accepts a later version has nothing more against the entry.
    expect(played.all("deliberation.objection_settled")).toMatchObject([{ how: "met", role: "BETA" }]);
    const curve = played.one.rounds.map(({ convergence }) => convergence);
    expect(curve.every((part) => part >= 0 && part <= 1)).toBe(true);
  });

  it("DLB12 oscillate: words that come back seat the mediator; when they come back again it is a deadlock", () => {
    const text = (version: number): string => (version % 2 === 0 ? "Files." : "A service.");
    const turns = Array.from({ length: 9 }, (_, at) => says({ entries: [entry("synthesis", "plan", at, text(at))] }));
    const played = play({ ALPHA: turns, BETA: [says({})], GAMMA: [says({ status: "done" })] });
    expect(played.outcome).toBe("deadlock");
    expect(played.one.mediator).toMatchObject({ why: "CONFLICT" });
    expect(played.state.ended?.outcome).toBe("blocked");
    expect(played.one.rounds.length).toBeLessThan(9);
  });

  it("DLB14 ramble: who never comes to an end ends at the limit of rounds, with the mediator's last word", () => {
    const ramble = (role: string) => (call: number) =>
      says({ entries: [entry("solutions", role.toLowerCase(), call, `Word ${call}.`)] });
    const played = play({ ALPHA: ramble("ALPHA"), BETA: ramble("BETA") }, { limits: { rounds: 4 } });
    expect(played.outcome).toBe("iteration_limit");
    expect(played.one.agents.map(({ role, cycle }) => [role, cycle])).toContainEqual(["ALPHA", 4]);
    expect(played.state.ended?.outcome).toBe("aborted");
    expect(played.all("deliberation.synthesised")).toMatchObject([{ result: "written" }]);
  });

  it("DLB13 never meet: two that are done with plans of their own are mediated, then it is a deadlock", () => {
    const own = (role: string) => [
      says({ status: "done", entries: [entry("solutions", role, 0, `${role} way`)] }),
      says({ status: "done" }),
    ];
    const played = play({ ALPHA: own("alpha"), BETA: own("beta"), GAMMA: [says({ status: "done" })] });
    expect(played.outcome).toBe("deadlock");
    expect(played.one.mediator).toMatchObject({ why: "SUCCESS" });
    expect(played.all("deliberation.mediated").length).toBe(1);
  });

  it("DLB13 a majority is named with its dissent, and the words of who stands aside", () => {
    const played = play({
      ALPHA: [says({ status: "done" }), says({ status: "done", votes: [vote(1)] }), says({ status: "done" })],
      BETA: [says({ status: "done" }), says({ status: "done", votes: [vote(1, "reject")] }), says({ status: "done" })],
      GAMMA: [
        says({ status: "done", entries: [entry("synthesis", "plan", 0, "Both.")], votes: [vote(1)] }),
        says({ status: "done" }),
      ],
    });
    expect(played.outcome).toBe("majority_with_dissent");
    expect(played.one.result).toMatchObject({
      accepted: ["ALPHA", "GAMMA"],
      dissent: [{ role: "BETA", reasoning: "reject it" }],
    });
    expect(played.state.ended?.outcome).toBe("blocked");
  });

  it("DLB6 crash one: the other agrees with the mediator; a lost proposer is required no more", () => {
    const played = play({
      ALPHA: [breaks],
      BETA: (_call, { board }) =>
        says({ status: "done", votes: board.some(({ section }) => section === "synthesis") ? [vote(1)] : [] }),
      GAMMA: [says({ status: "done", entries: [entry("synthesis", "plan", 0, "Both.")], votes: [vote(1)] })],
    });
    expect(played.outcome).toBe("consensus");
    expect(played.one.result?.accepted).toEqual(["BETA", "GAMMA"]);
    expect(played.one.agents[0]?.status).toBe("lost");
  });

  it("DLB6 crash both: no proposer is left, and that is an error, handed over", () => {
    const played = play({ ALPHA: [breaks], BETA: [breaks] });
    expect(played.outcome).toBe("crashed");
    expect(played.state.ended?.outcome).toBe("failed");
    expect(played.one.handoff?.stored).toBe(true);
  });

  it("DLB11 DB-28 wait for each other: it is no success; the mediator is seated for it, then it is a deadlock", () => {
    const waits = (role: string) => [says({ status: "waiting", waitingFor: role })];
    const played = play({ ALPHA: waits("BETA"), BETA: waits("ALPHA"), GAMMA: [says({ status: "done" })] });
    expect(played.outcome).toBe("deadlock");
    expect(played.one.mediator).toMatchObject({ why: "STUCK", detail: "ALPHA waits for BETA, BETA waits for ALPHA" });
    expect(played.all("deliberation.condition_met")).toMatchObject([{ condition: "STUCK", value: 2 }]);
  });

  it("DLB16 exceed budget: the call that would overdraw is not made, and there is no last word", () => {
    const played = play({ ALPHA: [alphaPlans], BETA: [says({})] }, { config: { budgets: { run: { turns: 3 } } } });
    expect(played.outcome).toBe("budget");
    expect(played.all("deliberation.synthesised")).toMatchObject([{ result: "skipped" }]);
    expect(played.state.ended?.outcome).toBe("aborted");
  });

  it("DLB15 stuck: no agent does anything for the time that is set", () => {
    const played = play({ ALPHA: [silent], BETA: [silent], GAMMA: [silent], "GAMMA last": [silent] });
    expect(played.outcome).toBe("stuck");
    expect(played.when("deliberation.aborting")).toBe(60_000);
    expect(played.all("deliberation.incident")).toMatchObject([{ incident: { kind: "iteration_timeout" } }]);
  });

  it("DLB15 timeout: agents that work all the while still have only so long", () => {
    const played = play(
      { ALPHA: [slow({}, 50_000, 5_000)], BETA: [slow({}, 50_000, 5_000)] },
      { limits: { timeoutMs: 30_000 } },
    );
    expect(played.outcome).toBe("timeout");
    expect(played.when("deliberation.aborting")).toBe(30_000);
  });

  it("DLB17 cancelled: a person's abort goes the same way, in order", () => {
    const played = play(
      { ALPHA: [alphaPlans, silent], BETA: [silent] },
      { meanwhile: [{ at: 20_000, command: () => ({ type: "run.abort", reason: "enough" }) }] },
    );
    expect(played.outcome).toBe("cancelled");
    expect(played.state.ended).toMatchObject({ outcome: "aborted", reason: "cancelled: enough" });
  });

  it("DLB13 without a mediator's seat the outcome comes at once", () => {
    const done = [says({ status: "done" })];
    expect(play({ ALPHA: done, BETA: done }, { setup: withoutMediator }).outcome).toBe("deadlock");
  });
});
