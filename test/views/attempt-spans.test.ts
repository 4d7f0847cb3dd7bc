// The attempts of a run over time, folded from its records; and the scale they are drawn on.

import { describe, expect, it } from "vitest";
import { foldSpans, noSpans, type AttemptSpan } from "../../src/views/attempt-spans.ts";
import { placeAt, ticksOf } from "../../src/views/timeline-scale.ts";
import { makeBillingRun } from "../page/support/billing-run.ts";

const { records, state } = makeBillingRun({ tickets: 60, share: 0.5, seed: 7 });

describe("attempts over time", () => {
  const { spans, seq } = foldSpans(noSpans, records);

  it("BOARD9 every attempt is one bar from its beginning to its end; those under way are open", () => {
    expect(seq).toBe(state.seq);
    expect(spans.length).toBe(state.totals.attempts);
    const open = spans.filter(({ to }) => to === null);
    expect(open.map(({ ticket }) => ticket).toSorted()).toEqual(
      [...state.attempts.values()].map(({ ticket }) => ticket).toSorted(),
    );
    const count = (end: AttemptSpan["end"]): number => spans.filter((span) => span.end === end).length;
    expect(count("completed")).toBe(state.counts.completed);
    for (const { from, to, holds } of spans) {
      expect(to ?? Infinity).toBeGreaterThanOrEqual(from);
      for (const hold of holds) expect(hold.to ?? Infinity).toBeGreaterThanOrEqual(hold.from);
    }
  });

  it("BOARD9 what waits for a person now is an open hold of an open bar", () => {
    const waiting = spans.flatMap(({ holds }) => holds.filter(({ to }) => to === null).map(({ approval }) => approval));
    expect(waiting.toSorted()).toEqual([...state.approvals.keys()].toSorted());
    expect(waiting.length).toBeGreaterThan(0);
  });

  it("BOARD9 folding in parts, or a part twice, gives the same", () => {
    for (const cut of [1, 40, 333, records.length]) {
      const part = foldSpans(noSpans, records.slice(0, cut));
      expect(foldSpans(part, records)).toEqual({ seq, spans });
    }
    const whole = { seq, spans };
    expect(foldSpans(whole, records)).toBe(whole);
  });

  it("BOARD9 the attempts stay the same object while records come that change none of them", () => {
    const place = records.findIndex(({ event }) => event.type === "turn.replied");
    const before = foldSpans(noSpans, records.slice(0, place));
    const after = foldSpans(before, records.slice(place, place + 1));
    expect(after.seq).toBe(before.seq + 1);
    expect(after.spans).toBe(before.spans);
  });
});

describe("the scale of time", () => {
  it("BOARD9 round moments are marked, never closer than asked for", () => {
    for (const [span, width] of [
      [4_000, 900],
      [190_000, 900],
      [7_300_000, 700],
      [400_000_000, 1_200],
    ] as const) {
      const scale = { from: 1_000_000, to: 1_000_000 + span, width };
      const ticks = ticksOf(scale);
      expect(ticks.length).toBeGreaterThan(1);
      const places = ticks.map((tick) => placeAt(scale, scale.from + tick));
      places.slice(1).forEach((place, before) => expect(place - (places[before] ?? 0)).toBeGreaterThanOrEqual(89));
      expect(places.at(-1)).toBeLessThanOrEqual(width);
    }
  });
});
