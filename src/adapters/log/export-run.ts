// A run as lines of a file, one at a time: a log of any length takes no more memory than its longest text.

import type { Digest } from "../../domain/ids.ts";
import { writeRunLine, type BlobContent } from "../../domain/run-file.ts";
import { blobsIn } from "../../domain/text.ts";
import { chainStart } from "./record.ts";
import type { StoredRun } from "./stored-run.ts";

/** Lines with their line breaks. Throws Fault `log_corrupt`, `blob_missing` or `blob_corrupt` where the run is not whole. */
export async function* exportRun(stored: StoredRun, scenario: string | undefined): AsyncGenerator<string> {
  const { run, createdAt } = stored;
  yield `${writeRunLine({ kind: "header", run, createdAt })}\n`;
  if (scenario !== undefined) yield `${writeRunLine({ kind: "scenario", text: scenario })}\n`;
  const told = new Set<Digest>();
  let records = 0;
  let { sum } = chainStart(run);
  for (const { body, sum: own, record } of stored.read()) {
    for (const digest of blobsIn(record.event)) {
      if (told.has(digest)) continue;
      told.add(digest);
      yield `${writeRunLine({ kind: "blob", digest, content: toContent(await stored.getBlob(digest)) })}\n`;
    }
    yield `${writeRunLine({ kind: "record", sum: own, body })}\n`;
    records += 1;
    sum = own;
  }
  yield `${writeRunLine({ kind: "end", records, blobs: told.size, sum })}\n`;
}

function toContent(bytes: Uint8Array): BlobContent {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString("utf8");
  return Buffer.from(text, "utf8").equals(buffer) ? { text } : { base64: buffer.toString("base64") };
}
