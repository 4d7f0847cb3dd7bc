// What both stores' group commits hold: appends that wait for their turn, and what a writer may do with them.

import type { AppendBatch, AppendRefused, Appended } from "../../engine/ports.ts";
import { encodeRecord } from "./record.ts";

export type Outcome = Appended | AppendRefused;

export type Waiting = {
  readonly batch: AppendBatch;
  /** The records as they are stored, in the batch's order. */
  readonly bodies: readonly string[];
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
};

export type Appender = {
  readonly append: (batch: AppendBatch) => Promise<Outcome>;
  /** Settles once nothing is waiting. */
  readonly idle: () => Promise<void>;
};

/** A batch that does not follow from its own `expected` is a bug of the caller's: throws RangeError. */
export function toBodies({ expected, records }: AppendBatch): readonly string[] {
  return records.map((record, index) => {
    const seq = expected + index + 1;
    if (record.seq !== seq)
      throw new RangeError(`a batch after record ${expected} has record ${record.seq} where ${seq} belongs`);
    return encodeRecord(record);
  });
}
