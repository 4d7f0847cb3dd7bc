// W5's floor: the file is opened, every record is read and parsed, nothing more.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const folder = process.argv[2];
const run = readdirSync(folder).find((name) => name.startsWith("run_"));
const database = new DatabaseSync(join(folder, run, "log.db"));
let events = 0;
for (const row of database.prepare("SELECT seq, body FROM records ORDER BY seq").iterate()) {
  JSON.parse(row.body);
  events += 1;
}
process.stdout.write(`read ${events}\n`);
// Stays until it is ended, like the product that went on working.
setInterval(() => {}, 1_000);
