// The bound of all runs of one day: asked before a call is made, told after it what was used. Kept beside the runs.
// Both are the conductor's, whichever machine makes the call.

import type { Duty } from "../core/duties.ts";
import type { Usage } from "../domain/usage.ts";
import type { ModelCancelled, ModelFault, ModelReply } from "./ports.ts";
import type { Fulfilled } from "./run-attempt-duty.ts";
import type { World } from "./run-duty.ts";

type TurnDuty = Extract<Duty, { kind: "turn" }>;
type CallDuty = Extract<Duty, { kind: "turn" | "consult" }>;
type Outcome = ModelReply | ModelFault | ModelCancelled;

export type DayRefused = { readonly kind: "refused"; readonly detail: string };

type Day = Pick<World, "ports" | "state">;

/** `usage` undefined: nobody knows, and the worst case stays held back. */
type Asked<Value> = { readonly value: Value; readonly usage: Usage | undefined; readonly ms?: number };

/** Makes the call, if the day's bound allows its worst case beside everything else of this day. */
export const callWithinDay = (duty: CallDuty, day: Day, call: () => Promise<Outcome>): Promise<Outcome | DayRefused> =>
  withinDay(duty, day, async () => {
    const outcome = await call();
    return { value: outcome, usage: outcome.usage };
  });

/** The same for a worker's turn, fulfilled here or on another machine. */
export async function turnWithinDay(duty: TurnDuty, day: Day, fulfil: () => Promise<Fulfilled>): Promise<Fulfilled> {
  const done = await withinDay(duty, day, async () => {
    const value = await fulfil();
    const { report, usage } = value;
    // As long as the call took, not what came before it on its way to a machine.
    const took = report !== undefined && "ms" in report && report.ms !== undefined ? { ms: report.ms } : {};
    return { value, usage, ...took };
  });
  if (!("kind" in done)) return done;
  const { ref, turn, try: count } = duty;
  return { report: { type: "report.turn_refused", ...ref, turn, try: count, detail: done.detail } };
}

async function withinDay<Value>(
  duty: CallDuty,
  { ports, state }: Day,
  call: () => Promise<Asked<Value>>,
): Promise<Value | DayRefused> {
  const caps = state.caps.get("day");
  const { reserved } = duty;
  if (caps === undefined || reserved === null || ports.days === undefined) return (await call()).value;
  const key = `${ports.log.run}/${duty.key}`;
  const day = new Date(ports.clock.now()).toISOString().slice(0, 10);
  const isStart = duty.kind === "turn" && duty.turn === 1 && duty.try === 1;
  const answer = await ports.days.reserve({ key, day, reserved, isStart, isTurn: duty.try === 1 }, caps);
  if (!answer.ok) return { kind: "refused", detail: answer.detail };
  const started = ports.clock.elapsed();
  const { value, usage, ms } = await call();
  const took = ms ?? Math.max(0, Math.round(ports.clock.elapsed() - started));
  if (usage !== undefined) await ports.days.settle({ key, day, usage, ms: took });
  return value;
}
