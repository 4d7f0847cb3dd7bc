// Commands about the run as a whole: create, adopt, pause, mode, abort; and a person's word on one ticket.

import type { CommandOf } from "../domain/command.ts";
import type { DeliberationConfig } from "../domain/deliberation.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { askGate } from "./clutch.ts";
import { requestApproval, shownCall } from "./advance.ts";
import { beginEnding, hurryEnding } from "./deliberation/ending.ts";
import { openDeliberation, problemsOfSetup } from "./deliberation/open-deliberation.ts";
import { openDeliberations, type Deliberation } from "./deliberation/state.ts";
import { abortAt, endAborted, voidRunQuestions } from "./end.ts";
import { findTicket } from "./graph.ts";
import { currentAttempt } from "./decide-attempt.ts";
import { checkPlan } from "./plan-rules.ts";
import { acceptPlan, addTickets } from "./planning.ts";
import { findUnpriced } from "./unpriced.ts";
import { isDropped, type Attempt, type Consult } from "./state.ts";
import { at } from "./vector.ts";
import { zeroUsage } from "../domain/usage.ts";

export function createRun(draft: Draft, command: CommandOf<"run.create">): Refused {
  if (draft.state.phase !== "empty") return { code: "run_exists" };
  const { deliberation } = command.config;
  if (deliberation !== undefined) return createDeliberated(draft, command, deliberation);
  const isPlanned = command.config.goal === undefined || command.tickets.length > 0;
  const problems = isPlanned ? checkPlan(command.tickets) : [];
  if (problems.length > 0) return { code: "invalid_plan", problems };
  const unpriced = findUnpriced(command.config, command.tickets);
  if (unpriced.length > 0) return { code: "price_unknown", models: unpriced };
  emit(draft, { type: "run.created", run: command.run, config: command.config });
  if (!isPlanned) return undefined;
  addTickets(draft, command.tickets);
  acceptPlan(draft);
  return undefined;
}

/** A run that is one deliberation: no plan, no tickets. */
function createDeliberated(draft: Draft, { run, config }: CommandOf<"run.create">, own: DeliberationConfig): Refused {
  const problems = problemsOfSetup(own.setup);
  if (problems.length > 0) return { code: "deliberation_invalid", problems };
  const unpriced = findUnpriced(config, []);
  if (unpriced.length > 0) return { code: "price_unknown", models: unpriced };
  emit(draft, { type: "run.created", run, config });
  openDeliberation(draft, { purpose: "question", config: own });
  return undefined;
}

/** Nothing more is asked of a run that has ended. */
export const refuseEnded = (draft: Draft): Refused => {
  const { aborted, ended } = draft.state;
  if (aborted) return { code: "run_ended", outcome: "aborted" };
  return ended === null ? undefined : { code: "run_ended", outcome: ended.outcome };
};

/** A new owner: steps under way are void. What may have had an effect nobody saw is put to a person. */
export function adoptRun(draft: Draft, command: CommandOf<"run.adopt">): Refused {
  // Tokens only grow: an adoption that comes late, or again, is a ghost.
  if (command.token <= draft.state.token) return undefined;
  emit(draft, { type: "run.adopted", token: command.token, owner: command.owner });
  for (const attempt of draft.state.attempts.values()) {
    if (attempt.phase.at === "tool" && attempt.phase.class === "effectful") loseTool(draft, attempt, attempt.phase);
    if (
      attempt.phase.at === "calling" &&
      !attempt.phase.isUnfunded &&
      attempt.phase.notBefore <= draft.circumstances.at
    )
      loseTurn(draft, attempt, attempt.phase);
  }
  for (const consult of draft.state.consults.values())
    if (!consult.isParked && !consult.isUnfunded && consult.notBefore <= draft.circumstances.at)
      loseConsult(draft, consult);
  return undefined;
}

/** As after a crash: the call's machine is gone. Where the call is not awaited any more there is nothing to lose. */
export function reportToolLost(draft: Draft, report: CommandOf<"report.tool_lost">): Refused {
  const attempt = currentAttempt(draft.state, report);
  const phase = attempt?.phase;
  if (attempt === undefined || phase?.at !== "tool" || phase.turn !== report.turn || phase.call !== report.call) {
    return undefined;
  }
  loseTool(draft, attempt, phase);
  return undefined;
}

function loseConsult(draft: Draft, { id, round, try: count }: Consult): void {
  emit(draft, {
    type: "consult.failed",
    consult: id,
    round,
    try: count,
    code: "cut",
    detail: "the process died during this call",
    retryAt: draft.circumstances.at,
    usage: { ...zeroUsage, costMicros: null, estimated: true },
    ms: 0,
  });
}

function loseTool(draft: Draft, attempt: Attempt, phase: Extract<Attempt["phase"], { at: "tool" }>): void {
  const { turn, call, tool, args } = phase;
  const ref = { ticket: attempt.ticket, attempt: attempt.attempt };
  emit(draft, { type: "tool.lost", ...ref, turn, call });
  const answer = askGate(draft.state, attempt.index, { gate: "unknown", tool, class: phase.class, args });
  if (answer.kind === "hold") {
    requestApproval(draft, attempt, { gate: "unknown", turn, call, tool, shown: shownCall(tool, args) });
    return;
  }
  const why = answer.kind === "refuse" ? answer.rule : "a standing rule passes it";
  emit(draft, {
    type: "tool.refused",
    ...ref,
    turn,
    call,
    output: `UNKNOWN: the process that ran this call died before its result was recorded, and ${why}. It may have run wholly, partly or not at all. It was not run again; look at the worktree before you go on.`,
    by: "rule",
  });
}

/** The provider may have charged for a call whose reply nobody received: counted as unknown, not as nothing. */
function loseTurn(draft: Draft, attempt: Attempt, phase: Extract<Attempt["phase"], { at: "calling" }>): void {
  emit(draft, {
    type: "turn.failed",
    ticket: attempt.ticket,
    attempt: attempt.attempt,
    turn: phase.turn,
    try: phase.try,
    code: "cut",
    detail: "the process died during this call",
    retryAt: draft.circumstances.at,
    usage: { ...zeroUsage, costMicros: null, estimated: true },
    ms: 0,
  });
}

export function pauseRun(draft: Draft, command: CommandOf<"run.pause">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  const { pause } = draft.state;
  if (pause !== null && pause.drain === command.drain)
    return { code: "already_so", what: `the run is ${command.drain ? "draining" : "paused"}` };
  emit(draft, { type: "run.paused", reason: command.reason, drain: command.drain });
  return undefined;
}

export function resumeRun(draft: Draft): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  if (draft.state.pause === null) return { code: "already_so", what: "the run is going on" };
  emit(draft, { type: "run.resumed" });
  return undefined;
}

export function setMode(draft: Draft, command: CommandOf<"run.set_mode">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  if (draft.state.mode === command.mode) return { code: "already_so", what: `the mode is ${command.mode}` };
  emit(draft, { type: "run.mode_changed", mode: command.mode });
  return undefined;
}

export function setTrust(draft: Draft, command: CommandOf<"run.set_trust">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  if (draft.state.trust === command.trust)
    return { code: "already_so", what: `the trust override is ${command.trust ?? "off"}` };
  emit(draft, { type: "run.trust_changed", trust: command.trust });
  return undefined;
}

export function setTicketTrust(draft: Draft, command: CommandOf<"ticket.set_trust">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  const index = findTicket(draft.state.graph, command.ticket);
  if (index === undefined) return { code: "ticket_unknown", ticket: command.ticket };
  const now = draft.state.ticketTrust.get(index) ?? null;
  if (now === command.trust) {
    return { code: "already_so", what: `the trust override of ${command.ticket} is ${now ?? "off"}` };
  }
  emit(draft, { type: "ticket.trust_changed", ticket: command.ticket, trust: command.trust });
  return undefined;
}

export function setLanes(draft: Draft, command: CommandOf<"run.set_lanes">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  if (draft.state.laneLimit === command.lanes)
    return { code: "already_so", what: `the number of lanes is ${command.lanes}` };
  emit(draft, { type: "run.lanes_changed", lanes: command.lanes });
  return undefined;
}

export function setAttended(draft: Draft, command: CommandOf<"run.set_attended">): Refused {
  if (draft.state.aborted) return undefined;
  if (draft.state.attended !== command.attended)
    emit(draft, { type: "run.attended_changed", attended: command.attended });
  return undefined;
}

/** Once more while deliberations come to their end, and they end at once; so does the first where it says `now`. */
export function abortRun(draft: Draft, { reason, now = false }: CommandOf<"run.abort">): Refused {
  const open = openDeliberations(draft.state);
  const ending = open.filter((each) => each.ending !== null);
  const isAgain =
    draft.state.aborted || open.some(({ purpose, ending: own }) => purpose === "question" && own !== null);
  if (isAgain && ending.length > 0) return hurry(draft, ending);
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  const [own] = open;
  // A run that is one deliberation ends when that has handed over; agreement may still come in its grace.
  if (own?.purpose !== "question") {
    emit(draft, { type: "run.aborted", reason });
    for (const index of draft.state.attempts.keys()) abortAt(draft, index, reason);
    voidRunQuestions(draft, `run aborted: ${reason}`);
  }
  for (const each of open) if (each.ending === null) beginEnding(draft, each, { outcome: "cancelled", detail: reason });
  if (now) hurry(draft, openDeliberations(draft.state));
  // A merge under way says first how it came out (RUN14).
  if (own?.purpose !== "question") endAborted(draft, reason);
  return undefined;
}

function hurry(draft: Draft, ending: readonly Deliberation[]): Refused {
  const hurried = ending.filter((each) => hurryEnding(draft, each));
  return hurried.length > 0 ? undefined : { code: "already_so", what: "what the deliberation leaves is being stored" };
}

export function abortTicket(draft: Draft, command: CommandOf<"ticket.abort">): Refused {
  const ended = refuseEnded(draft);
  if (ended !== undefined) return ended;
  const index = findTicket(draft.state.graph, command.ticket);
  if (index === undefined) return { code: "ticket_unknown", ticket: command.ticket };
  const { status } = at(draft.state.tickets, index);
  if (status === "completed" || status === "cancelled")
    return { code: "ticket_settled", ticket: command.ticket, status };
  if (draft.state.attempts.get(index)?.phase.at === "withdrawing")
    return { code: "already_so", what: `${command.ticket} is being aborted; its merge is being stopped` };
  abortAt(draft, index, command.reason);
  return undefined;
}

export function reopenTicket(draft: Draft, command: CommandOf<"ticket.reopen">): Refused {
  const { aborted, ended } = draft.state;
  if (aborted || ended?.outcome === "completed")
    return { code: "run_ended", outcome: aborted ? "aborted" : "completed" };
  const index = findTicket(draft.state.graph, command.ticket);
  if (index === undefined) return { code: "ticket_unknown", ticket: command.ticket };
  const own = at(draft.state.tickets, index);
  const { status } = own;
  if (isDropped(own)) return { code: "ticket_settled", ticket: command.ticket, status: "dropped" };
  if (status !== "blocked" && status !== "failed" && status !== "cancelled") {
    return { code: "ticket_settled", ticket: command.ticket, status };
  }
  const guidance = command.guidance === undefined ? {} : { guidance: command.guidance };
  emit(draft, { type: "ticket.reopened", ticket: command.ticket, ...guidance });
  return undefined;
}
