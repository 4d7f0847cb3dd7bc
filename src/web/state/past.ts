// A run's past, point by point. The server gives the state at round places and the records after them; the points
// between are folded here, so that a slider that is dragged asks for little.

import { useEffect, useMemo, useState } from "react";
import { evolve } from "../../core/evolve.ts";
import { fromSnapshotText } from "../../core/snapshot.ts";
import type { RunState } from "../../core/state.ts";
import type { Recorded } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import type { LogBody, SnapshotBody } from "../../http/wire.ts";
import type { Answer, Backend, Problem } from "./backend.ts";
import { useBackend } from "./hooks.ts";
import { createPastView, type RunView } from "./run-store.ts";

export type Past = {
  /** The state after record `seq`: at once where it can be folded from what is here. */
  readonly at: (seq: number) => RunState | Promise<Answer<RunState>>;
};

/** Records of a stretch, and the state before them. */
type Stretch = { readonly before: RunState; readonly records: readonly Recorded[] };

export const stretchLength = 500;
/** Stretches kept; the state of one shares its structure with its neighbours' only by chance. */
const mostKept = 24;

export function createPast(backend: Backend, run: RunId): Past {
  const stretches = new Map<number, Stretch>();
  const underWay = new Map<number, Promise<Answer<Stretch>>>();

  const keep = (place: number, stretch: Stretch): void => {
    stretches.delete(place);
    stretches.set(place, stretch);
    const [oldest] = stretches.keys();
    if (stretches.size > mostKept && oldest !== undefined) stretches.delete(oldest);
  };

  const load = async (place: number): Promise<Answer<Stretch>> => {
    const from = place * stretchLength;
    const [snapshot, log] = await Promise.all([
      backend.get<SnapshotBody>(`/api/runs/${run}/snapshot?at=${from}`),
      loadRecords(backend, run, from),
    ]);
    if (!snapshot.ok) return snapshot;
    if (!log.ok) return log;
    const stretch = { before: fromSnapshotText(snapshot.value.text), records: log.value };
    // A stretch that the run still writes to is asked for anew.
    if (log.value.length === stretchLength) keep(place, stretch);
    return { ok: true, value: stretch };
  };

  return {
    at: (seq) => {
      const place = Math.max(0, Math.floor((seq - 1) / stretchLength));
      const here = stretches.get(place);
      if (here !== undefined) {
        keep(place, here);
        return foldTo(here, seq);
      }
      const loading = underWay.get(place) ?? load(place).finally(() => underWay.delete(place));
      underWay.set(place, loading);
      return loading.then((answer) => (answer.ok ? { ok: true, value: foldTo(answer.value, seq) } : answer));
    },
  };
}

const foldTo = ({ before, records }: Stretch, seq: number): RunState =>
  records.slice(0, Math.max(0, seq - before.seq)).reduce(evolve, before);

/** A page of the log may end early where its records are long. */
async function loadRecords(backend: Backend, run: RunId, from: number): Promise<Answer<readonly Recorded[]>> {
  const records: Recorded[] = [];
  while (records.length < stretchLength) {
    const after = from + records.length;
    const page = await backend.get<LogBody>(
      `/api/runs/${run}/log?after=${after}&limit=${stretchLength - records.length}`,
    );
    if (!page.ok) return page;
    records.push(...page.value.records);
    if (page.value.next === null || page.value.records.length === 0) break;
  }
  return { ok: true, value: records };
}

export type PastView = { readonly view: RunView | null; readonly problem: Problem | null };

const nowhere: PastView = { view: null, problem: null };

/** `at` undefined: nothing is asked for. `live`: the same run as it is now. */
export function usePastView(run: RunId, at: number | undefined, live: RunView | null): PastView {
  const backend = useBackend();
  const past = useMemo(() => createPast(backend, run), [backend, run]);
  const [shown, setShown] = useState<PastView>(nowhere);
  useEffect(() => {
    if (at === undefined) return setShown(nowhere);
    let isLatest = true;
    const show = (state: RunState): void => setShown({ view: createPastView(run, state, live), problem: null });
    const found = past.at(at);
    if (!(found instanceof Promise)) return show(found);
    void found.then((answer) => {
      if (!isLatest) return;
      if (answer.ok) show(answer.value);
      else setShown({ view: null, problem: answer.problem });
    });
    return () => {
      isLatest = false;
    };
  }, [past, run, at, live]);
  return shown;
}
