// What the page weighs over the wire, and what its layout costs: no browser needed.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { layoutBoard, layoutPlanOf } from "../../src/views/board-layout.ts";
import { makeBillingRun } from "../../test/page/support/billing-run.ts";
import { quantile } from "./quantile.ts";

const folder = join(import.meta.dirname, "../../dist/page");
const kB = (path: string): number => gzipSync(readFileSync(path)).length / 1000;

/** kB after gzip of what the document names: itself, its scripts, its style sheets. */
export function initialSize(): number {
  const index = join(folder, "index.html");
  const named = [...readFileSync(index, "utf8").matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)];
  const files = [...new Set(named.flatMap(([, path]) => path ?? []))];
  if (files.length === 0) throw new Error("the built page's document names no script: build it with `npm run page`");
  return files.reduce((sum, path) => sum + kB(join(folder, path)), kB(index));
}

/** kB after gzip of the largest screen that is loaded when it is opened. */
export const largestScreen = (): number =>
  Math.max(
    ...readdirSync(join(folder, "assets"))
      .filter((name) => name.includes("-screen-") && name.endsWith(".js"))
      .map((name) => kB(join(folder, "assets", name))),
  );

/** Runs before the compiler has done its part. */
const warmUp = 50;

/** ms of laying a plan out anew: the 95th of 100. */
export function layoutMs(tickets: number, times: number): number {
  const { state } = makeBillingRun({ tickets, share: 0.05 });
  const plan = layoutPlanOf(state);
  const took = Array.from({ length: times + warmUp }, () => {
    const begun = performance.now();
    layoutBoard(plan);
    return performance.now() - begun;
  });
  return quantile(took.slice(warmUp), 0.95);
}
