// Keys that are written in one step with records: what other programs read of a run without knowing its log.

import type { Recorded } from "../../../domain/event.ts";
import type { Digest } from "../../../domain/ids.ts";

export type KeyWrite =
  | { readonly kind: "hash"; readonly key: string; readonly fields: Readonly<Record<string, string>> }
  /** The run's own long text under another key, for so many seconds. */
  | { readonly kind: "text"; readonly key: string; readonly digest: Digest; readonly seconds: number }
  /** From now on; null: for as long as nobody takes it away. Where there is no such key nothing is done. */
  | { readonly kind: "keep"; readonly key: string; readonly seconds: number | null };

/** Told of every batch before it is sent, in order; one that is refused comes again. */
export type KeyWriter = (records: readonly Recorded[]) => readonly KeyWrite[];

/** For the append script: how many parts, then the command, its key as a place among KEYS, and the rest. */
export function toArguments(write: KeyWrite, placeOf: (key: string) => number): readonly (string | number)[] {
  const place = placeOf(write.key);
  switch (write.kind) {
    case "hash": {
      const fields = Object.entries(write.fields).flat();
      return fields.length === 0 ? [] : [2 + fields.length, "HSET", place, ...fields];
    }
    case "text":
      return [4, "COPY", place, write.digest, write.seconds];
    case "keep":
      return write.seconds === null ? [2, "PERSIST", place] : [3, "EXPIRE", place, write.seconds];
    default:
      return write satisfies never;
  }
}
