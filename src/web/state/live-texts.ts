// What models are writing now, in an attempt's turn or in an answer of its own: not in the log yet. Such a text goes when
// its record comes.

import { attemptKey, type AnswerRef, type AttemptRef } from "../../domain/ids.ts";
import { isConsultEvent, type Recorded } from "../../domain/event.ts";
import type { StreamFrames } from "../../http/stream-wire.ts";
import { createBus } from "./bus.ts";
import type { Bus } from "./telling.ts";

export type LiveText = {
  /** Of an attempt, the turn under way; of an answer, 1. */
  readonly turn: number;
  readonly text: string;
  readonly reasoning: string;
  readonly call: string;
};

/** Whose words: those of an attempt, or of one call that a consult made. */
export type Speaker = AttemptRef | AnswerRef;

export type LiveTexts = {
  readonly of: (speaker: Speaker) => LiveText | undefined;
  /** Told at most 30 times a second, and only of its own speaker. */
  readonly subscribe: (speaker: Speaker, listener: () => void) => () => void;
  readonly setAll: (open: Pick<StreamFrames["partials"], "turns" | "answers">) => void;
  readonly add: (fresh: Pick<StreamFrames["deltas"], "deltas" | "answers">) => void;
  readonly settle: (recorded: Recorded) => void;
};

const flushMs = 33;
const none: LiveText = { turn: 0, text: "", reasoning: "", call: "" };

/** No attempt's key begins with a blank. */
const consultKey = (consult: string): string => ` ${consult} `;

export const speakerKey = (speaker: Speaker): string =>
  "consult" in speaker ? `${consultKey(speaker.consult)}${speaker.round}.${speaker.try}` : attemptKey(speaker);

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
    of: (speaker) => texts.get(speakerKey(speaker)),
    subscribe: (speaker, listener) => {
      const key = speakerKey(speaker);
      const own = listeners.get(key) ?? new Set();
      listeners.set(key, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(key) === own) listeners.delete(key);
      };
    },
    setAll: ({ turns, answers }) => {
      for (const key of texts.keys()) change(key, undefined);
      for (const each of [...turns, ...answers]) change(speakerKey(each), { turn: 1, ...each });
    },
    add: ({ deltas, answers }) => {
      for (const each of [...deltas, ...answers]) {
        const { turn, kind, text } = { turn: 1, ...each };
        const key = speakerKey(each);
        const had = texts.get(key);
        const now = had?.turn === turn ? had : { ...none, turn };
        change(key, { ...now, [kind]: now[kind] + text });
      }
    },
    settle: ({ event }) => {
      for (const key of settledBy(event, texts)) change(key, undefined);
    },
  };
}

function settledBy(event: Recorded["event"], texts: ReadonlyMap<string, LiveText>): readonly string[] {
  // Each of them ends a call, or stands before one begins.
  if (isConsultEvent(event)) return [...texts.keys()].filter((key) => key.startsWith(consultKey(event.consult)));
  switch (event.type) {
    case "turn.replied":
    case "turn.failed":
    case "attempt.failed": {
      const key = speakerKey({ ticket: event.ticket, attempt: event.attempt });
      return texts.has(key) ? [key] : [];
    }
    default:
      return [];
  }
}
