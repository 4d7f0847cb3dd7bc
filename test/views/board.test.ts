// The board a person sees: steps, waits, counts and the critical path, from given logs.

import { describe, expect, it } from "vitest";
import { boardOf, type BoardTicket } from "../../src/views/board.ts";
import { summaryOf } from "../../src/views/summary.ts";
import { makePatch } from "../support/patch-model.ts";
import {
  makeTicket,
  answer,
  ask,
  bareRun,
  complete,
  failed,
  finish,
  gitRun,
  merged,
  pause,
  prepared,
  replied,
  turnFailed,
  verified,
  command,
  open,
} from "../core/story.ts";
import type { ModelId, TicketId } from "../../src/domain/ids.ts";

const twoLanes = { lanes: { run: 2, tiers: {}, providers: {} } };

const byId = (tickets: readonly BoardTicket[], id: string): BoardTicket => {
  const found = tickets.find((ticket) => ticket.id === id);
  if (found === undefined) throw new Error(`no ticket ${id} on the board`);
  return found;
};

describe("the board", () => {
  it("shows tickets in plan order, what runs, and what waits for what", () => {
    const board = boardOf(bareRun(["A", "B", "C: A B", "D"], twoLanes).state);
    expect(board.tickets.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "A running",
      "B running",
      "C pending",
      "D ready",
    ]);
    expect(byId(board.tickets, "C").waitsFor).toEqual({ kind: "tickets", ids: ["A", "B"] });
    expect(byId(board.tickets, "D").waitsFor).toEqual({ kind: "lane" });
    expect(byId(board.tickets, "A")).toMatchObject({
      attempt: 1,
      model: "alpha/small",
      rung: 0,
      step: "turn 1: thinking",
      waitsFor: null,
    });
    expect(board.lanes).toEqual({ used: 2, limit: 2 });
    expect(board.criticalPath).toEqual({ weight: 2, ids: ["A", "C"] });
  });

  it("tells every step of an attempt in words", () => {
    const step = (story: { readonly state: Parameters<typeof boardOf>[0] }): string | null =>
      byId(boardOf(story.state).tickets, "A").step;
    const begun = gitRun(["A", "B"], twoLanes);
    expect(step(begun)).toBe("setting up its worktree");
    const ready = begun.when(prepared("A#1")).when(prepared("B#1"));
    expect(step(ready)).toBe("turn 1: thinking");
    expect(step(ready.when(turnFailed("A#1/1", "overloaded")))).toBe("turn 1: asking again (try 2)");
    expect(step(ready.when(replied("A#1/1", [command("npm test")])))).toBe("turn 1: run npm test");
    const checking = ready.when(replied("A#1/1", [finish()]));
    expect(step(checking)).toBe("running its checks");
    const both = checking
      .when(replied("B#1/1", [finish()]))
      .when(verified("B#1"))
      .when(verified("A#1"));
    expect(step(both)).toBe("in the merge queue, 1 ahead");
    expect(byId(boardOf(both.state).tickets, "A").waitsFor).toEqual({ kind: "merge", ahead: 1 });
    expect(step(both.when(merged("B#1")))).toBe("merging");
  });

  it("tells what a person is asked, at every gate", () => {
    const step = (story: { readonly state: Parameters<typeof boardOf>[0] }): string | null =>
      byId(boardOf(story.state).tickets, "A").step;
    const spawn = bareRun(["A"], { trust: "step" });
    expect(step(spawn)).toBe("may this worker start?");
    const call = spawn.when(answer(spawn, "approve")).when(replied("A#1/1", [command("npm publish")]));
    expect(step(call)).toBe("may it run npm publish?");
    expect(byId(boardOf(call.state).tickets, "A")).toMatchObject({
      status: "step_paused",
      waitsFor: { kind: "person", approval: open(call) },
    });
    expect(step(bareRun(["A"]).when(replied("A#1/1", [ask("Which one?")])))).toBe("Which one?");
  });

  it("a ticket whose dependency ended without completing waits for good, and so does all that needs it", () => {
    const story = bareRun(["A", "B: A", "C: B", "D"]).when(failed("A#1", "environment"));
    const board = boardOf(story.state);
    expect(byId(board.tickets, "A")).toMatchObject({
      status: "failed",
      cause: "environment",
      reason: "environment happened",
    });
    expect(byId(board.tickets, "B").waitsFor).toEqual({ kind: "never", ids: ["A"] });
    expect(byId(board.tickets, "C").waitsFor).toEqual({ kind: "never", ids: ["B"] });
  });

  it("keeps the reason of a failed attempt beside the next one, with its model and rung", () => {
    const story = bareRun(["A"]).when(failed("A#1", "verification_failed"));
    expect(byId(boardOf(story.state).tickets, "A")).toMatchObject({
      status: "running",
      attempt: 2,
      rung: 1,
      model: "alpha/middle",
      cause: "verification_failed",
    });
  });

  it("tells a pause and a provider's hold as what they are", () => {
    const paused = bareRun(["A", "B"], { lanes: { run: 1, tiers: {}, providers: {} } }).when(pause());
    expect(byId(boardOf(paused.state).tickets, "B").waitsFor).toEqual({ kind: "pause", reason: "lunch" });
    const held = bareRun(["A", "B"], { lanes: { run: 1, tiers: {}, providers: {} } }).when(
      turnFailed("A#1/1", "rate_limited", { retryAfterMs: 60_000 }),
    );
    expect(byId(boardOf(held.state).tickets, "A").waitsFor).toMatchObject({ kind: "provider", provider: "alpha" });
    expect(byId(boardOf(held.state).tickets, "B").waitsFor).toMatchObject({
      kind: "provider",
      provider: "alpha",
      reason: "said so",
    });
  });

  it("under a limit keeps what matters most now, in plan order, and counts what it left out", () => {
    const tickets = Array.from({ length: 2_000 }, (_, index) => makeTicket(`T${index}`));
    const story = bareRun([...tickets, makeTicket("LAST", { models: ["beta/x" as ModelId] })], {
      lanes: { run: 3, tiers: {}, providers: {} },
    });
    const some = complete(story, "T0#1").when(failed("T1#1", "environment"));
    const board = boardOf(some.state, { limit: 10 });
    expect(board.tickets).toHaveLength(10);
    const statuses = board.tickets.map(({ status }) => status);
    for (const status of ["running", "failed", "ready"] as const) expect(statuses).toContain(status);
    expect(board.tickets.map(({ index }) => index)).toEqual(
      board.tickets.map(({ index }) => index).toSorted((a, b) => a - b),
    );
    const shown = (status: BoardTicket["status"]): number => statuses.filter((each) => each === status).length;
    for (const status of ["running", "failed", "ready", "completed"] as const) {
      expect(board.hidden[status] + shown(status)).toBe(board.counts[status]);
    }
    expect(boardOf(some.state).tickets).toHaveLength(2_001);
    expect(boardOf(some.state).hidden.ready).toBe(0);
  });

  it("PATCH2 leaves out what left the plan, under a limit as well, and counts the rest", () => {
    const story = bareRun(["A", "B", "C", "D: A"]).when({
      type: "plan.patch",
      patch: makePatch({ drop: ["B", "C"] as TicketId[] }),
    });
    for (const board of [boardOf(story.state), boardOf(story.state, { limit: 1 })]) {
      expect(board).toMatchObject({ total: 2, dropped: 2, counts: { running: 1, pending: 1, cancelled: 0 } });
      expect(board.tickets.map(({ id }) => id)).toEqual(["A", "D"].slice(0, board.tickets.length));
      expect(Object.values(board.hidden).reduce((sum, count) => sum + count)).toBe(2 - board.tickets.length);
    }
    const { tickets, cancelled, dropped } = summaryOf(story.state);
    expect({ ...tickets, cancelled, dropped }).toEqual({
      completed: 0,
      failed: 0,
      blocked: 0,
      cancelled: 0,
      dropped: 2,
    });
  });

  it("follows a run to its end", () => {
    const story = complete(complete(bareRun(["A", "B: A"]), "A#1"), "B#1");
    const board = boardOf(story.state);
    expect(board).toMatchObject({
      outcome: "completed",
      counts: { completed: 2 },
      criticalPath: { weight: 0, ids: [] },
      approvals: 0,
    });
    expect(board.tickets.map(({ step, waitsFor, since }) => [step, waitsFor, since])).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(byId(board.tickets, "A").id).toBe("A" as TicketId);
  });
});
