// Another program with its hands on our database: `node lock-process.ts <file> [patience in ms]` tries to take its
// write lock on the first line of stdin, says how that went, and gives it back on the second.

import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync(process.argv[2] ?? "", { timeout: Number(process.argv[3] ?? 5_000) });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line: string): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

say("ready");
await lines.next();
try {
  database.exec("BEGIN IMMEDIATE");
} catch {
  say("busy");
  process.exit(0);
}
say("locked");
await lines.next();
database.exec("ROLLBACK");
say("free");
