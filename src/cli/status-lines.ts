// A run's tickets as a table of plain text, for `tutti status`.

import { toPrintableLine } from "../domain/printable.ts";
import type { Board, BoardTicket } from "../views/board.ts";
import { goalInWords, trackInWords, type Planning } from "../views/planning-board.ts";
import { lineageInWords } from "../views/lineage.ts";
import { machineInWords } from "../views/machines.ts";
import { totalTokens } from "../domain/usage.ts";
import { waitInWords } from "../views/ticket-words.ts";
import { costInWords, cut, durationInWords, findingsInWords, statusWords, tokensInWords } from "../views/words.ts";

import { displayWidth } from "./terminal/width.ts";

export type StatusFacts = {
  readonly board: Board;
  /** Epoch ms. */
  readonly now: number;
  /** False: no process conducts the run. */
  readonly isConducted: boolean;
};

/** One line per ticket in plan order, and one about the run. */
export function statusLines({ board, now, isConducted }: StatusFacts): readonly string[] {
  const { counts, total, lanes, spend, run } = board;
  const { planning } = board;
  const rows = board.tickets.map((ticket) => [
    board.outcome === "planned" ? "planned" : statusOf(ticket, isConducted),
    toPrintableLine(ticket.id),
    cut(toPrintableLine(ticket.title), 48),
    board.outcome === "planned" && ticket.waitsFor?.kind !== "tickets" ? "" : detailOf(ticket, now),
  ]);
  const done =
    planning === null && total > 0
      ? `${counts.completed} of ${total} completed, lanes ${lanes.used}/${lanes.limit}, `
      : "";
  const figures = `${done}${board.mode}, ${tokensInWords(totalTokens(spend))} tokens, ${costInWords(spend.costMicros)}`;
  return [
    `${toPrintableLine(board.title)} (${run ?? ""})`,
    `${stateOf(board, isConducted)}; ${figures}`,
    ...(board.lineage === null ? [] : [lineageInWords(board.lineage)]),
    "",
    ...table(planning === null ? rows : planningRows(planning, now)),
  ];
}

/** While there are no tickets yet: one line per track, or what tier 1 is asked. */
function planningRows(planning: Planning, now: number): readonly (readonly string[])[] {
  const ago = (since: number): string => `since ${durationInWords(Math.max(0, now - since))}`;
  const { tracks } = planning;
  if (tracks === null) return [["The goal", toPrintableLine(goalInWords(planning, ago) ?? "not divided yet")]];
  return tracks.map((track) => [
    track.status,
    toPrintableLine(track.id),
    cut(toPrintableLine(track.title), 48),
    toPrintableLine(trackInWords(track, ago)),
  ]);
}

/** Nothing runs where nobody conducts: a resume goes on from there. */
const statusOf = ({ status }: BoardTicket, isConducted: boolean): string =>
  status === "running" && !isConducted ? "stopped" : statusWords[status];

function stateOf(board: Board, isConducted: boolean): string {
  if (board.outcome !== null) return `Ended ${board.outcome}: ${toPrintableLine(board.reason ?? "")}`;
  const waiting = board.approvals > 0 ? `; ${board.approvals} waiting for you` : "";
  if (!isConducted) return `Stopped: no process conducts it${waiting}`;
  if (board.pause !== null)
    return `${board.pause.drain ? "Draining" : "Paused"}: ${toPrintableLine(board.pause.reason)}${waiting}`;
  return `${board.planning === null ? "Running" : "Planning"}${waiting}`;
}

function detailOf(ticket: BoardTicket, now: number): string {
  const attempt = ticket.attempt > 1 ? `attempt ${ticket.attempt}` : "";
  const doing = doingOf(ticket, now);
  const where = ticket.machine === null ? "" : `began on ${machineInWords(ticket.machine)}`;
  const commit = ticket.commit === null ? "" : ticket.commit.slice(0, 8);
  const isOpen = ticket.status !== "completed" && ticket.status !== "running";
  const reason = isOpen && ticket.reason !== null ? cut(toPrintableLine(ticket.reason), 200) : "";
  return [attempt, doing, where, commit, reviewOf(ticket), reason].filter((part) => part !== "").join("; ");
}

/** What its review came to, as far as it is news: approved without a word is the rule. */
function reviewOf({ review, status }: BoardTicket): string {
  if (review === null || status === "blocked" || status === "failed") return "";
  if (review.verdict === "missed") return "not reviewed";
  const found = review.findings.length === 0 ? "" : ` (${findingsInWords(review.findings)})`;
  return review.verdict === "approved" ? `reviewed${found}` : `sent back by its review${found}`;
}

/** What it waits for says more than the step it interrupts; a question says both. */
function doingOf({ step, waitsFor }: BoardTicket, now: number): string {
  if (waitsFor === null) return toPrintableLine(step ?? "");
  if (waitsFor.kind === "person") return `${toPrintableLine(step ?? "")} (${waitsFor.approval})`;
  return toPrintableLine(waitInWords(waitsFor, now));
}

/** What can be done next, as it can be typed. */
export function nextLines({ board, isConducted }: Omit<StatusFacts, "now">, program: string): readonly string[] {
  const run = board.run ?? "";
  const failed = board.tickets.find(({ status }) => status === "blocked" || status === "failed");
  const steps = [
    ...(board.outcome === null && board.approvals > 0 ? [`See what waits for you:  ${program} approvals ${run}`] : []),
    ...(board.outcome === null && !isConducted ? [`Go on with it:           ${program} resume ${run}`] : []),
    ...(board.outcome !== null && failed !== undefined && board.outcome !== "aborted"
      ? [`Try a ticket again:      ${program} resume ${run} --retry ${toPrintableLine(failed.id)} --say "..."`]
      : []),
    ...(board.outcome !== null && board.merged > 0 ? [`Bring it over:           ${program} land ${run}`] : []),
  ];
  return steps.length === 0 ? [] : ["", ...steps];
}

/** Columns as wide as their widest cell; nothing is padded at a line's end. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))))
      .join("  ")
      .trimEnd(),
  );
}
