// Writes a run's log as a golden log: `node scripts/record-golden.ts <folder of runs> <run id> <out.jsonl>`.
// See test/golden/README.md.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encodeRecord } from "../src/adapters/log/record.ts";
import { createSqliteRunStore } from "../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../src/domain/ids.ts";

const [dir, run, out] = process.argv.slice(2);
if (dir === undefined || run === undefined || out === undefined) {
  console.error("usage: node scripts/record-golden.ts <folder of runs> <run id> <out.jsonl>");
  process.exit(1);
}
const log = await createSqliteRunStore({ dir }).peek(run as RunId);
if (log === undefined) {
  console.error(`there is no ${run} in ${dir}`);
  process.exit(1);
}
const lines = [...log.read()].map(encodeRecord);
await log.close();
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${lines.join("\n")}\n`, { flag: "wx" });
console.log(`${lines.length} records written to ${out}`);
