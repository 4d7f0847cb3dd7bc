// Watches tickets and attempts: dependencies, order, lanes, retries, checks and merges, ends (I2, I4, I6, I7).
// Keeps its own books from the events; the state is read only for what a scheduler sees at that moment.

import type { RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Event, EventOf, Recorded } from "../../src/domain/event.ts";
import type { FailureCause } from "../../src/domain/outcome.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { must } from "./broken.ts";
import type { PlanBook } from "./plan-book.ts";
import { roomFor, workerOf } from "./room.ts";

type Book = {
  live: number | null;
  attempts: number;
  tries: number;
  rung: number;
  isLadderNew: boolean;
  last: string | null;
  alike: number;
  cause: FailureCause | null;
  isCompleted: boolean;
  isRejected: boolean;
  finish: "none" | "reported" | "verified" | "queued" | "merged";
};

const never: readonly FailureCause[] = ["user_rejected", "unattended", "aborted", "budget", "environment"];
const same: readonly FailureCause[] = ["timeout", "provider_error", "conflict", "crash"];
const costly: readonly string[] = ["timeout", "idle", "cut", "malformed_response"];
const afterAbort: readonly Event["type"][] = [
  "approval.voided",
  "consult.ended",
  "ticket.abort_requested",
  "ticket.cancelled",
  // A merge under way may have been published already.
  "merge.published",
  "ticket.completed",
  "run.ended",
  "run.adopted",
  "attempt.disposed",
];
const heldBack: readonly Event["type"][] = ["attempt.started", "turn.started", "tool.called"];

export type TicketMonitor = {
  readonly see: (before: RunState, recorded: Recorded) => void;
  /** Attempts that are over and whose worktree nobody has reported removed. */
  readonly leftovers: () => readonly string[];
  /** It was cancelled while this attempt stood. */
  readonly isCancelled: (ticket: string, attempt: number) => boolean;
};

export function createTicketMonitor(config: RunConfig, plan: PlanBook): TicketMonitor {
  const { tickets, dropped } = plan;
  const books = new Map<string, Book>(tickets.map((ticket) => [ticket.id, makeBook(ticket)]));
  let rank = makeRanks(tickets);
  const queue: string[] = [];
  const worktrees = new Set<string>();
  const cancelled = new Set<string>();
  const costlyTries = new Map<string, number>();
  let isAborted = false;

  const bookOf = (id: string): Book => {
    const book = books.get(id);
    if (book === undefined) throw new Error(`no ticket ${id}`);
    return book;
  };

  const mayRetry = (book: Book): boolean =>
    book.cause !== null && !never.includes(book.cause) && book.alike < 2 && book.tries < config.limits.attempts;

  const started = (before: RunState, event: EventOf<"attempt.started">): void => {
    const ticket = tickets.find(({ id }) => id === event.ticket);
    if (ticket === undefined) throw new Error(`no ticket ${event.ticket}`);
    const book = bookOf(ticket.id);
    must(
      book.live === null && event.attempt === book.attempts + 1,
      "ATT1 attempts are numbered one by one and never overlap",
    );
    must(
      ticket.dependsOn.every((id) => bookOf(id).isCompleted),
      "I6 SCH1 a ticket starts before what it waits for is completed",
    );
    must(!book.isCompleted, "SCH6 PATCH9 a completed ticket starts again");
    must(!dropped.has(ticket.id), "PATCH2 a ticket starts that left the plan");
    must(
      book.cause === null || book.tries === 0 || mayRetry(book),
      () => `RET1 ${ticket.id} is tried again after ${book.cause ?? ""}`,
    );
    must(
      event.rung === book.rung && event.model === workerOf(config, ticket, event.rung).model,
      "RET2 an attempt has another rung or model than its ladder says",
    );
    must(roomFor(before, config, ticket, event.rung), "SCH4 an attempt starts where there is no lane");
    must(
      before.mode === "async" || (before.attempts.size === 0 && before.disposals.size === 0),
      "SCH5 linear mode starts a second ticket",
    );
    const first = tickets.find((other) => isBetter(before, other, ticket));
    must(first === undefined, () => `SCH3 ${ticket.id} starts before ${first?.id ?? ""}, whose path is longer`);
    if (config.workspace === "git") worktrees.add(`${ticket.id}#${event.attempt}`);
    Object.assign(book, {
      live: event.attempt,
      attempts: event.attempt,
      tries: book.tries + 1,
      isRejected: false,
      finish: "none",
    } satisfies Partial<Book>);
  };

  /** `other` could start now and stands before `ticket` in the order. */
  const isBetter = (before: RunState, other: Ticket, ticket: Ticket): boolean => {
    const [a, b] = [tickets.indexOf(other), tickets.indexOf(ticket)];
    const [mine, theirs] = [rank[b] ?? 0, rank[a] ?? 0];
    if (theirs < mine || (theirs === mine && a >= b)) return false;
    const book = bookOf(other.id);
    const isReady = before.tickets.chunks[0]?.[a]?.status === "ready" && !before.pausedTickets.has(a);
    return isReady && roomFor(before, config, other, book.rung);
  };

  const failed = (event: EventOf<"attempt.failed">): void => {
    const book = bookOf(event.ticket);
    const { cause, fingerprint } = event.failure;
    must(
      !book.isRejected || (cause !== "worker_blocked" && cause !== "no_verdict"),
      "RET5 a worker that gave up after a no is called blocked",
    );
    const climbs = !never.includes(cause) && !same.includes(cause);
    Object.assign(book, {
      cause,
      rung: book.isLadderNew ? 0 : book.rung + (climbs ? 1 : 0),
      isLadderNew: false,
      alike: book.last === fingerprint ? book.alike + 1 : 1,
      last: fingerprint,
    } satisfies Partial<Book>);
    leave(event.ticket);
  };

  const leave = (id: string): void => {
    bookOf(id).live = null;
    if (queue.includes(id)) queue.splice(queue.indexOf(id), 1);
  };

  const completed = (event: EventOf<"ticket.completed">): void => {
    const book = bookOf(event.ticket);
    must(
      book.finish === (config.workspace === "git" ? "merged" : "reported"),
      "ATT9 a ticket is completed that was not merged",
    );
    book.isCompleted = true;
    leave(event.ticket);
  };

  const ended = (event: EventOf<"run.ended">): void => {
    if (isAborted) return;
    const open = tickets.filter(({ id }) => bookOf(id).live !== null);
    must(open.length === 0, "RUN3 the run ended under an attempt");
    const isAll = tickets.length > 0 && tickets.every(({ id }) => dropped.has(id) || bookOf(id).isCompleted);
    must(isAll === (event.outcome === "completed"), "RUN3 a run is completed where every ticket is, and only there");
  };

  const turnFailed = (event: EventOf<"turn.failed">): void => {
    const key = `${event.ticket}#${event.attempt}/${event.turn}`;
    if (event.code === "rate_limited") must(event.retryAt !== null, "RET8 a rate limit ends an attempt");
    if (!costly.includes(event.code) || event.detail.startsWith("the process died")) return;
    costlyTries.set(key, (costlyTries.get(key) ?? 0) + 1);
    must((costlyTries.get(key) ?? 0) < 5 || event.retryAt === null, "RET10 a costly call is tried for ever");
  };

  const check = (event: Event): void => {
    if (event.type === "finish.reported") bookOf(event.ticket).finish = "reported";
    if (event.type === "verify.passed") bookOf(event.ticket).finish = "verified";
    if (event.type === "verify.failed") bookOf(event.ticket).finish = "none";
    if (event.type === "merge.queued") {
      const book = bookOf(event.ticket);
      const commands = config.verify.length + (tickets.find(({ id }) => id === event.ticket)?.verify.length ?? 0);
      must(book.finish === (commands > 0 ? "verified" : "reported"), "ATT9 an attempt is merged that was not verified");
      book.finish = "queued";
      queue.push(event.ticket);
    }
    if (event.type === "merge.published") {
      must(queue[0] === event.ticket, "ATT10 a merge overtakes another");
      bookOf(event.ticket).finish = "merged";
    }
  };

  const settled = (event: EventOf<"ticket.blocked" | "ticket.failed">): void => {
    const book = bookOf(event.ticket);
    if (event.cause === "budget") book.cause = "budget";
    must(
      book.live === null && !mayRetry(book),
      () => `RET1 ${event.ticket} is given up after ${book.cause ?? ""}, which may be tried again`,
    );
  };

  const patched = ({ patch }: EventOf<"plan.patched">): void => {
    for (const id of patch.drop) {
      must(!bookOf(id).isCompleted, () => `PATCH9 ${id} is completed and dropped`);
      must(bookOf(id).live === null, () => `PATCH2 ${id} is dropped under its worker`);
    }
    for (const { ticket, dependsOn } of patch.rewire) {
      must(!bookOf(ticket).isCompleted, () => `PATCH9 ${ticket} is completed and rewired`);
      must(
        bookOf(ticket).live === null || dependsOn.every((id) => books.get(id)?.isCompleted === true),
        () => `PATCH8 ${ticket} runs and would have to wait`,
      );
    }
    plan.patch(patch);
    for (const ticket of patch.add) books.set(ticket.id, makeBook(ticket));
    rank = makeRanks(tickets);
  };

  const settledPlan = (before: RunState): void => {
    plan.settle(before.draftPlan.flat());
    for (const ticket of tickets) books.set(ticket.id, makeBook(ticket));
    rank = makeRanks(tickets);
  };

  const seeEvent = (before: RunState, event: Event): void => {
    // Who deliberates is told, and hands over what there is.
    const isEndOfTalk = event.type.startsWith("deliberation.") || "consult" in event;
    must(
      !isAborted || isEndOfTalk || afterAbort.includes(event.type),
      () => `I7 RUN6 ${event.type} after the run was aborted`,
    );
    must(
      before.phase !== "ended" || !heldBack.includes(event.type),
      () => `RUN3 ${event.type} in a run that has ended`,
    );
    // A further try belongs to a call that was begun before the pause.
    const isAgain = event.type === "turn.started" && event.try > 1;
    if (heldBack.includes(event.type) && !isAgain)
      must(
        before.pause === null || (before.pause.drain && event.type !== "attempt.started"),
        () => `RUN4 RUN5 ${event.type} in a paused run`,
      );
    const isOfAttempt = "attempt" in event && event.ticket !== undefined && event.attempt !== undefined;
    if (isOfAttempt && event.type !== "attempt.started" && event.type !== "attempt.disposed") {
      must(
        bookOf(event.ticket ?? "").live === event.attempt,
        () => `I4 ATT1 ${event.type} of an attempt that is not running`,
      );
    }
    check(event);
    if (event.type === "attempt.started") started(before, event);
    else if (event.type === "attempt.failed") failed(event);
    else if (event.type === "ticket.completed") completed(event);
    else if (event.type === "ticket.cancelled") {
      cancelled.add(`${event.ticket}#${bookOf(event.ticket).live ?? ""}`);
      leave(event.ticket);
    } else if (event.type === "ticket.blocked" || event.type === "ticket.failed") settled(event);
    else if (event.type === "plan.accepted") settledPlan(before);
    else if (event.type === "plan.patched") patched(event);
    else if (event.type === "ticket.models_changed")
      Object.assign(bookOf(event.ticket), {
        rung: 0,
        isLadderNew: bookOf(event.ticket).live !== null,
      } satisfies Partial<Book>);
    else if (event.type === "ticket.reopened")
      Object.assign(bookOf(event.ticket), { tries: 0, alike: 0 } satisfies Partial<Book>);
    else if (event.type === "tool.refused" && event.by === "person") bookOf(event.ticket).isRejected = true;
    else if (event.type === "turn.failed") turnFailed(event);
    else if (event.type === "attempt.disposed")
      must(worktrees.delete(`${event.ticket}#${event.attempt}`), "I10 ATT12 a worktree is removed that nobody had");
    else if (event.type === "run.aborted") isAborted = true;
    else if (event.type === "run.ended") ended(event);
  };

  const isLive = (key: string): boolean => [...books].some(([id, { live }]) => key === `${id}#${live ?? ""}`);
  return {
    see: (before, { event }) => seeEvent(before, event),
    isCancelled: (ticket, attempt) => cancelled.has(`${ticket}#${attempt}`),
    leftovers: () => [...worktrees].filter((key) => !isLive(key)),
  };
}

const makeBook = (ticket: Ticket): Book => ({
  live: null,
  attempts: 0,
  tries: 0,
  rung: ticket.startRung,
  isLadderNew: false,
  last: null,
  alike: 0,
  cause: null,
  isCompleted: false,
  isRejected: false,
  finish: "none",
});

/** Longest remaining path by its definition; plans here are small. */
function makeRanks(tickets: readonly Ticket[]): readonly number[] {
  const known = new Map<string, number>();
  const longest = (ticket: Ticket): number => {
    const before = known.get(ticket.id);
    if (before !== undefined) return before;
    const after = tickets.filter(({ dependsOn }) => dependsOn.includes(ticket.id)).map(longest);
    const rank = ticket.weight + Math.max(0, ...after);
    known.set(ticket.id, rank);
    return rank;
  };
  return tickets.map(longest);
}
