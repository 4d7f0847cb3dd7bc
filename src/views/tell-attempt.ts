// Words for tickets and attempts: how they start, are checked, merge and end.

import type { RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { EventOf } from "../domain/event.ts";
import type { Actor } from "../domain/ids.ts";
import { byWhom, nameOf } from "./actor-name.ts";
import {
  causeWords,
  counted,
  durationInWords,
  findingsInWords,
  firstLine,
  listInWords,
  tokensInWords,
} from "./words.ts";

type TicketEvent = EventOf<
  | "ticket.completed"
  | "ticket.blocked"
  | "ticket.failed"
  | "ticket.abort_requested"
  | "ticket.cancelled"
  | "ticket.reopened"
  | "ticket.trust_changed"
  | "ticket.steered"
  | "ticket.paused"
  | "ticket.models_changed"
  | "ticket.resumed"
>;

/** `: detail` where there is one. */
const detailOf = (detail: string): string => (detail.trim() === "" ? "" : `: ${firstLine(detail)}`);

/** Nothing where its last attempt has just been told to fail for exactly this. */
function newsIn({ ticket, detail }: EventOf<"ticket.blocked" | "ticket.failed">, state: RunState | undefined): string {
  const index = state?.graph.indexOf.get(ticket);
  const last = state === undefined || index === undefined ? null : at(state.tickets, index).history.last;
  return last?.detail === detail ? "" : detail;
}

export function tellTicket(
  event: TicketEvent,
  { by, state }: { readonly by: Actor; readonly state: RunState | undefined },
): string {
  switch (event.type) {
    case "ticket.completed": {
      const summary = firstLine(event.summary);
      return `is completed${summary === "" ? "" : `: ${summary}`}`;
    }
    case "ticket.blocked":
      return `is blocked because ${causeWords[event.cause]}${detailOf(newsIn(event, state))}`;
    case "ticket.failed":
      return `has failed because ${causeWords[event.cause]}${detailOf(newsIn(event, state))}`;
    case "ticket.abort_requested":
      return `is to be aborted${byWhom(by)} while it is merged, which is stopped if it still can be${detailOf(event.reason)}`;
    case "ticket.cancelled":
      return `is cancelled${byWhom(by)}${detailOf(event.reason)}`;
    case "ticket.trust_changed":
      return event.trust === null
        ? "goes back to the trust it was given"
        : `is put on trust "${event.trust}"${byWhom(by)}`;
    case "ticket.steered":
      return `has a word${byWhom(by)} for its worker: ${firstLine(event.text)}`;
    case "ticket.models_changed":
      return `has another ladder from its next attempt on${byWhom(by)}: ${listInWords(event.models)}`;
    case "ticket.paused":
      return `is paused${byWhom(by)}${detailOf(event.reason)}`;
    case "ticket.resumed":
      return `goes on${byWhom(by)}`;
    case "ticket.reopened": {
      const guidance = event.guidance === undefined ? "" : `, with a word to the worker: ${firstLine(event.guidance)}`;
      return `is reopened${byWhom(by)}${guidance}`;
    }
    default:
      return event satisfies never;
  }
}

type AttemptEvent = EventOf<
  | "attempt.started"
  | "attempt.prepared"
  | "brief.edited"
  | "attempt.parked"
  | "attempt.failed"
  | "attempt.disposed"
  | "note.added"
  | "context.compacted"
>;

export function tellAttempt(event: AttemptEvent, by: Actor): string {
  switch (event.type) {
    case "attempt.started": {
      const rung = event.rung === 0 ? "" : ` (rung ${event.rung} of its ladder)`;
      return `starts attempt ${event.attempt} on ${event.model}${rung}`;
    }
    case "attempt.prepared": {
      const omitted = event.omitted.length === 0 ? "" : `; left out of its brief: ${listInWords(event.omitted)}`;
      const base = event.base === "" ? "" : `, from ${event.base.slice(0, 8)}`;
      const where = event.machine === undefined ? "" : ` on ${event.machine.host} (machine ${event.machine.id})`;
      return `has its worktree and its brief${where}${base}${omitted}`;
    }
    case "brief.edited":
      return `gets a brief rewritten${byWhom(by)}`;
    case "attempt.parked":
      return event.why === "pause"
        ? "gives its lane back while it is paused"
        : "gives its lane back and waits for one: there are fewer lanes now";
    case "attempt.failed":
      return `fails in attempt ${event.attempt} because ${causeWords[event.failure.cause]}${detailOf(event.failure.detail)}`;
    case "attempt.disposed": {
      const kept = event.quarantined === undefined ? "" : `; what was not merged is kept at ${event.quarantined}`;
      return `has its worktree cleared away${kept}`;
    }
    case "note.added":
      return noteWords(event, by);
    case "context.compacted":
      return compactedWords(event, by);
    default:
      return event satisfies never;
  }
}

function compactedWords({ upTo, before, after, why }: EventOf<"context.compacted">, by: Actor): string {
  const turns = upTo === 1 ? "its first turn" : `its turns 1 to ${upTo}`;
  const because = {
    limit: "the next call would fill too much of the model's window",
    overflow: "the provider finds the conversation too long",
    asked: `asked for${byWhom(by)}`,
  } as const;
  return `goes on with ${turns} told in short: about ${tokensInWords(before)} tokens become ${tokensInWords(after)} (${because[why]})`;
}

function noteWords(event: EventOf<"note.added">, by: Actor): string {
  switch (event.kind) {
    case "nudge":
      return "is reminded to call a tool or to finish";
    case "verification":
      return "gets the output of the red check back, to mend it";
    case "steering":
      return `is told${nameOf(by) === null ? "" : byWhom(by)}: ${firstLine(event.text)}`;
    case "diagnosis":
      return `gets a hint about the red check: ${firstLine(event.hint ?? event.text, 400)}`;
    case "review":
      return "gets its review's findings back, to mend them";
    case "adoption":
      return `is told that the process was replaced: ${firstLine(event.text)}`;
    default:
      return event.kind satisfies never;
  }
}

type CheckEvent = EventOf<
  "finish.reported" | "verify.passed" | "verify.failed" | "review.closed" | "merge.queued" | "merge.published"
>;

export function tellCheck(event: CheckEvent): string {
  switch (event.type) {
    case "finish.reported":
      return `reports that it is done: ${firstLine(event.summary)}`;
    case "verify.passed":
      return `passes its checks (${counted(event.commands, "command")}, ${durationInWords(event.ms)})`;
    case "verify.failed":
      return `does not pass its checks: ${firstLine(event.command, 80)} is red after ${durationInWords(event.ms)}`;
    case "review.closed":
      return reviewWords(event);
    case "merge.queued":
      return "joins the merge queue";
    case "merge.published":
      return mergedWords(event);
    default:
      return event satisfies never;
  }
}

function reviewWords({ verdict, findings, reason }: EventOf<"review.closed">): string {
  const named = findings.length === 0 ? "" : `: ${findingsInWords(findings)}`;
  switch (verdict) {
    case "approved":
      return `passes its review${named}`;
    case "sent_back":
      return `is sent back by its review${named}`;
    case "missed":
      return `goes on without a review: ${firstLine(reason, 200)}`;
    default:
      return verdict satisfies never;
  }
}

function mergedWords(event: EventOf<"merge.published">): string {
  if (event.commit === null) return "has nothing to merge: it changed no file";
  const checked = {
    attempt: "",
    merged: "; its checks passed again on the merged tree",
    none: "; no check is set for it",
  } as const;
  return `is merged as ${event.commit.slice(0, 8)}${checked[event.verified]}`;
}
