// A run that is a deliberation, as its process tells of it: who asked, how it stands, and what its result is.

import type { RunState } from "../core/state.ts";
import type { DeliberationId, DeliberationOutcome } from "../domain/deliberation.ts";
import type { RunId } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";
import { mainDeliberation, metricsOf, scoreOfDeliberation, type DeliberationMetrics } from "./deliberation-metrics.ts";
import { performanceLines } from "./deliberation-report.ts";
import { viewOfDeliberation, type DeliberationView } from "./deliberation-view.ts";

export type DeliberationEnd = {
  readonly run: RunId;
  /** `TASK_ID` of whoever started it, else the run's own id. */
  readonly task: string;
  readonly pipeline: string | null;
  readonly view: DeliberationView;
  readonly metrics: DeliberationMetrics;
  /** Lines of the performance report. */
  readonly report: readonly string[];
  readonly outcome: DeliberationOutcome | null;
  /** What was agreed, or what most agreed on; null where nothing was. */
  readonly answer: { readonly name: string; readonly author: string; readonly text: Text } | null;
};

/** Null for a run that is no deliberation, and before it is opened. `now` in epoch ms. */
export function deliberationEndOf(state: RunState, now: number): DeliberationEnd | null {
  const deliberation = mainDeliberation(state);
  if (deliberation === null || state.run === null) return null;
  const task = state.config?.deliberation?.task ?? state.run;
  const view = viewOfDeliberation(state, deliberation);
  const metrics = metricsOf(task, deliberation);
  const { agreed } = view;
  const entry = deliberation.board.find(({ section, key }) => section === "synthesis" && key === agreed?.key);
  const version = entry?.versions.find((each) => each.version === agreed?.version);
  return {
    run: state.run,
    task,
    pipeline: state.config?.deliberation?.pipeline ?? null,
    view,
    metrics,
    report: performanceLines({ metrics, score: scoreOfDeliberation(deliberation), view, now }),
    outcome: view.outcome,
    answer:
      agreed === null || version === undefined
        ? null
        : { name: `synthesis/${agreed.key} v${agreed.version}`, author: version.author, text: version.text },
  };
}

/** This run is one deliberation and nothing else. */
export const isDeliberation = ({ config }: Pick<RunState, "config">): boolean => config?.deliberation !== undefined;

/** The seats as the run was made, also before it is opened. */
export const seatsOf = ({
  config,
}: Pick<RunState, "config">): readonly { readonly role: string; readonly model: string }[] =>
  config?.deliberation?.setup.seats ?? [];

/** The youngest that goes on; null where none does. */
export const openDeliberation = ({ deliberations }: Pick<RunState, "deliberations">): DeliberationId | null =>
  [...deliberations.values()].findLast(({ result }) => result === null)?.id ?? null;
