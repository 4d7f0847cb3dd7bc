// What became of a run from which others recovered: told by the last run of those that followed, so only where all runs
// are at hand.

import type { RunId } from "../domain/ids.ts";
import type { Pipeline } from "./pipeline.ts";

type Find = (run: RunId) => Pipeline | null | undefined;

/** Null where nothing follows from it, or what follows is not there yet. */
export function becameOf({ next }: Pick<Pipeline, "next">, find: Find): Pipeline["became"] {
  let became: Pipeline["became"] = null;
  const seen = new Set<RunId>();
  // A log from elsewhere may say that runs follow each other in a ring.
  for (let run = next?.run; run !== undefined && !seen.has(run);) {
    seen.add(run);
    const pipeline = find(run);
    if (pipeline === undefined || pipeline === null) break;
    const { status, attempt, outcome } = pipeline;
    became = { run, status, attempt, outcome };
    run = pipeline.next?.run;
  }
  return became;
}

/** Every deliberation among them with what became of it; the others as they are, and those too of which nothing became. */
export function withChains<T extends { readonly run: RunId; readonly pipeline: Pipeline | null }>(
  runs: readonly T[],
): readonly T[] {
  const byRun = new Map(runs.map(({ run, pipeline }) => [run, pipeline]));
  return runs.map((each) => {
    if (each.pipeline === null) return each;
    const became = becameOf(each.pipeline, (run) => byRun.get(run));
    return became === null ? each : { ...each, pipeline: { ...each.pipeline, became } };
  });
}
