// The scripted model: which turn plays when, faults by try, pieces in time, and cancelling.

import { describe, expect, it } from "vitest";
import { createScriptedModels, type Sleep } from "../../../src/adapters/models/scripted-model.ts";
import type { TicketId } from "../../../src/domain/ids.ts";
import type { Scenario, ScriptedTurn } from "../../../src/domain/scenario.ts";
import { makeRequest, recordDeltas } from "./call-model.ts";

const never: Sleep = () => {
  throw new Error("no sleep expected");
};

const oneTurn = (turn: ScriptedTurn): Scenario => ({ tickets: { T1: [{ turns: [turn] }] } });

const play = async (
  scenario: Scenario,
  step: Partial<ReturnType<typeof makeRequest>["step"]> = {},
  sleep: Sleep = never,
) => {
  const request = makeRequest({ model: "scripted/demo" });
  const deltas = recordDeltas();
  const outcome = await createScriptedModels(scenario, { sleep }).call(
    { ...request, step: { ...request.step, ...step } },
    { signal: new AbortController().signal, onDelta: deltas.onDelta },
  );
  return { outcome, deltas: deltas.seen };
};

describe("scripted model", () => {
  it("MOD12 plays by ticket, attempt and turn; the last attempt repeats", async () => {
    const scenario: Scenario = {
      tickets: { T1: [{ turns: [{ text: "a1" }, { text: "a1 second" }] }, { turns: [{ text: "a2" }] }] },
      default: [{ turns: [{ text: "anyone" }] }],
    };
    const texts = [
      await play(scenario),
      await play(scenario, { turn: 2 }),
      await play(scenario, { attempt: 2 }),
      await play(scenario, { attempt: 9 }),
      await play(scenario, { ticket: "T2" as TicketId }),
      await play(scenario, { ticket: "toString" as TicketId }),
    ].map(({ outcome }) => (outcome.kind === "reply" ? outcome.text : outcome.kind));
    expect(texts).toEqual(["a1", "a1 second", "a2", "a2", "anyone", "anyone"]);
  });

  it("MOD12 an agent's answers are a cycle each, or by name the rounds of one; an answer is sent as its JSON text", async () => {
    const scenario: Scenario = {
      tickets: {},
      consults: {
        "deliberate:ALPHA": [{ answer: { cycle: 1 } }, { text: "second" }],
        "deliberate:ALPHA#3": [{ text: "broken" }, { text: "mended" }],
        "deliberate:T7/ALPHA": [{ text: "about T7" }],
      },
    };
    const ask = async (cycle: number, more: { round?: number; about?: string; role?: string } = {}) => {
      const { role = "ALPHA", about = "", round = 1 } = more;
      const step = { consult: "deliberate" as const, about, seat: { role, cycle }, round, try: 1 };
      const hooks = { signal: new AbortController().signal, onDelta: () => {} };
      const outcome = await createScriptedModels(scenario, { sleep: never }).call(
        { ...makeRequest({ model: "scripted/demo" }), step },
        hooks,
      );
      return outcome.kind === "reply" ? outcome.text : outcome.kind;
    };
    expect(await ask(1)).toBe('{"cycle":1}');
    expect(await ask(1, { round: 2 })).toBe('{"cycle":1}');
    expect(await ask(2)).toBe("second");
    expect(await ask(3)).toBe("broken");
    expect(await ask(3, { round: 2 })).toBe("mended");
    expect(await ask(9)).toBe("second");
    expect(await ask(1, { about: "T7" })).toBe("about T7");
    expect(await ask(1, { role: "BETA" })).toBe("The scenario has no answer for deliberate:BETA#1.");
  });

  it("says so where the turns are used up, and does not finish", async () => {
    const { outcome } = await play(oneTurn({ text: "only" }), { turn: 2 });
    expect(outcome).toMatchObject({
      kind: "reply",
      calls: [],
      finish: "stop",
      text: expect.stringContaining("no turn 2"),
    });
  });

  it("sends arguments as JSON text, fills in ticket and attempt, and leaves broken text broken", async () => {
    const calls = [
      { tool: "write", args: { path: "{{ticket}}-{{attempt}}.txt" } },
      { id: "mine", tool: "edit", args: '{"half": "{{ticket}}' },
    ];
    const { outcome } = await play(oneTurn({ calls }), { ticket: "T1" as TicketId });
    expect(outcome).toMatchObject({
      finish: "calls",
      calls: [
        { id: "call_1_0", name: "write", args: '{"path":"T1-1.txt"}' },
        { id: "mine", name: "edit", args: '{"half": "T1' },
      ],
    });
  });

  it("keeps object arguments valid JSON whatever the ticket is called", async () => {
    const ticket = 'T"\\$&' as TicketId;
    const scenario: Scenario = {
      tickets: {},
      default: [{ turns: [{ calls: [{ tool: "w", args: { path: "{{ticket}}" } }] }] }],
    };
    const { outcome } = await play(scenario, { ticket });
    const args = outcome.kind === "reply" ? outcome.calls[0]?.args : undefined;
    expect(JSON.parse(args ?? "")).toEqual({ path: ticket });
  });

  it("gives faults on the first tries, then the reply", async () => {
    const scenario = oneTurn({
      text: "ok",
      faults: [{ code: "overloaded" }, { code: "rate_limited", retryAfterMs: 7000, detail: "slow" }],
    });
    expect((await play(scenario, { try: 1 })).outcome).toMatchObject({ kind: "fault", code: "overloaded" });
    expect((await play(scenario, { try: 2 })).outcome).toMatchObject({
      code: "rate_limited",
      retryAfterMs: 7000,
      detail: "slow",
    });
    expect((await play(scenario, { try: 3 })).outcome).toMatchObject({ kind: "reply", text: "ok" });
  });

  it("streams text in pieces that never split a character", async () => {
    const slept: number[] = [];
    const sleep: Sleep = (ms) => (slept.push(ms), Promise.resolve());
    const { deltas, outcome } = await play(oneTurn({ text: "a😀b😀c", chunks: 3, chunkMs: 5, delayMs: 20 }), {}, sleep);
    expect(deltas).toEqual(["text:a😀", "text:b😀", "text:c"]);
    expect(slept).toEqual([20, 5, 5, 5]);
    expect(outcome).toMatchObject({ kind: "reply", text: "a😀b😀c" });
  });

  it("L-07 a scripted silence meets the idle limit and the turn's deadline like a real one", async () => {
    const sleep: Sleep = () => Promise.resolve();
    expect((await play(oneTurn({ text: "x", delayMs: 5000 }), {}, sleep)).outcome).toMatchObject({
      kind: "fault",
      code: "idle",
    });
    const slow = oneTurn({ text: "abcdefghijklmnopqrstuvwxyz", chunks: 26, chunkMs: 900 });
    expect((await play(slow, {}, sleep)).outcome).toMatchObject({ kind: "fault", code: "timeout" });
  });

  it("is cancelled before and while it waits, without a reply", async () => {
    const control = new AbortController();
    const sleep: Sleep = () => (control.abort(), Promise.resolve());
    const models = createScriptedModels(oneTurn({ text: "x", delayMs: 10 }), { sleep });
    const hooks = { signal: control.signal, onDelta: () => {} };
    expect((await models.call(makeRequest({ model: "scripted/a" }), hooks)).kind).toBe("cancelled");
    expect((await models.call(makeRequest({ model: "scripted/a" }), hooks)).kind).toBe("cancelled");
  });

  it("costs nothing, counts something, and takes the figures the script gives", async () => {
    const plain = (await play(oneTurn({ text: "four" }))).outcome;
    expect(plain.usage).toMatchObject({ output: 1, costMicros: 0, estimated: false });
    const given = (await play(oneTurn({ text: "four", usage: { cachedRead: 9, costMicros: 12 } }))).outcome;
    expect(given.usage).toMatchObject({ output: 1, cachedRead: 9, costMicros: 12 });
  });
});
