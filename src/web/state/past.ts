// A run's past, point by point. The server gives stretches of the log with the state before each; the points in one are
// folded here, so that a slider that is dragged asks for little.

import { useEffect, useMemo, useState } from "react";
import type { Graph } from "../../core/graph.ts";
import { fromSnapshot } from "../../core/snapshot.ts";
import type { RunState } from "../../core/state.ts";
import type { Recorded } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import type { LogBody, OutlineBody, PassageBody } from "../../http/wire.ts";
import type { Answer, Backend, Problem } from "./backend.ts";
import { fold, loadRules } from "./folding.ts";
import { useBackend } from "./hooks.ts";
import { isSame } from "./is-same.ts";
import { createPastView, type RunView } from "./run-store.ts";

export type Past = {
  /** The state after record `seq`, where it can be folded from what is here. */
  readonly here: (seq: number) => RunState | undefined;
  /** The same, fetched where it is not here. */
  readonly fetch: (seq: number) => Promise<Answer<RunState>>;
  /** The same in outline, a fraction of the weight: as whole as `fetch` where the server gives no outlines. Not kept. */
  readonly outline: (seq: number) => Promise<Answer<RunState>>;
  /** Fetches what whoever rests at `seq` may look at next, where it is not here. */
  readonly prepare: (seq: number) => void;
};

/** Records between two round places. */
export const passageLength = 500;
/** Within a passage a state is kept so often: the next look folds no more than so many records. */
const keptEvery = 50;
/** What is kept weighs no more than so many records, items of conversations and tickets: some 50 MB. */
const mostKept = 100_000;

/** The records after a round place, with states on the way: the first is the one before all of them. */
type Passage = { readonly records: readonly Recorded[]; readonly states: RunState[]; readonly weight: number };

/** `most`: weight of what is kept. */
export function createPast(backend: Backend, run: RunId, most = mostKept): Past {
  const kept = createKept(most);
  const underWay = new Map<number, Promise<Answer<Passage>>>();
  const plans = createPlans();
  let last = 0;

  const load = async (place: number): Promise<Answer<Passage>> => {
    await loadRules();
    const known = kept.at(place) ?? begun(kept.at(place - 1));
    const answer = known === undefined ? await loadPassage(backend, run, place) : await goOn(backend, run, known);
    if (!answer.ok) return answer;
    const { states } = answer.value;
    if (known === undefined) states.splice(0, 1, ...states.slice(0, 1).map(plans.share));
    kept.keep(place, answer.value);
    return answer;
  };

  const loadOnce = (place: number): Promise<Answer<Passage>> => {
    const loading = underWay.get(place) ?? load(place).finally(() => underWay.delete(place));
    underWay.set(place, loading);
    return loading;
  };

  const isLast = (place: number): boolean => {
    const passage = kept.at(place);
    return passage !== undefined && !isFull(passage);
  };

  const loadAhead = (place: number): void => {
    if (place >= 0 && kept.at(place) === undefined && !isLast(place - 1)) void loadOnce(place);
  };

  /** Who goes on this way comes to the next passage soon. */
  const follow = (seq: number): void => {
    const by = seq - last;
    last = seq;
    if (by !== 0 && Math.abs(by) <= passageLength) loadAhead(placeOf(seq) + Math.sign(by));
  };

  const fetch: Past["fetch"] = async (seq) => {
    last = seq;
    const answer = await loadOnce(placeOf(seq));
    return answer.ok ? { ok: true, value: foldTo(answer.value, seq) } : answer;
  };

  return {
    here: (seq) => {
      const passage = kept.at(placeOf(seq));
      if (passage === undefined || seq > endOf(passage)) return undefined;
      kept.keep(placeOf(seq), passage);
      follow(seq);
      return foldTo(passage, seq);
    },
    fetch,
    outline: async (seq) => {
      last = seq;
      const known = plans.known();
      const query = `at=${seq}${known === undefined ? "" : `&plan=${known.digest}`}`;
      const answer = await backend.get<OutlineBody>(`/api/runs/${run}/outline?${query}`);
      return answer.ok ? { ok: true, value: plans.read(answer.value, known?.graph) } : fetch(seq);
    },
    prepare: (seq) => loadAhead(placeOf(seq) + ((seq - 1) % passageLength < passageLength / 2 ? -1 : 1)),
  };
}

type Plans = {
  /** What needs not be told again. */
  readonly known: () => { readonly digest: string; readonly graph: Graph } | undefined;
  /** `known`: what was known when it was asked for. */
  readonly read: (body: OutlineBody, known: Graph | undefined) => RunState;
  readonly share: (state: RunState) => RunState;
};

/** Most plans never change: all points share the one graph, and who draws it sees that at a glance. */
function createPlans(): Plans {
  let graph: Graph | undefined;
  let digest: string | undefined;
  const share: Plans["share"] = (state) => {
    if (graph !== undefined && (graph === state.graph || isSame(graph.tickets, state.graph.tickets)))
      return { ...state, graph };
    ({ graph } = state);
    digest = undefined;
    return state;
  };
  return {
    known: () => (digest === undefined || graph === undefined ? undefined : { digest, graph }),
    share,
    read: ({ state, plan }, known) => {
      const shared = share(fromSnapshot(state, known));
      digest = plan;
      return shared;
    },
  };
}

const placeOf = (seq: number): number => Math.max(0, Math.floor((seq - 1) / passageLength));
const startOf = ({ states }: Passage): number => states[0]?.seq ?? 0;
const isFull = ({ records }: Passage): boolean => records.length >= passageLength;
const endOf = (passage: Passage): number => startOf(passage) + passage.records.length;

/** The passage after another one that is there to its end: only its records are lacking. */
function begun(before: Passage | undefined): Passage | undefined {
  if (before === undefined || !isFull(before)) return undefined;
  const state = foldTo(before, endOf(before));
  return { records: [], states: [state], weight: weigh(state, []) };
}

/** Past the end of the passage: the state at its end. */
function foldTo({ records, states }: Passage, seq: number): RunState {
  const [first] = states;
  if (first === undefined) throw new Error("a passage begins with a state");
  const steps = Math.min(Math.max(0, seq - first.seq), records.length);
  const nearest = Math.min(Math.floor(steps / keptEvery), states.length - 1);
  let state = states[nearest] ?? first;
  for (let step = nearest * keptEvery; step < steps; step += 1) {
    state = fold(state, records[step] as Recorded);
    if ((step + 1) % keptEvery === 0) states[(step + 1) / keptEvery] ??= state;
  }
  return state;
}

// ---- what is kept ----------------------------------------------------------------------------------------------

type Kept = {
  readonly at: (place: number) => Passage | undefined;
  /** Passages that were not looked at for long make room for it. */
  readonly keep: (place: number, passage: Passage) => void;
};

function createKept(most: number): Kept {
  const passages = new Map<number, Passage>();
  let weight = 0;
  const drop = (place: number): void => {
    weight -= passages.get(place)?.weight ?? 0;
    passages.delete(place);
  };
  return {
    at: (place) => passages.get(place),
    keep: (place, passage) => {
      drop(place);
      passages.set(place, passage);
      weight += passage.weight;
      for (const oldest of passages.keys()) {
        if (weight <= most || oldest === place) return;
        drop(oldest);
      }
    },
  };
}

function weigh(before: RunState, records: readonly Recorded[]): number {
  let weight = records.length + before.tickets.length;
  for (const attempt of before.attempts.values()) weight += attempt.items.length;
  return weight;
}

// ---- what is fetched -------------------------------------------------------------------------------------------

async function loadPassage(backend: Backend, run: RunId, place: number): Promise<Answer<Passage>> {
  const query = `after=${place * passageLength}&limit=${passageLength}`;
  const answer = await backend.get<PassageBody>(`/api/runs/${run}/passage?${query}`);
  if (!answer.ok) return answer;
  const { before, records, next } = answer.value;
  const state = fromSnapshot(before);
  const passage = { records, states: [state], weight: weigh(state, records) };
  return next === null ? { ok: true, value: passage } : goOn(backend, run, passage);
}

/** The records that have come since, or that the server kept back because they are long. */
async function goOn(backend: Backend, run: RunId, passage: Passage): Promise<Answer<Passage>> {
  const records = [...passage.records];
  while (records.length < passageLength) {
    const after = startOf(passage) + records.length;
    const page = await backend.get<LogBody>(
      `/api/runs/${run}/log?after=${after}&limit=${passageLength - records.length}`,
    );
    if (!page.ok) return page;
    records.push(...page.value.records);
    if (page.value.next === null || page.value.records.length === 0) break;
  }
  const more = records.length - passage.records.length;
  return { ok: true, value: { ...passage, records, weight: passage.weight + more } };
}

// ---- one point -------------------------------------------------------------------------------------------------

export type PastView = { readonly view: RunView | null; readonly problem: Problem | null };

const nowhere: PastView = { view: null, problem: null };

/** A point beside the one that is shown. `at` undefined: nothing is asked for. */
export function usePastView(run: RunId, at: number | undefined): PastView {
  const backend = useBackend();
  const past = useMemo(() => createPast(backend, run), [backend, run]);
  const [shown, setShown] = useState<PastView>(nowhere);
  useEffect(() => {
    if (at === undefined) return setShown(nowhere);
    let isLatest = true;
    void past.fetch(at).then((answer) => {
      if (!isLatest) return;
      setShown(
        answer.ok
          ? { view: createPastView(run, answer.value, () => 0), problem: null }
          : { view: null, problem: answer.problem },
      );
    });
    return () => {
      isLatest = false;
    };
  }, [past, run, at]);
  return shown;
}
