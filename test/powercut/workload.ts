// The process under test: makes a run, appends in groups, stores blobs, closes and opens again, and marks what it has
// been promised. Run as `node workload.ts <folder> <mark file> <FULL|NORMAL>` under the shim.

import { openSync, writeSync } from "node:fs";
import { createSqliteRunStore } from "../../src/adapters/log/sqlite-log.ts";
import { Fault } from "../../src/engine/ports.ts";
import type { OpenedRun } from "../../src/engine/ports.ts";
import { blobBytes, workloadRecord, workloadRun, workloadTuning } from "./workload-parts.ts";
import type { Mark } from "./workload-parts.ts";

const [folder = "", markFile = "", synchronous = "FULL"] = process.argv.slice(2);
const marks = openSync(markFile, "a");
const mark = (entry: Mark): void => {
  writeSync(marks, `${JSON.stringify(entry)}\n`);
};

const sessions = 3;
const groupsPerSession = 7;

/** Appends the same records until there is room; the n-th try happens after some other operation has gone through. */
async function appendPatiently({ log, token }: OpenedRun, from: number, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => workloadRecord(from + index + 1));
  for (;;) {
    const answer = await log.append({ expected: from, token, records });
    if (answer.kind === "appended") return mark({ kind: "acknowledged", seq: answer.seq });
    // A batch queued behind one that found no room is judged against the shorter log.
    if (answer.kind === "fenced") throw new Error("fenced without a rival");
    mark({ kind: answer.kind === "disk_full" ? "full" : "conflict" });
  }
}

async function runSession(opened: OpenedRun, start: number): Promise<number> {
  let seq = start;
  for (let group = 0; group < groupsPerSession; group += 1) {
    const waiting: Promise<void>[] = [];
    for (let writer = 0; writer <= group % 4; writer += 1) {
      const count = 1 + ((group + writer) % 3);
      waiting.push(appendPatiently(opened, seq, count));
      seq += count;
    }
    await Promise.all(waiting);
    if (group % 3 !== 1) continue;
    const digest = await opened.log.putBlob(blobBytes(seq));
    mark({ kind: "blob", digest });
  }
  return seq;
}

async function work(): Promise<void> {
  const store = createSqliteRunStore({
    dir: folder,
    tuning: { ...workloadTuning, synchronous: synchronous === "NORMAL" ? "NORMAL" : "FULL" },
  });
  let seq = 0;
  for (let session = 0; session < sessions; session += 1) {
    const opened = session === 0 ? await store.create(workloadRun) : await store.open(workloadRun);
    if (!("log" in opened)) throw new Error(`cannot own the run: ${JSON.stringify(opened)}`);
    mark({ kind: "opened", token: opened.token });
    seq = await runSession(opened, seq);
    await opened.log.close();
  }
  mark({ kind: "done" });
}

try {
  await work();
} catch (error) {
  // Without room to open or to store a blob there is a Fault for the person; SQLite may call it a file it cannot make.
  const expected = error instanceof Fault && ["disk_full", "store_unreachable", "store_failed"].includes(error.code);
  if (!expected) throw error;
  mark({ kind: "full" });
}
