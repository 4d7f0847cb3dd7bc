// Who fulfils duties: this process, or machines that other processes run.

import type { Duty } from "../core/duties.ts";
import type { RunState } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import { runDuty, type World } from "./run-duty.ts";

export interface Hands {
  /**
   * Comes to its end in bounded time once the world's signal is aborted, and not before nothing of the duty is at work
   * any more or its report would count. Undefined: cancelled, or nothing to say.
   */
  run(duty: Duty, world: World): Promise<Report | undefined>;
  /** After every comparison: what is kept for attempts that are no longer there is given back. */
  retain(state: RunState): void;
  /** The conductor is over. After a fault another one may conduct the run: what is kept for attempts stays. */
  close(ending: "ended" | "rested" | "fault"): Promise<void>;
}

export const localHands: Hands = { run: runDuty, retain: () => {}, close: () => Promise.resolve() };
