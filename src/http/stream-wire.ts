// What goes over the one event stream, `GET /api/stream`: the kinds of its frames and the data of each. A frame's kind
// is the SSE message's `event`, its data one JSON value.

import type { Recorded } from "../domain/event.ts";
import type { AnswerRef, RunId, TicketId } from "../domain/ids.ts";
import type { RunCard } from "./run-card.ts";

type TurnRef = { readonly ticket: TicketId; readonly attempt: number; readonly turn: number };

/** What came since the last frame: deltas of one kind are joined. */
type Fresh = { readonly kind: "text" | "reasoning" | "call"; readonly text: string };
/** All that came so far. */
type SoFar = { readonly text: string; readonly reasoning: string; readonly call: string };

/** Of one attempt's turn. */
export type Delta = TurnRef & Fresh;
/** Of an answer to one call of a consult; whose it is says the consult. */
export type AnswerDelta = AnswerRef & Fresh;

export type OpenTurn = TurnRef & SoFar;
export type OpenAnswer = AnswerRef & SoFar;

/**
 * `id` is given for `snapshot` and `records` only: the seq that the reader then has. A reader that comes back with
 * `Last-Event-ID` (or `after`) gets `records` from there, or a `snapshot` where it is too far behind.
 */
export type StreamFrames = {
  /** The run's state in place of its records. `text` is core/snapshot's, in `format`; `head`: the last seq there is. */
  readonly snapshot: {
    readonly run: RunId;
    readonly seq: number;
    readonly format: string;
    readonly text: string;
    readonly head: number;
  };
  /** Gap-free and in order; `head` is the last seq there is, so that a reader knows how far behind it is. */
  readonly records: { readonly run: RunId; readonly records: readonly Recorded[]; readonly head: number };
  /** Takes the place of every live text the reader has of this run. Sent after `snapshot` or the first `records`. */
  readonly partials: {
    readonly run: RunId;
    readonly turns: readonly OpenTurn[];
    readonly answers: readonly OpenAnswer[];
  };
  readonly deltas: {
    readonly run: RunId;
    readonly deltas: readonly Delta[];
    readonly answers: readonly AnswerDelta[];
  };
  /** All runs at first, then those that changed; sent at most four times a second. */
  readonly runs: { readonly runs: readonly RunCard[]; readonly removed: readonly RunId[]; readonly isAll: boolean };
  /** Something beside the run went wrong; the run goes on. */
  readonly notice: { readonly run: RunId; readonly text: string };
  /** The store takes no more records; null: it does again. */
  readonly stalled: { readonly run: RunId; readonly detail: string | null };
  /** Every 10 s, so that both sides notice a dead connection. `at`: epoch ms of the server. */
  readonly beat: { readonly at: number };
  /** The last frame: this server ends. `serves`: it was there for all runs, not only while it conducted some. */
  readonly over: { readonly serves: boolean };
};

export type StreamFrameKind = keyof StreamFrames;
