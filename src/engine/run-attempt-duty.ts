// One duty of an attempt, from its scope alone: by the conductor's own process or by another machine. What it leads to in
// the run (the day's bound, the person's repository) is the conductor's: see run-duty.

import type { Report } from "../domain/command.ts";
import type { AttemptRef } from "../domain/ids.ts";
import type { Usage } from "../domain/usage.ts";
import type { AttemptDuty, DutyScope } from "./duty-scope.ts";
import { Fault, type EventLog, type ModelDelta, type Ports } from "./ports.ts";
import { runTool } from "./run-tool.ts";
import { runTurn } from "./run-turn.ts";
import { runDispose, runMerge, runPrepare, runVerify, runWithdraw } from "./run-workspace.ts";

/** What an attempt's duty may touch: of the log no more than the texts beside it. */
export type DutyPorts = Pick<Ports, "clock" | "models" | "tools" | "sandbox" | "workspace" | "briefs" | "digest"> & {
  readonly log: Pick<EventLog, "putBlob" | "getBlob">;
};

export type AttemptWorld = {
  readonly ports: DutyPorts;
  /** As of the state on disk when the duty was started. */
  readonly scope: DutyScope;
  readonly signal: AbortSignal;
  /** A piece of the model's reply while it comes. */
  readonly onDelta: (delta: ModelDelta) => void;
};

/** `report` undefined: cancelled, or nothing to say. `usage`: of a model call, where it is known. */
export type Fulfilled = { readonly report: Report | undefined; readonly usage?: Usage };

/** Throws Fault where a worktree cannot be removed; anything else that is thrown is a bug. */
export async function runAttemptDuty(duty: AttemptDuty, world: AttemptWorld): Promise<Fulfilled> {
  try {
    return duty.kind === "turn" ? await runTurn(duty, world) : { report: await runStep(duty, world) };
  } catch (error) {
    if (world.signal.aborted) return { report: undefined };
    // The world is not as it must be: this ticket cannot go on and says why. Anything else is a bug and is fatal.
    if (!(error instanceof Fault) || duty.kind === "dispose") throw error;
    if (duty.kind !== "withdraw") return { report: toFailure(duty.ref, error) };
    return { report: { type: "report.withdrawn", ...duty.ref, problem: error.message } };
  }
}

function runStep(duty: Exclude<AttemptDuty, { kind: "turn" }>, world: AttemptWorld): Promise<Report | undefined> {
  switch (duty.kind) {
    case "prepare":
      return runPrepare(duty, world);
    case "tool":
      return runTool(duty, world);
    case "verify":
      return runVerify(duty, world);
    case "merge":
      return runMerge(duty, world);
    case "withdraw":
      return runWithdraw(duty, world);
    case "dispose":
      return runDispose(duty, world);
    default:
      return duty satisfies never;
  }
}

export const toFailure = (ref: AttemptRef, fault: Fault): Report => ({
  type: "report.failed",
  ...ref,
  failure: {
    cause: "environment",
    detail: `${fault.message}; ${fault.remedy}`,
    fingerprint: `environment:${fault.code}`,
  },
});
