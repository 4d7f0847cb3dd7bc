// The runs that are one deliberation, among all there are, as lines of a list under System B's names.

import { isRunId, type RunId } from "../domain/ids.ts";
import { settledStatus, type Pipeline } from "../views/pipeline.ts";
import type { PipelineBody, PipelineDetailBody } from "./pipeline-wire.ts";
import { toProblem } from "./problem.ts";
import type { RunCard } from "./run-card.ts";
import type { Runs } from "./runs.ts";

export type PipelineCard = RunCard & { readonly pipeline: Pipeline };

export const pipelineCards = async (runs: Runs): Promise<readonly PipelineCard[]> =>
  (await runs.list()).filter((card): card is PipelineCard => card.pipeline !== null);

/** A run's id, or the newest run that goes by the name. */
export const cardOf = (cards: readonly PipelineCard[], id: string): PipelineCard | undefined =>
  cards.find(({ run }) => run === id) ?? cards.find(({ pipeline }) => pipeline.id === id);

/** The run a name of a pipeline means; a run's own id is looked for by nobody else's list. */
export async function runOfPipeline(runs: Runs, id: string): Promise<RunId | undefined> {
  return isRunId(id) ? id : cardOf(await pipelineCards(runs), id)?.run;
}

export function toBody({ run, pipeline, createdAt, lastAt }: PipelineCard): PipelineBody {
  return {
    pipeline_id: pipeline.id,
    run,
    task_id: pipeline.task,
    status: settledStatus(pipeline),
    objective: pipeline.objective,
    is_recovery: pipeline.prior !== null,
    recovery_attempt: pipeline.attempt,
    max_attempts: pipeline.attempts,
    root_pipeline: pipeline.root,
    prior_pipeline: pipeline.prior,
    next_pipeline: pipeline.next?.run ?? null,
    settled_by: pipeline.became?.run ?? null,
    abort_reason: pipeline.outcome === "consensus" ? null : pipeline.outcome,
    created_at: createdAt,
    updated_at: lastAt,
  };
}

export const chainOf = (
  { pipeline: { root } }: PipelineCard,
  cards: readonly PipelineCard[],
): PipelineDetailBody["chain"] =>
  cards
    .filter(({ pipeline }) => pipeline.root === root)
    .toSorted((a, b) => a.pipeline.attempt - b.pipeline.attempt)
    .map(({ run, pipeline: { attempt, status } }) => ({ run, attempt, status }));

export const noPipeline = (id: string): Response =>
  toProblem(404, {
    code: "pipeline_missing",
    detail: `There is no pipeline ${JSON.stringify(id.slice(0, 80))}.`,
    remedy: "GET /api/pipeline lists them.",
  });
