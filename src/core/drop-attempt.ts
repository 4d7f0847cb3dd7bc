// Takes an attempt out of the state, with everything that stands on its behalf.

import { addUsage, zeroUsage } from "../domain/usage.ts";
import { releaseLane, withTicket } from "./change.ts";
import { consultSpender, settleCall, spenderOf, unknownUsage } from "./ledger.ts";
import { withEntry, withoutEntry } from "./small-map.ts";
import { configOf, type Attempt, type Consult, type RunState } from "./state.ts";
import { at } from "./vector.ts";

/** Forgets an attempt: its lane, its place in the merge queue, its open approvals and consults. Its usage stays with its ticket. */
export function dropAttempt(state: RunState, attempt: Attempt): RunState {
  const free = withUsed(releaseLane(withoutCalls(state, attempt), attempt), attempt);
  const needsDisposal = configOf(state).workspace === "git";
  const disposal = { index: attempt.index, ticket: attempt.ticket, attempt: attempt.attempt };
  const open = [...state.approvals.values()].filter((approval) => approval.index === attempt.index);
  return {
    ...free,
    attempts: withoutEntry(free.attempts, attempt.index),
    mergeQueue: free.mergeQueue.includes(attempt.index)
      ? free.mergeQueue.filter((index) => index !== attempt.index)
      : free.mergeQueue,
    approvals: open.reduce((left, approval) => withoutEntry(left, approval.id), free.approvals),
    disposals: needsDisposal
      ? withEntry(free.disposals, `${attempt.ticket}#${attempt.attempt}`, disposal)
      : free.disposals,
  };
}

function withUsed(state: RunState, { index, usage }: Attempt): RunState {
  const ticket = at(state.tickets, index);
  const history = { ...ticket.history, used: addUsage(ticket.history.used ?? zeroUsage, usage) };
  return withTicket(state, index, { ...ticket, history });
}

/** A question about an attempt that is over has no asker any more; its call and the attempt's own are cut off. */
function withoutCalls(state: RunState, attempt: Attempt): RunState {
  const { model, phase } = attempt;
  const reserved = phase.at === "calling" ? phase.reserved : null;
  const cut = reserved === null ? state : cutOff(state, spenderOf(state, attempt), { model, reserved });
  return [...cut.consults.values()]
    .filter((consult) => consult.ticket === attempt.ticket && consult.attempt === attempt.attempt)
    .reduce(dropConsult, cut);
}

export function dropConsult(state: RunState, consult: Consult): RunState {
  const next = { ...state, consults: withoutEntry(state.consults, consult.id) };
  return consult.reserved === null ? next : cutOff(next, consultSpender(state, consult), consult);
}

/** Nobody will see how this call ends, and the provider may charge for it. */
const cutOff = (
  state: RunState,
  spender: Parameters<typeof settleCall>[1],
  call: Parameters<typeof settleCall>[2]["call"],
): RunState => settleCall(state, spender, { usage: unknownUsage, call });
