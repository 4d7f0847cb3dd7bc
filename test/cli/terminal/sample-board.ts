// A board in the middle of a run, as views would give it, with everything a screen has to show.

import { boardOf, type Board, type BoardTicket } from "../../../src/views/board.ts";
import { initialState } from "../../../src/core/state.ts";
import type { ApprovalId, ModelId, RunId, TicketId } from "../../../src/domain/ids.ts";
import type { TicketStatus } from "../../../src/domain/ticket.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";

export const start = 1_790_000_000_000;

export const ticket = (id: string, status: TicketStatus, more: Partial<BoardTicket> = {}): BoardTicket => ({
  index: 0,
  id: id as TicketId,
  title: `Title of ${id}`,
  status,
  attempt: status === "pending" || status === "ready" ? 0 : 1,
  model: "anthropic/claude-sonnet-4-5" as ModelId,
  rung: 0,
  tier: 3,
  step: null,
  review: null,
  waitsFor: null,
  cause: null,
  reason: null,
  usage: null,
  tokens: 0,
  costMicros: 0,
  context: null,
  since: null,
  machine: null,
  paused: null,
  commit: null,
  rank: 1,
  ...more,
});

const busy = (tokens: number, seconds: number): Partial<BoardTicket> => ({
  usage: { ...zeroUsage, input: tokens },
  tokens,
  costMicros: tokens * 3,
  since: start + 60_000 - seconds * 1_000,
});

const id = (text: string): TicketId => text as TicketId;

export const sampleTickets: readonly BoardTicket[] = [
  ticket("CSV-1", "completed", { title: "Read quoted fields" }),
  ticket("CSV-2", "completed", { title: "Refuse an open quote" }),
  ticket("MONEY", "running", {
    title: "Grouped thousands",
    step: "turn 4: edit src/money.js",
    rung: 1,
    attempt: 2,
    rank: 4,
    cause: "verification_failed",
    reason: "red",
    ...busy(12_400, 48),
  }),
  ticket("漢字", "running", { title: "日本語のテスト 🎉 mixed", step: "turn 1: thinking", rank: 3, ...busy(0, 3) }),
  ticket("PKG", "step_paused", {
    title: "Install as a command",
    step: "may it run npm publish?",
    waitsFor: { kind: "person", approval: "A61" as ApprovalId },
    ...busy(3_380, 20),
  }),
  ticket("MONTH", "ready", { title: "Know months", waitsFor: { kind: "lane" }, rank: 2 }),
  ticket("BUDGET", "blocked", {
    title: "Read a budgets file",
    cause: "worker_blocked",
    reason: "no file format is given",
  }),
  ticket("OVER", "failed", {
    title: "What went over",
    cause: "verification_failed",
    reason: "3 attempts are used up: npm test is red",
  }),
  ticket("LEFT", "pending", { title: "What is left", waitsFor: { kind: "never", ids: [id("BUDGET")] } }),
  ticket("CLI", "pending", {
    title: "On the command line",
    waitsFor: { kind: "tickets", ids: [id("MONEY"), id("MONTH")] },
    rank: 1,
  }),
];

export function sampleBoard(tickets: readonly BoardTicket[] = sampleTickets, more: Partial<Board> = {}): Board {
  const counts = { ...initialState.counts };
  for (const { status } of tickets) counts[status] += 1;
  return {
    ...boardOf(initialState),
    run: "run_0123456789abcdef" as RunId,
    title: "Monthly budgets",
    phase: "running",
    counts,
    total: tickets.length,
    lanes: { used: 2, limit: 4 },
    criticalPath: { weight: 4, ids: ["MONEY", "MONTH", "CLI"].map(id) },
    spend: { ...zeroUsage, input: 14_000, output: 1_780, costMicros: 47_300 },
    startedAt: start,
    lastAt: start + 60_000,
    approvals: counts.step_paused,
    tickets: tickets.map((each, index) => ({ ...each, index })),
    hidden: initialState.counts,
    ...more,
  };
}
