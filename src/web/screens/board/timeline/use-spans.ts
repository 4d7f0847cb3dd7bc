// The attempts of the run in view over time: asked for once, then folded on with the run's own stream.

import { useEffect, useState } from "react";
import type { Recorded } from "../../../../domain/event.ts";
import { foldSpans, noSpans, type AttemptSpans } from "../../../../views/attempt-spans.ts";
import type { Problem } from "../../../state/backend.ts";
import { useBackend, useRunView } from "../../../state/hooks.ts";

export type KnownSpans = { readonly spans: AttemptSpans | null; readonly problem: Problem | null };

/** Of a past view: as they are now. Who draws them leaves out what came later. */
export function useSpans(): KnownSpans {
  const view = useRunView();
  const backend = useBackend();
  const [known, setKnown] = useState<KnownSpans>({ spans: null, problem: null });
  useEffect(() => {
    const leaving = new AbortController();
    /** Came while the older ones were on their way. */
    let waiting: Recorded[] | null = [];
    let spans = noSpans;
    const add = (records: readonly Recorded[]): void => {
      const before = spans.spans;
      spans = foldSpans(spans, records);
      // Most records change no attempt, and a chart is much to draw.
      if (spans.spans !== before) setKnown({ spans, problem: null });
    };
    const unfollow = view.subscribeRecords((records) => (waiting === null ? add(records) : waiting.push(...records)));
    backend.get<AttemptSpans>(`/api/runs/${view.run}/spans`, leaving.signal).then(
      (answer) => {
        setKnown(answer.ok ? { spans: answer.value, problem: null } : { spans: null, problem: answer.problem });
        if (answer.ok) {
          spans = answer.value;
          add(waiting ?? []);
        }
        waiting = null;
      },
      () => {},
    );
    return () => {
      leaving.abort();
      unfollow();
    };
  }, [view, backend]);
  return known;
}
