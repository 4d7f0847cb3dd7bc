// A machine in a process of its own. `node holder-process.ts <store> <labels>`: prints `ready`, takes one attempt, prints
// what it took and when it is lost. `busy <ms>` on stdin keeps its main thread; `say <inbox>` tells the conductor that it took.

import { createInterface } from "node:readline";
import { createBench } from "../../../src/adapters/queue/bench.ts";
import { openMeeting } from "../../../src/adapters/queue/meeting.ts";
import { placeKey } from "../../../src/domain/machine.ts";
import { parseStoreAddress } from "../../../src/domain/store-address.ts";

const [store = "", labels = ""] = process.argv.slice(2);
const say = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

const parsed = parseStoreAddress(store);
if (!parsed.ok) throw new Error(parsed.problem);
const meeting = await openMeeting({ address: parsed.value, password: async () => undefined });
const card = { host: "there", pid: process.pid, version: "1", capacity: 1, startedAt: 0 };
const bench = createBench(meeting, { ...card, labels: labels === "" ? [] : labels.split(",") });
say({ ready: bench.id });

const taken = await bench.take(new AbortController().signal);
if (taken !== undefined) {
  say({ took: placeKey(taken.place) });
  taken.lost.addEventListener("abort", () => say({ lost: taken.lost.reason as unknown }));
}
createInterface({ input: process.stdin }).on("line", (line) => {
  const [word, what = ""] = line.split(" ");
  if (word === "busy") {
    const until = performance.now() + Number(what);
    while (performance.now() < until);
    say({ wasBusy: Number(what) });
  } else if (word === "say" && taken !== undefined) {
    const { place, taking } = taken;
    bench.send(what, { from: bench.id, inbox: bench.inbox, place, taking, say: { kind: "took" } });
    say({ said: taken.lost.aborted });
  }
});
