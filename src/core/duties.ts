// duties(state): everything the world owes a run now, with stable keys. The engine starts what is missing and stops
// what is surplus, so start, crash, pause, cancel and take-over are one code path.

import type { Purpose, Reservation } from "../domain/event.ts";
import type { AttemptRef, ConsultId, ModelId } from "../domain/ids.ts";
import { providerOf } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";
import { deliberationDuties, type DeliberationDuty } from "./deliberation/duties.ts";
import type { Attempt, Consult, RunState } from "./state.ts";

type DutyOf<Kind extends string, More = unknown> = {
  readonly key: string;
  readonly kind: Kind;
  readonly index: number;
  readonly ref: AttemptRef;
} & More;

export type Duty =
  | DutyOf<"prepare">
  /** Not before `notBefore` (epoch ms): back-off and provider holds are waits of the duty, not sleeps of a worker. */
  | DutyOf<
      "turn",
      {
        readonly turn: number;
        readonly try: number;
        readonly model: ModelId;
        readonly notBefore: number;
        /** What is held back for it. */
        readonly reserved: Reservation | null;
      }
    >
  | DutyOf<
      "tool",
      {
        readonly turn: number;
        readonly call: number;
        readonly tool: string;
        readonly args: Text;
        readonly repeat: boolean;
      }
    >
  /** `round` goes back with the report, so that a late one is told from this one's. */
  | DutyOf<"verify", { readonly round: number }>
  | DutyOf<"merge">
  /** Finds out whether a merge that met an abort was published before it could be stopped. */
  | DutyOf<"withdraw">
  | DutyOf<"dispose">
  /** `ref` is the attempt it is about, where it is about one. */
  | {
      readonly key: string;
      readonly kind: "consult";
      readonly ref: AttemptRef | null;
      readonly consult: ConsultId;
      readonly purpose: Purpose;
      readonly round: number;
      readonly try: number;
      readonly model: ModelId;
      readonly notBefore: number;
      readonly reserved: Reservation | null;
    }
  | DeliberationDuty;

/** The attempt whose step it is; null where it is none's. */
export const refOf = (duty: Duty): AttemptRef | null => ("ref" in duty ? duty.ref : null);

/** Between the first call after a provider's hold and the next: a ramp, not a burst. */
const rampMs = 200;

export function duties(state: RunState): Duty[] {
  const owed: Duty[] = [];
  const behind = new Map<string, number>();
  if (state.phase === "running") {
    for (const attempt of state.attempts.values()) {
      const duty = dutyOf(state, attempt, behind);
      if (duty !== undefined) owed.push(duty);
    }
  }
  if (state.phase === "planning" || state.phase === "running") {
    for (const consult of state.consults.values()) {
      if (!consult.isParked && !consult.isUnfunded) owed.push(consultDuty(state, consult, behind));
    }
  }
  if (state.phase !== "ended" && state.deliberations.size > 0) owed.push(...deliberationDuties(state));
  for (const [key, disposal] of state.disposals) {
    owed.push({
      key: `dispose:${key}`,
      kind: "dispose",
      index: disposal.index,
      ref: { ticket: disposal.ticket, attempt: disposal.attempt },
    });
  }
  return owed;
}

function dutyOf(state: RunState, attempt: Attempt, behind: Map<string, number>): Duty | undefined {
  const ref: AttemptRef = { ticket: attempt.ticket, attempt: attempt.attempt };
  const name = `${attempt.ticket}#${attempt.attempt}`;
  const { index, phase } = attempt;
  switch (phase.at) {
    case "preparing":
      return { key: `prepare:${name}`, kind: "prepare", index, ref };
    case "calling": {
      if (phase.isUnfunded) return undefined;
      const { turn, model } = { turn: phase.turn, model: attempt.model };
      const notBefore = Math.max(phase.notBefore, providerStart(state, attempt, behind));
      return {
        key: `turn:${name}/${turn}~${phase.try}`,
        kind: "turn",
        index,
        ref,
        turn,
        try: phase.try,
        model,
        notBefore,
        reserved: phase.reserved,
      };
    }
    case "tool": {
      const { turn, call, tool, args, repeat } = phase;
      return { key: `tool:${name}/${turn}.${call}`, kind: "tool", index, ref, turn, call, tool, args, repeat };
    }
    case "verifying":
      return { key: `verify:${name}~${phase.round}`, kind: "verify", index, ref, round: phase.round };
    case "merging":
      // A queue: only its head merges, so that every merge sees the one before it.
      return state.mergeQueue[0] === index ? { key: `merge:${name}`, kind: "merge", index, ref } : undefined;
    case "withdrawing":
      return { key: `withdraw:${name}`, kind: "withdraw", index, ref };
    case "next":
    case "held":
    case "consulting":
    case "deliberating":
      return undefined;
    default:
      return phase satisfies never;
  }
}

function consultDuty(state: RunState, consult: Consult, behind: Map<string, number>): Duty {
  const { id, purpose, round, try: count, model, ticket, attempt } = consult;
  return {
    key: `consult:${id}/${round}~${count}`,
    kind: "consult",
    ref: ticket === null || attempt === null ? null : { ticket, attempt },
    consult: id,
    purpose,
    round,
    try: count,
    model,
    reserved: consult.reserved,
    notBefore: Math.max(consult.notBefore, providerStart(state, consult, behind)),
  };
}

function providerStart(state: RunState, attempt: { readonly model: ModelId }, behind: Map<string, number>): number {
  if (state.providers.size === 0) return 0;
  const provider = providerOf(attempt.model);
  const hold = state.providers.get(provider);
  if (hold === undefined) return 0;
  const place = behind.get(provider) ?? 0;
  behind.set(provider, place + 1);
  return hold.until + place * rampMs;
}
