// Reading stored events: the quick check says what the schema says, and nothing hostile passes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { eventSchema } from "../../src/domain/event.ts";
import { makeQuickCheck } from "../../src/domain/quick-check.ts";
import { eventVersion, upcast } from "../../src/domain/upcast.ts";
import { allSamples } from "../support/sample-events.ts";

const isSurelyEvent = makeQuickCheck(eventSchema);
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** All places in a JSON value that can be changed. */
const placesIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [[...path, key], ...placesIn(item, [...path, key])])
    : [];

type Harm = "drop" | "add" | { readonly value: unknown };

function harmed(event: unknown, path: readonly string[], harm: Harm): unknown {
  const copied = copy(event) as Record<string, unknown>;
  let holder: Record<string, unknown> = copied;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const key = path.at(-1) ?? "type";
  if (harm === "drop") delete holder[key];
  else if (harm === "add") holder["extra"] = 1;
  else holder[key] = harm.value;
  // Through JSON once more: what a log holds has no holes and no undefined.
  return copy(copied);
}

const harms: fc.Arbitrary<Harm> = fc.oneof(
  fc.constantFrom<Harm>("drop", "add"),
  fc
    .oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1, 0.5, 2 ** 53, "", "constructor", null, [], {}, [[]]))
    .map((value) => ({ value })),
);

describe("P20 upcast", () => {
  it("takes every type of event back unchanged", () => {
    for (const event of allSamples) expect(upcast(eventVersion, copy(event))).toEqual({ kind: "event", event });
  });

  it("the quick check alone is enough for all but the few events that hold settings", () => {
    const slow = allSamples.filter((event) => !isSurelyEvent(copy(event)));
    const settings = ["run.created", "run.forked", "ticket.models_changed", "run.models_changed", "rule.added"];
    const onceARun = ["deliberation.opened", "deliberation.recovery_claimed"];
    expect(slow.map(({ type }) => type)).toEqual([...settings, ...onceARun]);
  });

  it("the quick check is sound: what it accepts the schema accepts, and gives back equal", () => {
    const mutated = fc
      .constantFrom(...allSamples)
      .chain((event) =>
        fc.tuple(fc.constantFrom(...placesIn(event)), harms).map(([path, harm]) => harmed(event, path, harm)),
      );
    let accepted = 0;
    fc.assert(
      fc.property(mutated, (candidate) => {
        const parsed = eventSchema.safeParse(copy(candidate));
        if (isSurelyEvent(candidate)) {
          accepted += 1;
          expect(parsed.success && parsed.data).toEqual(candidate);
        }
        expect(upcast(eventVersion, candidate).kind).toBe(parsed.success ? "event" : "invalid");
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it("A-63 keys of prototypes are refused wherever they stand", () => {
    for (const text of [
      '{"type":"run.resumed","__proto__":{"admin":true}}',
      '{"type":"run.resumed","constructor":{"prototype":{"admin":true}}}',
      '{"__proto__":{"type":"run.resumed"}}',
      '{"type":"__proto__"}',
      '{"type":"turn.started","ticket":"T1","attempt":1,"turn":1,"try":1,"__proto__":{}}',
    ]) {
      expect(upcast(eventVersion, JSON.parse(text)), text).toMatchObject({ kind: "invalid" });
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("says which version is too new and what is wrong, briefly", () => {
    expect(upcast(eventVersion + 1, {})).toEqual({ kind: "newer", version: eventVersion + 1 });
    for (const version of [0, -1, 1.5, Number.NaN]) expect(upcast(version, {}).kind).toBe("invalid");
    for (const json of [null, 3, "x", undefined])
      expect(upcast(1, json)).toEqual({ kind: "invalid", problem: "its event is not an object" });
    expect(upcast(1, { type: "run.teleported" })).toEqual({
      kind: "invalid",
      problem: 'its event has the unknown type "run.teleported"',
    });
    const long = upcast(1, { type: "x".repeat(10_000) });
    expect(long.kind === "invalid" && long.problem.length < 300).toBe(true);
    expect(upcast(1, { type: "run.paused", reason: 5, drain: false })).toMatchObject({
      problem: expect.stringContaining("reason: "),
    });
  });
});

describe("makeQuickCheck", () => {
  it("is never sure about what it does not know", () => {
    const shapes: readonly (readonly [z.ZodType, unknown])[] = [
      [z.object({ a: z.string() }), { a: "x", b: 1 }],
      [z.string().transform((text) => text.length), "four"],
      [z.coerce.number(), "4"],
      [z.array(z.string()).min(1), ["a"]],
      [z.strictObject({ a: z.number().default(3) }), {}],
    ];
    for (const [schema, value] of shapes) expect(makeQuickCheck(schema)(value)).toBe(false);
  });

  it("knows the edges of what it does know", () => {
    const positive = makeQuickCheck(z.number().int().min(1));
    expect([0, 1, 2, 1.5, 2 ** 53, "1", null].map((value) => positive(value))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    const above = makeQuickCheck(z.number().int().gt(1));
    expect([1, 2].map((value) => above(value))).toEqual([false, true]);
    const lanes = makeQuickCheck(z.record(z.string(), z.number().int().min(1)));
    expect(lanes({ a: 1 })).toBe(true);
    expect(lanes(JSON.parse('{"__proto__":1}'))).toBe(false);
    expect(lanes({ a: 0 })).toBe(false);
    expect(lanes([1])).toBe(false);
  });
});
