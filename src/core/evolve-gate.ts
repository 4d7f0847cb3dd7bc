// Events of the clutch: approvals asked, answered and voided, and what a person rewrote.

import type { EventOf } from "../domain/event.ts";
import type { Actor, ApprovalId, TicketId } from "../domain/ids.ts";
import { bytesOf, type Text } from "../domain/text.ts";
import { attemptOf, indexOf, releaseLane, withAttempt, withTicket } from "./change.ts";
import { withEntry, withoutEntry } from "./small-map.ts";
import type { Phase } from "./phase.ts";
import type { Approval, Attempt, RunApproval, RunState, Settled } from "./state.ts";
import { at as itemAt } from "./vector.ts";
import { messageAllowance } from "./worst-case.ts";

type GateEvent = EventOf<
  | "approval.requested"
  | "approval.answered"
  | "approval.voided"
  | "message.edited"
  | "message.restored"
  | "result.edited"
  | "brief.edited"
>;

/** Answers remembered in the state; older ones are in the log. */
const settledKept = 512;

export function evolveGate(state: RunState, event: GateEvent, meta: { at: number; by: Actor }): RunState {
  switch (event.type) {
    case "approval.requested":
      return isOfAttempt(event) ? requested(state, { event, at: meta.at }) : planAsked(state, event, meta.at);
    case "approval.answered": {
      const settled: Settled = { by: meta.by, decision: event.decision, void: false };
      if (!isOfAttempt(event)) return settledAs(state, event.approval, settled);
      const attempt = attemptOf(state, event);
      return closed(withAttempt(state, { ...attempt, phase: afterAnswer(state, attempt, event) }), event, settled);
    }
    case "approval.voided": {
      const settled: Settled = { by: meta.by, decision: event.reason, void: true };
      if (!isOfAttempt(event)) return settledAs(state, event.approval, settled);
      const attempt = attemptOf(state, event);
      return closed(withAttempt(state, { ...attempt, phase: { at: "next", step: "turn" } }), event, settled);
    }
    case "message.edited": {
      const attempt = attemptOf(state, event);
      return withAttempt(state, {
        ...attempt,
        items: rewritten(attempt, event),
        added: attempt.added + writtenIn(event),
      });
    }
    case "message.restored": {
      const attempt = attemptOf(state, event);
      const items = attempt.items.map((item) =>
        item.kind === "reply" && item.turn === event.turn && item.original !== undefined ? item.original : item,
      );
      return withAttempt(state, { ...attempt, items, added: attempt.added + writtenIn(event) });
    }
    case "result.edited": {
      const attempt = attemptOf(state, event);
      const items = attempt.items.map((item) =>
        item.kind === "result" && item.turn === event.turn && item.call === event.call
          ? { ...item, output: event.output, kept: true as const }
          : item,
      );
      return withAttempt(state, { ...attempt, items, added: attempt.added + bytesOf(event.output) });
    }
    case "brief.edited":
      return briefEdited(state, attemptOf(state, event), event);
    default:
      return event satisfies never;
  }
}

type OfAttempt = { readonly ticket: TicketId; readonly attempt: number };

const isOfAttempt = <E extends { ticket?: TicketId | undefined; attempt?: number | undefined }>(
  event: E,
): event is E & OfAttempt => event.ticket !== undefined && event.attempt !== undefined;

function requested(state: RunState, asked: { event: EventOf<"approval.requested"> & OfAttempt; at: number }): RunState {
  const { event, at } = asked;
  const attempt = attemptOf(state, event);
  const approval: Approval = {
    ...askedOf(event, at),
    index: attempt.index,
    ticket: event.ticket,
    attempt: event.attempt,
  };
  const phase: Phase = { at: "held", gate: event.gate, approval: event.approval, turn: event.turn, call: event.call };
  const held = { ...attempt, phase };
  // A waiting person costs no lane, except in linear mode, where one ticket is wholly done before the next begins.
  const waiting = state.mode === "linear" ? withAttempt(state, held) : releaseLane(withAttempt(state, held), held);
  const { history } = itemAt(state.tickets, attempt.index);
  return {
    ...withTicket(waiting, attempt.index, { status: "step_paused", attempt: attempt.attempt, history }),
    approvals: withEntry(state.approvals, approval.id, approval),
  };
}

const askedOf = (
  event: EventOf<"approval.requested">,
  askedAt: number,
): Omit<RunApproval, "index" | "ticket" | "attempt"> => ({
  id: event.approval,
  gate: event.gate,
  turn: event.turn,
  call: event.call,
  tool: event.tool,
  shown: event.shown,
  digest: event.digest,
  askedAt,
});

function planAsked(state: RunState, event: EventOf<"approval.requested">, at: number): RunState {
  const approval: Approval = { ...askedOf(event, at), index: null, ticket: null, attempt: null };
  return { ...state, approvals: withEntry(state.approvals, approval.id, approval) };
}

/** Releasing a call binds it to its arguments; what follows any other answer is its own event. */
function afterAnswer(
  state: RunState,
  attempt: Attempt,
  event: { approval: ApprovalId; decision: string; edited?: Text | undefined },
): Phase {
  const approval = state.approvals.get(event.approval);
  const isReleased = event.decision === "approve" || (event.decision === "edit" && approval?.gate === "call");
  if (approval === undefined || !isReleased || (approval.gate !== "call" && approval.gate !== "unknown")) {
    return { at: "next", step: "turn" };
  }
  const { turn, call } = approval;
  const reply = attempt.items.find((item) => item.kind === "reply" && item.turn === turn);
  const args = event.edited ?? (reply?.kind === "reply" ? reply.calls[call]?.args : undefined) ?? "{}";
  return { at: "next", step: "call", turn, call, args };
}

/** What a person wrote into the brief outlives the attempt: the next one is told (DA-55). */
function briefEdited(state: RunState, attempt: Attempt, event: EventOf<"brief.edited">): RunState {
  const ticket = itemAt(state.tickets, attempt.index);
  const told = { ...ticket, history: { ...ticket.history, guidance: event.prompt } };
  return withAttempt(withTicket(state, attempt.index, told), { ...attempt, prompt: event.prompt });
}

function closed(state: RunState, event: { ticket: TicketId; approval: ApprovalId }, answer: Settled): RunState {
  const index = indexOf(state, event.ticket);
  const ticket = itemAt(state.tickets, index);
  const attempt = state.attempts.get(index)?.attempt ?? 0;
  const free = settledAs(state, event.approval, answer);
  return withTicket(free, index, { status: "running", attempt, history: ticket.history });
}

function settledAs(state: RunState, id: ApprovalId, answer: Settled): RunState {
  const settled = withEntry(state.settled, id, answer);
  const oldest = settled.size > settledKept ? settled.keys().next().value : undefined;
  return {
    ...state,
    approvals: withoutEntry(state.approvals, id),
    proposals: withoutEntry(state.proposals, id),
    settled: oldest === undefined ? settled : withoutEntry(settled, oldest),
  };
}

const writtenIn = ({ text, calls }: EventOf<"message.edited" | "message.restored">): number =>
  calls.reduce((sum, { tool, args }) => sum + bytesOf(tool) + bytesOf(args), bytesOf(text)) +
  (calls.length + 1) * messageAllowance;

const rewritten = (attempt: Attempt, event: EventOf<"message.edited">): Attempt["items"] =>
  attempt.items.map((item) =>
    // The provider's own signatures cover what it wrote; they are void for what a person wrote.
    item.kind === "reply" && item.turn === event.turn
      ? {
          ...item,
          text: event.text,
          calls: event.calls,
          echo: null,
          kept: event.calls.map((_, place) => place),
          original: item.original ?? item,
        }
      : item,
  );
