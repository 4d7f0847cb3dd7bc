// The bound of all runs of one day: asked before a call is made, told after it what was used. Kept beside the runs.

import type { Duty } from "../core/duties.ts";
import type { ModelCancelled, ModelFault, ModelReply } from "./ports.ts";
import type { World } from "./run-duty.ts";

type CallDuty = Extract<Duty, { kind: "turn" | "consult" }>;
type Outcome = ModelReply | ModelFault | ModelCancelled;

export type DayRefused = { readonly kind: "refused"; readonly detail: string };

/** Makes the call, if the day's bound allows its worst case beside everything else of this day. */
export async function callWithinDay(
  duty: CallDuty,
  { ports, state }: Pick<World, "ports" | "state">,
  call: () => Promise<Outcome>,
): Promise<Outcome | DayRefused> {
  const caps = state.caps.get("day");
  const { reserved } = duty;
  if (caps === undefined || reserved === null || ports.days === undefined) return call();
  const key = `${ports.log.run}/${duty.key}`;
  const day = new Date(ports.clock.now()).toISOString().slice(0, 10);
  const isStart = duty.kind === "turn" && duty.turn === 1 && duty.try === 1;
  const answer = ports.days.reserve({ key, day, reserved, isStart, isTurn: duty.try === 1 }, caps);
  if (!answer.ok) return { kind: "refused", detail: answer.detail };
  const started = ports.clock.elapsed();
  const outcome = await call();
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  ports.days.settle({ key, usage: outcome.usage, ms });
  return outcome;
}
