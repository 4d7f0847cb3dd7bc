// HOF: what a deliberation without consensus leaves behind, made of its records.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { recoveryHints } from "../../../src/core/recovery/hints.ts";
import { noteHandoff } from "../../../src/core/recovery/note-handoff.ts";
import { textsOfHandoff, writeHandoff } from "../../../src/core/recovery/write-handoff.ts";
import { deliberationOutcomes } from "../../../src/domain/deliberation.ts";
import { handoffBounds, readHandoff, type Handoff } from "../../../src/domain/handoff.ts";
import type { Digest } from "../../../src/domain/ids.ts";
import { headOf, type Text } from "../../../src/domain/text.ts";
import { argued, changed, deliberation, objected, said, voted, wrote, type ArguedRecord } from "./argued.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const read = (text: Text): string => (typeof text === "string" ? text : `${text.head}…whole`);

function handoffOf(records: readonly ArguedRecord[], until = Number.MAX_SAFE_INTEGER): Handoff {
  const notes = noteHandoff(records, deliberation, until);
  if (notes === undefined) throw new Error("nothing was opened");
  return writeHandoff(notes, { run: "run_first", outcome: "deadlock", detail: "nobody yields" }, { read, digest });
}

describe("a handoff", () => {
  const provenance = { run: "run_zero", author: "BETA", key: "plan", version: 3 };
  const records = argued([
    wrote("ALPHA", "problem/analysis", "hard"),
    wrote("ALPHA", "solutions/plan", "one"),
    wrote("ORCHESTRATOR", "solutions/inherited_beta_plan", "old", { provenance }),
    changed("ALPHA", 1),
    wrote("BETA", "synthesis/merge", "first"),
    wrote("ALPHA", "solutions/plan", "two", { version: 2 }),
    wrote("GAMMA", "synthesis/merge", "second", { version: 2 }),
    voted("ALPHA", 2, "accept"),
    voted("BETA", 2, "reject"),
    objected("BETA", "O9"),
    { type: "deliberation.mediated", deliberation, role: "GAMMA", why: "CONFLICT", detail: "" },
    changed("BETA", 3),
  ]);
  const handoff = handoffOf(records);

  it("HOF1 names the run under both names, its chain and where its log stood", () => {
    expect(handoff).toMatchObject({
      pipeline_id: "run_first",
      from_pipeline: "run_first",
      root_pipeline: "run_first",
      task_id: "run_first",
      attempt: 1,
      at: 14,
      dump_time: "1970-01-01T00:16:52.000Z",
      abort_reason: "deadlock",
      iteration_count: 3,
      max_iterations: 10,
      gamma_active: true,
    });
    const notes = noteHandoff(records, deliberation, 14);
    const ending = { run: "run_first", pipeline: "P-7", task: "T-8", outcome: "stuck", detail: "" } as const;
    expect(notes && writeHandoff(notes, ending, { read, digest })).toMatchObject({
      pipeline_id: "P-7",
      task_id: "T-8",
      from_pipeline: "run_first",
    });
  });

  it("HOF2 has the proposals as they stand, every attempt at a synthesis, votes, analysis and open objections", () => {
    expect(handoff.proposals).toEqual([
      expect.objectContaining({ agent: "ALPHA", key: "plan", value: "two", version: 2 }),
      expect.objectContaining({ agent: "ORCHESTRATOR", key: "inherited_beta_plan", value: "old", provenance }),
    ]);
    expect(handoff.synthesis_attempts.map(({ agent, value, version }) => [agent, value, version])).toEqual([
      ["BETA", "first", 1],
      ["GAMMA", "second", 2],
    ]);
    expect(handoff.consensus_state).toEqual([
      expect.objectContaining({ key: "merge", author: "ALPHA" }),
      expect.objectContaining({
        key: "merge",
        author: "BETA",
        value: { role: "BETA", version: 2, stance: "reject", reasoning: "because BETA" },
      }),
    ]);
    expect(handoff.problem_analysis).toEqual([{ key: "analysis", value: "hard", author: "ALPHA" }]);
    expect(handoff.open_objections).toHaveLength(1);
  });

  it("HOF3 has the state of everybody with a seat, also of who never began", () => {
    expect(handoff.agent_states).toEqual([
      expect.objectContaining({ role: "ALPHA", status: "working", phase: "propose", progress: 0.5, confidence: 0.25 }),
      expect.objectContaining({ role: "BETA", blocked_reason: null, current_task: "propose, after 3 cycles" }),
      expect.objectContaining({ role: "GAMMA", current_task: "has not begun" }),
    ]);
  });

  it("HOF4 keeps the last ten messages of each role in the order they were sent", () => {
    const talk = Array.from({ length: 25 }, (_, index) => said(index % 2 === 0 ? "ALPHA" : "BETA", `m${index}`));
    const summary = handoffOf(argued(talk)).message_summary;
    expect(summary["alpha_last_messages"]?.map(({ text }) => text)).toEqual(
      [6, 8, 10, 12, 14, 16, 18, 20, 22, 24].map((index) => `m${index}`),
    );
    expect(summary["beta_last_messages"]).toHaveLength(10);
    expect(summary["gamma_last_messages"]).toEqual([]);
  });

  it("HOF5 says of the reason what is true of the reason", () => {
    const facts = {
      detail: "",
      rounds: { done: 2, most: 10 },
      isMediated: false,
      proposals: 1,
      syntheses: 0,
      blocking: 0,
      lost: [],
    };
    for (const outcome of deliberationOutcomes) {
      const hints = recoveryHints({ ...facts, outcome });
      expect(hints[0]).toContain(outcome.replaceAll("_", " "));
      expect(hints.some((hint) => hint.endsWith("rounds.") && /Simplify/.test(hint))).toBe(
        outcome === "iteration_limit",
      );
    }
    expect(new Set(deliberationOutcomes.map((outcome) => recoveryHints({ ...facts, outcome }).join())).size).toBe(
      deliberationOutcomes.length,
    );
  });

  it("HOF6 stays bounded, keeps what is newest and says what it left out", () => {
    const long = "x".repeat(60_000);
    const many = Array.from({ length: 300 }, (_, index) => wrote("ALPHA", `solutions/k${index}`, long));
    const big = handoffOf(argued(many));
    expect(JSON.stringify(big).length).toBeLessThan(handoffBounds.all + 100_000);
    expect(big.proposals).toHaveLength(handoffBounds.entries);
    expect(big.proposals.at(-1)?.key).toBe("k299");
    expect(big.left_out).toContain("260 older entries of the blackboard");
    expect(big.left_out[0]).toBe("44000 characters of solutions/k260@1");
  });

  it("HOF7 reads what it needs of blobs, and the same log gives the same bytes", () => {
    const blob = { blob: "a".repeat(64) as Digest, bytes: 99_999, head: "long" };
    const told = argued([wrote("ALPHA", "solutions/plan", blob), changed("ALPHA", 1)]);
    const notes = noteHandoff(told, deliberation, 99);
    expect(notes && textsOfHandoff(notes)).toContain(blob);
    expect(handoffOf(told).proposals[0]?.value).toBe(`${headOf(blob)}…whole`);
    expect(JSON.stringify(handoffOf(told))).toBe(JSON.stringify(handoffOf(told)));
    expect(handoffOf(told, 3).iteration_count).toBe(0);
    expect(noteHandoff([], deliberation, 99)).toBeUndefined();
  });

  it("HOF8 is believed only as it was written", () => {
    const text = JSON.stringify(handoff);
    expect(readHandoff(text, digest)).toEqual({ ok: true, handoff });
    expect(readHandoff(text.replace("nobody yields", "all agree"), digest)).toMatchObject({ ok: false });
    expect(readHandoff("{}", digest)).toMatchObject({ ok: false });
    expect(readHandoff("{", digest)).toMatchObject({ ok: false, problem: "it is no JSON" });
  });
});
