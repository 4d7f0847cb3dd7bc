// An agent's budget of errors: what counts in it, what happens when it is used up, and what it says of that.

import { describe, expect, it } from "vitest";
import type { RunState } from "../../../src/core/state.ts";
import { isRecoveredByPolicy } from "../../../src/core/recovery/next-run.ts";
import type { Command } from "../../../src/domain/command.ts";
import type { DeliberationId } from "../../../src/domain/deliberation.ts";
import { entry, play, says, silent, slow, Table, vote, type Options, type Turn } from "./play.ts";

const done = says({ status: "done" });
const prose: Turn = { kind: "says", answer: { thoughts: "Let me think." }, ms: 1_000 };
const alphaPlans = says({ entries: [entry("synthesis", "plan", 0, "One file.")], votes: [vote(1)] });
const few = (errors: number, more: Options["limits"] = {}): Options => ({ limits: { errors, ...more } });
const idOf = (state: RunState): DeliberationId => [...state.deliberations.keys()][0] ?? ("D0" as DeliberationId);

const told = (at: number, detail: string, agent?: string) => ({
  at,
  command: (state: RunState): Command => ({
    type: "deliberation.report_incident",
    deliberation: idOf(state),
    incident: { kind: "agent_failure", severity: "medium", detail },
    agent,
  }),
});

describe("ERB the budget of errors", () => {
  it("ERB1 B-136 DB-79 answers that come to nothing count, and at as many as are allowed what the agent may do is revoked", () => {
    const played = play({ ALPHA: [prose], BETA: [says({})] }, few(2));
    expect(played.all("consult.returned")).toHaveLength(2);
    expect(played.all("deliberation.agent_lost")).toEqual([]);
    expect(played.all("deliberation.revoked").slice(0, 1)).toMatchObject([
      { role: "ALPHA", reason: "2 errors within 600 s of work are as many as are allowed", dismissed: true },
    ]);
    const alpha = played.one.agents.find(({ role }) => role === "ALPHA");
    expect(alpha).toMatchObject({ status: "revoked", isDismissed: true, blocked: expect.stringContaining("2 errors") });
    expect(played.one.incidents[0]).toMatchObject({ kind: "agent_failure", severity: "high", by: "engine" });
  });

  it("ERB1 errors that are told of an agent count as its own, each once, and lines of the log do not", () => {
    const note = (at: number) => ({
      at,
      command: (state: RunState): Command => ({
        type: "deliberation.report_incident",
        deliberation: idOf(state),
        incident: { kind: "reported", severity: "low", detail: `note ${at}` },
        agent: "BETA",
      }),
    });
    const meanwhile = [told(100, "a", "BETA"), told(200, "a", "BETA"), note(300), note(400), told(500, "b", "BETA")];
    const played = play({ ALPHA: [silent], BETA: [silent] }, { ...few(2), meanwhile });
    expect(played.rejections).toMatchObject([{ code: "already_so" }]);
    const at = played.records.find(({ event }) => event.type === "deliberation.revoked")?.at;
    expect(at).toBe((played.records[0]?.at ?? 0) + 500);
    const strange = play({ ALPHA: [done], BETA: [done] }, { ...few(2), meanwhile: [told(1, "x", "OMEGA")] });
    expect(strange.rejections).toMatchObject([{ code: "role_unknown" }]);
  });

  it("ERB1 two agents may tell the same words; each counts in its own budget", () => {
    const meanwhile = [told(100, "a", "ALPHA"), told(200, "a", "BETA"), told(300, "a")];
    const { one } = play({ ALPHA: [done], BETA: [done] }, { ...few(2), meanwhile });
    expect(one.incidents.slice(0, 3).map(({ agent }) => agent)).toEqual(["ALPHA", "BETA", null]);
    expect(one.agents.slice(0, 2).map(({ errors }) => errors.length)).toEqual([1, 1]);
  });

  it("ERB1 an agent's own word is about itself", () => {
    const table = new Table({ ALPHA: [silent], BETA: [silent] }, few(1));
    table.do(told(0, "my tools are gone").command(table.state), "worker:BETA");
    expect(table.played().all("deliberation.incident")[0]).toMatchObject({ agent: "BETA", by: "worker:BETA" });
    expect(table.played().all("deliberation.revoked")).toMatchObject([{ role: "BETA", dismissed: true }]);
  });

  it("ERB2 a provider that asks for patience is no error of the agent's", () => {
    const limited: Turn = { kind: "limited", forMs: 2_000 };
    const { one } = play(
      { ALPHA: [limited, limited, limited, alphaPlans, done], BETA: [says({}), says({ votes: [vote(1)] }), done] },
      few(1),
    );
    expect(one.result?.outcome).toBe("consensus");
    expect(one.agents.map(({ errors }) => errors)).toEqual([[], []]);
  });

  it("ERB2 an error counts as long as the window is, in time in which the deliberation works", () => {
    const limits = { errors: 2, errorWindowMs: 10_000, stuckMs: 90_000 };
    const meanwhile = [told(1_000, "a", "BETA"), told(20_000, "b", "BETA")];
    const alpha = slow({ status: "done" }, 40_000, 5_000);
    const apart = play({ ALPHA: [alpha], BETA: [done] }, { limits, meanwhile });
    expect(apart.all("deliberation.revoked").filter(({ dismissed }) => dismissed)).toEqual([]);
    const near = play({ ALPHA: [alpha], BETA: [done] }, { limits: { ...limits, errorWindowMs: 20_000 }, meanwhile });
    expect(near.all("deliberation.revoked").filter(({ dismissed }) => dismissed)).toMatchObject([{ role: "BETA" }]);
    // A pause is no time of work: what was told before it still counts.
    const pause = { at: 1_500, command: (): Command => ({ type: "run.pause", reason: "", drain: false }) };
    const resume = { at: 500_000, command: (): Command => ({ type: "run.resume" }) };
    const paused = play(
      { ALPHA: [silent], BETA: [silent] },
      { limits, meanwhile: [told(1_000, "a", "BETA"), pause, resume, told(500_100, "b", "BETA")] },
    );
    expect(paused.all("deliberation.revoked").filter(({ dismissed }) => dismissed)).toMatchObject([{ role: "BETA" }]);
  });

  it("ERB3 the others go on without it, and agree", () => {
    const { one } = play(
      {
        ALPHA: [alphaPlans, done],
        BETA: [prose],
        GAMMA: [says({}), says({ votes: [vote(1)] }), done],
      },
      { ...few(1), setup: { mediatorAtOnce: true } },
    );
    expect(one.result).toMatchObject({ outcome: "consensus", accepted: ["ALPHA", "GAMMA"] });
    expect(one.agents.find(({ role }) => role === "BETA")?.status).toBe("revoked");
  });

  it("ERB3 with no proposer left it has crashed: handed over, and recovered from by policy", () => {
    const played = play({ ALPHA: [prose], BETA: [prose] }, { ...few(1), setup: { recovery: "auto" } });
    expect(played.one.result).toMatchObject({
      outcome: "crashed",
      detail: "no proposer is left: revoked ALPHA, BETA for too many errors",
    });
    expect(played.one.handoff).toMatchObject({ stored: true });
    expect(isRecoveredByPolicy(played.state)).toBe(true);
  });

  it("ERB1 in a log of before there was such a budget none is counted", () => {
    const old = play(
      { ALPHA: [silent], BETA: [silent] },
      {
        limits: { errors: undefined, errorWindowMs: undefined },
        meanwhile: Array.from({ length: 12 }, (_, at) => told(at + 1, `e${at}`, "BETA")),
      },
    );
    expect(old.one.incidents.filter(({ agent }) => agent === "BETA")).toHaveLength(12);
    expect(old.all("deliberation.revoked").some(({ dismissed }) => dismissed)).toBe(false);
  });
});
