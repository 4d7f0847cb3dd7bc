// What a ticket does, waits for and came to, in words: one wording for the terminal and the page.

import { toPrintableLine } from "../domain/printable.ts";
import type { BoardTicket, WaitsFor } from "./board.ts";
import { causeWords, durationInWords, listInWords, statusWords } from "./words.ts";

export function waitInWords(wait: WaitsFor, now: number): string {
  switch (wait.kind) {
    case "tickets":
      return `after ${listInWords(wait.ids, 4)}`;
    case "never":
      return `needs ${listInWords(wait.ids)}, which did not complete`;
    case "lane":
      return "ready, waits for a lane";
    case "person":
      return `waits for you (${wait.approval})`;
    case "provider":
      return `waits ${durationInWords(Math.max(0, wait.until - now))} for ${wait.provider}: ${wait.reason}`;
    case "merge":
      return `in the merge queue, ${wait.ahead} ahead`;
    case "pause":
      return `paused: ${wait.reason}`;
    default:
      return wait satisfies never;
  }
}

/** What the ticket does, waits for, or came to. One printable line. */
export function noteInWords(ticket: BoardTicket, now: number): string {
  const { status, step, waitsFor, cause, reason } = ticket;
  if (status === "blocked" || status === "failed") {
    return toPrintableLine(`${cause === null ? status : causeWords[cause]}: ${reason ?? ""}`);
  }
  if (status === "cancelled") return toPrintableLine(`cancelled: ${reason ?? ""}`);
  const wait = waitsFor === null ? null : waitInWords(waitsFor, now);
  // A person is asked by the step's own words; any other wait says more than the step it interrupts.
  const words = waitsFor?.kind === "person" ? step : (wait ?? step);
  const again =
    cause === null || status === "running" || status === "step_paused" ? "" : ` (last attempt: ${causeWords[cause]})`;
  return toPrintableLine(`${words ?? ""}${again}`);
}

/** `Needs you`, `Failed, attempt 3`: the status as it begins a line. */
export function statusInWords({ status, attempt }: Pick<BoardTicket, "status" | "attempt">): string {
  const word = statusWords[status];
  const first = `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  const counts = attempt > 1 || ((status === "failed" || status === "blocked") && attempt > 0);
  return counts && status !== "completed" ? `${first}, attempt ${attempt}` : first;
}

/** The model's own name, without its provider. */
export const modelName = (model: string): string => toPrintableLine(model.slice(model.indexOf("/") + 1));

/** Few words for a card; `noteInWords` says all. */
export function cardNote(ticket: BoardTicket, now: number): string {
  const { status, waitsFor, cause, step } = ticket;
  switch (status) {
    case "pending":
    case "ready":
      return waitsFor === null ? statusInWords(ticket) : toPrintableLine(shortWait(waitsFor, now));
    case "running":
      return toPrintableLine(waitsFor === null ? (step ?? "").replace(/^turn \d+: /, "") : shortWait(waitsFor, now));
    case "step_paused":
      return toPrintableLine(`Needs you: ${step ?? ""}`);
    case "blocked":
    case "failed":
      return `${statusInWords(ticket)}${cause === null ? "" : `: ${causeWords[cause]}`}`;
    case "completed":
    case "cancelled":
      return statusInWords(ticket);
    default:
      return status satisfies never;
  }
}

function shortWait(wait: WaitsFor, now: number): string {
  switch (wait.kind) {
    case "tickets":
      return `after ${listInWords(wait.ids, 2)}`;
    case "never":
      return `needs ${listInWords(wait.ids, 2)}, not completed`;
    case "lane":
      return "waits for a lane";
    case "provider":
      return `waits for ${wait.provider}, ${durationInWords(Math.max(0, wait.until - now))}`;
    case "pause":
      return "paused";
    case "merge":
    case "person":
      return waitInWords(wait, now);
    default:
      return wait satisfies never;
  }
}
