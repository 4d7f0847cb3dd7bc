// A process of its own that wants to own a run. `node owner-process.ts <dir or store> <run> <hold|append>`: on the first line
// of stdin it creates or opens the run and prints the answer; `append` then appends for ever and prints each
// acknowledged seq, `hold` waits for the end of stdin and closes.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { createRedisLink } from "../../../src/adapters/log/redis/redis-link.ts";
import { createRedisRunStore } from "../../../src/adapters/log/redis/redis-run-store.ts";
import { parseStoreAddress } from "../../../src/domain/store-address.ts";
import type { EventLog, RunStore } from "../../../src/engine/ports.ts";
import { noteRecords } from "../../support/sample-events.ts";

const [dir = "", name = "", mode = "hold"] = process.argv.slice(2);
const run = name as RunId;
const say = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

async function appendForEver(log: EventLog, token: number): Promise<never> {
  let expected = [...log.read()].length;
  for (;;) {
    const records = noteRecords(3, expected);
    const answer = await log.append({ expected, token, records });
    if (answer.kind !== "appended") throw new Error(JSON.stringify(answer));
    expected = answer.seq;
    say(expected);
  }
}

function openRedis(text: string): RunStore {
  const parsed = parseStoreAddress(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  const link = createRedisLink({ address: parsed.value, password: async () => undefined });
  return createRedisRunStore({ link, project: "sample" });
}

async function ownAndHold(ended: Promise<unknown>): Promise<void> {
  const store = dir.startsWith("redis://") ? openRedis(dir) : createSqliteRunStore({ dir });
  const listed = await store.list();
  const answer = listed.some((listing) => listing.run === run) ? await store.open(run) : await store.create(run);
  if (!("log" in answer)) {
    say(answer);
    return;
  }
  say({ token: answer.token });
  if (mode === "append") await appendForEver(answer.log, answer.token);
  await ended;
  await answer.log.close();
}

const lines = createInterface({ input: process.stdin });
const ended = once(lines, "close");
const started = once(lines, "line");
say("ready");
await started;
await ownAndHold(ended);
lines.close();
