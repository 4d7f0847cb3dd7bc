// Planning in a random order of everything that can come: answers good and bad, faults, pauses, take-overs, a person's
// word at the gate. After each step: what must hold; `given` checks that the log folds to the same state.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunState } from "../../src/core/state.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { headOf } from "../../src/domain/text.ts";
import type { Given, Taken } from "../support/given.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { goalRun, ticketsAnswer, tracksAnswer } from "./planned-story.ts";
import { makeTicket } from "./story.ts";

const usage = { ...zeroUsage, input: 10, output: 3, costMicros: 7 };
const bad = ["prose", "{", "[]", '{"tracks": []}', " ", ticketsAnswer("A:A"), tracksAnswer("a:b", "b:a")];
const faults = ["overloaded", "rate_limited", "auth", "unknown_model", "cut", "context_overflow"] as const;

type Step = { readonly kind: number; readonly pick: number };

/** What a step asks of this state; undefined where it asks nothing. */
function commandOf({ state }: Given, { kind, pick }: Step): Command | undefined {
  const open = [...state.consults.values()];
  const consult = open[pick % Math.max(1, open.length)];
  const ref = consult === undefined ? undefined : { consult: consult.id, round: consult.round, try: consult.try };
  const reply = (answer: string, calledTools = false): Command | undefined =>
    ref && {
      type: "report.consulted",
      ...ref,
      input: "?",
      text: answer,
      answer,
      calledTools,
      finish: "stop",
      usage,
      ms: 1,
    };
  const [approval] = [...state.approvals.values()];
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return consult?.purpose === "tracks"
        ? reply(tracksAnswer("a", "b:a", "c"))
        : reply(ticketsAnswer(`${consult?.track}-1`, `${consult?.track}-2:${consult?.track}-1`));
    case 3:
      return reply(bad[pick % bad.length] ?? "");
    case 4:
      return reply(tracksAnswer("a"), true);
    case 5:
      return (
        ref && {
          type: "report.consult_failed",
          ...ref,
          code: faults[pick % faults.length] ?? "cut",
          detail: "no",
          usage,
          ms: 1,
        }
      );
    case 6:
      return state.pause === null
        ? { type: "run.pause", reason: "lunch", drain: pick % 2 === 0 }
        : { type: "run.resume" };
    case 7:
      return { type: "run.adopt", token: state.token + 1, owner: "next" };
    case 8:
      // What is not whole cannot be signed, which is a rule of its own.
      if (approval === undefined || headOf(approval.shown).includes("problems")) return undefined;
      return {
        type: "approval.answer",
        approval: approval.id,
        decision: "approve",
        reason: "",
        digest: approval.digest,
      };
    case 9:
      return (
        approval && {
          type: "approval.answer",
          approval: approval.id,
          decision: "edit",
          reason: "",
          edited: "x",
          tickets: [makeTicket("Mine")],
        }
      );
    case 10:
      return pick % 4 === 0
        ? approval && { type: "approval.answer", approval: approval.id, decision: "reject", reason: "no" }
        : undefined;
    default:
      return pick % 8 === 0 ? { type: "run.abort", reason: "enough" } : undefined;
  }
}

const steps = fc.array(fc.record({ kind: fc.nat({ max: 11 }), pick: fc.nat({ max: 63 }) }), { maxLength: 60 });

/** What the whole log says. */
function look(records: readonly Recorded[]): { readonly spent: number; readonly accepted: number } {
  const seen = { spent: 0, accepted: 0 };
  for (const { event } of records) {
    if (event.type === "consult.replied") expect(event.round).toBeLessThanOrEqual(3);
    if (event.type === "consult.replied" || event.type === "consult.failed") seen.spent += event.usage.costMicros ?? 0;
    if (event.type === "plan.accepted") seen.accepted += 1;
    if (event.type === "attempt.started") expect(seen.accepted).toBe(1);
  }
  return seen;
}

function holds(state: RunState, lanes: number): void {
  const open = [...state.consults.values()];
  expect(open.length).toBeLessThanOrEqual(state.mode === "linear" ? 1 : lanes);
  expect(new Set(open.map(({ track }) => track)).size).toBe(open.length);
  for (const { track } of open) expect(track === null || !state.draftedTracks.has(track)).toBe(true);
  if (state.phase === "ended") expect(open.length + state.approvals.size).toBe(0);
  // Never stuck: somebody is asked, a person or a model, or the run is paused, over, or at work.
  if (state.phase === "planning") expect(open.length + state.approvals.size > 0 || state.pause !== null).toBe(true);
}

describe("planning, whatever comes", () => {
  it.each(["async", "linear"] as const)("EPIC4 EPIC5 EPIC7 %s: bounded, never stuck, and every call booked", (mode) => {
    fc.assert(
      fc.property(steps, fc.boolean(), (all, only) => {
        const goal = { epic: "Sell books.", ...(only && { only: "plan" as const }) };
        let story: Taken = goalRun({ mode, goal });
        for (const step of all) {
          const command = commandOf(story, step);
          if (command === undefined || story.state.phase === "ended" || story.state.phase === "running") continue;
          story = story.when(command);
          holds(story.state, story.state.laneLimit);
        }
        const seen = look(story.records);
        expect(seen.accepted).toBeLessThanOrEqual(1);
        const booked = [...story.state.spend.values()].reduce((sum, each) => sum + (each.costMicros ?? 0), 0);
        if ([...story.state.spend.values()].every(({ costMicros }) => costMicros !== null))
          expect(booked).toBe(seen.spent);
      }),
      { numRuns: 150 },
    );
  });
});
