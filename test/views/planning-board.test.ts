// A run that is still planned, as it is shown: the tier that is asked, then track by track.

import { describe, expect, it } from "vitest";
import { planningLines } from "../../src/cli/terminal/planning-lines.ts";
import { plainText } from "../../src/cli/terminal/line.ts";
import { createStyle } from "../../src/cli/terminal/style.ts";
import { displayWidth } from "../../src/cli/terminal/width.ts";
import { statusLines } from "../../src/cli/status-lines.ts";
import type { RunState } from "../../src/core/state.ts";
import { boardOf } from "../../src/views/board.ts";
import { debugStateOf } from "../../src/views/debug-state.ts";
import { planningOf, planningStageOf } from "../../src/views/planning-board.ts";
import { summaryOf } from "../../src/views/summary.ts";
import { makeDeliberation } from "../support/deliberating.ts";
import { makeConfig, makeTicket } from "../core/story.ts";
import { answers, goalRun, ticketsAnswer, tracksAnswer } from "../core/planned-story.ts";

const { glyphs } = createStyle({ isTTY: true } as never, { TERM: "xterm", LANG: "C.UTF-8" });
const asked = goalRun();
const tracked = asked.when(answers(asked, tracksAnswer("core", "shop:core")));
const drafted = tracked.when(answers(tracked, "prose")).state;

const linesOf = (state: RunState, columns: number): readonly string[] => {
  const planning = planningOf(state);
  if (planning === null) throw new Error("the plan is settled");
  return planningLines(planning, { room: 10, columns, glyphs, now: state.lastAt + 61_000 }).map(plainText);
};

describe("while a run is planned", () => {
  it("EPIC16 says which tier is asked, with which model and for how long", () => {
    expect(linesOf(asked.state, 100).join("\n")).toMatch(/The goal asked of tier 1 \(alpha\/planner\), 1m/);
  });

  it("EPIC16 shows tracks as they come: asked, waiting, planned; an answer that went back is counted", () => {
    const text = linesOf(drafted, 100).join("\n");
    expect(text).toMatch(/core +Track core +asked of tier 2 \(alpha\/lead\), .*, answer 2/);
    expect(text).toMatch(/shop +Track shop +waits for core/);
    const more = tracked.when(answers(tracked, ticketsAnswer("A", "B:A")));
    expect(linesOf(more.state, 100).join("\n")).toMatch(/core +Track core +2 tickets/);
  });

  it.each([60, 80, 100])("EPIC16 keeps what matters within %i columns", (columns) => {
    for (const line of linesOf(drafted, columns)) expect(displayWidth(line)).toBeLessThanOrEqual(columns + 20);
    expect(linesOf(drafted, columns).join("\n")).toContain("asked of tier 2");
  });

  it("EPIC16 status, summary and debug state are sensible before there is a ticket", () => {
    const status = statusLines({ board: boardOf(drafted), now: drafted.lastAt, isConducted: true }).join("\n");
    expect(status).toMatch(/^Planning; async/m);
    expect(status).toContain("waits for core");
    expect(summaryOf(drafted)).toMatchObject({ outcome: null, verify: null, tickets: { completed: 0 } });
    expect(debugStateOf(drafted)).toMatchObject({
      tickets: [],
      tier_usage: { "Tier 1": { input: 100, model: "alpha/planner" }, "Tier 2": { model: "alpha/lead" } },
    });
  });

  it("PAGE48 nobody is said to plan before somebody is asked: a goal may come with its tickets", () => {
    const first = { ...asked.state, consults: new Map() };
    const brought = { ...first, draftPlan: [[makeTicket("A")]] };
    const { goal: _, ...config } = asked.state.config ?? makeConfig();
    expect([first, brought, { ...first, config }].map(planningStageOf)).toEqual(["begun", "brought", "brought"]);
    expect([asked.state, drafted].map(planningStageOf)).toEqual(["made", "made"]);
    const whole = tracked.when(answers(tracked, ticketsAnswer("A")));
    expect(planningStageOf(whole.when(answers(whole, ticketsAnswer("S:A"))).state)).toBe("held");
  });

  it("EPIC16 the question about the plan stands on the board", () => {
    const whole = tracked.when(answers(tracked, ticketsAnswer("A")));
    const signed = whole.when(answers(whole, ticketsAnswer("S:A")));
    expect(boardOf(signed.state)).toMatchObject({ asks: "is this the plan to work by?", approvals: 1 });
  });

  it("EPIC10 a run that was only planned is shown as planned", () => {
    const only = goalRun({ goal: { epic: "x y", only: "plan" }, trust: "auto" });
    const one = only.when(answers(only, tracksAnswer("core")));
    const { state } = one.when(answers(one, ticketsAnswer("A", "B:A")));
    const status = statusLines({ board: boardOf(state), now: state.lastAt, isConducted: false }).join("\n");
    expect(status).toContain("Ended planned: its plan of 2 tickets is settled");
    expect(status).toMatch(/^planned {2}A /m);
    expect(summaryOf(state)).toMatchObject({ outcome: "planned", verify: null, tickets: { blocked: 0 } });
  });

  it("PDEL6 while the table sits every face says so, and who does what", () => {
    const { state } = goalRun({ deliberations: { setup: makeDeliberation().setup, conflicts: false, planning: true } });
    expect(linesOf(state, 100).join("\n")).toContain(
      "The goal deliberated: ALPHA working, BETA working; round 1 of 10",
    );
    const status = statusLines({ board: boardOf(state), now: state.lastAt, isConducted: true }).join("\n");
    expect(status).toContain("deliberated: ALPHA working, BETA working; round 1 of 10");
    expect(planningOf(state)?.table?.deliberation).toBe([...state.deliberations.keys()][0]);
  });
});
