// One conducted run's live end, shared by everyone who looks at it: what a turn of the event loop brought is made into
// frames once, and every reader is handed the same bytes.
// C1  Records go out in the turn of the loop that brought them; deltas of the turn that begin no sooner than
//     `deltaMs` after the last ones.
// C2  A delta stands before the record that ends its turn or its answer, and after the one that began it.

import type { Recorded } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Feed, FeedItem } from "../../engine/feed.ts";
import { endsOf, type LiveTexts } from "../../engine/live-texts.ts";
import type { AnswerDelta, Delta } from "../stream-wire.ts";
import { toBytes, toFrameText } from "./frame.ts";

export type ChannelSource = {
  readonly run: RunId;
  readonly feed: Feed;
  readonly live: LiveTexts;
  /** Seq of the last record on disk. */
  readonly head: () => number;
};

export type Reader = (frames: Uint8Array) => void;

export type Channel = {
  /**
   * From now on the reader is handed everything after `head()`; first the live texts so far. The returned function ends
   * it, after all there is up to then; calling it twice is harmless.
   */
  readonly join: (reader: Reader) => () => void;
};

/** Longer than a token takes to come, shorter than a screen takes to be drawn. */
const defaultDeltaMs = 8;

type Spoken = Delta | AnswerDelta;
type Growing = Spoken & { text: string };

/** Listens for as long as the feed lives. */
export function createChannel(source: ChannelSource, deltaMs = defaultDeltaMs): Channel {
  const { run, feed, live, head } = source;
  const readers = new Set<Reader>();
  let batch = makeBatch();
  let due: NodeJS.Immediate | undefined;
  let later: NodeJS.Timeout | undefined;
  let flushedAt = 0;

  const flush = (): void => {
    clearImmediate(due);
    clearTimeout(later);
    due = undefined;
    later = undefined;
    const text = batch.toText(run, head());
    if (text === "") return;
    batch = makeBatch();
    flushedAt = performance.now();
    const frames = toBytes(text);
    for (const reader of readers) reader(frames);
  };

  const soon = (): void => void (due ??= setImmediate(flush));

  const take = (item: FeedItem): void => {
    if (readers.size === 0) return;
    batch.add(item, source);
    if (item.kind !== "delta" && item.kind !== "answer_delta") return soon();
    if (due !== undefined || later !== undefined) return;
    const wait = deltaMs - (performance.now() - flushedAt);
    if (wait < 1) soon();
    else later = setTimeout(flush, wait);
  };

  feed.subscribe(take);
  return {
    join: (reader) => {
      flush();
      readers.add(reader);
      reader(toBytes(toFrameText("partials", { run, turns: live.all(), answers: live.answers() })));
      return () => {
        if (!readers.has(reader)) return;
        flush();
        readers.delete(reader);
      };
    },
  };
}

type Batch = {
  readonly add: (item: FeedItem, source: Pick<ChannelSource, "run" | "head">) => void;
  /** Empty where nothing came. */
  readonly toText: (run: RunId, head: number) => string;
};

function makeBatch(): Batch {
  let records: Recorded[] = [];
  /** Of turns that a record of this batch ends. */
  let ended: Spoken[] = [];
  const going = new Map<string, Growing>();
  /** What has to stand before the rest: of a turn that begins and ends in one batch, the deltas stand between. */
  let sealed = "";
  let beside = "";

  const addDelta = ({ ref, turn, delta }: Extract<FeedItem, { kind: "delta" }>): void => {
    const key = `${delta.kind}${turn}#${ref.attempt}#${ref.ticket}`;
    const same = going.get(key);
    if (same === undefined) going.set(key, { ...ref, turn, kind: delta.kind, text: delta.text });
    else same.text += delta.text;
  };

  const addAnswer = ({ ref, delta }: Extract<FeedItem, { kind: "answer_delta" }>): void => {
    const key = `${delta.kind}${ref.round}.${ref.try} ${ref.consult}`;
    const same = going.get(key);
    if (same === undefined) going.set(key, { ...ref, kind: delta.kind, text: delta.text });
    else same.text += delta.text;
  };

  const addRecord = (recorded: Recorded, seal: () => void): void => {
    const ends = going.size === 0 ? undefined : endsOf(recorded.event);
    const over = ends === undefined ? [] : [...going].filter(([, delta]) => ends(delta));
    if (over.some(([, delta]) => records.some((before) => endsOf(before.event)?.(delta) === true))) seal();
    for (const [key, delta] of over) {
      going.delete(key);
      ended.push(delta);
    }
    records.push(recorded);
  };

  const toSealed = (run: RunId, head: number): string => {
    const before = ended.length === 0 ? "" : toDeltas(run, ended);
    const last = records.at(-1);
    return sealed + before + (last === undefined ? "" : toFrameText("records", { run, records, head }, last.seq));
  };

  const seal = (run: RunId, head: number) => (): void => {
    sealed = toSealed(run, head);
    records = [];
    ended = [];
  };

  return {
    add: (item, { run, head }) => {
      if (item.kind === "delta") addDelta(item);
      else if (item.kind === "answer_delta") addAnswer(item);
      else if (item.kind === "recorded") addRecord(item.recorded, seal(run, head()));
      else if (item.kind === "notice") beside += toFrameText("notice", { run, text: item.text });
      else beside += toFrameText("stalled", { run, detail: item.detail });
    },
    toText: (run, head) => {
      const after = going.size === 0 ? "" : toDeltas(run, [...going.values()]);
      return toSealed(run, head) + after + beside;
    },
  };
}

const isAnswer = (each: Spoken): each is AnswerDelta => "consult" in each;
const isTurn = (each: Spoken): each is Delta => "ticket" in each;

const toDeltas = (run: RunId, spoken: readonly Spoken[]): string =>
  toFrameText("deltas", { run, deltas: spoken.filter(isTurn), answers: spoken.filter(isAnswer) });
