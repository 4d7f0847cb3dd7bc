// Events of consults: asked, answered, failed, sent back, ended.

import type { ConsultEvent, EventOf, Reservation } from "../domain/event.ts";
import type { ConsultId } from "../domain/ids.ts";
import type { Usage } from "../domain/usage.ts";
import { attemptOf, indexOf, takeLane, withAttempt, withSpend, withoutStuck } from "./change.ts";
import { dropConsult } from "./drop-attempt.ts";
import { book, consultSpender, isBudgeted, settleCall } from "./ledger.ts";
import { countFailedTry } from "./retry.ts";
import { withEntry } from "./small-map.ts";
import type { FailedTries } from "./phase.ts";
import type { Attempt, Consult, RunState } from "./state.ts";

const noFailedTries: FailedTries = { free: 0, costly: 0 };

export function evolveConsult(state: RunState, event: ConsultEvent, at: number): RunState {
  if (event.type === "consult.started") return started(state, event, at);
  const consult = consultOf(state, event.consult);
  switch (event.type) {
    case "consult.replied":
      return withConsult(settled(state, consult, event), { ...consult, answer: event.text, reserved: null });
    case "consult.failed": {
      const failed = countFailedTry(consult.failed, event.code);
      const next = {
        ...consult,
        try: consult.try + 1,
        notBefore: event.retryAt ?? 0,
        isParked: event.retryAt === null,
        failed,
        reserved: null,
        isUnfunded: consult.reserved !== null,
      };
      return withConsult(settled(state, consult, event), next);
    }
    case "consult.returned":
      return withConsult(state, {
        ...consult,
        round: consult.round + 1,
        try: 1,
        notBefore: 0,
        isParked: false,
        failed: noFailedTries,
        problems: event.problems,
        isUnfunded: isBudgeted(state),
      });
    case "consult.reserved":
      return reserved(state, consult, event);
    case "consult.refused": {
      const spender = consultSpender(state, consult);
      const turns = event.try === 1 ? -1 : 0;
      const free = book(state, spender, { free: consult.reserved, spent: { turns } });
      return withConsult(free, { ...consult, reserved: null, isUnfunded: true });
    }
    case "consult.ended":
      return ended(state, consult);
    default:
      return event satisfies never;
  }
}

/** Holds the worst case of its next call back; the first try of a round counts as a turn. */
function reserved(
  state: RunState,
  consult: Consult,
  call: { readonly try: number; readonly reserved: Reservation | null },
): RunState {
  const entry = { hold: call.reserved, spent: { turns: call.try === 1 ? 1 : 0 } };
  const held = book(state, consultSpender(state, consult), entry);
  return withConsult(held, { ...consult, reserved: call.reserved, isUnfunded: false });
}

const settled = (state: RunState, consult: Consult, { usage, ms }: { usage: Usage; ms: number }): RunState =>
  settleCall(withSpend(state, consult, usage), consultSpender(state, consult), { usage, call: consult, ms });

function consultOf(state: RunState, id: ConsultId): Consult {
  const consult = state.consults.get(id);
  if (consult === undefined) throw new Error(`the log names a consult that is not open: ${id}`);
  return consult;
}

const withConsult = (state: RunState, consult: Consult): RunState => ({
  ...state,
  consults: withEntry(state.consults, consult.id, consult),
});

function started(state: RunState, event: EventOf<"consult.started">, at: number): RunState {
  const { consult: id, purpose, tier, model, prompt, track, ticket, attempt, deliberation, role } = event;
  const consult: Consult = {
    id,
    purpose,
    tier,
    model,
    prompt,
    track: track ?? null,
    ticket: ticket ?? null,
    attempt: attempt ?? null,
    deliberation: deliberation ?? null,
    role: role ?? null,
    round: 1,
    try: 1,
    startedAt: at,
    notBefore: 0,
    isParked: false,
    failed: noFailedTries,
    problems: [],
    answer: null,
    reserved: null,
    isUnfunded: false,
  };
  const next = reserved(counted(state, event), consult, { try: 1, reserved: event.reserved ?? null });
  const asker = attemptBehind(next, { ticket: ticket ?? null, attempt: attempt ?? null });
  if (asker === undefined) return next;
  const waiting: Attempt = { ...asker, phase: { at: "consulting", consult: id, purpose } };
  return takeLane(withAttempt(next, waiting), waiting);
}

/** Tier 2 is asked once about each block. */
const counted = (state: RunState, { purpose, ticket }: EventOf<"consult.started">): RunState =>
  purpose === "replan" && ticket !== undefined
    ? {
        ...withoutStuck(state, indexOf(state, ticket)),
        replanned: new Set([...state.replanned, indexOf(state, ticket)]),
      }
    : state;

function ended(state: RunState, consult: Consult): RunState {
  const next = dropConsult(state, consult);
  const asker = attemptBehind(next, consult);
  const isWaiting = asker?.phase.at === "consulting" && asker.phase.consult === consult.id;
  return asker === undefined || !isWaiting
    ? next
    : withAttempt(next, { ...asker, phase: { at: "next", step: "turn" } });
}

/** The attempt that waits for the answer, where one does. */
const attemptBehind = (state: RunState, about: Pick<Consult, "ticket" | "attempt">): Attempt | undefined =>
  about.ticket === null || about.attempt === null
    ? undefined
    : attemptOf(state, { ticket: about.ticket, attempt: about.attempt });
