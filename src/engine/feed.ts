// The live feed: recorded events after they are durable, and deltas that are never recorded.

import type { Recorded } from "../domain/event.ts";
import type { AnswerRef, AttemptRef } from "../domain/ids.ts";
import type { ModelDelta } from "./ports.ts";

export type FeedItem =
  | { readonly kind: "recorded"; readonly recorded: Recorded }
  | { readonly kind: "delta"; readonly ref: AttemptRef; readonly turn: number; readonly delta: ModelDelta }
  /** Of an answer that is no part of an attempt: an agent's of a deliberation, a planner's. */
  | { readonly kind: "answer_delta"; readonly ref: AnswerRef; readonly delta: ModelDelta }
  /** Something went wrong beside the run, which goes on: a person should know. */
  | { readonly kind: "notice"; readonly text: string }
  /** The store takes no more records; nothing new is started until it does. Null: it does again. */
  | { readonly kind: "stalled"; readonly detail: string | null };

/** Called in order, synchronously; must not throw and must not wait. */
export type Listener = (item: FeedItem) => void;

export type Feed = {
  readonly publish: (item: FeedItem) => void;
  /** The returned function ends the subscription; calling it twice is harmless. */
  readonly subscribe: (listener: Listener) => () => void;
};

export function createFeed(): Feed {
  const listeners = new Set<Listener>();
  return {
    publish: (item) => {
      for (const listener of listeners) listener(item);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
