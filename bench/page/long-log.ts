// A run of a long log: how soon it is there, and how soon another point of it is painted.

import { setTimeout as pause } from "node:timers/promises";
import { openBench } from "./bench-page.ts";
import { dragTo, type Asked } from "./asked.ts";
import { quantile } from "./quantile.ts";

/** Rests between two looks: what the one before left to be done is done. */
const restMs = 400;

export async function measureLongOpening({ browser, served, scale, tell }: Asked): Promise<void> {
  const opened = await openBench(browser, served);
  const { page } = opened;
  try {
    const begun = performance.now();
    await page.goto(`${served.home}/runs/${served.run}?view=graph&d=1`);
    await page.getByText(`of ${scale.log.toLocaleString("en")}`).waitFor();
    await page.locator("[role=option]").first().waitFor();
    tell(`a run of ${scale.log} records is there, ms`, [performance.now() - begun], 1_000);
  } finally {
    await opened.close();
  }
}

export async function measureSeeks({ browser, served, scale, tell }: Asked): Promise<void> {
  const { seq } = JSON.parse(await served.ask("weigh", "weight")) as { readonly seq: number };
  // Walks the log, as the slider's marks do: whoever drags it has waited for them.
  const opened = await openBench(browser, served);
  const { page } = opened;
  try {
    await opened.open("?view=graph&d=1");
    await page.locator("footer svg rect").first().waitFor({ state: "attached", timeout: 120_000 });
    /** From the slider's event until the page says that it shows the point, and has painted it. */
    const seek = async (to: number): Promise<number> => {
      // Not in step with the page's frames.
      await pause(restMs + ((to * 7) % 33));
      return page.evaluate<number>(`(() => {
        const painted = bench.untilTrue(() => document.querySelector("main").dataset.seq === "${to}");
        ${dragTo(to)};
        return painted;
      })()`);
    };
    const near: number[] = [];
    const far: number[] = [];
    for (let time = 0; time < scale.seeks; time += 1) {
      const middle = 1 + ((time * 7_919 * 13) % seq);
      far.push(await seek(middle));
      near.push(await seek(Math.max(1, middle + (((time * 97) % 480) - 240))));
    }
    const of = `in ${seq} records`;
    tell(`seek ${of}, within 240 of what was seen, painted, p50 ms`, [quantile(near, 0.5)]);
    tell(`seek ${of}, within 240 of what was seen, painted, p95 ms`, [quantile(near, 0.95)], 50);
    tell(`seek ${of}, anywhere, painted, p50 ms`, [quantile(far, 0.5)]);
    tell(`seek ${of}, anywhere, painted, p95 ms`, [quantile(far, 0.95)], 50);
  } finally {
    await opened.close();
  }
}
