// Which events a person wants to read as they come: what moved, what was decided, what went wrong. The rest is in the log.

import {
  isBudgetEvent,
  isConsultEvent,
  isDeliberationEvent,
  isPlanEvent,
  isRuleEvent,
  isRunEvent,
  type ConsultEvent,
  type Event,
} from "../domain/event.ts";

export function isNews(event: Event): boolean {
  if (isPlanEvent(event)) return event.type !== "plan.added";
  if (isDeliberationEvent(event)) return event.type !== "deliberation.heard";
  if (isConsultEvent(event)) return isConsultNews(event);
  if (isRuleEvent(event) || isBudgetEvent(event) || isRunEvent(event)) return true;
  switch (event.type) {
    case "provider.held":
    case "ticket.completed":
    case "ticket.blocked":
    case "ticket.failed":
    case "ticket.abort_requested":
    case "ticket.cancelled":
    case "ticket.reopened":
    case "ticket.trust_changed":
    case "ticket.steered":
    case "ticket.models_changed":
    case "ticket.paused":
    case "ticket.resumed":
    case "attempt.started":
    case "attempt.parked":
    case "attempt.failed":
    case "brief.edited":
    case "context.compacted":
    case "message.edited":
    case "message.restored":
    case "turn.failed":
    case "turn.refused":
    case "tool.called":
    case "tool.lost":
    case "result.edited":
    case "approval.requested":
    case "approval.answered":
    case "finish.reported":
    case "verify.passed":
    case "verify.failed":
    case "review.closed":
    case "merge.published":
      return true;
    case "note.added":
      // A person's word has been told when it was said.
      return event.said === undefined;
    case "turn.replied":
      // Its calls are told as they run.
      return event.calls.length === 0;
    case "tool.returned":
      return !event.ok;
    case "tool.refused":
      // A person's no has been told as their answer.
      return event.by !== "person";
    case "attempt.disposed":
      return event.quarantined !== undefined;
    case "attempt.prepared":
    case "turn.started":
    case "approval.voided":
    case "merge.queued":
      return false;
    default:
      return event satisfies never;
  }
}

/** Who is asked, and what came in the way; that an answer was taken shows in what follows from it. */
const isConsultNews = (event: ConsultEvent): boolean =>
  event.type === "consult.ended" ? event.result === "given_up" : event.type !== "consult.replied";
