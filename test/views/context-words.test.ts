// The context meter in words and rows.

import { describe, expect, it } from "vitest";
import { contextInWords, reserveOf, windowRows } from "../../src/views/context-words.ts";

const gauge = { tokens: 86_800, window: 200_000, percent: 43, colour: "green" } as const;

describe("the context meter in words", () => {
  it("PANE5 A-164 says estimated of max tokens and the headroom, also where the window is not known", () => {
    expect(contextInWords(gauge)).toBe("about 86.8k of 200k tokens (43 per cent), 113k left");
    expect(contextInWords({ tokens: 12, window: null, percent: null, colour: "unknown" })).toContain("not known");
    expect(contextInWords({ tokens: 12, window: 10, percent: 120, colour: "red" })).toContain(" 0 left");
  });

  it("PANE5 A-164 has three rows whose shares are of the whole, and stands an empty request", () => {
    const parts = [
      { part: "system", tokens: 100, percent: 0 },
      { part: "tools", tokens: 200, percent: 0 },
      { part: "brief", tokens: 50, percent: 0 },
      { part: "files", tokens: 50, percent: 0 },
      { part: "history", tokens: 400, percent: 0 },
    ] as const;
    expect(windowRows({ parts })).toEqual([
      { name: "System, brief and files", tokens: 200, percent: 25 },
      { name: "Tools", tokens: 200, percent: 25 },
      { name: "History", tokens: 400, percent: 50 },
    ]);
    expect(windowRows({ parts: [] }).map(({ percent }) => percent)).toEqual([0, 0, 0]);
  });

  it("PANE5 keeps no more for the reply than there is left", () => {
    expect(reserveOf(gauge, 32_000)).toBe(32_000);
    expect(reserveOf({ ...gauge, tokens: 190_000 }, 32_000)).toBe(10_000);
    expect([reserveOf(gauge, null), reserveOf({ ...gauge, window: null }, 8)]).toEqual([0, 0]);
  });
});
