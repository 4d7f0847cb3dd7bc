// The floor: the same document from the same server with the same stream, every frame of it parsed and nothing drawn.

import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { openPage } from "../../test/page/support/browser.ts";
import type { Served } from "./bench-page.ts";
import { watchProcessor, type Shares } from "./processor.ts";

const probe = readFileSync(new URL("probe.mjs", import.meta.url), "utf8");
const kinds = ["snapshot", "records", "partials", "deltas", "runs", "beat"];

export async function watchFloor(browser: Browser, served: Served, seconds: number): Promise<Shares> {
  const { page } = await openPage(browser);
  try {
    await page.goto(await served.codeLink(""));
    await page.locator("main").first().waitFor();
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.goto(`${served.home}/runs/${served.run}`);
    await page.evaluate(`${probe};0`);
    await page.evaluate(`globalThis.got = 0; {
      const source = new EventSource("/api/stream?run=${served.run}");
      for (const kind of ${JSON.stringify(kinds)}) source.addEventListener(kind, ({ data }) => { JSON.parse(data); globalThis.got += 1; });
    }0`);
    await page.waitForTimeout(1_000);
    await page.evaluate("bench.begin({ isObserving: false })");
    const processor = await watchProcessor(browser, served.child.pid);
    await page.waitForTimeout(seconds * 1_000);
    const shares = await processor.end();
    if ((await page.evaluate<number>("globalThis.got")) < seconds) throw new Error("the floor heard nothing");
    return shares;
  } finally {
    await page.context().close();
  }
}
