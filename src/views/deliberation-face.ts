// How a deliberation looks: which silhouette and word an agent, an outcome, a chain has, what is left of its end, where an
// inherited entry came from.

import { endingSteps, isAbort, type Agent, type Deliberation, type EndingStep } from "../core/deliberation/state.ts";
import type { ConditionType, Inheritance, Provenance, Severity, Stance } from "../domain/deliberation.ts";
import { outcomeStandings, type Standing } from "./deliberation-standing.ts";
import type { Pipeline } from "./pipeline.ts";

/** `hasEnded`: the deliberation has, and nobody is asked any more. */
export function agentStanding({ status, waitingFor, consult }: Agent, hasEnded: boolean): Standing {
  if (status === "lost") return { status: "failed", word: "lost" };
  if (status === "revoked") return { status: "cancelled", word: "revoked" };
  if (consult !== null) return { status: "running", word: "working" };
  if (hasEnded && status !== "done") return { status: "ready", word: "at rest" };
  switch (status) {
    case "idle":
      return { status: "pending", word: "not begun" };
    case "working":
      return { status: "ready", word: "between cycles" };
    case "waiting":
      return { status: "blocked", word: waitingFor === null ? "waits" : `waits for ${waitingFor}` };
    case "done":
      return { status: "completed", word: "done" };
    default:
      return status satisfies never;
  }
}

/** Of a run that is a deliberation, in a list; undefined where the run's own word says it. */
export function pipelineStanding({
  status,
  outcome,
  accepted,
  became,
  attempts,
}: Pick<Pipeline, "status" | "outcome" | "accepted" | "became" | "attempts">): Standing | undefined {
  switch (status) {
    case "rebooting":
      return chainStanding(became, attempts);
    case "failed":
      return { status: "failed", word: outcome === "crashed" ? "failed: crashed" : "failed" };
    case "completed":
      return { status: "completed", word: accepted === null ? "consensus" : "partial result taken" };
    case "consensus_failed":
    case "aborted":
      return outcome === null ? undefined : outcomeStandings[outcome];
    case "spawned":
    case "running":
    case "report":
    case "orchestrating":
      return undefined;
    default:
      return status satisfies never;
  }
}

/** Of a run from which others recovered: how that went. */
function chainStanding(became: Pipeline["became"], attempts: number): Standing {
  const underWay = { status: "running", word: "rebooting" } as const;
  if (became === null) return underWay;
  const { run, attempt, status, outcome } = became;
  switch (status) {
    case "completed":
      return { status: "completed", word: `recovered by ${run}` };
    case "failed":
      return { status: "failed", word: `failed after ${attempt}/${attempts}` };
    case "consensus_failed":
    case "aborted": {
      const last = outcome === null ? underWay : outcomeStandings[outcome];
      return { status: last.status, word: `${last.word} after ${attempt}/${attempts}` };
    }
    case "spawned":
    case "running":
    case "report":
    case "orchestrating":
    case "rebooting":
      return underWay;
    default:
      return status satisfies never;
  }
}

export const stanceStandings = {
  accept: { status: "completed", word: "accepts" },
  reject: { status: "failed", word: "rejects" },
  abstain: { status: "pending", word: "abstains" },
} as const satisfies Record<Stance, Standing>;

export const severityStandings = {
  blocking: { status: "blocked", word: "blocking" },
  major: { status: "failed", word: "major" },
  minor: { status: "ready", word: "minor" },
} as const satisfies Record<Severity, Standing>;

/** What each condition counts. */
export const conditionWords = {
  STUCK: "agents that owe something and are silent",
  CONFLICT: "open objections, minor ones aside",
  COMPLEXITY: "the highest complexity an analysis gives",
  SUCCESS: "part of the proposers that are done",
} as const satisfies Record<ConditionType, string>;

/** `from attempt 1, ALPHA`; where the attempt is not known by its number, the run's id. */
export function originWords({ run, author, key, version }: Provenance, inheritance: Inheritance | null): string {
  return `from ${attemptOf(run, inheritance)}, ${author} (${key} v${version})`;
}

function attemptOf(run: string, inheritance: Inheritance | null): string {
  if (inheritance === null || inheritance.generation < 2) return run;
  if (run === inheritance.root) return "attempt 1";
  return run === inheritance.prior ? `attempt ${inheritance.generation - 1}` : run;
}

export type EndingRow = {
  readonly step: EndingStep;
  readonly words: string;
  /** Epoch ms; null while it is owed. */
  readonly at: number | null;
};

/** The steps of the end in their order: those that are done, and while it goes on those that will follow. */
export function endingRows(deliberation: Deliberation): readonly EndingRow[] {
  const { ending, result } = deliberation;
  if (ending === null) return [];
  const done = new Map(ending.steps.map(({ step, at }) => [step, at]));
  const isOwed = (step: EndingStep): boolean =>
    result === null &&
    (step !== "synthesis" || isAbort(ending.outcome)) &&
    (step !== "told" || isAbort(ending.outcome));
  const order = ending.steps.map(({ step }) => step);
  const rest = endingSteps.filter((step) => !done.has(step) && isOwed(step));
  return [...order, ...rest].map((step) => ({
    step,
    words: stepWords(step, deliberation),
    at: done.get(step) ?? null,
  }));
}

function stepWords(step: EndingStep, deliberation: Deliberation): string {
  const { ending, handoff, result } = deliberation;
  const { synthesis = null, score = null, failure = null } = ending ?? {};
  switch (step) {
    case "told":
      return ending !== null && isAbort(ending.outcome) ? "agents told to stop" : "the end has begun";
    case "synthesis": {
      const how = { written: "", missed: ": it did not come", skipped: ": done without" } as const;
      return `the mediator's last word${synthesis === null ? "" : how[synthesis]}`;
    }
    case "handoff":
      return handoff?.stored === false ? `handoff not stored: ${handoff.problem}` : "handoff stored";
    case "revoked":
      return "agents revoked";
    case "measured":
      return score === null ? "measures" : `measures: ${Math.round(score * 100)} %`;
    case "failure":
      return failure === null
        ? "why it failed"
        : `why it failed: ${failure.reason.replaceAll("_", " ")}. ${failure.hint}`;
    case "ended":
      return result === null ? "end" : `ended: ${outcomeStandings[result.outcome].word}`;
    default:
      return step satisfies never;
  }
}

/** `round 1: 20 %, round 2: 60 %`; the curve in words. */
export const convergenceWords = (rounds: Deliberation["rounds"]): string =>
  rounds.length === 0
    ? "no round is finished"
    : rounds.map(({ round, convergence }) => `round ${round}: ${Math.round(convergence * 100)} %`).join(", ");
