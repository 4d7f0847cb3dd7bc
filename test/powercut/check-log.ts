// Judges a folder after a crash: every promise kept, the chain intact, the log still usable.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { createSqliteRunStore } from "../../src/adapters/log/sqlite-log.ts";
import type { EventLog } from "../../src/engine/ports.ts";
import { workloadRecord, workloadRun, workloadTuning } from "./workload-parts.ts";
import type { Mark } from "./workload-parts.ts";

/** What is wrong, in words, or undefined. `said`: what the process had marked before the crash. */
export async function findLoss(dir: string, said: readonly Mark[]): Promise<string | undefined> {
  const marks = said.filter(({ kind }) => kind === "opened" || kind === "acknowledged" || kind === "blob");
  const store = createSqliteRunStore({ dir, tuning: workloadTuning });
  try {
    const opened = await store.open(workloadRun);
    if ("heldBy" in opened) return `held by ${opened.heldBy.pid}`;
    if ("missing" in opened)
      return marks.length === 0 ? undefined : `the run is missing after ${marks.length} promises`;
    const problem =
      (await findBrokenPromise(opened.log, opened.token, marks)) ?? (await findUnusable(opened.log, opened.token));
    await opened.log.close();
    return problem ?? findDamage(dir);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

async function findBrokenPromise(log: EventLog, token: number, marks: readonly Mark[]): Promise<string | undefined> {
  const records = [...log.read()];
  const strange = records.find((record) => !isDeepStrictEqual(record, workloadRecord(record.seq)));
  if (strange !== undefined) return `record ${strange.seq} is not what was written`;
  for (const mark of marks) {
    if (mark.kind === "acknowledged" && mark.seq > records.length)
      return `lost acknowledged record ${mark.seq}, the log ends at ${records.length}`;
    if (mark.kind === "opened" && mark.token >= token) return `token ${token} is not above ${mark.token}`;
    if (mark.kind === "blob") await log.getBlob(mark.digest);
  }
  return undefined;
}

async function findUnusable(log: EventLog, token: number): Promise<string | undefined> {
  const expected = [...log.read()].length;
  const answer = await log.append({ expected, token, records: [workloadRecord(expected + 1)] });
  return answer.kind === "appended" ? undefined : `cannot append: ${JSON.stringify(answer)}`;
}

function findDamage(dir: string): string | undefined {
  using database = new DatabaseSync(join(dir, workloadRun, "log.db"), { readOnly: true });
  const verdict = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  return verdict === "ok" ? undefined : `integrity_check: ${String(verdict)}`;
}
