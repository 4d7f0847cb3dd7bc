// A process of its own that has a day's database for itself for a while, as one does that makes it:
// `node day-holder-process.ts <file> <ms>` says "held" and lets go after so long.

import { DatabaseSync } from "node:sqlite";

const [file = "", ms = "0"] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec("BEGIN EXCLUSIVE");
process.stdout.write('"held"\n', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
  database.exec("COMMIT");
  database.close();
});
