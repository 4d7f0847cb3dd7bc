// DLB24: a run that holds a deliberation about a ticket, forked at every record of it.

import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { brokenInvariants } from "../../src/core/invariants.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { forkOf } from "../core/forked-story.ts";
import { driveToRest } from "../core/calm-world.ts";
import { finishTurn, makeTicket } from "../support/conducted.ts";
import { agreeing, conductedBeside, makeDeliberation } from "../support/deliberating.ts";
import { digest } from "../support/given.ts";

async function logOf(): Promise<readonly Recorded[]> {
  const run = await conductedBeside([makeTicket("T1", { strategy: "deliberate" }), makeTicket("T2")], {
    scenario: { tickets: {}, default: [{ turns: [finishTurn] }], consults: agreeing },
    config: { deliberations: { setup: makeDeliberation().setup, conflicts: true } },
  });
  await run.drive();
  return [...run.ports.log.read()];
}

function forkAt(log: readonly Recorded[], seq: number) {
  const before = log.slice(0, seq);
  const at = (before.at(-1)?.at ?? 0) + 3_600_000;
  return decide(foldAll(before), forkOf(before), { at, by: "person:mara", chance: 0.5, digest });
}

describe("a fork of a run that holds a deliberation", () => {
  it("DLB24 before, in and after it: the fork keeps every rule and comes to its end", async () => {
    const log = await logOf();
    let taken = 0;
    for (let seq = 1; seq <= log.length; seq += 1) {
      const decision = forkAt(log, seq);
      if (!decision.ok) continue;
      taken += 1;
      expect({ seq, broken: brokenInvariants(decision.state) }).toEqual({ seq, broken: [] });
      expect(decision.state).toEqual(foldAll([...log.slice(0, seq), ...decision.records]));
      expect({ seq, phase: driveToRest(decision.state).phase }).toEqual({ seq, phase: "ended" });
    }
    // Only records before the plan was accepted are refused.
    expect(taken).toBe(log.length - log.findIndex(({ event }) => event.type === "plan.accepted"));
  });

  it("DLB24 the next attempt of its ticket waits for the deliberation that goes on, and none is opened again", async () => {
    const log = await logOf();
    const voted = log.findIndex(({ event }) => event.type === "deliberation.voted");
    const decision = forkAt(log, voted);
    if (!decision.ok) throw new Error("it can be forked");
    const { state, records } = decision;
    const types = records.map(({ event }) => event.type);
    expect(types).not.toContain("deliberation.opened");
    const [own] = state.deliberations.values();
    const attempt = [...state.attempts.values()].find(({ ticket }) => ticket === "T1");
    expect(attempt).toMatchObject({ attempt: 2, phase: { at: "deliberating", deliberation: own?.id } });
    expect(own).not.toHaveProperty("awaitsNext");
    expect(own?.board.length).toBeGreaterThan(1);
    expect([...state.consults.values()].map(({ role }) => role)).toEqual(["ALPHA", "BETA"]);
    const rest = driveToRest(state);
    expect([...rest.deliberations.values()].map(({ result }) => result?.outcome)).toEqual(["crashed"]);
    expect(rest.counts.completed).toBe(2);
  });
});
