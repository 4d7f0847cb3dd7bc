// A process of its own that takes as much of a day as it is given, in calls of 25 tokens of 1,000:
// `node day-ledger-process.ts <file, or address of a server> <name>` waits for a line, then prints how many calls it was allowed.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { createDayLedger } from "../../../src/adapters/log/day-ledger.ts";
import { createRedisDayLedger } from "../../../src/adapters/log/redis/redis-day-ledger.ts";
import { createRedisLink } from "../../../src/adapters/log/redis/redis-link.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";
import { addressOf } from "../../support/redis-server.ts";

const [file = "", name = ""] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const started = once(lines, "line");
process.stdout.write('"ready"\n');
await started;
const link = file.startsWith("redis://")
  ? createRedisLink({ address: addressOf(file), password: async () => undefined })
  : undefined;
const ledger = link === undefined ? createDayLedger(file) : createRedisDayLedger(link, "ada");
const day = "2026-11-21";
let taken = 0;
for (let call = 0; call < 60; call += 1) {
  const key = `${name}/${call}`;
  const reserved = { tokens: 25, costMicros: 25 };
  const answer = await ledger.reserve({ key, day, reserved, isStart: false, isTurn: true }, { tokens: 1_000 });
  if (!answer.ok) continue;
  taken += 1;
  // Every third is left open, as by a process that dies.
  if (call % 3 > 0) await ledger.settle({ key, day, usage: { ...zeroUsage, input: 25, costMicros: 25 }, ms: 1 });
}
process.stdout.write(`${taken}\n`);
lines.close();
ledger.close();
link?.close();
