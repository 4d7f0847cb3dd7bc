// The serving process of the page's benchmark: the real app on a memory log that the load writes. `node child.ts <JSON>`;
// it takes orders by line: `go`, `stop`, `code` (a new way in), `changes`, `weigh`.

import { createInterface } from "node:readline";
import { join } from "node:path";
import { createSystemClock } from "../../src/adapters/clock.ts";
import { createMemoryRunStore } from "../../src/adapters/log/memory-log.ts";
import { createNoSandbox } from "../../src/adapters/sandbox/no-sandbox.ts";
import { createTools } from "../../src/adapters/tools/create-tools.ts";
import { createPageFiles } from "../../src/adapters/page-files.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { createFeed } from "../../src/engine/feed.ts";
import { keepLiveTexts } from "../../src/engine/live-texts.ts";
import type { Ports } from "../../src/engine/ports.ts";
import { createApp } from "../../src/http/app.ts";
import { listen } from "../../src/http/listen.ts";
import { cardOf } from "../../src/http/run-card.ts";
import type { OpenRun, ServedRuns } from "../../src/http/runs.ts";
import { createSessions } from "../../src/http/session.ts";
import { createLoad, type LoadPlan } from "./load.ts";
import { createLongRun } from "./long-run.ts";

const plan = JSON.parse(process.argv[2] ?? "{}") as LoadPlan;
const tickMs = 10;
const cardsMs = 250;

const feed = createFeed();
const live = keepLiveTexts(feed);
const { log, token: fence } = await createMemoryRunStore().create("run_0page0under0load0" as RunId);

let written = 0;
let writing: Promise<unknown> = Promise.resolve();
/** As a conductor does it: nothing is told before it is in the log. */
function write(records: readonly Recorded[]): void {
  const expected = written;
  written += records.length;
  writing = writing.then(async () => {
    const { kind } = await log.append({ expected, token: fence, records });
    if (kind !== "appended") throw new Error(`the log refused: ${kind}`);
    for (const recorded of records) feed.publish({ kind: "recorded", recorded });
  });
}

const load =
  plan.log > 0
    ? createLongRun(plan, write)
    : createLoad(plan, {
        onRecords: write,
        onSpeech: ({ ref, turn, text }) => feed.publish({ kind: "delta", ref, turn, delta: { kind: "text", text } }),
      });
await writing;

const open: OpenRun = {
  run: load.run,
  conducted: "here",
  state: load.state,
  feed,
  live,
  ports: { log, clock: createSystemClock(), tools: createTools({ sandbox: createNoSandbox() }) } as unknown as Ports,
  person: "ann",
  signal: new AbortController().signal,
  change: () => refuse(),
};
const card = () =>
  cardOf(load.state(), {
    projectKey: "billing-0",
    run: load.run,
    createdAt: load.state().startedAt,
    conducted: "here",
    ms: load.state().lastAt - load.state().startedAt,
    isImported: false,
  });
const refuse = (): Promise<never> => Promise.reject(new Error("this server takes no orders"));
const runs: ServedRuns = {
  list: async () => [card()],
  find: async (run) => (run === load.run ? { kind: "open", open, release: () => {} } : undefined),
  watch: (listener) => {
    const timer = setInterval(() => listener([card()], []), cardsMs);
    return () => clearInterval(timer);
  },
  asking: async () => [{ card: card(), state: load.state() }],
  projects: async () => [],
  begin: refuse,
  resume: refuse,
  land: refuse,
  forecast: refuse,
  recover: refuse,
  projectModels: refuse,
  saveModels: refuse,
};
const sessions = createSessions({ now: () => Date.now() });
let port = 0;
const app = createApp({
  runs,
  sessions,
  token: "of-the-benchmark-alone",
  port: () => port,
  page: createPageFiles(join(import.meta.dirname, "../../dist/page")),
  person: "ann",
  onError: (error) => process.stderr.write(`${error.stack ?? error.message}\n`),
});
({ port } = await listen(app));

let timer: NodeJS.Timeout | undefined;
function go(): void {
  const begun = performance.now();
  let worked = 0;
  let spoken = 0;
  timer = setInterval(() => {
    const seconds = (performance.now() - begun) / 1000;
    const tokens = Math.floor(seconds * plan.tokens) - spoken;
    spoken += tokens;
    if (tokens > 0) load.speak(tokens);
    const due = Math.floor(seconds * plan.events) - worked;
    if (due > 0) worked += load.work(due);
  }, tickMs);
}

const orders: Readonly<Record<string, () => string>> = {
  go: () => (go(), "going"),
  stop: () => (clearInterval(timer), "stopped"),
  code: () => `code ${sessions.newCode().code}`,
  changes: () => `changes ${JSON.stringify(load.takeChanges())}`,
  weigh: () =>
    `weight ${JSON.stringify({ seq: load.state().seq, rss: process.memoryUsage().rss, left: load.state().counts })}`,
};
createInterface(process.stdin).on("line", (line) => {
  const order = orders[line];
  if (order !== undefined) process.stdout.write(`${order()}\n`);
});
// Whoever began first waits at a gate.
const { worker } = load;
process.stdout.write(`listening ${JSON.stringify({ port, run: load.run, worker })}\n`);
