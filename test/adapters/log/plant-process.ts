// Makes a run and says how far it is, one line of stdin for each step: `node plant-process.ts <folder of runs> <run>`.

import { createInterface } from "node:readline";
import { plantRun } from "../../../src/adapters/log/plant-run.ts";
import { encodeRecord } from "../../../src/adapters/log/record.ts";
import { noteRecords } from "../../support/sample-events.ts";
import type { RunId } from "../../../src/domain/ids.ts";

const [, , dir = "", run = ""] = process.argv;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const step = async (name: string): Promise<void> => {
  process.stdout.write(`${JSON.stringify(name)}\n`);
  await lines.next();
};

await plantRun({ dir, run: run as RunId, createdAt: 1 }, async (planting) => {
  await step("begun");
  // More than one transaction.
  for (const record of noteRecords(2_500)) planting.add(encodeRecord(record));
  await step("written");
  await planting.putBlob(Buffer.from("a text"));
  await step("whole");
});
await step("there");
