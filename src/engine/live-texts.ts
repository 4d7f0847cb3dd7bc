// What the models have said so far in turns under way: never recorded, so whoever comes late is told it from here.

import type { Event } from "../domain/event.ts";
import type { AttemptRef, TicketId } from "../domain/ids.ts";
import type { Feed } from "./feed.ts";

export type LiveText = {
  readonly ticket: TicketId;
  readonly attempt: number;
  readonly turn: number;
  readonly text: string;
  readonly reasoning: string;
  readonly call: string;
};

export type LiveTexts = {
  /** Of every turn under way, in the order they began to speak. */
  readonly all: () => readonly LiveText[];
};

type TurnRef = AttemptRef & { readonly turn: number };

/** What an event makes of live texts: those that `ends` is true of are over, and what comes after belongs to a new one. */
export type Ends = (live: TurnRef) => boolean;

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
      return ({ ticket, attempt, turn }) => ticket === event.ticket && attempt === event.attempt && turn === event.turn;
    case "attempt.failed":
    case "attempt.disposed":
      return ({ ticket, attempt }) => ticket === event.ticket && attempt === event.attempt;
    case "ticket.completed":
    case "ticket.cancelled":
    case "ticket.failed":
    case "ticket.blocked":
      return ({ ticket }) => ticket === event.ticket;
    default:
      return undefined;
  }
}

/** Of a run that nobody conducts. */
export const noLiveTexts: LiveTexts = { all: () => [] };

const keyOf = ({ ticket, attempt, turn }: TurnRef): string => `${turn}#${attempt}#${ticket}`;

/** Listens for as long as the feed lives; to be called before the first turn begins. */
export function keepLiveTexts(feed: Feed): LiveTexts {
  const texts = new Map<string, LiveText>();
  feed.subscribe((item) => {
    if (item.kind === "delta") {
      const ref = { ...item.ref, turn: item.turn };
      const key = keyOf(ref);
      const { kind, text } = item.delta;
      const soFar = texts.get(key) ?? { ...ref, text: "", reasoning: "", call: "" };
      texts.set(key, { ...soFar, [kind]: soFar[kind] + text });
    } else if (item.kind === "recorded") {
      const ends = endsOf(item.recorded.event);
      if (ends !== undefined) for (const [key, text] of texts) if (ends(text)) texts.delete(key);
    }
  });
  return { all: () => [...texts.values()] };
}
