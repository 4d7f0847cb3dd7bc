// Fifty workers race for the same money: whatever the order, the faults and the bounds, no bound is overdrawn by one token.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { duties, type Duty } from "../../src/core/duties.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import { items } from "../../src/core/vector.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Budgets, Caps } from "../../src/domain/config.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { zeroUsage, type Usage } from "../../src/domain/usage.ts";
import { digest, start } from "../support/given.ts";
import { cards } from "./budgeted-story.ts";
import * as s from "./story.ts";

const workers = 50;

type Step = {
  readonly pick: number;
  readonly part: number;
  readonly how: "reply" | "finish" | "cut" | "lost" | "adopt";
};

const hows: readonly Step["how"][] = ["reply", "reply", "reply", "finish", "cut", "lost", "adopt"];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    pick: fc.nat(),
    // Often all that was held back, so that bounds are met exactly.
    part: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    how: fc.constantFrom(...hows),
  }),
  { minLength: 20, maxLength: 200 },
);

const caps = (most: number): fc.Arbitrary<Caps> =>
  fc.record(
    { tokens: fc.integer({ min: 1, max: most }), costMicros: fc.integer({ min: 1, max: 2 * most }) },
    { requiredKeys: ["tokens"] },
  );

const budgets: fc.Arbitrary<Budgets> = fc.record(
  { run: caps(150_000), ticket: caps(8_000), track: caps(60_000), tiers: fc.record({ "3": caps(120_000) }) },
  { requiredKeys: ["run"] },
);

/** Up to exactly what was held back. */
function usageOf(duty: Extract<Duty, { kind: "turn" }>, { part, how }: Step): Usage {
  const { reserved } = duty;
  if (how === "lost" || reserved === null) return { ...zeroUsage, costMicros: null, estimated: true };
  const tokens = Math.floor(reserved.tokens * part);
  return { ...zeroUsage, input: tokens, costMicros: Math.floor((reserved.costMicros ?? 0) * part) };
}

function reportOf(duty: Extract<Duty, { kind: "turn" }>, step: Step): Command {
  const name = `${duty.ref.ticket}#${duty.ref.attempt}/${duty.turn}`;
  const usage = usageOf(duty, step);
  if (step.how === "cut") return s.turnFailed(name, "cut", { try: duty.try, usage });
  return s.replied(name, [step.how === "finish" ? s.finish() : s.broken], { try: duty.try, usage });
}

function overdrawn(state: RunState, given: Budgets): string[] {
  const accounts = [...state.ledger].map(([key, account]) => ({ key, account }));
  const { run, ticket, track, tiers } = given;
  const capOf = (key: string): Caps | undefined =>
    key === "run" ? run : key === "tier:3" ? tiers?.["3"] : key.startsWith("track:") ? track : undefined;
  const broken = accounts.flatMap(({ key, account: { spent, reserved } }) => {
    const own = capOf(key);
    return spent.tokens + reserved.tokens > (own?.tokens ?? Infinity) ||
      spent.costMicros + reserved.costMicros > (own?.costMicros ?? Infinity)
      ? [`${key} is overdrawn`]
      : [];
  });
  const perTicket = [...items(state.tickets)].filter(({ history: { spent } }) =>
    ticket === undefined
      ? false
      : spent.tokens > (ticket.tokens ?? Infinity) || spent.costMicros > (ticket.costMicros ?? Infinity),
  );
  return perTicket.length === 0 ? broken : [...broken, "a ticket is overdrawn"];
}

describe("fifty workers", () => {
  it("BUD5 BUD13 P11 never overdraw a bound by one token, whatever the order, the faults and the crashes", () => {
    const property = fc.property(budgets, fc.boolean(), steps, (given, attended, all) => {
      let state = initialState;
      let token = 1;
      const take = (command: Command): void => {
        const decision = decide(state, command, { at: start, by: "engine", chance: 0.5, digest });
        if (!decision.ok) throw new Error(JSON.stringify(decision.rejection));
        state = decision.state;
        expect(overdrawn(state, given)).toEqual([]);
      };
      const tickets = Array.from({ length: workers }, (_, place) =>
        s.makeTicket(`T${place}`, { track: place % 2 === 0 ? "core" : "shop" }),
      );
      const config = s.makeConfig({
        budgets: given,
        cards,
        attended,
        lanes: { run: workers, tiers: {}, providers: {} },
        limits: { ...s.makeConfig().limits, maxOutputTokens: 200, held: workers },
      });
      take({ type: "run.create", run: "run_0123456789abcdef" as RunId, config, tickets });
      for (const step of all) {
        const open = duties(state).filter((duty) => duty.kind === "turn");
        const duty = open[step.pick % Math.max(1, open.length)];
        if (step.how === "adopt") take(s.adopt((token += 1)));
        else if (duty !== undefined) take(reportOf(duty, step));
      }
      // Nobody waits for money that nothing under way holds.
      const isAnyUnderWay = [...state.ledger.values()].some(({ reserved }) => reserved.tokens > 0);
      const waiting = [...state.attempts.values()].filter(({ phase }) => phase.at === "next");
      expect(isAnyUnderWay || waiting.length === 0).toBe(true);
    });
    fc.assert(property, { numRuns: 150 });
  }, 120_000);
});
