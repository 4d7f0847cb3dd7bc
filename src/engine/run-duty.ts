// One duty, from start to its report. A report is a command; undefined means there is nothing to say (cancelled).

import { checkEvidence } from "./check-evidence.ts";
import type { Duty } from "../core/duties.ts";
import type { RunState } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import { turnWithinDay } from "./day-budget.ts";
import { isAttemptDuty, scopeOf, type AttemptDuty, type DutyScope } from "./duty-scope.ts";
import type { Feed } from "./feed.ts";
import { Fault, type ModelDelta, type Ports } from "./ports.ts";
import { publish } from "./publish.ts";
import { runAttemptDuty, toFailure, type Fulfilled } from "./run-attempt-duty.ts";
import { runConsult, toConsultFailure } from "./run-consult.ts";
import { storeHandoff } from "./store-handoff.ts";

/** What a duty may use. `state` is the one on disk when the duty was started. */
export type World = {
  readonly ports: Ports;
  readonly state: RunState;
  readonly signal: AbortSignal;
  readonly feed: Feed;
  /** Reports before the duty has come to its end. */
  readonly tell: (report: Report) => void;
};

type RunDuty = Exclude<Duty, AttemptDuty>;

export const runDuty = (duty: Duty, world: World): Promise<Report | undefined> =>
  isAttemptDuty(duty) ? runHere(duty, world) : runForRun(duty, world);

async function runForRun(duty: RunDuty, world: World): Promise<Report | undefined> {
  try {
    return await dispatch(duty, world);
  } catch (error) {
    if (world.signal.aborted) return undefined;
    if (duty.kind === "consult" && error instanceof Fault) return toConsultFailure(duty, error);
    throw error;
  }
}

function dispatch(duty: RunDuty, world: World): Promise<Report | undefined> {
  switch (duty.kind) {
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

const runHere = (duty: AttemptDuty, world: World): Promise<Report | undefined> =>
  settleInRun(duty, world, async () => fulfilHere(duty, world, await scopeOf(world.ports, world.state, duty)));

export const fulfilHere = (duty: AttemptDuty, world: World, scope: DutyScope): Promise<Fulfilled> =>
  runAttemptDuty(duty, { ports: world.ports, scope, signal: world.signal, onDelta: liveText(duty, world) });

/** Where the pieces of its reply go while they come. */
export const liveText =
  (duty: AttemptDuty, { feed }: Pick<World, "feed">) =>
  (delta: ModelDelta): void => {
    if (duty.kind === "turn") feed.publish({ kind: "delta", ref: duty.ref, turn: duty.turn, delta });
  };

/** What the conductor does about a duty of an attempt, whoever fulfils it. */
export async function settleInRun(
  duty: AttemptDuty,
  world: World,
  fulfil: () => Promise<Fulfilled>,
): Promise<Report | undefined> {
  try {
    const { report } = duty.kind === "turn" ? await turnWithinDay(duty, world, fulfil) : await fulfil();
    if (report?.type === "report.merged") await publishLast(world);
    return report;
  } catch (error) {
    if (world.signal.aborted) return undefined;
    if (!(error instanceof Fault) || duty.kind === "dispose") throw error;
    return toFailure(duty.ref, error);
  }
}

/** Others wait to merge: the last of them brings the person's repository up to date for all. */
const publishLast = ({ ports, state, feed }: World): Promise<void> =>
  state.mergeQueue.length === 1 ? publish(ports, feed) : Promise.resolve();
