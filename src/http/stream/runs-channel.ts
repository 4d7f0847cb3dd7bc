// The list of all runs as frames: what changed is made into one frame for all readers.

import type { Runs } from "../runs.ts";
import { toBytes, toFrameText } from "./frame.ts";
import type { Reader } from "./channel.ts";

export type RunsChannel = {
  /** First the whole list, then what changes. The returned function ends it; calling it twice is harmless. */
  readonly join: (reader: Reader) => Promise<() => void>;
};

export function createRunsChannel(runs: Runs): RunsChannel {
  const readers = new Set<Reader>();
  let stopWatching: (() => void) | undefined;

  const tell: Parameters<Runs["watch"]>[0] = (changed, removed) => {
    const frame = toBytes(toFrameText("runs", { runs: changed, removed, isAll: false }));
    for (const reader of readers) reader(frame);
  };

  const leave = (reader: Reader): void => {
    readers.delete(reader);
    if (readers.size > 0) return;
    stopWatching?.();
    stopWatching = undefined;
  };

  return {
    join: async (reader) => {
      // What changes while the list is read is told after it.
      let missed: Uint8Array[] | undefined = [];
      const early: Reader = (frame) => (missed === undefined ? reader(frame) : void missed.push(frame));
      readers.add(early);
      stopWatching ??= runs.watch(tell);
      try {
        reader(toBytes(toFrameText("runs", { runs: await runs.list(), removed: [], isAll: true })));
      } catch (error) {
        leave(early);
        throw error;
      }
      for (const frame of missed) reader(frame);
      missed = undefined;
      return () => leave(early);
    },
  };
}
