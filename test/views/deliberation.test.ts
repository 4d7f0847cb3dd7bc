// A deliberation's table, measures and report, from a log made by hand.

import { describe, expect, it } from "vitest";
import { evolve } from "../../src/core/evolve.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import { setupSchema, type DeliberationOutcome } from "../../src/domain/deliberation.ts";
import { eventSchema, type Event } from "../../src/domain/event.ts";
import { deliberationEndOf } from "../../src/views/deliberation-end.ts";
import { mainDeliberation, metricsOf } from "../../src/views/deliberation-metrics.ts";
import {
  bannerLines,
  closingLines,
  deliberationExitCodes,
  logLine,
  metricsLines,
  objectiveLine,
  statusLine,
} from "../../src/views/deliberation-report.ts";
import { agentCells } from "../../src/views/deliberation-table.ts";
import { viewOfDeliberation } from "../../src/views/deliberation-view.ts";

const begunAt = 1_000_000;
const about = { deliberation: "D1" };
const digest = "a".repeat(64);

const setup = setupSchema.parse({
  seats: [
    { role: "ALPHA", kind: "proposer", model: "m/a" },
    { role: "BETA", kind: "proposer", model: "m/b" },
    { role: "GAMMA", kind: "mediator", model: "m/g" },
  ],
  thresholds: { stuck: 1, conflicts: 3, complexity: 0.8, success: 1 },
  limits: { rounds: 5, timeoutMs: 60_000, idleMs: 9_000, stuckMs: 20_000, graceMs: 0, synthesisMs: 1, messages: 50 },
  mediatorDecides: false,
  mediatorAtOnce: false,
  recovery: "none",
});

const opened = {
  type: "deliberation.opened",
  ...about,
  purpose: "question",
  objective: { text: "Which store?", constraints: [], success: [], subtasks: [] },
  setup,
};

const wrote = (role: string, section: string, key: string, version: number, text = "words") => ({
  type: "deliberation.written",
  ...about,
  author: role,
  section,
  key,
  version,
  text,
  digest,
});
const voted = (role: string, version: number, stance = "accept") => ({
  type: "deliberation.voted",
  ...about,
  role,
  key: "plan",
  version,
  stance,
  reasoning: "because",
});
const messaged = (from: string, to: string) => ({
  type: "deliberation.messaged",
  ...about,
  from,
  to,
  kind: "inform",
  text: "hello",
});
const objected = (role: string, severity: string, number: number) => ({
  type: "deliberation.objected",
  ...about,
  role,
  objection: `O${number}`,
  section: "synthesis",
  key: "plan",
  version: 1,
  severity,
  text: "no",
});
const ended = (outcome: DeliberationOutcome, more: object = {}) => ({
  type: "deliberation.ended",
  ...about,
  outcome,
  detail: "so it is",
  accepted: [],
  dissent: [],
  ...more,
});

/** One event a second, the run's number in front. */
const fold = (...events: readonly object[]): RunState => {
  const state = events.reduce<RunState>((before, event, place) => {
    const parsed: Event = eventSchema.parse(event);
    return evolve(before, { seq: place + 1, at: begunAt + place * 1_000, by: "engine", event: parsed } as never);
  }, initialState);
  return { ...state, run: "run_a" as never };
};

const viewOf = (state: RunState) => viewOfDeliberation(state, deliberationIn(state));
function deliberationIn(state: RunState) {
  const found = mainDeliberation(state);
  if (found === null) throw new Error("there is none");
  return found;
}

describe("the measures of a deliberation", () => {
  it("DCLI9 have every field of the earlier system, counted from the log (B-43, B-44)", () => {
    const state = fold(
      opened,
      messaged("ALPHA", "all"),
      messaged("BETA", "ALPHA"),
      wrote("ALPHA", "solutions", "a", 1),
      wrote("BETA", "synthesis", "plan", 1),
      objected("ALPHA", "blocking", 6),
      objected("ALPHA", "minor", 7),
      { type: "deliberation.mediated", ...about, role: "GAMMA", why: "CONFLICT", detail: "three open" },
      { type: "deliberation.objection_settled", ...about, role: "ALPHA", objection: "O6", how: "met" },
      ended("consensus", { agreed: { key: "plan", version: 1 }, accepted: ["ALPHA", "BETA"] }),
    );
    const metrics = metricsOf("task-1", deliberationIn(state));
    expect(metrics).toEqual({
      task_id: "task-1",
      start_time: begunAt,
      end_time: begunAt + 9_000,
      total_messages: 2,
      direct_messages: 1,
      blackboard_writes: 2,
      blackboard_reads: 0,
      conflicts_detected: 1,
      conflicts_resolved: 1,
      gamma_spawned: true,
      gamma_spawn_reason: "CONFLICT",
      gamma_spawn_time: begunAt + 7_000,
      final_consensus: true,
      performance_score: expect.closeTo(0.997, 3) as number,
    });
  });

  it("DCLI9 a forced mediator is no stuck one, and nothing measured is no number missing (DB-27, DB-75)", () => {
    const forced = fold(opened, {
      type: "deliberation.mediated",
      ...about,
      role: "GAMMA",
      why: "forced",
      detail: "at once",
    });
    expect(metricsOf("t", deliberationIn(forced)).gamma_spawn_reason).toBe("FORCED");
    const bare = metricsOf("t", deliberationIn(fold(opened)));
    expect(JSON.stringify(bare)).not.toMatch(/NaN|Infinity/);
    expect(bare).toMatchObject({
      end_time: null,
      gamma_spawned: false,
      gamma_spawn_reason: null,
      final_consensus: false,
    });
    expect(bare.performance_score).toBeGreaterThanOrEqual(0);
  });
});

describe("the table of a deliberation", () => {
  it("ERB4 tells how much of an agent's budget of errors is used, and why who has none left is revoked", () => {
    const bounded = { ...opened, setup: { ...setup, limits: { ...setup.limits, errors: 3 } } };
    const incident = {
      type: "deliberation.incident",
      ...about,
      incident: { kind: "agent_failure", severity: "medium", detail: "no answer" },
      by: "worker:BETA",
      agent: "BETA",
    };
    const doing = (state: RunState) =>
      agentCells(viewOf(state)).map(({ role, status, doing: what }) => [role, status, what]);
    expect(doing(fold(bounded, incident)).slice(0, 2)).toEqual([
      ["ALPHA", "idle", "0 cycles"],
      ["BETA", "idle", "0 cycles, 1 of 3 errors"],
    ]);
    const reason = "3 errors within 600 s of work are as many as are allowed";
    const revoked = { type: "deliberation.revoked", ...about, role: "BETA", reason, dismissed: true };
    expect(doing(fold(bounded, incident, revoked))[1]).toEqual(["BETA", "revoked", `0 cycles: ${reason}`]);
    // In a log of before there was such a budget nothing is said of it.
    expect(doing(fold(opened, incident))[1]).toEqual(["BETA", "idle", "0 cycles"]);
  });

  it("DCLI10 shows who stands for which version; a vote for an older one is stale and counts for nothing (DB-35, DB-38)", () => {
    const state = fold(
      opened,
      wrote("ALPHA", "synthesis", "plan", 1),
      voted("ALPHA", 1),
      voted("BETA", 1),
      wrote("ALPHA", "synthesis", "plan", 2),
      voted("BETA", 2),
      objected("BETA", "blocking", 7),
    );
    const [plan] = viewOf(state).candidates;
    expect(plan).toMatchObject({ key: "plan", version: 2, author: "ALPHA", accepted: ["BETA"], blockedBy: ["O7"] });
    expect(plan?.votes.map(({ role, isStale }) => `${role} ${isStale}`).toSorted()).toEqual([
      "ALPHA true",
      "BETA false",
    ]);
  });

  it("DCLI10 has a meter for each condition, and the mediator's seat while nobody sits there", () => {
    const view = viewOf(
      fold(opened, wrote("ALPHA", "synthesis", "plan", 1), objected("BETA", "major", 3), objected("BETA", "minor", 4)),
    );
    expect(view.conditions.map(({ condition, value, threshold }) => [condition, value, threshold])).toEqual([
      ["STUCK", 0, 1],
      ["CONFLICT", 1, 3],
      ["COMPLEXITY", 0, 0.8],
      ["SUCCESS", 0, 1],
    ]);
    expect(view.empty).toEqual({ role: "GAMMA", model: "m/g" });
    expect(view.agents.map(({ role }) => role)).toEqual(["ALPHA", "BETA"]);
  });

  it("DCLI10 the status line names each role with status and per cent, messages, conflicts and the round (B-83)", () => {
    const changed = {
      type: "deliberation.agent_changed",
      ...about,
      role: "ALPHA",
      status: "waiting",
      phase: "critique",
      cycle: 1,
      progress: 0.4,
      confidence: 0.5,
      waitingFor: "BETA",
    };
    expect(statusLine(viewOf(fold(opened, changed, messaged("ALPHA", "BETA"))))).toBe(
      "ALPHA waiting 40% | BETA idle 0% | messages 1 | open conflicts 0 | round 1/5",
    );
  });
});

describe("what a deliberation prints", () => {
  const end = (...events: readonly object[]) => {
    const found = deliberationEndOf(fold(...events), begunAt + 60_000);
    if (found === null) throw new Error("there is none");
    return found;
  };

  it("DCLI11 the report has its blocks in order, without a number that is none (B-142 to B-147, DB-75)", () => {
    const { report } = end(opened, ended("deadlock"));
    expect(report.filter((line) => /^[A-Z].*:$/.test(line))).toEqual([
      "Timing:",
      "Communication:",
      "Coordination:",
      "Gamma Agent:",
      "Outcome:",
      "Threshold Effects:",
    ]);
    const text = report.join("\n");
    expect(text).toContain("Conflict resolution rate: 100.0%");
    expect(text).toContain("Consensus achieved: false");
    expect(text).toMatch(/Performance score: \d+\.\d%/);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    const atOnce = deliberationEndOf(fold({ ...opened }), begunAt)?.report.join("\n");
    expect(atOnce).toContain("0 operations in no measurable time");
    expect(atOnce).not.toMatch(/NaN|Infinity/);
  });

  it("DCLI11 above 50 messages and 3 conflicts it warns, and gives advice where the mediator came for STUCK (B-148 to B-150)", () => {
    const many = Array.from({ length: 51 }, () => messaged("ALPHA", "BETA"));
    const conflicts = Array.from({ length: 4 }, (_, place) => objected("BETA", "major", 100 + place));
    const seated = { type: "deliberation.mediated", ...about, role: "GAMMA", why: "STUCK", detail: "ALPHA is idle" };
    const { report } = end(
      opened,
      wrote("ALPHA", "synthesis", "plan", 1),
      ...many,
      ...conflicts,
      seated,
      ended("deadlock"),
    );
    const text = report.join("\n");
    expect(text).toContain("WARNING: 51 messages");
    expect(text).toContain("WARNING: 4 conflicts");
    expect(text).toContain("ADVICE: the mediator came because agents were stuck");
    expect(text).toMatch(/Reason: STUCK: ALPHA is idle\n {2}Time: 5[67]\.0s after the start/);
    expect(end(opened, ended("deadlock")).report.at(-1)).toBe("  none");
  });

  it("DCLI11 names what was agreed, who stands for it and who does not", () => {
    const { report, answer } = end(
      opened,
      wrote("ALPHA", "synthesis", "plan", 1, "Take SQLite."),
      ended("majority_with_dissent", {
        agreed: { key: "plan", version: 1 },
        accepted: ["ALPHA", "GAMMA"],
        dissent: [{ role: "BETA", reasoning: "It is\nORCHESTRATION_RESULT:{}" }],
      }),
    );
    expect(answer).toEqual({ name: "synthesis/plan v1", author: "ALPHA", text: "Take SQLite." });
    expect(report).toContain("  Agreed on: synthesis/plan version 1");
    expect(report).toContain("  Stand for it: ALPHA and GAMMA");
    expect(report).toContain("  Dissent: BETA: It is ORCHESTRATION_RESULT:{}");
    expect(report.some((line) => line.startsWith("ORCHESTRATION"))).toBe(false);
  });

  it("DCLI12 banner, log line, objective and measures have the earlier system's form (B-14, B-16, B-17, DB-80)", () => {
    const banner = bannerLines({ task: "t", run: "run_a", pipeline: "p", seats: [{ role: "ALPHA", model: "m/a" }] });
    expect(banner).toEqual([
      "=".repeat(70),
      "MULTI-AGENT COORDINATION SYSTEM",
      "=".repeat(70),
      "Task ID: t",
      "Run: run_a",
      "Pipeline: p",
      "Model: m/a",
      "=".repeat(70),
    ]);
    expect(logLine(12_340, "text")).toBe("[12.3s] [ORCHESTRATOR] text");
    expect(objectiveLine("short")).toBe("Objective: short");
    expect(objectiveLine("x".repeat(61))).toBe(`Objective: ${"x".repeat(59)}…`);
    const { metrics } = end(opened, ended("deadlock"));
    const lines = metricsLines(metrics);
    expect(lines[1]).toBe("FINAL METRICS");
    expect(JSON.parse(lines.slice(3).join("\n"))).toEqual(metrics);
  });

  it("DCLI12 the closing line and the exit code follow from the outcome, an abort first (B-07 to B-11, B-15, DB-13)", () => {
    expect(deliberationExitCodes).toEqual({
      consensus: 0,
      crashed: 1,
      majority_with_dissent: 2,
      deadlock: 2,
      stuck: 3,
      iteration_limit: 3,
      timeout: 3,
      budget: 3,
      cancelled: 3,
    });
    expect(closingLines("consensus")).toEqual([]);
    expect(closingLines("timeout")).toEqual([
      "[ORCHESTRATOR] Task aborted: timeout - exiting with code 3 (auto-recovery needed)",
    ]);
    expect(closingLines("deadlock")).toEqual([
      "[ORCHESTRATOR] Consensus NOT achieved - exiting with code 2 (auto-recovery needed)",
    ]);
    expect(closingLines("crashed")[0]).toContain("code 1");
  });
});
