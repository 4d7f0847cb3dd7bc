// What a deliberation's state keeps for eyes alone: what each seat has used, and when each step of its end was done.

import { describe, expect, it } from "vitest";
import { evolve } from "../../src/core/evolve.ts";
import { fromSnapshotText, toSnapshotText } from "../../src/core/snapshot.ts";
import { initialState } from "../../src/core/state.ts";
import type { DeliberationId } from "../../src/domain/deliberation.ts";
import { eventSchema, type Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { failedDeliberation } from "../support/failed-deliberation.ts";

const run = "run_0123456789abcdef" as RunId;
const deliberation = "D2" as DeliberationId;

const foldAll = (records: readonly Recorded[]) => records.reduce(evolve, initialState);

const usage = (output: number) => ({
  input: 10,
  cachedRead: 0,
  cacheWrite: 0,
  output,
  reasoning: 0,
  costMicros: 100,
  estimated: false,
});

const cycle = (consult: string): unknown[] => [
  {
    type: "consult.started",
    consult,
    purpose: "deliberate",
    tier: 3,
    model: "echo/small",
    prompt: { name: "deliberate", version: "1", hash: "a".repeat(64) },
    deliberation,
    role: "ALPHA",
  },
  {
    type: "consult.failed",
    consult,
    round: 1,
    try: 1,
    code: "overloaded",
    detail: "busy",
    retryAt: null,
    usage: usage(0),
    ms: 5,
  },
  { type: "consult.replied", consult, round: 1, try: 2, input: "?", text: "{}", usage: usage(7), ms: 5 },
  { type: "consult.ended", consult, result: "used", detail: "" },
];

describe("what a deliberation keeps for eyes", () => {
  it("DPG1 adds up what each seat has used, failed calls too", () => {
    const { records } = failedDeliberation({ run, isOpen: true });
    const more = cycle("Q90").map((event, place): Recorded => ({
      seq: records.length + place + 1,
      at: 1_790_000_100_000,
      by: "engine",
      event: eventSchema.parse(event),
    }));
    const agents = foldAll([...records, ...more]).deliberations.get(deliberation)?.agents ?? [];
    expect(agents.map(({ role, usage: { input, output, costMicros } }) => [role, input, output, costMicros])).toEqual([
      ["ALPHA", 20, 7, 200],
      ["BETA", 0, 0, 0],
    ]);
  });

  it("DPG2 keeps the moment of each step of the end, the last revocation's among them", () => {
    const { records } = failedDeliberation({ run, outcome: "cancelled" });
    const state = foldAll(records);
    const steps = state.deliberations.get(deliberation)?.ending?.steps ?? [];
    expect(steps.map(({ step }) => step)).toEqual(["told", "handoff", "revoked", "measured", "failure", "ended"]);
    const lastRevoked = records.findLast(({ event }) => event.type === "deliberation.revoked");
    expect(steps.find(({ step }) => step === "revoked")?.at).toBe(lastRevoked?.at);
    expect(fromSnapshotText(toSnapshotText(state)).deliberations).toEqual(state.deliberations);
  });
});
