// From a key to its paint. Moves: the browser's own Event Timing. Screens and densities: until what was asked for is
// painted, which Event Timing does not wait for.

import type { BenchPage } from "./bench-page.ts";
import { openBench } from "./bench-page.ts";
import type { Asked } from "./asked.ts";
import { quantile } from "./quantile.ts";

/** Event Timing tells of nothing below this, ms. */
const leastMs = 16;
const restMs = 120;

export async function measureKeys(asked: Asked & { readonly when: "calm" | "under load" }): Promise<void> {
  const { browser, served, scale, tell, when } = asked;
  const opened = await openBench(browser, served);
  const goal = when === "calm" ? 75 : 100;
  try {
    await opened.open("?view=graph&d=3");
    await opened.page.locator("[role=option][tabindex='0']").focus();
    const moves = await press(opened, ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp"], scale.presses);
    tell(`${when}: a move on the board, p95 ms`, [moves], goal);
    await opened.open("/inbox");
    tell(`${when}: a move in the inbox, p95 ms`, [await press(opened, ["j", "k"], scale.presses)], goal);
    await opened.open("?view=graph&d=3");
    const densities = await change(opened, scale.presses, [
      [
        "1",
        `document.querySelector("[data-density='1']") !== null && document.querySelector("[data-density='3']") === null`,
      ],
      [
        "3",
        `document.querySelector("[data-density='3']") !== null && document.querySelector("[data-density='1']") === null`,
      ],
    ]);
    tell(`${when}: another density painted, p95 ms`, [densities], 200);
    await opened.open("/agents");
    const shown = (title: string): string => `document.querySelector("main h1")?.textContent === "${title}"`;
    const screens = await change(opened, scale.presses, [
      ["g b", `document.querySelector("main [role=listbox]") !== null`],
      ["g a", shown("Agents")],
    ]);
    tell(`${when}: another screen painted, p95 ms`, [screens], 200);
  } finally {
    await opened.close();
  }
}

async function press({ page }: BenchPage, keys: readonly string[], times: number): Promise<number> {
  await page.evaluate("bench.begin({ isObserving: false })");
  for (let time = 0; time < times; time += 1) {
    await page.keyboard.press(keys[time % keys.length] ?? "");
    await page.waitForTimeout(restMs);
  }
  const { keys: told } = await page.evaluate<{ readonly keys: readonly number[] }>("bench.end()");
  return quantile([...told, ...Array.from({ length: Math.max(0, times - told.length) }, () => leastMs)], 0.95);
}

/** Each: keys joined by blanks, and what is true once the last of them has had its effect. */
async function change(
  { page }: BenchPage,
  times: number,
  steps: readonly (readonly [keys: string, isThere: string])[],
): Promise<number> {
  const took: number[] = [];
  // Once round to load what is loaded on demand.
  for (let time = -steps.length; time < times; time += 1) {
    const [keys, isThere] = steps[(time + steps.length) % steps.length] ?? ["", "true"];
    const all = keys.split(" ");
    for (const key of all.slice(0, -1)) await page.keyboard.press(key);
    await page.evaluate(`globalThis.painted = bench.untilPainted(() => ${isThere}); 0`);
    await page.keyboard.press(all.at(-1) ?? "");
    const ms = await page.evaluate<number>("globalThis.painted");
    if (time >= 0) took.push(ms);
    await page.waitForTimeout(restMs);
  }
  return quantile(took, 0.95);
}
