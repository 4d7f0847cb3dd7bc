// The page under load L1 (500 tickets, 200 ticket events a second, 16 streams of 100 tokens a second): the real server,
// a real Chromium, every screen, beside a floor that takes the same stream and draws nothing.

import { chromiumPath, hasChromium, launchBrowser } from "../../test/page/support/browser.ts";
import { setup as buildWhatIsOld } from "../../test/page/support/build-page.ts";
import { makeFigure, type Figure } from "../figures.ts";
import type { Measurement } from "../measure-loads.ts";
import type { PageScale, Scale } from "../scale.ts";
import { dragTo, type Asked, type Tell } from "./asked.ts";
import { openBench, serveLoad, type BenchPage, type Served, type Watched } from "./bench-page.ts";
import { watchFloor } from "./floor.ts";
import { measureKeys } from "./keys.ts";
import { measureLongOpening, measureSeeks } from "./long-log.ts";
import { measureOpening } from "./opening.ts";
import { quantile } from "./quantile.ts";
import { screens } from "./screens.ts";
import { initialSize, largestScreen, layoutMs } from "./sizes.ts";

const goals = { fps: 55, frame: 34, long: 0, main: 0.45, p50: 40, p99: 80, elements: 4_000 } as const;
/** The server gathers tokens for so long. */
const gatherMs = 33;

export async function measurePage({ page: scale }: Scale, rounds: number): Promise<Measurement> {
  if (!hasChromium()) throw new Error(`there is no Chromium at ${chromiumPath}: say where with TUTTI_CHROMIUM`);
  await buildWhatIsOld();
  const figures: Figure[] = [];
  /** What did not happen while it was watched has no figure. */
  const tell: Tell = (what, all, goal = null, isLowerBound = false) => {
    const values = all.filter(Number.isFinite);
    if (values.length > 0)
      figures.push({ ...makeFigure({ workload: "page", what }, values, goal), ...(isLowerBound && { isLowerBound }) });
  };
  tell("kB of the document, its scripts and its style, gzipped", [initialSize()], 150);
  tell("kB of the largest screen, gzipped", [largestScreen()], 15);
  for (const [tickets, goal] of [[500, 5] as const, [2_000, 20] as const])
    tell(`layout of ${tickets} tickets: p95 ms`, [layoutMs(tickets, scale.layouts)], goal);
  const browser = await launchBrowser();
  try {
    await withLoad(scale, 0, async (served) => {
      await measureOpening({ browser, served, scale, tell });
      await measureKeys({ browser, served, scale, tell, when: "calm" });
      await served.ask("go", "going");
      await measureScreens({ browser, served, scale, tell }, Math.min(rounds, scale.rounds));
      await measureKeys({ browser, served, scale, tell, when: "under load" });
    });
    await withLoad(scale, 0, (served) => measureHeap({ browser, served, scale, tell }));
    await withLoad(scale, scale.log, (served) => measureLongOpening({ browser, served, scale, tell }));
    await withLoad(scale, scale.seekLog, (served) => measureSeeks({ browser, served, scale, tell }));
  } finally {
    await browser.close();
  }
  return { rows: [], figures };
}

async function withLoad(scale: PageScale, log: number, work: (served: Served) => Promise<void>): Promise<void> {
  const served = await serveLoad(scale, log);
  try {
    await work(served);
  } finally {
    served.child.end();
  }
}

async function measureScreens({ browser, served, scale, tell }: Asked, rounds: number): Promise<void> {
  const floors: number[] = [];
  for (let round = 0; round < rounds; round += 1) floors.push((await watchFloor(browser, served, scale.seconds)).main);
  tell("the floor, which draws nothing: part of a core", floors);
  const opened = await openBench(browser, served);
  try {
    for (const screen of screens) {
      const watched: Watched[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await opened.open(screen.path(served));
        watched.push(await opened.watch(scale.seconds, screen.how));
      }
      tellScreen(screen.name, watched, tell);
    }
    await measureDragging(opened, { served, scale, tell });
  } finally {
    await opened.close();
  }
}

/** The slider is dragged through the past while the run goes on. */
async function measureDragging(opened: BenchPage, { served, scale, tell }: Omit<Asked, "browser">): Promise<void> {
  await opened.open("?view=graph&d=1&at=1000");
  const { seq } = JSON.parse(await served.ask("weigh", "weight")) as { readonly seq: number };
  const meanwhile = async (): Promise<void> => {
    await opened.page.getByRole("slider", { name: "Event shown" }).focus();
    const until = performance.now() + scale.seconds * 1_000;
    for (let step = 0; performance.now() < until; step += 1) {
      await opened.page.evaluate(dragTo(1 + ((step * 37) % Math.min(seq, 3_000))));
      await opened.page.waitForTimeout(30);
    }
  };
  tellScreen("the past, dragged through", [await opened.watch(scale.seconds, { meanwhile })], tell);
}

function tellScreen(name: string, watched: readonly Watched[], tell: Tell): void {
  const each = (what: string, pick: (one: Watched) => number, goal: number | null, isLowerBound = false): void =>
    tell(`${name}: ${what}`, watched.map(pick), goal, isLowerBound);
  each("frames a second", fpsOf, goals.fps, true);
  each("p99 frame ms", ({ frames }) => quantile(gaps(frames), 0.99), goals.frame);
  each("long tasks", ({ long }) => long.length, goals.long);
  each("the longest task, ms", ({ long }) => Math.max(0, ...long), null);
  each("the main thread's part of a core", ({ shares }) => shares.main, goals.main);
  each("event to pixel, p50 ms", ({ lags }) => quantile(lags, 0.5), goals.p50);
  each("event to pixel, p99 ms", ({ lags }) => quantile(lags, 0.99), goals.p99);
  each("events seen", ({ lags }) => lags.length, null);
  each("token to pixel, p50 ms", ({ tokens }) => quantile(tokens, 0.5), goals.p50 + gatherMs);
  each("token to pixel, p99 ms", ({ tokens }) => quantile(tokens, 0.99), goals.p99 + gatherMs);
  each("elements", ({ elements }) => elements, goals.elements);
  each("the server's part of a core", ({ shares }) => shares.server, null);
  each("everything else on this machine, in cores", ({ shares }) => shares.others, null);
}

const gaps = (frames: readonly number[]): readonly number[] =>
  frames.slice(1).map((at, place) => at - (frames[place] ?? at));

const fpsOf = ({ frames }: Watched): number =>
  ((frames.length - 1) * 1_000) / ((frames.at(-1) ?? 0) - (frames[0] ?? 0));

async function measureHeap({ browser, served, scale, tell }: Asked): Promise<void> {
  const opened = await openBench(browser, served);
  try {
    await opened.open(`?view=graph&d=3&ticket=${served.worker}&tab=live`);
    await served.ask("go", "going");
    const weigh = async (): Promise<number> => {
      await opened.cdp.send("HeapProfiler.collectGarbage");
      return (await opened.cdp.send("Runtime.getHeapUsage")).usedSize / 1024 / 1024;
    };
    await opened.page.waitForTimeout(Math.min(5_000, scale.minutes * 30_000));
    tell("heap at first, MiB", [await weigh()]);
    await opened.page.waitForTimeout(scale.minutes * 60_000);
    tell(`heap after ${scale.minutes} min under load, MiB`, [await weigh()], 150);
  } finally {
    await opened.close();
  }
}
