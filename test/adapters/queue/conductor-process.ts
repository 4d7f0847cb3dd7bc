// A conductor in a process of its own. `node conductor-process.ts <store> <run>`: owns the run, prints `ready`; `busy <ms>` on
// stdin keeps its main thread; at the end of stdin it closes, and prints that it has.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { createRedisLink } from "../../../src/adapters/log/redis/redis-link.ts";
import { createRedisRunStore } from "../../../src/adapters/log/redis/redis-run-store.ts";
import { openCrew } from "../../../src/adapters/queue/crew.ts";
import { openMeeting } from "../../../src/adapters/queue/meeting.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { parseStoreAddress } from "../../../src/domain/store-address.ts";

const [store = "", name = ""] = process.argv.slice(2);
const run = name as RunId;
const say = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

const parsed = parseStoreAddress(store);
if (!parsed.ok) throw new Error(parsed.problem);
const access = { address: parsed.value, password: async () => undefined };
const link = createRedisLink(access);
const { log, token } = await createRedisRunStore({ link, project: "sample" }).create(run);
const meeting = await openMeeting(access);
const crew = await openCrew(meeting, run, token);
await meeting.heartbeat.started();
say("ready");
const lines = createInterface({ input: process.stdin }).on("line", (line) => {
  const ms = Number(line.split(" ")[1]);
  const until = performance.now() + ms;
  while (performance.now() < until);
  say({ wasBusy: ms });
});
await once(lines, "close");
crew.close();
await log.close();
await meeting.close();
link.close();
say("closed");
