// The run's log at a glance, asked for anew as it grows; never more often than every few seconds.

import { useEffect, useState } from "react";
import type { MarksBody } from "../../../http/wire.ts";
import type { MarkKind, Stretch } from "../../../views/marks.ts";
import { useBackend } from "../../state/hooks.ts";
import type { RunView } from "../../state/run-store.ts";

const shown = 160;
const restMs = 3_000;

export function useStretches(live: RunView, head: number): readonly Stretch[] {
  const backend = useBackend();
  const [known, setKnown] = useState<MarksBody & { readonly run: string }>({ stretches: [], head: 0, run: "" });
  const [failures, setFailures] = useState(0);
  const isOld = head > 0 && (known.run !== live.run || known.head < head);
  const waitMs = known.run === live.run || failures > 0 ? restMs : 0;
  // The head is not waited on: in a busy run it would move before the wait is over, each time.
  useEffect(() => {
    if (!isOld) return undefined;
    let isLeft = false;
    const timer = setTimeout(() => {
      void backend.get<MarksBody>(`/api/runs/${live.run}/marks?stretches=${shown}`).then((answer) => {
        if (isLeft) return;
        if (answer.ok) setKnown({ ...answer.value, run: live.run });
        else setFailures((count) => count + 1);
      });
    }, waitMs);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [backend, live.run, isOld, known, failures, waitMs]);
  return known.run === live.run ? known.stretches : [];
}

/** What a person would stop at. */
export const stopKinds: ReadonlySet<MarkKind> = new Set(["gate", "failed", "blocked", "fork", "plan", "end", "pause"]);

/** Seqs of the first of each, in order. */
export const stopsOf = (stretches: readonly Stretch[]): readonly number[] =>
  stretches
    .flatMap(({ marks }) => marks.filter(({ kind }) => stopKinds.has(kind)).map(({ first }) => first))
    .toSorted((a, b) => a - b);
