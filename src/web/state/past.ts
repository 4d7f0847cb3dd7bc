// A point of a run's past, as the server folds it.

import { useMemo } from "react";
import { fromSnapshotText } from "../../core/snapshot.ts";
import type { RunId } from "../../domain/ids.ts";
import type { StreamFrames } from "../../http/stream-wire.ts";
import type { Problem } from "./backend.ts";
import { useAnswer } from "./hooks.ts";
import { createPastView, type RunView } from "./run-store.ts";

export type PastView = { readonly view: RunView | null; readonly problem: Problem | null };

/** `at` undefined: nothing is asked for. The view of the point before stays until the next one is there. */
export function usePastView(run: RunId, at: number | undefined): PastView {
  const answer = useAnswer<StreamFrames["snapshot"]>(at === undefined ? null : `/api/runs/${run}/snapshot?at=${at}`);
  return useMemo(() => {
    if (answer === undefined) return { view: null, problem: null };
    if (!answer.ok) return { view: null, problem: answer.problem };
    const { text, head } = answer.value;
    return { view: createPastView(run, fromSnapshotText(text), head), problem: null };
  }, [run, answer]);
}
