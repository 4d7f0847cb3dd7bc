// What `tutti deliberate` prints, in the earlier system's form: banner, status line, measures, report, closing line. Every
// line begins with words of ours or with a space, so that nothing an agent wrote can pass for the program's own line.

import type { Score } from "../core/deliberation/score.ts";
import { messageThreshold } from "../core/deliberation/score.ts";
import { isAbort } from "../core/deliberation/state.ts";
import { defaultThresholds, type DeliberationOutcome } from "../domain/deliberation.ts";
import { toPrintableLine } from "../domain/printable.ts";
import type { DeliberationMetrics } from "./deliberation-metrics.ts";
import type { DeliberationView } from "./deliberation-view.ts";
import { counted, cut, listInWords } from "./words.ts";

export const ruleLine = "=".repeat(70);

/** Process exit code of each outcome; an abort goes before a missing agreement. */
export const deliberationExitCodes = {
  consensus: 0,
  crashed: 1,
  majority_with_dissent: 2,
  deadlock: 2,
  stuck: 3,
  iteration_limit: 3,
  timeout: 3,
  budget: 3,
  cancelled: 3,
} as const satisfies Record<DeliberationOutcome, number>;

export type BannerFacts = {
  readonly task: string;
  readonly run: string;
  readonly pipeline: string | null;
  readonly seats: readonly { readonly role: string; readonly model: string }[];
};

export function bannerLines({ task, run, pipeline, seats }: BannerFacts): readonly string[] {
  const models = [...new Set(seats.map(({ model }) => model))];
  return [
    ruleLine,
    "MULTI-AGENT COORDINATION SYSTEM",
    ruleLine,
    `Task ID: ${task}`,
    ...(task === run ? [] : [`Run: ${run}`]),
    ...(pipeline === null ? [] : [`Pipeline: ${pipeline}`]),
    models.length === 1
      ? `Model: ${toPrintableLine(models[0] ?? "")}`
      : `Models: ${seats.map(({ role, model }) => `${role} ${toPrintableLine(model)}`).join(", ")}`,
    ruleLine,
  ];
}

const elapsedWords = (ms: number): string => `${(Math.max(0, ms) / 1_000).toFixed(1)}s`;

/** `[12.3s] [ORCHESTRATOR] text`. `elapsedMs`: since the deliberation was opened. */
export const logLine = (elapsedMs: number, text: string): string =>
  `[${elapsedWords(elapsedMs)}] [ORCHESTRATOR] ${text}`;

/** The objective's first 60 characters; an ellipsis only where there are more. */
export const objectiveLine = (objective: string): string =>
  `Objective: ${cut(toPrintableLine(firstOf(objective)), 60)}`;

const firstOf = (text: string): string => text.trim().replace(/\s+/g, " ");

const percent = (part: number): string => `${Math.round(part * 100)}%`;

/** Who does what, how much was said, what is open: `ALPHA working 40% | BETA done 100% | messages 3 | open conflicts 1 | round 2/10`. */
export function statusLine({ agents, messages, conditions, round, roundLimit }: DeliberationView): string {
  const open = conditions.find(({ condition }) => condition === "CONFLICT")?.value ?? 0;
  return [
    ...agents.map(({ role, status, progress }) => `${role} ${status} ${percent(progress)}`),
    `messages ${messages}`,
    `open conflicts ${open}`,
    `round ${round}/${roundLimit}`,
  ].join(" | ");
}

export const metricsLines = (metrics: DeliberationMetrics): readonly string[] => [
  ruleLine,
  "FINAL METRICS",
  ruleLine,
  ...JSON.stringify(metrics, null, 2).split("\n"),
];

/** Above it the agents follow different strategies. */
const conflictThreshold = defaultThresholds.conflicts;

export type ReportFacts = {
  readonly metrics: DeliberationMetrics;
  readonly score: Score;
  readonly view: DeliberationView;
  /** Epoch ms, for a deliberation that goes on. */
  readonly now: number;
};

const figure = (name: string, value: string): string => `  ${name}: ${value}`;

export function performanceLines({ metrics, score, view, now }: ReportFacts): readonly string[] {
  const seconds = Math.max(0, (metrics.end_time ?? now) - metrics.start_time) / 1_000;
  const operations = metrics.total_messages + metrics.blackboard_writes;
  return [
    "PERFORMANCE REPORT",
    "Timing:",
    figure("Duration", `${seconds.toFixed(1)}s`),
    figure("Counted against the timeout", `${elapsedWords(view.elapsedMs)} of ${elapsedWords(view.timeoutMs)}`),
    "Communication:",
    figure("Messages", `${metrics.total_messages} (${metrics.direct_messages} direct)`),
    figure(
      "Blackboard",
      `${counted(metrics.blackboard_writes, "write")}, ${counted(metrics.blackboard_reads, "read")}`,
    ),
    figure("Communication overhead", overheadWords(operations, seconds)),
    "Coordination:",
    figure("Conflicts", `${metrics.conflicts_detected} detected, ${metrics.conflicts_resolved} resolved`),
    figure("Conflict resolution rate", resolutionWords(metrics)),
    figure("Convergence", convergenceWords(view.convergence)),
    "Gamma Agent:",
    ...gammaLines(metrics, view),
    "Outcome:",
    ...outcomeLines(metrics, view, score),
    "Threshold Effects:",
    ...effectLines(metrics),
  ];
}

/** What took no measurable time has no rate. */
const overheadWords = (operations: number, seconds: number): string =>
  seconds > 0
    ? `${(operations / seconds).toFixed(2)} ops/sec`
    : `${counted(operations, "operation")} in no measurable time`;

const resolutionWords = ({ conflicts_detected: detected, conflicts_resolved: resolved }: DeliberationMetrics): string =>
  `${detected === 0 ? "100.0" : ((resolved / detected) * 100).toFixed(1)}%`;

const convergenceWords = (rounds: readonly number[]): string =>
  rounds.length === 0 ? "no round was finished" : rounds.map((each) => each.toFixed(2)).join(" ");

function gammaLines(metrics: DeliberationMetrics, { mediator }: DeliberationView): readonly string[] {
  if (mediator === null) return [figure("Spawned", "no")];
  const after = (mediator.at - metrics.start_time) / 1_000;
  return [
    figure("Spawned", `yes (${mediator.role})`),
    figure("Reason", `${metrics.gamma_spawn_reason ?? ""}: ${toPrintableLine(mediator.detail)}`),
    figure("Time", `${Math.max(0, after).toFixed(1)}s after the start`),
  ];
}

function outcomeLines(metrics: DeliberationMetrics, view: DeliberationView, score: Score): readonly string[] {
  const { outcome, detail, agreed, accepted, dissent, candidates } = view;
  const parts = score.parts.map(({ name, weight, value }) => `${name} ${weight.toFixed(2)} x ${value.toFixed(2)}`);
  const unsettled = agreed === null ? candidates : [];
  return [
    figure("Consensus achieved", String(metrics.final_consensus)),
    figure("Ended", `${outcome ?? "not yet"}${detail === null ? "" : `: ${toPrintableLine(detail)}`}`),
    ...(agreed === null
      ? []
      : [figure("Agreed on", `synthesis/${toPrintableLine(agreed.key)} version ${agreed.version}`)]),
    ...(accepted.length === 0 ? [] : [figure("Stand for it", listInWords(accepted, 9))]),
    ...dissent.map(({ role, reasoning }) =>
      figure("Dissent", `${role}: ${cut(toPrintableLine(firstOf(reasoning)), 200)}`),
    ),
    ...unsettled.map(({ key, version, accepted: by }) =>
      figure(
        "Not agreed",
        `synthesis/${toPrintableLine(key)} version ${version}: ${by.length === 0 ? "nobody stands for it" : listInWords(by, 9)}`,
      ),
    ),
    figure("Performance score", `${(metrics.performance_score * 100).toFixed(1)}% (${parts.join(" + ")})`),
  ];
}

function effectLines(metrics: DeliberationMetrics): readonly string[] {
  const { total_messages: messages, conflicts_detected: conflicts, gamma_spawn_reason: reason } = metrics;
  const lines = [
    ...(messages > messageThreshold
      ? [
          `  WARNING: ${messages} messages, more than ${messageThreshold}: coordination overhead; smaller questions may do better`,
        ]
      : []),
    ...(conflicts > conflictThreshold
      ? [`  WARNING: ${conflicts} conflicts, more than ${conflictThreshold}: the agents follow divergent strategies`]
      : []),
    ...(reason === "STUCK"
      ? ["  ADVICE: the mediator came because agents were stuck: adjust their models or their briefs"]
      : []),
  ];
  return lines.length === 0 ? ["  none"] : lines;
}

/** The last words before the marker, for every ending without consensus; none with it. */
export function closingLines(outcome: DeliberationOutcome): readonly string[] {
  const code = deliberationExitCodes[outcome];
  if (outcome === "consensus") return [];
  if (outcome === "crashed")
    return [`[ORCHESTRATOR] No proposer is left - exiting with code ${code} (auto-recovery needed)`];
  if (isAbort(outcome))
    return [`[ORCHESTRATOR] Task aborted: ${outcome} - exiting with code ${code} (auto-recovery needed)`];
  return [`[ORCHESTRATOR] Consensus NOT achieved - exiting with code ${code} (auto-recovery needed)`];
}

export const abortReasonOf = (outcome: DeliberationOutcome): DeliberationOutcome | null =>
  isAbort(outcome) ? outcome : null;
