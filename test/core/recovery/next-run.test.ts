// RCV: whether a run follows from one that came to nothing, by itself or at a person's word.

import { describe, expect, it } from "vitest";
import { foldAll } from "../../../src/core/evolve.ts";
import { isRecoveredByPolicy, planClaim, questionOf, recoverableOf } from "../../../src/core/recovery/next-run.ts";
import { remainingBudget } from "../../../src/core/recovery/remaining-budget.ts";
import type { RunState } from "../../../src/core/state.ts";
import { defaultDeliberationLimits, deliberationOutcomes } from "../../../src/domain/deliberation.ts";
import type { ModelId, RunId } from "../../../src/domain/ids.ts";
import { bestPartial } from "../../../src/core/recovery/best-partial.ts";
import { emptyMap } from "../../../src/core/small-map.ts";
import { nothingSpent } from "../../../src/core/account.ts";
import { failedDeliberation, type FailedOptions } from "../../support/failed-deliberation.ts";

const run = "run_aaaaaaaaaaaaaaaa" as RunId;
const stateOf = (options: Partial<FailedOptions> = {}): RunState =>
  foldAll(failedDeliberation({ run, ...options }).records);

describe("whether a run follows", () => {
  it("RCV15 R-10 by itself after every failure but a person's abort, where the policy says so", () => {
    for (const outcome of deliberationOutcomes) {
      if (outcome === "consensus") continue;
      expect(isRecoveredByPolicy(stateOf({ outcome })), outcome).toBe(outcome !== "cancelled");
      for (const recovery of ["ask", "none"] as const)
        expect(isRecoveredByPolicy(stateOf({ outcome, recovery }))).toBe(false);
    }
    expect(isRecoveredByPolicy({ ...stateOf(), aborted: true })).toBe(false);
    expect(recoverableOf(stateOf({ outcome: "cancelled" }), "rerun").kind).toBe("open");
  });

  it("RCV13 not before it has ended, nor without a handoff, nor of what is no deliberation", () => {
    expect(recoverableOf(stateOf({ isOpen: true }), "policy")).toMatchObject({ problem: "This run has not ended." });
    expect(recoverableOf(stateOf({ isLost: true }), "rerun").kind).toBe("refused");
    const none = { ...stateOf(), deliberations: emptyMap<never, never>() };
    expect(recoverableOf(none, "policy")).toMatchObject({ problem: "This run is no deliberation." });
  });

  it("RCV4 no run that could only repeat the one before it begins by itself; a person may still choose", () => {
    const limits = {
      ...defaultDeliberationLimits,
      rounds: 100,
      timeoutMs: 86_400_000,
      stuckMs: 3_600_000,
      idleMs: 3_600_000,
    };
    const state = stateOf({ outcome: "timeout" });
    const deliberation = questionOf(state);
    if (deliberation === undefined) throw new Error("it is one");
    const constraints = Array.from({ length: 50 }, (_, index) => `own ${index}`);
    const full = {
      ...deliberation,
      objective: { ...deliberation.objective, constraints },
      setup: { ...deliberation.setup, limits, mediatorAtOnce: true, mediatorDecides: true },
    };
    const stuck = { ...state, deliberations: new Map([[deliberation.id, full]]) };
    expect(isRecoveredByPolicy(state)).toBe(true);
    expect(isRecoveredByPolicy(stuck)).toBe(false);
    expect(recoverableOf(stuck, "policy")).toMatchObject({ kind: "refused", remedy: expect.stringMatching(/--rerun/) });
    expect(recoverableOf(stuck, "rerun").kind).toBe("open");
  });

  it("RCV2 the next higher tier is the next model of the ladders from tier 4 to tier 1", () => {
    const ladders: Record<string, ModelId[]> = {
      "1": ["echo/large" as ModelId],
      "2": ["echo/small", "echo/middle"] as ModelId[],
    };
    const state = stateOf({ config: { tiers: ladders } });
    const deliberation = questionOf(state);
    if (deliberation === undefined) throw new Error("it is one");
    expect(planClaim(state, deliberation, { why: "escalate" })).toMatchObject({
      generation: 1,
      changes: ["ALPHA is echo/middle", "BETA is echo/middle", "GAMMA is echo/middle"],
    });
    const bare = stateOf();
    expect(planClaim(bare, deliberation, { why: "escalate" }).changes).toEqual([]);
    expect(planClaim(bare, deliberation, { why: "escalate", model: "echo/own" as ModelId }).changes).toHaveLength(3);
  });

  it("RCV12 P11 a recovery may spend what the bounds as they stand now have left", () => {
    const bounds = {
      run: { tokens: 100, costMicros: 50, minutes: 2 },
      tiers: { "2": { turns: 5 } },
      day: { tokens: 7 },
    };
    const state = stateOf({ config: { budgets: bounds } });
    const spent = { ...nothingSpent, tokens: 30, costMicros: 50, ms: 30_000, turns: 2 };
    const account = { spent, reserved: { tokens: 0, costMicros: 0 } };
    const ledger = new Map([
      ["run", account],
      ["tier:2", account],
    ]);
    const caps = new Map(state.caps).set("run", { tokens: 200, costMicros: 50, minutes: 2 });
    expect(remainingBudget({ ...state, ledger, caps })).toEqual({
      budgets: { run: { tokens: 170, costMicros: 0, minutes: 1.5 }, tiers: { "2": { turns: 3 } }, day: { tokens: 7 } },
      isUsedUp: true,
    });
    expect(remainingBudget(stateOf())).toEqual({ budgets: undefined, isUsedUp: false });
  });

  it("PIPE9 what comes nearest to an agreement is the synthesis most stand for, else what was proposed last", () => {
    const deliberation = questionOf(stateOf());
    if (deliberation === undefined) throw new Error("it is one");
    expect(bestPartial(deliberation)).toMatchObject({ section: "synthesis", key: "both" });
    const board = deliberation.board.filter(({ section }) => section === "solutions");
    expect(bestPartial({ ...deliberation, board })).toMatchObject({ section: "solutions", key: "server" });
    expect(bestPartial({ ...deliberation, board: [] })).toBeUndefined();
  });
});
