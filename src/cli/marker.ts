// The line by which a parent process learns how a deliberation ended: once, whatever way the process goes.

import type { CliContext } from "./context.ts";
import type { Environment } from "./terminal/terminal.ts";

export const markerWord = "ORCHESTRATION_RESULT:";

/** Of this line's shape; a field more is no new version. */
const markerVersion = 1;

/** Set by a parent that wants to be sure whose line it reads: no model ever sees it. */
export const nonceVariable = "TUTTI_MARKER_NONCE";

export type MarkerResult = {
  readonly run: string | null;
  readonly task: string | null;
  readonly pipeline: string | null;
  /** Null: it has not ended, or never began. */
  readonly outcome: string | null;
  readonly exitCode: number;
  readonly metrics: unknown;
  readonly abortReason: string | null;
  /** It can be gone on with: `tutti resume`. */
  readonly resumable: boolean;
  readonly error: string | null;
};

/** Without a run there is nothing to recover, and one that can be gone on with is resumed instead. */
const wantsRecovery = ({ run, outcome, resumable }: MarkerResult): boolean =>
  run !== null && !resumable && outcome !== "consensus";

export function toMarkerLine(result: MarkerResult, env: Environment): string {
  const { run, task, pipeline, outcome, exitCode, metrics, abortReason, resumable, error } = result;
  const value = {
    version: markerVersion,
    run,
    task_id: task,
    pipeline_id: pipeline,
    nonce: env[nonceVariable] ?? null,
    consensus: outcome === "consensus",
    outcome,
    exit_code: exitCode,
    metrics,
    abort_reason: abortReason,
    requires_auto_recovery: wantsRecovery(result),
    resumable,
    error,
  };
  return `${markerWord}${JSON.stringify(value)}`;
}

export type Marker = {
  /** Prints the line unless it is printed. */
  readonly tell: (result: MarkerResult) => void;
  /** What the process says if it ends before anything better is known; later words take the place of earlier ones. */
  readonly expect: (result: MarkerResult) => void;
  /** The same with what went wrong instead of an ending. */
  readonly fail: (error: unknown) => void;
};

export const nothingBegun: MarkerResult = {
  run: null,
  task: null,
  pipeline: null,
  outcome: null,
  exitCode: 1,
  metrics: null,
  abortReason: null,
  resumable: false,
  error: "it ended before anything was begun; see the standard error",
};

/**
 * From here on the line is printed once: when it is told, or else when the process ends. `json`: on the standard error,
 * since the standard output is for records then.
 */
export function openMarker(
  { out, err, env, onExit }: Pick<CliContext, "out" | "err" | "env" | "onExit">,
  json: boolean,
): Marker {
  let expected = nothingBegun;
  let isTold = false;
  const tell = (result: MarkerResult): void => {
    if (isTold) return;
    isTold = true;
    (json ? err : out).write(`${toMarkerLine(result, env)}\n`);
  };
  onExit(() => tell(expected));
  return {
    tell,
    expect: (result) => {
      expected = result;
    },
    fail: (error) => {
      expected = { ...expected, exitCode: 1, error: error instanceof Error ? error.message : String(error) };
    },
  };
}
