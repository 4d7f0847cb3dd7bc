// How soon the page is there: first paint, and the board painted; on a fast machine and on one four times as slow.

import { openPage } from "../../test/page/support/browser.ts";
import type { Asked } from "./asked.ts";

/** Watches from the document's first moment on. */
const watch = `globalThis.painted = new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(performance.now());
  const look = () => {
    if (document.querySelectorAll("[role=option][data-index]").length >= 30) port2.postMessage(0);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});`;

const first = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") resolve(startTime);
  }).observe({ type: "paint", buffered: true });
})`;

export async function measureOpening({ browser, served, scale, tell }: Asked): Promise<void> {
  for (const { rate, goals } of [
    { rate: 1, goals: { first: 600, board: 700 } },
    { rate: 4, goals: { first: 1_500, board: 1_600 } },
  ]) {
    const firsts: number[] = [];
    const boards: number[] = [];
    for (let visit = 0; visit < scale.visits; visit += 1) {
      // A new context has an empty cache.
      const { page } = await openPage(browser);
      const cdp = await page.context().newCDPSession(page);
      await cdp.send("Emulation.setCPUThrottlingRate", { rate });
      await page.addInitScript(watch);
      await page.goto(await served.codeLink("?view=graph&d=1"));
      boards.push(await page.evaluate<number>("globalThis.painted"));
      firsts.push(await page.evaluate<number>(first));
      await page.context().close();
    }
    const slow = rate === 1 ? "" : `, ${rate} times slower`;
    tell(`first contentful paint, ms${slow}`, firsts, goals.first);
    tell(`board of ${scale.tickets} painted, ms${slow}`, boards, goals.board);
  }
}
