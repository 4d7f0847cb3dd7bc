// A reader of the event stream as a tab is one: it keeps what it was told and comes back from where it was.

import { foldAll } from "../../../src/core/evolve.ts";
import { fromSnapshotText } from "../../../src/core/snapshot.ts";
import { initialState, type RunState } from "../../../src/core/state.ts";
import type { Recorded } from "../../../src/domain/event.ts";
import type { StreamFrameKind, StreamFrames } from "../../../src/http/stream-wire.ts";

export type Frame = {
  [Kind in StreamFrameKind]: {
    readonly kind: Kind;
    readonly id: number | undefined;
    readonly data: StreamFrames[Kind];
  };
}[StreamFrameKind];

/** Whole frames out of a text; what is not yet whole is `rest`. */
export function parseFrames(text: string): { frames: Frame[]; rest: string } {
  const parts = text.split("\n\n");
  const rest = parts.pop() ?? "";
  const frames = parts.flatMap((part): Frame[] => {
    const kind = /^event: (\w+)$/m.exec(part)?.[1];
    const data = /^data: (.*)$/m.exec(part)?.[1];
    if (kind === undefined || data === undefined) return [];
    const id = /^id: (\d+)$/m.exec(part)?.[1];
    return [{ kind, id: id === undefined ? undefined : Number(id), data: JSON.parse(data) } as unknown as Frame];
  });
  return { frames, rest };
}

export type TabReader = {
  /** Takes bytes in any pieces. Throws for a gap, a repetition, or an id that is not the last record's. */
  readonly take: (bytes: Uint8Array) => void;
  /** The connection is gone: what was half read is forgotten. */
  readonly cut: () => void;
  readonly last: () => number | undefined;
  readonly state: () => RunState;
  readonly frames: () => readonly Frame[];
  readonly records: () => readonly Recorded[];
  /** By `ticket#attempt#turn kind` or `consult/round/try kind`: the live text so far; gone when its record has come. */
  readonly live: () => ReadonlyMap<string, string>;
};

const kinds = ["text", "reasoning", "call"] as const;

/** `folds: false` for logs that are made up and do not fold. */
export function createTabReader({ folds = true, from }: { folds?: boolean; from?: number } = {}): TabReader {
  let decoder = new TextDecoder();
  let rest = "";
  let last = from;
  /** From the live texts on: what a turn's record says was read live before, to the letter. */
  let isLive = false;
  let state = initialState;
  const frames: Frame[] = [];
  const records: Recorded[] = [];
  const live = new Map<string, string>();

  type Speaker = { ticket: string; attempt: number; turn: number } | { consult: string; round: number; try: number };
  const keyOf = (ref: Speaker, kind: string): string =>
    "consult" in ref
      ? `${ref.consult}/${ref.round}/${ref.try} ${kind}`
      : `${ref.ticket}#${ref.attempt}#${ref.turn} ${kind}`;

  const takeRecord = (recorded: Recorded): void => {
    if (recorded.seq !== (last ?? 0) + 1) throw new Error(`record ${recorded.seq} came after ${last}`);
    last = recorded.seq;
    records.push(recorded);
    if (folds) state = foldAll([recorded], state);
    const { event } = recorded;
    if (
      event.type !== "turn.started" &&
      event.type !== "turn.replied" &&
      event.type !== "turn.failed" &&
      event.type !== "consult.replied"
    )
      return;
    const said = live.get(keyOf(event, "text")) ?? "";
    const isReply = event.type === "turn.replied" || event.type === "consult.replied";
    if (isLive && isReply && event.text !== said)
      throw new Error(`live text ${JSON.stringify(said)} became ${JSON.stringify(event.text)}`);
    for (const kind of kinds) live.delete(keyOf(event, kind));
  };

  const take = (frame: Frame): void => {
    frames.push(frame);
    if (frame.kind === "snapshot") {
      if (frame.id !== frame.data.seq) throw new Error("the snapshot's id is not its seq");
      last = frame.data.seq;
      if (folds) state = fromSnapshotText(frame.data.text);
    } else if (frame.kind === "records") {
      for (const recorded of frame.data.records) takeRecord(recorded);
      if (frame.id !== last) throw new Error(`the id is ${frame.id} after record ${last}`);
    } else if (frame.kind === "partials") {
      live.clear();
      isLive = true;
      for (const open of [...frame.data.turns, ...frame.data.answers])
        for (const kind of kinds) if (open[kind] !== "") live.set(keyOf(open, kind), open[kind]);
    } else if (frame.kind === "deltas") {
      for (const delta of [...frame.data.deltas, ...frame.data.answers]) {
        const key = keyOf(delta, delta.kind);
        live.set(key, (live.get(key) ?? "") + delta.text);
      }
    }
  };

  return {
    take: (bytes) => {
      const parsed = parseFrames(rest + decoder.decode(bytes, { stream: true }));
      rest = parsed.rest;
      for (const frame of parsed.frames) take(frame);
    },
    cut: () => {
      decoder = new TextDecoder();
      rest = "";
      isLive = false;
    },
    last: () => last,
    state: () => state,
    frames: () => frames,
    records: () => records,
    live: () => live,
  };
}
