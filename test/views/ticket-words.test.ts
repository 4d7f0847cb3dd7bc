// What a ticket does, waits for and came to, in words; and the orders a list of tickets can have.

import { describe, expect, it } from "vitest";
import { ticketStatuses } from "../../src/domain/ticket.ts";
import { ticketReader, type BoardTicket, type WaitsFor } from "../../src/views/board.ts";
import { firstLook, ticketsThatNeedYou } from "../../src/views/needs-you.ts";
import { stageOf } from "../../src/views/stage.ts";
import { orderKeys, orderTickets } from "../../src/views/ticket-order.ts";
import { cardNote, noteInWords, statusInWords, waitInWords } from "../../src/views/ticket-words.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { bareRun, failed, gitRun, merged, prepared, replied, finish, verified } from "../core/story.ts";
import { makeBillingRun } from "../page/support/billing-run.ts";

const { state } = makeBillingRun({ tickets: 120, share: 0.4, seed: 5 });
const all = state.graph.tickets.map((_, index) => ticketReader(state)(index));
const ids = (...names: string[]): readonly TicketId[] => names as TicketId[];

describe("a ticket in words", () => {
  it("BOARD8 whatever a ticket waits for is said, and why", () => {
    const waits: readonly (readonly [WaitsFor, string])[] = [
      [{ kind: "tickets", ids: ids("A", "B") }, "after A and B"],
      [{ kind: "never", ids: ids("A") }, "needs A, which did not complete"],
      [{ kind: "lane" }, "ready, waits for a lane"],
      [{ kind: "merge", ahead: 2 }, "in the merge queue, 2 ahead"],
      [{ kind: "pause", reason: "lunch" }, "paused: lunch"],
      [
        { kind: "provider", provider: "alpha", until: 62_000, reason: "rate limit" },
        "waits 1 min 02 s for alpha: rate limit",
      ],
    ];
    for (const [wait, words] of waits) expect(waitInWords(wait, 0)).toBe(words);
  });

  it("BOARD8 every ticket that is not over has a note, and a card's is one printable line without its turn", () => {
    expect(new Set(all.map(({ status }) => status)).size).toBeGreaterThan(3);
    for (const ticket of all) {
      if (ticket.status !== "completed") expect(noteInWords(ticket, state.lastAt)).not.toBe("");
      const note = cardNote(ticket, state.lastAt);
      expect(note).not.toMatch(/^$|\n|^turn \d/);
    }
  });

  it("BOARD8 the status begins a line, with the attempt where there was more than one", () => {
    const one: BoardTicket | undefined = all[0];
    if (one === undefined) throw new Error("the run has no tickets");
    expect(statusInWords({ ...one, status: "step_paused", attempt: 1 })).toBe("Needs you");
    expect(statusInWords({ ...one, status: "failed", attempt: 3 })).toBe("Failed, attempt 3");
    expect(statusInWords({ ...one, status: "completed", attempt: 3 })).toBe("Completed");
    for (const status of ticketStatuses) expect(statusInWords({ ...one, status, attempt: 0 })).toMatch(/^[A-Z]/);
  });

  it("BOARD8 an attempt goes through its stages in order", () => {
    const stage = (story: { readonly state: typeof state }): number | null => stageOf(story.state.attempts.get(0));
    const begun = gitRun(["A"]);
    const working = begun.when(prepared("A#1"));
    const checking = working.when(replied("A#1/1", [finish()]));
    const merging = checking.when(verified("A#1"));
    expect([begun, working, checking, merging, merging.when(merged("A#1"))].map(stage)).toEqual([0, 1, 2, 3, null]);
  });
});

describe("tickets in order", () => {
  const tickets = state.graph.tickets.map((_, index) => index);

  it("BOARD10 every order keeps all tickets, is stable, and turned round it is its own opposite", () => {
    for (const key of orderKeys) {
      const up = orderTickets(state, tickets, { key, isDown: false });
      expect(up.toSorted((a, b) => a - b)).toEqual(tickets);
      expect(orderTickets(state, up, { key: "plan", isDown: false })).toEqual(up);
      expect(orderTickets(state, orderTickets(state, up, { key, isDown: false }), { key, isDown: false })).toEqual(up);
    }
  });

  it("BOARD10 by status: what needs somebody first, what is over last", () => {
    const order = orderTickets(state, tickets, { key: "status", isDown: false }).map((index) => all[index]?.status);
    expect(order[0]).toBe("step_paused");
    expect(order.at(-1)).toBe("completed");
    expect(new Set(order).size).toBe(order.filter((status, place) => status !== order[place - 1]).length);
  });

  it("BOARD10 ids are ordered by their numbers", () => {
    const story = bareRun(["T-10", "T-9", "T-100"]);
    expect(orderTickets(story.state, [0, 1, 2], { key: "id", isDown: false })).toEqual([1, 0, 2]);
  });

  it("BOARD6 the next one that needs a person is the one that holds up the most; a board opens there", () => {
    const waiting = ticketsThatNeedYou(state);
    expect(waiting.length).toBe(state.counts.step_paused);
    const ranks = waiting.map((index) => state.graph.rank[index] ?? 0);
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    expect(firstLook(state, tickets)).toBe(waiting[0]);
    const calm = bareRun(["A", "B"], { lanes: { run: 1, tiers: {}, providers: {} } });
    expect(firstLook(calm.state, [0, 1])).toBe(0);
    expect(firstLook(calm.when(failed("A#1", "environment")).state, [0, 1])).toBe(1);
  });
});
