// What the workload writes, known beforehand, so that whoever checks a log can tell its every record.

import type { Recorded } from "../../src/domain/event.ts";
import type { Digest, RunId } from "../../src/domain/ids.ts";
import { noteRecord } from "../support/sample-events.ts";

export type Mark =
  | { readonly kind: "opened"; readonly token: number }
  | { readonly kind: "acknowledged"; readonly seq: number }
  | { readonly kind: "blob"; readonly digest: Digest }
  | { readonly kind: "full" | "conflict" | "done" };

export const workloadRun = "run_0powercut0000000" as RunId;

/** Few pages between checkpoints and a small reserve: all of the log's life in a few hundred operations. */
export const workloadTuning = { checkpointPages: 12, reserveBytes: 4_096, lockWaitMs: 2_000 } as const;

export const workloadRecord = (seq: number): Recorded => noteRecord(seq, `${seq}:${"x".repeat((seq * 137) % 1_500)}`);

export const blobBytes = (seq: number): Uint8Array => Buffer.from(`blob ${seq} `.repeat(500));

/** Marks come line by line; a killed process may have left half a line, which promised nothing. */
export const parseMarks = (text: string): readonly Mark[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Mark);
