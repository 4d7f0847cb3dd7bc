// Runs on a small disk of its own: `node full-disk-process.ts <dir>` fills the disk with appends, records the stop,
// makes room and goes on. Says what happened, line by line; the test judges.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { Fault } from "../../../src/engine/ports.ts";
import { noteRecord } from "../../support/sample-events.ts";

const dir = process.argv[2] ?? "";
const run = "run_0123456789abcdef" as RunId;
const say = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

// Somebody else's file, deleted later: the room that comes back.
writeFileSync(join(dir, "ballast"), Buffer.alloc(4 << 20, 1));
const { log, token } = await createSqliteRunStore({ dir }).create(run);
let seq = 0;
const append = async (text: string): Promise<string> => {
  const answer = await log.append({ expected: seq, token, records: [noteRecord(seq + 1, text)] });
  if (answer.kind === "appended") seq = answer.seq;
  return answer.kind;
};

while ((await append("x".repeat(15_000))) === "appended");
say({ filledAt: seq });
say({ stop: await append("run.paused: disk full") });
while ((await append("y".repeat(15_000))) === "appended");
say({ filledAgainAt: seq });
say({
  blob: await log
    .putBlob(Buffer.alloc(1 << 20, 7))
    .catch((error: unknown) => (error instanceof Fault ? error.code : String(error))),
});
rmSync(join(dir, "ballast"));
say({ resumed: await append("resumed") });
await log.close();

const again = await createSqliteRunStore({ dir }).open(run);
if (!("log" in again)) throw new Error("free");
say({ stored: [...again.log.read()].length, acknowledged: seq });
await again.log.close();
