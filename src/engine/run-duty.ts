// One duty, from start to its report. A report is a command; undefined means there is nothing to say (cancelled).

import { checkEvidence } from "./check-evidence.ts";
import type { Duty } from "../core/duties.ts";
import type { RunState } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import type { AttemptRef } from "../domain/ids.ts";
import type { Feed } from "./feed.ts";
import { Fault, type Ports } from "./ports.ts";
import { runConsult, toConsultFailure } from "./run-consult.ts";
import { storeHandoff } from "./store-handoff.ts";
import { runTool } from "./run-tool.ts";
import { runTurn } from "./run-turn.ts";
import { runDispose, runMerge, runPrepare, runVerify, runWithdraw } from "./run-workspace.ts";

/** What a duty may use. `state` is the one on disk when the duty was started. */
export type World = {
  readonly ports: Ports;
  readonly state: RunState;
  readonly signal: AbortSignal;
  readonly feed: Feed;
  /** Reports before the duty has come to its end. */
  readonly tell: (report: Report) => void;
};

export async function runDuty(duty: Duty, world: World): Promise<Report | undefined> {
  try {
    return await dispatch(duty, world);
  } catch (error) {
    if (world.signal.aborted) return undefined;
    // The world is not as it must be: this ticket cannot go on and says why. Anything else is a bug and is fatal.
    if (!(error instanceof Fault) || duty.kind === "dispose") throw error;
    if (duty.kind === "withdraw") return { type: "report.withdrawn", ...duty.ref, problem: error.message };
    if (duty.kind === "consult") return toConsultFailure(duty, error);
    if (duty.kind === "alarm" || duty.kind === "evidence" || duty.kind === "handoff") throw error;
    return toFailure(duty.ref, error);
  }
}

function dispatch(duty: Duty, world: World): Promise<Report | undefined> {
  switch (duty.kind) {
    case "prepare":
      return runPrepare(duty, world);
    case "turn":
      return runTurn(duty, world);
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
    case "consult":
      return runConsult(duty, world);
    case "alarm":
      // It began because its moment has come.
      return Promise.resolve({ type: "report.alarm", deliberation: duty.deliberation, due: duty.due });
    case "evidence":
      return checkEvidence(duty, world);
    case "handoff":
      return storeHandoff(duty, world);
    default:
      return duty satisfies never;
  }
}

const toFailure = (ref: AttemptRef, fault: Fault): Report => ({
  type: "report.failed",
  ...ref,
  failure: {
    cause: "environment",
    detail: `${fault.message}; ${fault.remedy}`,
    fingerprint: `environment:${fault.code}`,
  },
});
