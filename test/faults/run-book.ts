// What is known of one run from outside while it is faulted, kept for the checker.

import type { Recorded } from "../../src/domain/event.ts";
import type { ApprovalId } from "../../src/domain/ids.ts";
import type { GivenAnswer } from "./history.ts";
import type { Decision } from "./conductor-process.ts";
import type { PlannedRun } from "./planned-run.ts";

type Seen = { readonly seq: number; readonly body: string };

export type RunBook = {
  readonly planned: PlannedRun;
  readonly acknowledged: Seen[];
  readonly readers: Seen[][];
  readonly answers: GivenAnswer[];
  /** What waits for an answer, as far as anybody has said. */
  readonly asked: Set<ApprovalId>;
  /** The kinds of fault that befell it while it was under way. */
  readonly faults: Set<string>;
  /** The name of the conductor that is to conduct it. */
  owner: string;
  isOwned: boolean;
  /** Epoch ms of nobody: monotonic, when it was begun. */
  readonly since: number;
  readonly over: PromiseWithResolvers<void>;
};

export const openBook = (planned: PlannedRun, owner: string): RunBook => ({
  planned,
  acknowledged: [],
  readers: [],
  answers: [],
  asked: new Set(),
  faults: new Set(),
  owner,
  isOwned: false,
  since: performance.now(),
  over: Promise.withResolvers(),
});

/** A record that somebody was told of. Gives the approval that it asks for. */
export function note(book: RunBook, seen: Seen): ApprovalId | undefined {
  book.acknowledged.push(seen);
  const { event } = JSON.parse(seen.body) as Recorded;
  switch (event.type) {
    case "approval.requested":
      book.asked.add(event.approval);
      return event.approval;
    case "approval.answered":
    case "approval.voided":
      book.asked.delete(event.approval);
      return undefined;
    default:
      return undefined;
  }
}

export function noteAnswer(book: RunBook, approval: ApprovalId, decision: Decision, isAcknowledged: boolean): void {
  book.asked.delete(approval);
  book.answers.push({ approval, decision, isAcknowledged });
}
