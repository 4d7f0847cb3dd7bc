// The read side: records in order, each checked against the chain before anybody sees it.

import { Fault } from "../../engine/ports.ts";
import { newerStore } from "./database.ts";
import { readOwner } from "./ownership.ts";
import { chainStart, decodeRecord } from "./record.ts";
import { isCorrupt, toFault } from "./sqlite-fault.ts";
import type { DatabaseSync } from "node:sqlite";
import type { Recorded } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import type { ChainHead, StoredRecord } from "./record.ts";

/** Read in pages, each a read transaction of its own: a slow consumer must not pin the write-ahead log. */
const pageSize = 512;

export type RecordSource = { readonly database: DatabaseSync; readonly file: string; readonly run: RunId };

type Row = readonly [seq: unknown, body: unknown, sum: unknown];

/** A record with its stored form. */
export type ReadRecord = StoredRecord & { readonly record: Recorded };

/** Throws Fault `log_corrupt` naming the record, or `newer_store`, where the intact part ends. */
export function* readRecords(source: RecordSource, after: number): Generator<Recorded, void, undefined> {
  for (const { record } of readStored(source, after)) yield record;
}

/** The same, each as it is stored. Ends where the log ended when the first was asked for, however fast somebody writes. */
export function* readStored(source: RecordSource, after: number): Generator<ReadRecord, void, undefined> {
  const { database, file } = source;
  const page = database.prepare("SELECT seq, body, sum FROM records WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?");
  page.setReturnArrays(true);
  // Read first: a log only grows, so what was sealed before the first page has to turn up.
  const sealed = guarded(source, after, () => readOwner(database)?.sealed ?? 0);
  let head = guarded(source, after, () => headAfter(source, after));
  if (head === undefined) return;
  const end = guarded(source, after, () => lastSeq(database));
  for (;;) {
    const from: ChainHead = head;
    const rows = guarded(source, from.seq, () => page.all(from.seq, end, pageSize) as unknown as readonly Row[]);
    for (const [seq, body, sum] of rows) {
      if (seq !== head.seq + 1) throw corrupt(source, head.seq, "it is missing");
      const decoded = decodeRecord({ body, sum }, head);
      if (decoded.kind === "damaged") throw corrupt(source, head.seq, decoded.problem);
      if (decoded.kind === "newer") throw newerStore(file, `record ${seq} has event version ${decoded.version}`);
      head = { seq, sum: sum as string };
      yield { ...head, body: body as string, record: decoded.record };
    }
    if (rows.length < pageSize) break;
  }
  if (head.seq < sealed) throw corrupt(source, head.seq, "it is missing");
}

/** The last record's place and sum. Throws Fault `log_corrupt` where records at the end are gone. */
export function loadHead(source: RecordSource): ChainHead {
  return guarded(source, 0, () => {
    const row = source.database.prepare("SELECT seq, sum FROM records ORDER BY seq DESC LIMIT 1").get();
    const head = row === undefined ? chainStart(source.run) : { seq: Number(row["seq"]), sum: String(row["sum"]) };
    if (head.seq < (readOwner(source.database)?.sealed ?? 0)) throw corrupt(source, head.seq, "it is missing");
    return head;
  });
}

const lastSeq = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT max(seq) AS seq FROM records").get()?.["seq"] ?? 0);

/** Undefined where the log ends at or before `after`. */
function headAfter({ database, run, file }: RecordSource, after: number): ChainHead | undefined {
  if (after === 0) return chainStart(run);
  const row = database.prepare("SELECT sum FROM records WHERE seq = ?").get(after);
  if (row !== undefined) return { seq: after, sum: String(row["sum"]) };
  if (lastSeq(database) < after) return undefined;
  throw corrupt({ database, run, file }, after - 1, "it is missing");
}

function guarded<T>(source: RecordSource, intact: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isCorrupt(error)) throw corrupt(source, intact, error instanceof Error ? error.message : "damaged", error);
    throw toFault(error, source.file);
  }
}

function corrupt({ file, run }: RecordSource, intact: number, problem: string, cause?: unknown): Fault {
  const rest = intact === 0 ? "No record before it is readable." : `Records 1 to ${intact} are intact.`;
  return new Fault("log_corrupt", `Record ${intact + 1} of ${run} cannot be trusted: ${problem} (${file})`, {
    remedy: `${rest} Restore the run's folder from a backup, or start the remaining work as a new run.`,
    cause,
  });
}
