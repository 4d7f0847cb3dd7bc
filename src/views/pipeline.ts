// A run that is one deliberation, as System B called it: a pipeline, with its status, its place in a chain of recoveries
// and what is kept under its keys.

import type { RunState } from "../core/state.ts";
import { isAbort, type Deliberation, type Entry } from "../core/deliberation/state.ts";
import { bestPartial } from "../core/recovery/best-partial.ts";
import { generationOf, questionOf } from "../core/recovery/next-run.ts";
import type { DeliberationOutcome } from "../domain/deliberation.ts";
import type { RunId } from "../domain/ids.ts";
import { mostGenerations, type RecoveryWhy } from "../domain/recovery.ts";
import { headOf } from "../domain/text.ts";

export const pipelineStatuses = [
  "spawned",
  "running",
  "report",
  "orchestrating",
  "completed",
  "consensus_failed",
  "aborted",
  "rebooting",
  "failed",
] as const;
/**
 * `spawned`: no agent has begun. `running`: some proposers are at work. `report`: all of them are. `orchestrating`: cycles
 * have come in. `rebooting`: another run recovers from it. `failed`: for good, by a crash or at the end of its chain.
 */
export type PipelineStatus = (typeof pipelineStatuses)[number];

export type Pipeline = {
  /** `PIPELINE_ID` of whoever started it, else the run's own id. */
  readonly id: string;
  readonly task: string;
  readonly status: PipelineStatus;
  readonly objective: string;
  readonly outcome: DeliberationOutcome | null;
  readonly detail: string;
  /** Which run of its chain it is, of how many. */
  readonly attempt: number;
  readonly attempts: number;
  readonly root: RunId;
  readonly prior: RunId | null;
  readonly next: { readonly run: RunId; readonly why: RecoveryWhy; readonly changes: readonly string[] } | null;
  /** The last of the runs that followed from it, where a list of runs tells; null: nothing followed, or it is not known. */
  readonly became: {
    readonly run: RunId;
    readonly attempt: number;
    readonly status: PipelineStatus;
    readonly outcome: DeliberationOutcome | null;
  } | null;
  /** What was other than in the run before. */
  readonly changes: readonly string[];
  readonly recovery: "auto" | "ask" | "none";
  readonly isHandedOff: boolean;
  readonly accepted: { readonly section: string; readonly key: string; readonly version: number } | null;
  /** A person may choose now: recover, or take what there is. */
  readonly isOpenToChoice: boolean;
};

/** The deliberation that the run is, for faces that know no core. */
export const questionIn = (state: Pick<RunState, "deliberations">): Deliberation | undefined => questionOf(state);

/** What comes nearest to an agreement; undefined: there is nothing. */
export function bestPartialIn(deliberation: Deliberation): Pick<Entry, "section" | "key"> | undefined {
  return bestPartial(deliberation);
}

/** Null where the run is no deliberation. */
export function pipelineOf(state: RunState): Pipeline | null {
  const { config, run } = state;
  if (config?.deliberation === undefined || run === null) return null;
  const { pipeline, task, objective, inheritance, setup } = config.deliberation;
  const deliberation = questionOf(state);
  const { result = null, recovery = null, accepted = null, handoff = null } = deliberation ?? {};
  return {
    id: pipeline ?? run,
    task: task ?? run,
    status: deliberation === undefined ? "spawned" : statusOf(deliberation),
    objective: headOf(objective.text),
    outcome: result?.outcome ?? null,
    detail: result?.detail ?? "",
    attempt: inheritance?.generation ?? 1,
    attempts: mostGenerations,
    root: (inheritance?.root ?? run) as RunId,
    prior: (inheritance?.prior ?? null) as RunId | null,
    next: recovery === null ? null : { run: recovery.run, why: recovery.why, changes: recovery.changes },
    became: null,
    changes: inheritance?.changes ?? [],
    recovery: setup.recovery,
    isHandedOff: handoff?.stored === true,
    accepted: accepted === null ? null : { section: accepted.section, key: accepted.key, version: accepted.version },
    isOpenToChoice: result !== null && result.outcome !== "consensus" && recovery === null && accepted === null,
  };
}

function statusOf(deliberation: Deliberation): PipelineStatus {
  const { result, recovery, accepted } = deliberation;
  if (result === null) return statusOnTheWay(deliberation);
  if (result.outcome === "consensus" || accepted !== null) return "completed";
  if (recovery !== null) return "rebooting";
  if (result.outcome === "crashed" || generationOf(deliberation) >= mostGenerations) return "failed";
  return isAbort(result.outcome) ? "aborted" : "consensus_failed";
}

function statusOnTheWay({ agents }: Deliberation): PipelineStatus {
  const proposers = agents.filter(({ kind }) => kind === "proposer");
  if (proposers.some(({ cycle }) => cycle > 0)) return "orchestrating";
  const begun = proposers.filter(({ consult }) => consult !== null).length;
  return begun === 0 ? "spawned" : begun === proposers.length ? "report" : "running";
}

/** How a run stands, told by what became of it: a chain that came to its end well, or for good, is not under way. */
export function settledStatus({ status, became }: Pick<Pipeline, "status" | "became">): PipelineStatus {
  if (status !== "rebooting" || became === null) return status;
  const isOver = overStatuses.has(became.status);
  return isOver ? became.status : "rebooting";
}

const overStatuses: ReadonlySet<PipelineStatus> = new Set(["completed", "consensus_failed", "aborted", "failed"]);
