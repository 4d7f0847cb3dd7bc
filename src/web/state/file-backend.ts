// The backend of an exported page: one run, carried in the page itself. It answers what looking needs, by the same
// addresses as the server; whatever would change something is refused.

import { evolve } from "../../core/evolve.ts";
import { snapshotFormat, toSnapshotText } from "../../core/snapshot.ts";
import { initialState, type RunState } from "../../core/state.ts";
import type { Recorded } from "../../domain/event.ts";
import { foldSpans, noSpans } from "../../views/attempt-spans.ts";
import { compareStates } from "../../views/compare-states.ts";
import { createMarks } from "../../views/marks.ts";
import type { CarriedRun } from "../../http/carried-page.ts";
import type { SnapshotBody } from "../../http/wire.ts";
import type { Answer, Backend, Problem } from "./backend.ts";

const offline: Problem = {
  code: "offline",
  detail: "This is an exported run: it can be looked at, not changed.",
  remedy: "Open the run in Tutti to act on it.",
};

const refused = { ok: false, problem: offline } as const;

/** `carried`: the element of the page that has the run. */
export const readCarriedRun = (carried: HTMLElement): Backend =>
  createFileBackend(JSON.parse(carried.textContent) as CarriedRun);

type Ask = { readonly rest: string; readonly query: URLSearchParams };

function createFileBackend(carried: CarriedRun): Backend {
  const { card, records } = carried;
  const stateAt = createFolds(records);
  const base = `/api/runs/${card.run}`;
  const head = records.length;
  const marks = createMarks();
  for (const recorded of records) marks.add(recorded);

  const snapshot = (seq: number): SnapshotBody => ({
    run: card.run,
    seq,
    format: snapshotFormat,
    text: toSnapshotText(stateAt(seq)),
    head,
  });

  const answers: readonly (readonly [RegExp, (found: readonly string[], ask: Ask) => unknown])[] = [
    [/^\/snapshot$/, (_, { query }) => snapshot(wholeOf(query, "at", head))],
    [
      /^\/passage$/,
      (_, { query }) => {
        const { text, ...rest } = snapshot(wholeOf(query, "after", head));
        return { ...page(records, query), ...rest, before: JSON.parse(text) };
      },
    ],
    [/^\/log$/, (_, { query }) => page(records, query)],
    [
      /^\/tickets\/([^/]+)\/records$/,
      ([, ticket = ""], { query }) => page(records.filter(isOf(decodeURIComponent(ticket))), query),
    ],
    [
      /^\/compare$/,
      (_, { query }) => compareStates(stateAt(wholeOf(query, "a", head)), stateAt(wholeOf(query, "b", head))),
    ],
    [/^\/marks$/, (_, { query }) => ({ stretches: marks.stretches(wholeOf(query, "stretches", 1_000)), head })],
    [/^\/spans$/, () => foldSpans(noSpans, records)],
    [/^\/texts\/([0-9a-f]{64})$/, ([, digest = ""]) => carried.texts[digest]],
  ];

  const get = (path: string): unknown => {
    const { pathname, searchParams } = new URL(path, "http://page");
    if (pathname === "/api/runs") return { runs: [card], next: null };
    if (!pathname.startsWith(base)) return undefined;
    const rest = pathname.slice(base.length);
    for (const [pattern, answer] of answers) {
      const found = pattern.exec(rest);
      if (found !== null) return answer(found, { rest, query: searchParams });
    }
    return undefined;
  };

  return {
    isOffline: true,
    get: <T>(path: string): Promise<Answer<T>> => {
      const value = get(path);
      return Promise.resolve(value === undefined ? refused : { ok: true, value: value as T });
    },
    send: () => Promise.resolve(refused),
    sendLeaving: () => Promise.resolve(refused),
    stream: streamOf(card, () => snapshot(head)),
  };
}

const streamOf =
  (card: CarriedRun["card"], snapshot: () => SnapshotBody): Backend["stream"] =>
  ({ run }, { onFrame, onOpen }) => {
    const told = setTimeout(() => {
      onOpen(true);
      onFrame({ kind: "runs", data: { runs: [card], removed: [], isAll: true } });
      if (run === card.run) onFrame({ kind: "snapshot", data: snapshot() });
    });
    return () => clearTimeout(told);
  };

const wholeOf = (query: URLSearchParams, name: string, otherwise: number): number => {
  const text = query.get(name);
  return text === null ? otherwise : Math.max(0, Math.min(Number(text), otherwise));
};

const isOf =
  (ticket: string) =>
  ({ event }: Recorded): boolean =>
    "ticket" in event && event.ticket === ticket;

function page(records: readonly Recorded[], query: URLSearchParams): object {
  const limit = wholeOf(query, "limit", 1_000);
  const after = wholeOf(query, "after", Number.MAX_SAFE_INTEGER);
  const from = query.has("after") ? records.findIndex(({ seq }) => seq > after) : 0;
  const chosen = from < 0 ? [] : records.slice(from, from + limit);
  const last = chosen.at(-1);
  return { records: chosen, next: last === undefined || last === records.at(-1) ? null : last.seq };
}

const keptEvery = 1_000;

/** States at any seq: folded on from the nearest one kept. States share their structure, so keeping them is cheap. */
function createFolds(records: readonly Recorded[]): (seq: number) => RunState {
  const kept: RunState[] = [initialState];
  return (seq) => {
    const nearest = Math.min(Math.floor(seq / keptEvery), kept.length - 1);
    let state = kept[nearest] ?? initialState;
    for (const recorded of records.slice(state.seq, seq)) {
      state = evolve(state, recorded);
      if (state.seq % keptEvery === 0) kept[state.seq / keptEvery] ??= state;
    }
    return state;
  };
}
