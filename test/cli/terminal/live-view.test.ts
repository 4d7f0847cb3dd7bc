// The live view on a small emulated terminal: only what changed is drawn, and nothing polls.

import { describe, expect, it } from "vitest";
import { createLiveView } from "../../../src/cli/live-view.ts";
import type { Board } from "../../../src/views/board.ts";
import type { LiveItem } from "../../../src/views/live-item.ts";
import type { Event } from "../../../src/domain/event.ts";
import type { ModelId, TicketId } from "../../../src/domain/ids.ts";
import { createEmulator, createTime, type Emulator, type FakeTime } from "./emulator.ts";
import { sampleBoard, start, ticket } from "./sample-board.ts";

const ref = { ticket: "MONEY" as TicketId, attempt: 2 };

const recorded = (event: Event): LiveItem => ({
  kind: "recorded",
  recorded: { seq: 1, at: start, by: "engine", event },
});
const says = (text: string, kind: "text" | "reasoning" | "call" = "text"): LiveItem => ({
  kind: "delta",
  ref,
  turn: 4,
  delta: { kind, text },
});
const started = recorded({ type: "attempt.started", ...ref, model: "scripted/quick" as ModelId, rung: 0 });

type Shown = { readonly screen: Emulator; readonly time: FakeTime; readonly view: ReturnType<typeof createLiveView> };

function show(columns = 80, rows = 24, env: Readonly<Record<string, string>> = { TERM: "xterm-256color" }): Shown {
  const screen = createEmulator(columns, rows);
  const time = createTime(start + 60_000);
  return { screen, time, view: createLiveView({ out: screen, now: time.now, later: time.later, env }) };
}

const frames = ({ screen }: Shown): number => screen.writes.length;

describe("the live view", () => {
  it("draws on the alternate screen and gives the terminal back as it was", () => {
    const { screen, time, view } = show();
    screen.write("$ tutti run tickets.json\n");
    view.update(sampleBoard());
    time.pass(0);
    expect(screen.isAlternate()).toBe(true);
    expect(screen.hasCursor()).toBe(false);
    expect(screen.text()).toContain("Monthly budgets");
    view.close();
    expect(screen.isAlternate()).toBe(false);
    expect(screen.hasCursor()).toBe(true);
    expect(screen.text()).toBe("$ tutti run tickets.json");
    expect(screen.unknown).toEqual([]);
  });

  it("draws at once, then at most ten times a second however much happens", () => {
    const shown = show();
    shown.view.update(sampleBoard());
    shown.time.pass(0);
    expect(frames(shown)).toBe(1);
    for (let each = 0; each < 1_000; each += 1) {
      shown.view.update(sampleBoard(), says(`word${each} `));
      shown.time.pass(1);
    }
    expect(frames(shown)).toBeGreaterThan(8);
    expect(frames(shown)).toBeLessThanOrEqual(11);
  });

  it("asks for a board only when a frame is drawn, and for no more tickets than could be shown", () => {
    const { time, view } = show(80, 10);
    const limits: number[] = [];
    const source = (limit: number): Board => {
      limits.push(limit);
      return sampleBoard();
    };
    for (let each = 0; each < 500; each += 1) view.update(source, says("x"));
    time.pass(0);
    expect(limits).toEqual([20]);
  });

  it("writes only the lines that changed", () => {
    const { screen, time, view } = show();
    view.update(sampleBoard());
    time.pass(0);
    screen.writes.length = 0;
    view.update(sampleBoard(), says("three digits"));
    time.pass(100);
    expect(screen.writes).toHaveLength(1);
    expect(screen.writes[0]).toContain("three digits");
    expect(screen.writes[0]).not.toContain("Monthly budgets");
    expect(screen.writes[0]).not.toContain("[2J");
  });

  it("the clock moves once a second while the run goes on, and stands when it is over", () => {
    const shown = show();
    shown.view.update(sampleBoard());
    shown.time.pass(0);
    expect(shown.screen.lines()[2]).toContain("1m00");
    shown.time.pass(3_000);
    expect(shown.screen.lines()[2]).toContain("1m03");
    expect(frames(shown)).toBeLessThanOrEqual(5);
    shown.view.update(sampleBoard(undefined, { outcome: "completed", reason: "done" }));
    shown.time.pass(5_000);
    expect(shown.screen.lines()[2]).toContain("1m00");
    expect(shown.time.waiting()).toBe(0);
  });

  it("shows the end of what a worker's model is saying, until its turn is over", () => {
    const { screen, time, view } = show();
    view.update(sampleBoard(), says("The separator stands "));
    view.update(sampleBoard(), says("before every\nthird digit"));
    time.pass(100);
    expect(screen.text()).toContain("     The separator stands before every third digit");
    view.update(sampleBoard(), says('{"path":', "call"));
    time.pass(100);
    expect(screen.text()).toContain("writes its tool calls: 8 characters");
    view.update(
      sampleBoard(),
      recorded({
        type: "turn.failed",
        ...ref,
        turn: 4,
        try: 1,
        code: "cut",
        detail: "cut",
        retryAt: null,
        usage: ticketUsage,
        ms: 1,
      }),
    );
    time.pass(100);
    expect(screen.text()).not.toContain("writes its tool calls");
  });

  it("P17 a model's words cannot steer the terminal", () => {
    const { screen, time, view } = show(120);
    view.update(sampleBoard(), says("\u001b]0;owned\u0007\u001b[2J\u009b31m"));
    time.pass(100);
    expect(screen.text()).toContain("\\x1b]0;owned\\x07\\x1b[2J\\x9b31m");
    expect(screen.unknown).toEqual([]);
  });

  it("keeps the last news, oldest first, and tells what the store and the program say", () => {
    const { screen, time, view } = show();
    view.update(sampleBoard(), started);
    view.say("SIGINT: no further step is started");
    view.update(sampleBoard(), { kind: "stalled", detail: "no space left on device" });
    time.pass(100);
    const text = screen.text();
    expect(text).toContain("MONEY#2 starts attempt 2 on scripted/quick");
    expect(text.indexOf("MONEY#2 starts")).toBeLessThan(text.indexOf("SIGINT: no further step"));
    expect(text).toContain("The store takes no more records: no space left on device");
    view.update(sampleBoard(), { kind: "stalled", detail: null });
    time.pass(100);
    expect(screen.text()).not.toContain("no space left");
  });

  it("counts what a worker does again and again in one line", () => {
    const { screen, time, view } = show();
    view.say("again");
    view.update(sampleBoard(), started);
    view.say("again");
    view.say("again");
    time.pass(100);
    const text = screen.text();
    expect(text).toContain("again (3 times)");
    expect(text.split("again")).toHaveLength(2);
    expect(text.indexOf("MONEY#2 starts")).toBeLessThan(text.indexOf("again"));
  });

  it("is redrawn whole after a resize, whatever the new size", () => {
    const { screen, time, view } = show(80, 24);
    view.update(sampleBoard());
    time.pass(0);
    for (const [columns, rows] of [
      [40, 12],
      [200, 50],
      [10, 3],
      [80, 24],
    ] as const) {
      screen.resize(columns, rows);
      time.pass(100);
      expect(screen.lines().length).toBeLessThanOrEqual(rows);
      expect(screen.lines()[0]).toContain("Monthly".slice(0, columns - 3));
    }
    expect(screen.text()).toContain("PKG needs you");
  });

  it("steps aside for a question and comes back with what happened meanwhile", () => {
    const { screen, time, view } = show();
    view.update(sampleBoard());
    time.pass(0);
    view.pause();
    expect(screen.isAlternate()).toBe(false);
    const before = screen.writes.length;
    view.update(sampleBoard(), started);
    time.pass(5_000);
    expect(screen.writes.length).toBe(before);
    view.resume();
    time.pass(100);
    expect(screen.text()).toContain("starts attempt 2");
    view.close();
    view.close();
    expect(screen.isAlternate()).toBe(false);
  });

  it("NO_COLOR leaves shapes and words; colour adds nothing that is not also a shape", () => {
    const plain = show(80, 24, { TERM: "xterm-256color", NO_COLOR: "1" });
    const coloured = show(80, 24, { TERM: "xterm", COLORTERM: "truecolor" });
    for (const each of [plain, coloured]) {
      each.view.update(sampleBoard());
      each.time.pass(0);
    }
    const setsColour = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;]*m`);
    expect(plain.screen.writes.join("")).not.toMatch(setsColour);
    expect(coloured.screen.writes.join("")).toMatch(setsColour);
    expect(plain.screen.text()).toBe(coloured.screen.text());
  });

  it("a thousand tickets and the longest news fit the screen", () => {
    const { screen, time, view } = show(80, 24);
    view.update(
      sampleBoard(
        Array.from({ length: 1_000 }, (_, index) => ticket(`T${index}`, index % 3 === 0 ? "running" : "pending")),
      ),
      started,
    );
    time.pass(0);
    expect(screen.lines()).toHaveLength(24);
    expect(screen.text()).toContain("more running");
    expect(screen.text()).toContain("starts attempt 2");
  });
});

const ticketUsage = {
  input: 0,
  cachedRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  costMicros: 0,
  estimated: false,
};
