// A run of a long log: how soon it is there, and how soon another point of it is painted.

import { setTimeout as pause } from "node:timers/promises";
import { openBench } from "./bench-page.ts";
import { dragTo, type Asked } from "./asked.ts";
import { quantile } from "./quantile.ts";

const settledMs = 600;

export async function measureLongLog({ browser, served, scale, tell }: Asked): Promise<void> {
  const { seq } = JSON.parse(await served.ask("weigh", "weight")) as { readonly seq: number };
  const opened = await openBench(browser, served);
  const { page } = opened;
  try {
    const begun = performance.now();
    await page.goto(`${served.home}/runs/${served.run}?view=graph&d=1`);
    await page.getByText(`of ${seq.toLocaleString("en")}`).waitFor();
    await page.locator("[role=option]").first().waitFor();
    tell(`a run of ${scale.log} records is there, ms`, [performance.now() - begun], 1_000);
    await opened.open(`?view=graph&d=1&at=${Math.floor(seq / 2)}`);
    const seek = async (to: number): Promise<readonly number[]> => {
      await page.evaluate("bench.begin()");
      const from = await page.evaluate<number>(`${dragTo(to)}, performance.timeOrigin + performance.now()`);
      await pause(settledMs);
      const last = await page.evaluate<number>("bench.lastChange()");
      await page.evaluate("bench.end()");
      return last === 0 ? [] : [last - from];
    };
    const near: number[] = [];
    const far: number[] = [];
    for (let time = 0; time < scale.seeks; time += 1) {
      near.push(...(await seek(Math.floor(seq / 2) - 240 + ((time * 97) % 480))));
      far.push(...(await seek(1 + ((time * 7_919 * 13) % seq))));
    }
    tell("seek within 500 records of what was seen, painted, p95 ms", [quantile(near, 0.95)], 50);
    tell("seek anywhere, painted, p50 ms", [quantile(far, 0.5)]);
    tell("seek anywhere, painted, p95 ms", [quantile(far, 0.95)], 50);
  } finally {
    await opened.close();
  }
}
