// What the models have said so far in turns and answers under way: never recorded, so whoever comes late is told it from
// here.

import type { Event } from "../domain/event.ts";
import type { AnswerRef, AttemptRef } from "../domain/ids.ts";
import type { Feed, FeedItem } from "./feed.ts";

type TurnRef = AttemptRef & { readonly turn: number };
type Said = { readonly text: string; readonly reasoning: string; readonly call: string };

export type LiveText = TurnRef & Said;
export type LiveAnswer = AnswerRef & Said;

/** In the order they began to speak. */
export type LiveTexts = {
  /** Of every turn under way. */
  readonly all: () => readonly LiveText[];
  /** Of every answer under way that is no part of an attempt. */
  readonly answers: () => readonly LiveAnswer[];
};

/** What an event makes of live texts: those that `ends` is true of are over, and what comes after belongs to a new one. */
export type Ends = (live: TurnRef | AnswerRef) => boolean;

/** Undefined where the event ends none. */
export function endsOf(event: Event): Ends | undefined {
  switch (event.type) {
    case "run.adopted":
    case "run.forked":
    case "run.ended":
    case "run.aborted":
      return () => true;
    case "turn.started":
    case "turn.replied":
    case "turn.failed":
    case "turn.refused":
      return (live) => "turn" in live && live.turn === event.turn && isOf(live, event);
    case "attempt.failed":
    case "attempt.disposed":
      return (live) => "turn" in live && isOf(live, event);
    case "ticket.completed":
    case "ticket.cancelled":
    case "ticket.failed":
    case "ticket.blocked":
      return (live) => "turn" in live && live.ticket === event.ticket;
    case "consult.replied":
    case "consult.failed":
    case "consult.refused":
      return (live) =>
        "consult" in live && live.consult === event.consult && live.round === event.round && live.try === event.try;
    case "consult.ended":
      return (live) => "consult" in live && live.consult === event.consult;
    default:
      return undefined;
  }
}

const isOf = ({ ticket, attempt }: TurnRef, event: AttemptRef): boolean =>
  ticket === event.ticket && attempt === event.attempt;

/** Of a run that nobody conducts. */
export const noLiveTexts: LiveTexts = { all: () => [], answers: () => [] };

/** Listens for as long as the feed lives; to be called before the first turn begins. */
export function keepLiveTexts(feed: Feed): LiveTexts {
  const turns = keep<TurnRef>(({ ticket, attempt, turn }) => `${turn}#${attempt}#${ticket}`);
  const answers = keep<AnswerRef>(({ consult, round, try: count }) => `${round}#${count}#${consult}`);
  feed.subscribe((item) => {
    if (item.kind === "delta") turns.add({ ...item.ref, turn: item.turn }, item.delta);
    else if (item.kind === "answer_delta") answers.add(item.ref, item.delta);
    else if (item.kind === "recorded") {
      const ends = endsOf(item.recorded.event);
      if (ends === undefined) return;
      turns.end(ends);
      answers.end(ends);
    }
  });
  return { all: turns.all, answers: answers.all };
}

type Kept<Ref> = {
  readonly all: () => readonly (Ref & Said)[];
  readonly add: (ref: Ref, delta: Extract<FeedItem, { kind: "delta" }>["delta"]) => void;
  readonly end: (ends: Ends) => void;
};

function keep<Ref extends TurnRef | AnswerRef>(keyOf: (ref: Ref) => string): Kept<Ref> {
  const texts = new Map<string, Ref & Said>();
  return {
    all: () => [...texts.values()],
    add: (ref, { kind, text }) => {
      const key = keyOf(ref);
      const soFar = texts.get(key) ?? { ...ref, text: "", reasoning: "", call: "" };
      texts.set(key, { ...soFar, [kind]: soFar[kind] + text });
    },
    end: (ends) => {
      for (const [key, live] of texts) if (ends(live)) texts.delete(key);
    },
  };
}
