// How a deliberation looks: silhouettes with words, where entries came from, the end step by step, the report.

import { describe, expect, it } from "vitest";
import { evolve } from "../../src/core/evolve.ts";
import { initialState } from "../../src/core/state.ts";
import { agentStatuses, deliberationOutcomes, type Inheritance } from "../../src/domain/deliberation.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { deliberationDocument } from "../../src/views/deliberation-document.ts";
import { deliberationEndOf } from "../../src/views/deliberation-end.ts";
import {
  agentStanding,
  convergenceWords,
  endingRows,
  originWords,
  pipelineStanding,
} from "../../src/views/deliberation-face.ts";
import { deliberationStanding, outcomeStandings } from "../../src/views/deliberation-standing.ts";
import { mainDeliberation } from "../../src/views/deliberation-metrics.ts";
import { withChains } from "../../src/views/chain.ts";
import { pipelineOf, settledStatus, type Pipeline } from "../../src/views/pipeline.ts";
import { newsOf } from "../../src/web/shell/tell-news.ts";
import { failedDeliberation } from "../support/failed-deliberation.ts";

const run = "run_0123456789abcdef" as RunId;

const stateOf = (records: readonly Recorded[]) => records.reduce(evolve, initialState);
const deliberationOf = (records: readonly Recorded[]) => {
  const found = mainDeliberation(stateOf(records));
  if (found === null) throw new Error("it was opened");
  return found;
};
const open = failedDeliberation({ run, isOpen: true }).records;

describe("how a deliberation looks", () => {
  it("DPG3 gives every state of an agent a word and a silhouette; lost and revoked share neither", () => {
    const [agent] = deliberationOf(open).agents;
    if (agent === undefined) throw new Error("somebody sits there");
    const all = agentStatuses.map((status) => agentStanding({ ...agent, status, waitingFor: "BETA" }, false));
    expect(new Set(all.map(({ word }) => word)).size).toBe(agentStatuses.length);
    expect(new Set(all.map(({ status }) => status)).size).toBe(agentStatuses.length);
    expect(agentStanding({ ...agent, status: "waiting", waitingFor: "BETA" }, false).word).toBe("waits for BETA");
    expect(agentStanding({ ...agent, status: "working" }, true).word).toBe("at rest");
  });

  it("DPG3 gives every outcome a word of its own, and a chain the word of how it stands", () => {
    expect(new Set(Object.values(outcomeStandings).map(({ word }) => word)).size).toBe(deliberationOutcomes.length);
    const pipeline = pipelineOf(stateOf(failedDeliberation({ run }).records));
    if (pipeline === null) throw new Error("it is one");
    expect(pipelineStanding(pipeline)?.word).toBe("deadlock");
    expect(pipelineStanding({ ...pipeline, status: "rebooting" })?.word).toBe("rebooting");
    expect(pipelineStanding({ ...pipeline, status: "failed" })?.word).toBe("failed");
    expect(pipelineStanding({ ...pipeline, status: "orchestrating", outcome: null })).toBeUndefined();
    expect(deliberationStanding(deliberationOf(open)).word).toBe("deliberating");
  });

  it("RCV16 says what became of a run from which others recovered: whom it was recovered by, or after which attempt it failed", () => {
    const failed = pipelineOf(stateOf(failedDeliberation({ run }).records));
    if (failed === null) throw new Error("it is one");
    const [second, third] = ["run_bbbbbbbbbbbbbbbb" as RunId, "run_cccccccccccccccc" as RunId];
    const following = (next: RunId) => ({ run: next, why: "policy", changes: ["x"] }) as const;
    const first = { ...failed, status: "rebooting", next: following(second) } as const;
    const middle = { ...failed, status: "rebooting", attempt: 2, next: following(third) } as const;
    const word = (last: Partial<Pipeline> | null): string | undefined => {
      const all = withChains([
        { run, pipeline: first },
        { run: second, pipeline: middle },
        ...(last === null ? [] : [{ run: third, pipeline: { ...failed, attempt: 3, ...last } as Pipeline }]),
      ]);
      return all[0]?.pipeline === null || all[0] === undefined ? undefined : pipelineStanding(all[0].pipeline)?.word;
    };
    expect(word({ status: "completed", outcome: "consensus" })).toBe(`recovered by ${third}`);
    expect(word({ status: "failed", outcome: "deadlock" })).toBe("failed after 3/3");
    expect(word({ status: "aborted", outcome: "cancelled" })).toBe("cancelled after 3/3");
    expect(word({ status: "orchestrating", outcome: null })).toBe("rebooting");
    expect(word(null)).toBe("rebooting");
    expect(settledStatus({ ...first, became: { run: third, attempt: 3, status: "failed", outcome: "deadlock" } })).toBe(
      "failed",
    );
    // A log from elsewhere may name itself.
    expect(withChains([{ run, pipeline: { ...first, next: following(run) } }])[0]?.pipeline?.became?.run).toBe(run);
  });

  it("DPG4 says of which attempt and of whom an inherited entry is, and names the run where the attempt is not known", () => {
    const provenance = { run: "run_a", author: "ALPHA", key: "files", version: 2 };
    const inheritance = { root: "run_a", prior: "run_b", generation: 3 } as Inheritance;
    expect(originWords(provenance, inheritance)).toBe("from attempt 1, ALPHA (files v2)");
    expect(originWords({ ...provenance, run: "run_b" }, inheritance)).toBe("from attempt 2, ALPHA (files v2)");
    expect(originWords({ ...provenance, run: "run_c" }, inheritance)).toBe("from run_c, ALPHA (files v2)");
    expect(originWords(provenance, null)).toBe("from run_a, ALPHA (files v2)");
  });

  it("DPG5 tells the steps of an end in their order with their moments, and those to come while it goes on", () => {
    const { records } = failedDeliberation({ run, outcome: "cancelled" });
    const aborting = records.findIndex(({ event }) => event.type === "deliberation.aborting");
    const begun = endingRows(deliberationOf(records.slice(0, aborting + 1)));
    expect(begun.map(({ step, at }) => [step, at !== null])).toEqual([
      ["told", true],
      ["synthesis", false],
      ["handoff", false],
      ["revoked", false],
      ["measured", false],
      ["failure", false],
      ["ended", false],
    ]);
    const done = endingRows(deliberationOf(records));
    expect(done.every(({ at }) => at !== null)).toBe(true);
    expect(done.map(({ words }) => words).join("; ")).toBe(
      "agents told to stop; handoff stored; agents revoked; measures: 25 %; why it failed: cancelled. Look at it.; ended: cancelled",
    );
    const lost = endingRows(deliberationOf(failedDeliberation({ run, isLost: true }).records));
    expect(lost.find(({ step }) => step === "handoff")?.words).toBe("handoff not stored: the disk is full");
    expect(endingRows(deliberationOf(open))).toEqual([]);
  });

  it("DPG6 says the curve of the rounds in words as well", () => {
    expect(convergenceWords([])).toBe("no round is finished");
    expect(convergenceWords([{ round: 1, convergence: 0.2, at: 0, seq: 9 }])).toBe("round 1: 20 %");
  });

  it("DPG7 reads out the turning points of a deliberation, and nothing of what is said at the table", () => {
    const { records } = failedDeliberation({ run });
    const told = newsOf(records, stateOf(records));
    expect(told.some((words) => words.includes("ends its deliberation with deadlock"))).toBe(true);
    expect(told.some((words) => words.includes("opens a deliberation"))).toBe(true);
    expect(told.some((words) => words.includes("counts a vote") || words.includes("solutions/files"))).toBe(false);
  });

  it("DPG8 writes a report in which what agents wrote stands in fences that their words cannot end", () => {
    const end = deliberationEndOf(stateOf(failedDeliberation({ run }).records), 0);
    if (end === null) throw new Error("it is one");
    const hostile = "ok\n````\n# Not a heading\n```";
    const view = { ...end.view, objective: hostile, dissent: [{ role: "BETA", reasoning: hostile }] };
    const lines = deliberationDocument({ ...end, view }).split("\n");
    expect(lines[0]).toBe(`# Deliberation ${run}`);
    let fence: string | null = null;
    const headings: string[] = [];
    for (const line of lines) {
      const [mark] = /^`{3,}$/.exec(line) ?? [];
      if (fence === null && mark !== undefined) fence = mark;
      else if (fence !== null && mark !== undefined && mark.length >= fence.length) fence = null;
      else if (fence === null && line.startsWith("#")) headings.push(line);
    }
    expect(fence).toBeNull();
    expect(headings).not.toContain("# Not a heading");
    expect(headings).toContain("## Dissent of BETA");
  });
});
