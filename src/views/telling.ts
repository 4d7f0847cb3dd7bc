// What an event means in words that follow its subject: "PB-2" + "starts attempt 2 on ...". Exhaustive by type.

import { evolve } from "../core/evolve.ts";
import { initialState, type RunState } from "../core/state.ts";
import {
  isBudgetEvent,
  isConsultEvent,
  isDeliberationEvent,
  isPlanEvent,
  isRuleEvent,
  type Event,
  type EventOf,
  type PlanEvent,
  type Recorded,
} from "../domain/event.ts";
import { attemptKey, type Actor, type TicketId } from "../domain/ids.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { byWhom } from "./actor-name.ts";
import { tellAttempt, tellCheck, tellTicket } from "./tell-attempt.ts";
import { tellRule } from "./rules.ts";
import { tellBudget } from "./tell-budget.ts";
import { tellDeliberation } from "./tell-deliberation.ts";
import { tellConsult } from "./tell-consult.ts";
import { tellApproval, tellTool, tellTurn } from "./tell-turn.ts";
import { counted, durationInWords } from "./words.ts";

export type Telling = {
  readonly ticket: TicketId | null;
  readonly attempt: number | null;
  /** Begins with a verb, ends without a full stop, one printable line. */
  readonly words: string;
};

/** `state`, where given, is the one after the event: it lends the names of tools that the event itself does not carry. */
export function tellingOf(recorded: Recorded, state?: RunState): Telling {
  const { event } = recorded;
  return {
    ticket: ("ticket" in event ? event.ticket : undefined) ?? null,
    attempt: ("attempt" in event ? event.attempt : undefined) ?? null,
    words: toPrintableLine(wordsOf(recorded, state)),
  };
}

/** `PB-2#3`, `PB-2` for what concerns no attempt, `run` for what concerns no ticket. */
export const subjectOf = (telling: Telling): string => {
  if (telling.ticket === null) return "run";
  const { ticket, attempt } = telling;
  return toPrintableLine(attempt === null ? ticket : attemptKey({ ticket, attempt }));
};

/** Tells records one after the other from the first on: each with all the state lends that it leads to. */
export function createTeller(): (recorded: Recorded) => Telling {
  let state = initialState;
  return (recorded) => {
    state = evolve(state, recorded);
    return tellingOf(recorded, state);
  };
}

function wordsOf({ event, by, at }: Recorded, state: RunState | undefined): string {
  if (isPlanEvent(event)) return tellPlan(event, by);
  if (isBudgetEvent(event)) return tellBudget(event);
  if (isRuleEvent(event)) return tellRule(event, by);
  if (isDeliberationEvent(event)) return tellDeliberation(event, at);
  if (isConsultEvent(event)) return tellConsult(event, { at, state });
  if (isRunEvent(event)) return tellRun(event, { by, at });
  switch (event.type) {
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
      return tellTicket(event, { by, state });
    case "attempt.started":
    case "attempt.prepared":
    case "brief.edited":
    case "attempt.parked":
    case "attempt.failed":
    case "attempt.disposed":
    case "note.added":
    case "context.compacted":
      return tellAttempt(event, by);
    case "turn.started":
    case "turn.replied":
    case "turn.failed":
    case "turn.refused":
    case "message.edited":
    case "message.restored":
      return tellTurn(event, { by, at });
    case "tool.called":
    case "tool.returned":
    case "tool.refused":
    case "tool.lost":
    case "result.edited":
      return tellTool(event, { by, state });
    case "approval.requested":
    case "approval.answered":
    case "approval.voided":
      return tellApproval(event, { by, state });
    case "finish.reported":
    case "verify.passed":
    case "verify.failed":
    case "review.closed":
    case "merge.queued":
    case "merge.published":
      return tellCheck(event);
    default:
      return event satisfies never;
  }
}

function tellPlan(event: PlanEvent, by: Actor): string {
  switch (event.type) {
    case "plan.tracked":
      return `has ${counted(event.tracks.length, "track")}${sourceWords(event)}: ${event.tracks.map(({ title }) => title).join(", ")}`;
    case "plan.added":
      return `receives ${counted(event.tickets.length, "ticket")}`;
    case "plan.cleared":
      return `lets the drafted plan go: ${event.reason}`;
    case "plan.accepted":
      return `accepts the plan of ${counted(event.tickets, "ticket")}`;
    case "plan.proposed":
      return `is offered another plan by tier 2, because ${event.blocked} is blocked: ${changeWords(event.patch)}: ${event.patch.reason}`;
    case "plan.patched":
      return `changes its plan${byWhom(by)}: ${changeWords(event.patch)}: ${event.patch.reason}`;
    default:
      return event satisfies never;
  }
}

const sourceWords = ({ deliberated }: EventOf<"plan.tracked">): string =>
  deliberated === undefined ? "" : ` by the plan synthesis/${deliberated.key} v${deliberated.version}`;

/** For example `splits 1 ticket, adds 3, rewires 1`. */
function changeWords({ add, drop, rewire, split }: EventOf<"plan.patched">["patch"]): string {
  const parts = split.flatMap(({ into }) => into).length;
  const words = [
    ["splits", split.length, ` into ${parts}`],
    ["adds", add.length - parts, ""],
    ["drops", drop.length - split.length, ""],
    ["rewires", rewire.length, ""],
  ] as const;
  return words
    .filter(([, count]) => count > 0)
    .map(([verb, count, rest]) => `${verb} ${counted(count, "ticket")}${rest}`)
    .join(", ");
}

type RunEvent = Extract<Event, { type: `run.${string}` | "provider.held" }>;

const isRunEvent = (event: Event): event is RunEvent => event.type.startsWith("run.") || event.type === "provider.held";

function tellRun(event: RunEvent, meta: { readonly by: Actor; readonly at: number }): string {
  switch (event.type) {
    case "run.created":
      return createdWords(event);
    case "run.adopted":
      return `is taken over by ${event.owner}; finished work stays, steps that were under way begin again`;
    case "run.forked":
      return forkedWords(event, meta.by);
    case "run.paused":
      return event.drain
        ? `drains (${event.reason}): tickets under way go on to their end, no further ticket starts`
        : `pauses (${event.reason}): steps under way end, no further step starts`;
    case "run.resumed":
      return `goes on${byWhom(meta.by)}`;
    case "run.mode_changed":
      return event.mode === "linear"
        ? "switches to linear: one ticket at a time"
        : "switches to async: tickets run side by side";
    case "run.trust_changed":
      return event.trust === null
        ? "goes back to the trust levels of its tickets"
        : `puts every ticket on trust "${event.trust}"`;
    case "run.models_changed":
      return `asks tier ${event.tier} of other models from now on${byWhom(meta.by)}: ${event.models.join(", ")}`;
    case "run.lanes_changed":
      return `has ${counted(event.lanes, "lane")} from now on`;
    case "run.attended_changed":
      return event.attended ? "has a person to ask again" : "has nobody to ask: what would be held is refused";
    case "run.aborted":
      // A reason that names them already says it all.
      return event.reason.endsWith(byWhom(meta.by))
        ? `is aborted: ${event.reason}`
        : `is aborted${byWhom(meta.by)}: ${event.reason}`;
    case "run.ended":
      return `ends ${event.outcome}: ${event.reason}`;
    case "provider.held":
      return `asks ${event.provider} nothing for ${durationInWords(event.until - meta.at)}: ${event.reason}`;
    default:
      return event satisfies never;
  }
}

function forkedWords({ from, at, changes }: EventOf<"run.forked">, by: Actor): string {
  const changed = changes.length === 0 ? "" : `; changed: ${changes.join("; ")}`;
  return `is forked from ${from} at record ${at}${byWhom(by)}${changed}; completed tickets stay, attempts that were under way are begun anew without their partial work`;
}

function createdWords({ config }: EventOf<"run.created">): string {
  const lanes =
    config.mode === "linear" ? "one ticket at a time" : `up to ${counted(config.lanes.run, "ticket")} at once`;
  const sandbox = config.sandbox === "none" ? "; commands run WITHOUT a sandbox, as was asked for" : "";
  if (config.deliberation !== undefined) return `begins a run to deliberate on "${config.title}"`;
  return `begins "${config.title}": ${config.mode}, ${lanes}${sandbox}`;
}
