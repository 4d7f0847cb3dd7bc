// What one screen spends its time on under the benchmark's load: by kind of work on each thread of the browser, and by
// function. `node bench/page/profile-screen.ts "cards, scrolling" [seconds]`; names of functions are readable after
// `npx vite build --minify false`. Tracing costs time itself: shares are to be read here, figures in the benchmark.

import type { CDPSession } from "playwright-core";
import { launchBrowser } from "../../test/page/support/browser.ts";
import { fullScale } from "../scale.ts";
import { openBench, serveLoad, type BenchPage } from "./bench-page.ts";
import { screens, type Screen } from "./screens.ts";

type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Both in µs. */
  readonly ts: number;
  readonly dur?: number;
  readonly args: { readonly name?: string };
};

type Times = ReadonlyMap<string, number>;

const categories = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "cc", "viz", "blink"];
const samplingMicros = 300;

async function traceEvents(cdp: CDPSession, work: () => Promise<void>): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send("Tracing.start", { traceConfig: { includedCategories: categories }, transferMode: "ReportEvents" });
  await work();
  const isOver = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.end");
  await isOver;
  return events;
}

/** ms of each kind of work on one thread, without what lies within it. */
function ownTimes(events: readonly TraceEvent[]): Times {
  const found = new Map<string, number>();
  const add = (name: string, ms: number): void => void found.set(name, (found.get(name) ?? 0) + ms);
  const open: { readonly name: string; readonly end: number }[] = [];
  for (const { name, ts, dur = 0 } of events.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    while ((open.at(-1)?.end ?? Infinity) <= ts) open.pop();
    const around = open.at(-1);
    if (around !== undefined) add(around.name, -dur / 1_000);
    add(name, dur / 1_000);
    open.push({ name, end: ts + dur });
  }
  return found;
}

const sumOf = (times: Times): number => [...times.values()].reduce((sum, each) => sum + each, 0);

function timesByThread(events: readonly TraceEvent[]): ReadonlyMap<string, Times> {
  const keyOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const named = events.filter(({ ph, name }) => ph === "M" && name === "thread_name");
  const names = new Map(named.map((event) => [keyOf(event), event.args.name ?? ""]));
  const threads = Map.groupBy(
    events.filter(({ ph }) => ph === "X"),
    keyOf,
  );
  return new Map([...threads].map(([key, own]) => [`${names.get(key) ?? ""} ${key}`, ownTimes(own)]));
}

/** ms of each function, without what it calls. */
async function timesByFunction({ cdp, page }: BenchPage, seconds: number): Promise<Times> {
  await cdp.send("Profiler.enable");
  await cdp.send("Profiler.setSamplingInterval", { interval: samplingMicros });
  await cdp.send("Profiler.start");
  await page.waitForTimeout(seconds * 1_000);
  const { profile } = await cdp.send("Profiler.stop");
  const titles = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName === "" ? "(no name)" : functionName} ${url.split("/").at(-1) ?? ""}:${lineNumber + 1}`,
    ]),
  );
  const found = new Map<string, number>();
  profile.samples?.forEach((id, place) => {
    const title = titles.get(id) ?? "";
    found.set(title, (found.get(title) ?? 0) + (profile.timeDeltas?.[place] ?? 0) / 1_000);
  });
  return found;
}

function print(title: string, times: Times, most: number): void {
  console.log(`\n${title}: ${Math.round(sumOf(times))} ms`);
  for (const [name, ms] of [...times].toSorted(([, a], [, b]) => b - a).slice(0, most))
    console.log(`${ms.toFixed(0).padStart(7)} ms  ${name}`);
}

async function profile(screen: Screen, seconds: number): Promise<void> {
  const browser = await launchBrowser();
  const served = await serveLoad(fullScale.page);
  try {
    await served.ask("go", "going");
    const opened = await openBench(browser, served);
    await opened.open(screen.path(served));
    const { shares } = await opened.watch(seconds, screen.how);
    console.log(
      `undisturbed, parts of a core: main thread ${shares.main.toFixed(3)}, browser ${shares.browser.toFixed(3)}, others ${shares.others.toFixed(2)}`,
    );
    await opened.page.evaluate(`bench.begin(${JSON.stringify(screen.how ?? {})})`);
    const events = await traceEvents(opened.cdp, () => opened.page.waitForTimeout(seconds * 1_000));
    const busy = [...timesByThread(events)].filter(([, times]) => sumOf(times) > seconds * 15);
    for (const [thread, times] of busy.toSorted(([, a], [, b]) => sumOf(b) - sumOf(a))) print(thread, times, 20);
    print("functions", await timesByFunction(opened, seconds), 40);
  } finally {
    await browser.close();
    served.child.end();
  }
}

const [name = "", seconds = "6"] = process.argv.slice(2);
const screen = screens.find((each) => each.name === name);
if (screen === undefined)
  throw new Error(`say which screen, one of: ${screens.map((each) => `"${each.name}"`).join(", ")}`);
await profile(screen, Number(seconds));
