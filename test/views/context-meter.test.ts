// How full a worker's window is, as a person and a script see it.

import { describe, expect, it } from "vitest";
import { contextLines } from "../../src/cli/context-lines.ts";
import { plainText } from "../../src/cli/terminal/line.ts";
import { unicodeGlyphs } from "../../src/cli/terminal/style.ts";
import { boardOf } from "../../src/views/board.ts";
import { contextMetersOf, type ContextMeter } from "../../src/views/context-meter.ts";
import type { Taken } from "../support/given.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import { attemptOf, bareRun, gitRun, ladder, limits, mara, prepared, replied, toolDone } from "../core/story.ts";
import { cards, counted, reading, readingRun, readOf, words } from "../core/compacted-story.ts";

const meterOf = (story: Taken): ContextMeter => {
  const [meter] = contextMetersOf(story.state);
  if (meter === undefined) throw new Error("nobody works");
  return meter;
};

const withPrompt: Partial<RunConfig> = {
  archetypes: [
    {
      name: "coder",
      tier: 3,
      models: ladder,
      trust: "auto",
      tools: ["read"],
      prompt: words(800),
      overheadBytes: 1_200,
    },
  ],
};

const shown = (story: Taken): string => contextLines(meterOf(story), unicodeGlyphs, "tutti").map(plainText).join("\n");

describe("the meter", () => {
  it("WIN1 A-151 A-161 weighs system, tools, brief, files and history apart, and they are the whole", () => {
    const story = gitRun(["A"], { ...withPrompt, ...cards(10_000) }).when({
      ...prepared("A#1", words(4_000)),
      fileBytes: 3_000,
    } as never);
    const meter = meterOf(reading(story, 1, 2_000));
    const parts = Object.fromEntries(meter.parts.map(({ part, tokens }) => [part, tokens]));
    expect(parts).toMatchObject({ system: 200, tools: 300, brief: 250, files: 750 });
    expect(parts["history"]).toBeGreaterThan(500);
    expect(meter.parts.reduce((sum, { tokens }) => sum + tokens, 0)).toBeCloseTo(meter.tokens, -1);
    expect(meter.headroom).toBe(10_000 - meter.tokens);
    expect(meter.percent).toBe(Math.round(meter.tokens / 100));
  });

  it("WIN1 A-151 the sum of its messages is the brief and the history", () => {
    const meter = meterOf(readingRun(4, { ...withPrompt, ...cards(10_000) }));
    const [brief, files, history] = ["brief", "files", "history"].map(
      (name) => meter.parts.find(({ part }) => part === name)?.tokens ?? 0,
    );
    const sum = meter.messages.reduce((all, { tokens }) => all + tokens, 0);
    expect(Math.abs(sum - ((brief ?? 0) + (files ?? 0) + (history ?? 0)))).toBeLessThanOrEqual(meter.messages.length);
    expect(meter.messages[2]).toMatchObject({ what: "output of read src/1.ts", turn: 1, tokens: 1_000 });
  });

  it.each([
    [4_900, "green"],
    [5_000, "yellow"],
    [8_000, "yellow"],
    [8_100, "red"],
    [12_000, "red"],
  ] as const)("WIN1 A-160 A-164 %d tokens of 10,000 are %s", (tokens, colour) => {
    const story = bareRun(["A"], { ...cards(10_000), ...limits({ compactAt: 100 }) });
    const asked = story.when(replied("A#1/1", [readOf("a.ts")])).when(toolDone("A#1/1.0", "x".repeat(tokens * 4 - 25)));
    expect(meterOf(asked).tokens).toBe(tokens);
    expect(meterOf(asked).colour).toBe(colour);
  });

  it("WIN1 A-164 a worker without any turn has a meter, and one whose window is not known says so", () => {
    const fresh = meterOf(bareRun(["A"], cards(null)));
    expect(fresh).toMatchObject({
      turn: 1,
      isCounted: false,
      window: null,
      percent: null,
      headroom: null,
      colour: "unknown",
    });
    expect(fresh.preview).toBeNull();
    expect(shown(bareRun(["A"]))).toMatchInlineSnapshot(`
      "A  attempt 1, turn 1, alpha/small
        about 2 tokens; how large the model's window is, is not known
        estimated: the provider has not counted a call of it yet
        system        0    0 %
        tools         0    0 %
        brief         2  100 %
        files         0    0 %
        history       0    0 %
        largest of 1 message:
          the brief 2
        nothing was sent yet"
    `);
    expect(meterOf(gitRun(["A"]))).toMatchObject({
      turn: 0,
      parts: expect.arrayContaining([{ part: "history", tokens: 0, percent: 0 }]),
    });
  });

  it("WIN1 A-151 is set right by what the provider counted", () => {
    const story = bareRun(["A"], cards(10_000)).when(replied("A#1/1", [readOf("a.ts")], { usage: counted(3) }));
    expect(meterOf(story).isCounted).toBe(true);
    expect(attemptOf(story, "A").gauge).toEqual({ tokens: 3, characters: "Do A.".length });
  });

  it("WIN2 WIN6 A-162 A-164 warns that the next call will compact, and shows what would be dropped first", () => {
    const held = readingRun(6, { ...cards(8_000), ...limits({ compactAt: 80 }) });
    const full = held.when(replied("A#1/7", [readOf("src/7.ts")]));
    expect(meterOf(held).willCompact).toBe(false);
    const late = full
      .when({ type: "run.pause", reason: "lunch", drain: false })
      .when(toolDone("A#1/7.0", words(4_000)));
    const meter = meterOf(late);
    expect(meter.willCompact).toBe(true);
    expect(meter.preview).toMatchObject({ upTo: 4, texts: 4 });
    expect(meter.preview?.first.map(({ what, turn }) => [what, turn])).toEqual([
      ["output of read src/1.ts", 1],
      ["output of read src/2.ts", 2],
      ["output of read src/3.ts", 3],
    ]);
    expect(shown(late)).toMatchInlineSnapshot(`
      "A  attempt 1, turn 7, alpha/small
        ━━━━━━━━━━━━━━━━━━━━━━━━━━──── 88 % red: about 7.06k of 8.00k tokens, 939 left
        estimated: the provider has not counted a call of it yet
        system        0    0 %
        tools         0    0 %
        brief         2    0 %
        files         0    0 %
        history   7.06k  100 %
        largest of 15 messages:
          output of read src/1.ts (turn 1) 1.00k
          output of read src/2.ts (turn 2) 1.00k
          output of read src/3.ts (turn 3) 1.00k
          output of read src/4.ts (turn 4) 1.00k
          output of read src/5.ts (turn 5) 1.00k
        nothing was sent yet
        WARNING: the next call will compact: turns 1 to 4 are told in short (4 texts, about 3.71k tokens less):
          output of read src/1.ts (turn 1) 1.00k
          output of read src/2.ts (turn 2) 1.00k
          output of read src/3.ts (turn 3) 1.00k
          and 1 more"
    `);
  });

  it("WIN5 WIN6 afterwards says so, and what is left to tell in short", () => {
    const story = readingRun(5, cards(8_000)).when({ type: "context.compact", ticket: "A" as never }, mara);
    expect(meterOf(story)).toMatchObject({ compacted: 2, preview: null });
    expect(shown(reading(story, 6))).toMatchInlineSnapshot(`
      "A  attempt 1, turn 7, alpha/small
        ━━━━━━━━━━━━━━━━────────────── 52 % yellow: about 4.20k of 8.00k tokens, 3.80k left
        estimated: the provider has not counted a call of it yet
        system        0    0 %
        tools         0    0 %
        brief         2    0 %
        files         0    0 %
        history   4.20k  100 %
        largest of 13 messages:
          output of read src/3.ts (turn 3) 1.00k
          output of read src/4.ts (turn 4) 1.00k
          output of read src/5.ts (turn 5) 1.00k
          output of read src/6.ts (turn 6) 1.00k
          output of read src/1.ts (turn 1) 75
        nothing was sent yet
        turns 1 to 2 are told in short; the log has every word
        tutti context compact A  would tell turns up to 3 in short (1 text, about 929 tokens less):
          output of read src/3.ts (turn 3) 1.00k"
    `);
  });

  it("WIN6 A-163 the board has it for every worker, and null where none is", () => {
    const [a, b] = boardOf(readingRun(2, cards(8_000)).state).tickets;
    expect(a?.context).toMatchObject({ window: 8_000, colour: "green" });
    expect(b).toBeUndefined();
    expect(boardOf(bareRun(["A", "B: A"]).state).tickets[1]?.context).toBeNull();
  });
});
