// The page of the benchmark: opened in a real browser, on the serving process, with the probe in it.

import { readFileSync } from "node:fs";
import type { Browser, CDPSession, Page } from "playwright-core";
import { openPage } from "../../test/page/support/browser.ts";
import { startChild, type Child } from "../child-process.ts";
import type { PageScale } from "../scale.ts";
import type { Change } from "./load.ts";
import { watchProcessor, type Shares } from "./processor.ts";

const probe = readFileSync(new URL("probe.mjs", import.meta.url), "utf8");

export type Served = {
  readonly child: Child;
  readonly home: string;
  readonly run: string;
  /** A worker whose model speaks. */
  readonly worker: string;
  readonly ask: (order: string, word: string) => Promise<string>;
  readonly codeLink: (path: string) => Promise<string>;
};

export async function serveLoad(page: PageScale, log = 0): Promise<Served> {
  const { tickets, speakers, tokens, events, words, minutes } = page;
  const plan = JSON.stringify({ tickets, speakers, tokens, events, words, log, minutes });
  const child = startChild([new URL("child.ts", import.meta.url).pathname, plan]);
  const { port, run, worker } = JSON.parse(await child.line("listening")) as {
    readonly port: number;
    readonly run: string;
    readonly worker: string;
  };
  const home = `http://127.0.0.1:${port}`;
  const ask: Served["ask"] = async (order, word) => {
    child.tell(order);
    return child.line(word);
  };
  return {
    child,
    home,
    run,
    worker,
    ask,
    codeLink: async (path) => `${home}/runs/${run}${path}#code=${await ask("code", "code")}`,
  };
}

/** As the probe tells it; times in ms, of `changes` epoch ms. */
export type Probed = {
  readonly frames: readonly number[];
  readonly long: readonly number[];
  readonly tokens: readonly number[];
  readonly changes: readonly { readonly index: number; readonly status: string; readonly at: number }[];
  readonly keys: readonly number[];
};

export type Watched = Probed & {
  readonly shares: Shares;
  readonly elements: number;
  /** From a decision to its paint, ms. */
  readonly lags: readonly number[];
};

export type BenchPage = {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Opens a path below the run's address and waits until it stands. */
  readonly open: (path: string) => Promise<void>;
  readonly watch: (seconds: number, how?: WatchHow) => Promise<Watched>;
  readonly close: () => Promise<void>;
};

export type WatchHow = {
  /** Selector of what is scrolled all the time. */
  readonly scroll?: string;
  readonly isObserving?: boolean;
  /** Done while it is watched, in place of waiting. */
  readonly meanwhile?: () => Promise<void>;
};

const settleMs = 1_300;

export async function openBench(browser: Browser, served: Served): Promise<BenchPage> {
  const { page } = await openPage(browser);
  const cdp = await page.context().newCDPSession(page);
  await page.goto(await served.codeLink(""));
  await page.locator("main").first().waitFor();
  return {
    page,
    cdp,
    open: async (path) => {
      await page.goto(`${served.home}/runs/${served.run}${path}`);
      await page.locator("main h1, main [role=listbox], main table, main section").first().waitFor();
      await page.evaluate(`${probe};0`);
      await page.waitForTimeout(settleMs);
    },
    watch: async (seconds, { meanwhile, ...how } = {}) => {
      await served.ask("changes", "changes");
      const processor = await watchProcessor(browser, served.child.pid);
      await page.evaluate(`bench.begin(${JSON.stringify(how)})`);
      const wait = page.waitForTimeout(seconds * 1000);
      await (meanwhile === undefined ? wait : meanwhile());
      const probed = await page.evaluate<Probed>("bench.end()");
      const shares = await processor.end();
      const elements = await page.evaluate<number>("document.querySelectorAll('*').length");
      const changes = JSON.parse(await served.ask("changes", "changes")) as readonly Change[];
      return { ...probed, shares, elements, lags: lagsOf(probed.changes, changes) };
    },
    close: () => page.context().close(),
  };
}

/** What was seen against what was decided: of every status that was painted, the last decision that led to it. */
function lagsOf(seen: Probed["changes"], decided: readonly Change[]): readonly number[] {
  return seen.flatMap(({ index, status, at }) => {
    const cause = decided.findLast((change) => change.index === index && change.at <= at && change.status === status);
    return cause === undefined ? [] : [at - cause.at];
  });
}
