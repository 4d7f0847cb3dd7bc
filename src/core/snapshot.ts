// A state as JSON text and back: a cache of the fold, never its source. `snapshotFormat` names the shape, so that a
// text of another shape, or of other events, is passed over.

import { eventVersion } from "../domain/upcast.ts";
import type { Ticket } from "../domain/ticket.ts";
import { makeGraph, type Graph } from "./graph.ts";
import { flattenQueue, makeQueue } from "./ready-queue.ts";
import { makeMap } from "./small-map.ts";
import type { RunState } from "./state.ts";

/** The second number grows with every change of what a log folds to; test/golden/snapshot.test.ts notices. */
export const snapshotFormat = `${eventVersion}.19`;

type MapField = {
  [Field in keyof RunState]: RunState[Field] extends ReadonlyMap<infer _Key, infer _Value> ? Field : never;
}[keyof RunState];
type EntriesOf<Map> = Map extends ReadonlyMap<infer Key, infer Value> ? readonly (readonly [Key, Value])[] : never;

/** What follows from the plan is made anew; maps become lists; queues, which are deep trees, become flat ones. */
type Snapshot = Omit<RunState, MapField | "graph" | "draftedTracks" | "replanned"> & {
  readonly [Field in Exclude<MapField, "ready">]: EntriesOf<RunState[Field]>;
} & {
  /** Null where the reader knows it. */
  readonly plan: readonly Ticket[] | null;
  readonly draftedTracks: readonly string[];
  readonly replanned: readonly number[];
  readonly ready: readonly (readonly [string, readonly number[]])[];
};

/** Costs as much as the plan is long. `hasPlan`: the reader has it, and it is left out. */
export function toSnapshotText(state: RunState, hasPlan = false): string {
  const { graph, ...rest } = state;
  const snapshot: Snapshot = {
    ...rest,
    plan: hasPlan ? null : graph.tickets,
    ready: [...state.ready].map(([pool, queue]) => [pool, flattenQueue(queue)]),
    ticketTrust: [...state.ticketTrust],
    pausedTickets: [...state.pausedTickets],
    attempts: [...state.attempts],
    reviews: [...state.reviews],
    approvals: [...state.approvals],
    settled: [...state.settled],
    disposals: [...state.disposals],
    lanesByTier: [...state.lanesByTier],
    lanesByProvider: [...state.lanesByProvider],
    providers: [...state.providers],
    spend: [...state.spend],
    caps: [...state.caps],
    ledger: [...state.ledger],
    consults: [...state.consults],
    deliberations: [...state.deliberations],
    draftedTracks: [...state.draftedTracks],
    replanned: [...state.replanned],
    proposals: [...state.proposals],
  };
  return JSON.stringify(snapshot);
}

/** The state that `text` was made of. Only for a text that is known to be whole and of this format: nothing is checked. */
export const fromSnapshotText = (text: string): RunState => fromSnapshot(JSON.parse(text));

/** `parsed`: what `JSON.parse` makes of a snapshot's text, on the same terms. `known`: its plan, where that was left out. */
export function fromSnapshot(parsed: unknown, known?: Graph): RunState {
  const { plan, ...rest } = parsed as Snapshot;
  return {
    ...rest,
    graph: plan === null && known !== undefined ? known : makeGraph(plan ?? []),
    ready: makeMap(rest.ready.map(([pool, flat]) => [pool, makeQueue(flat)])),
    ticketTrust: makeMap(rest.ticketTrust),
    pausedTickets: makeMap(rest.pausedTickets),
    attempts: makeMap(rest.attempts),
    reviews: makeMap(rest.reviews),
    approvals: makeMap(rest.approvals),
    settled: makeMap(rest.settled),
    disposals: makeMap(rest.disposals),
    lanesByTier: makeMap(rest.lanesByTier),
    lanesByProvider: makeMap(rest.lanesByProvider),
    providers: makeMap(rest.providers),
    spend: makeMap(rest.spend),
    caps: makeMap(rest.caps),
    ledger: makeMap(rest.ledger),
    consults: makeMap(rest.consults),
    deliberations: makeMap(rest.deliberations),
    draftedTracks: new Set(rest.draftedTracks),
    replanned: new Set(rest.replanned),
    proposals: makeMap(rest.proposals),
  };
}
