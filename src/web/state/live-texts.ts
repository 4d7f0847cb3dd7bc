// What models are writing now, by attempt: not in the log yet. A turn's text goes when its record comes.

import { attemptKey, type AttemptRef } from "../../domain/ids.ts";
import type { Recorded } from "../../domain/event.ts";
import type { Delta, OpenTurn } from "../../http/stream-wire.ts";
import { createBus } from "./bus.ts";
import type { Bus } from "./telling.ts";

export type LiveText = {
  readonly turn: number;
  readonly text: string;
  readonly reasoning: string;
  readonly call: string;
};

export type LiveTexts = {
  readonly of: (ref: AttemptRef) => LiveText | undefined;
  /** Told at most 30 times a second, and only of its own attempt. */
  readonly subscribe: (ref: AttemptRef, listener: () => void) => () => void;
  readonly setAll: (turns: readonly OpenTurn[]) => void;
  readonly add: (deltas: readonly Delta[]) => void;
  readonly settle: (recorded: Recorded) => void;
};

const flushMs = 33;
const none: LiveText = { turn: 0, text: "", reasoning: "", call: "" };

export function createLiveTexts(): LiveTexts {
  const texts = new Map<string, LiveText>();
  const listeners = new Map<string, Set<() => void>>();
  const dirty = new Set<string>();
  const bus: Bus = createBus(flushMs, () => {
    for (const key of dirty) for (const listener of listeners.get(key) ?? []) listener();
    dirty.clear();
  });

  const change = (key: string, text: LiveText | undefined): void => {
    if (text === undefined) texts.delete(key);
    else texts.set(key, text);
    dirty.add(key);
    bus.mark();
  };

  return {
    of: (ref) => texts.get(attemptKey(ref)),
    subscribe: (ref, listener) => {
      const key = attemptKey(ref);
      const own = listeners.get(key) ?? new Set();
      listeners.set(key, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(key) === own) listeners.delete(key);
      };
    },
    setAll: (turns) => {
      for (const key of texts.keys()) change(key, undefined);
      for (const { turn, text, reasoning, call, ...ref } of turns)
        change(attemptKey(ref), { turn, text, reasoning, call });
    },
    add: (deltas) => {
      for (const { turn, kind, text, ...ref } of deltas) {
        const key = attemptKey(ref);
        const had = texts.get(key);
        const now = had?.turn === turn ? had : { ...none, turn };
        change(key, { ...now, [kind]: now[kind] + text });
      }
    },
    settle: ({ event }) => {
      if (event.type !== "turn.replied" && event.type !== "turn.failed" && event.type !== "attempt.failed") return;
      const key = attemptKey({ ticket: event.ticket, attempt: event.attempt });
      if (texts.has(key)) change(key, undefined);
    },
  };
}
