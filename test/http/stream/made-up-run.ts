// A run whose log is written by the test: as much of one as the stream needs.

import type { Event, Recorded } from "../../../src/domain/event.ts";
import type { ConsultId, RunId, TicketId } from "../../../src/domain/ids.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";
import { createFeed, type Feed } from "../../../src/engine/feed.ts";
import { keepLiveTexts, type LiveTexts } from "../../../src/engine/live-texts.ts";
import { createChannel } from "../../../src/http/stream/channel.ts";
import type { FollowSource } from "../../../src/http/stream/follow.ts";

export type MadeUpRun = {
  readonly source: FollowSource;
  readonly feed: Feed;
  /** What is told of the run while nobody conducts it. */
  readonly quietFeed: Feed;
  readonly live: LiveTexts;
  readonly records: readonly Recorded[];
  readonly record: (event: Event) => void;
  readonly say: (ticket: string, turn: number, text: string) => void;
  readonly begin: (ticket: string, turn: number) => void;
  readonly reply: (ticket: string, turn: number, text: string) => void;
  /** The same of an answer; a consult's rounds follow each other as turns do. */
  readonly utter: (consult: string, round: number, text: string) => void;
  readonly answer: (consult: string, round: number, text: string) => void;
  /** An event that changes nothing the stream looks at, `bytes` long. */
  readonly fill: (bytes: number) => void;
};

export const madeUpId = "run_0000000000000000" as RunId;

export function makeUpRun({ deltaMs = 0 } = {}): MadeUpRun {
  const feed = createFeed();
  const quietFeed = createFeed();
  const live = keepLiveTexts(feed);
  const records: Recorded[] = [];
  const head = (): number => records.length;
  const record = (event: Event): void => {
    const recorded: Recorded = { seq: records.length + 1, at: 0, by: "engine", event };
    records.push(recorded);
    for (const each of [feed, quietFeed]) each.publish({ kind: "recorded", recorded });
  };
  const at = (ticket: string, turn: number) => ({ ticket: ticket as TicketId, attempt: 1, turn });
  return {
    feed,
    quietFeed,
    live,
    records,
    record,
    source: {
      run: madeUpId,
      head,
      log: { read: (after = 0) => records.slice(after) },
      latest: () => ({ seq: head(), format: "made-up", text: `state ${head()}` }),
      channel: createChannel({ run: madeUpId, feed, live, head }, deltaMs),
    },
    say: (ticket, turn, text) =>
      feed.publish({
        kind: "delta",
        ref: { ticket: ticket as TicketId, attempt: 1 },
        turn,
        delta: { kind: "text", text },
      }),
    begin: (ticket, turn) => record({ type: "turn.started", ...at(ticket, turn), try: 1 }),
    reply: (ticket, turn, text) =>
      record({ type: "turn.replied", ...at(ticket, turn), text, calls: [], finish: "stop", usage: zeroUsage, ms: 1 }),
    utter: (consult, round, text) =>
      feed.publish({
        kind: "answer_delta",
        ref: { consult: consult as ConsultId, round, try: 1 },
        delta: { kind: "text", text },
      }),
    answer: (consult, round, text) =>
      record({
        type: "consult.replied",
        consult: consult as ConsultId,
        round,
        try: 1,
        input: "",
        text,
        usage: zeroUsage,
        ms: 1,
      }),
    fill: (bytes) => record({ type: "run.paused", reason: "x".repeat(bytes), drain: false }),
  };
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
