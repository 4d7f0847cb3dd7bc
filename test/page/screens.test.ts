// Every screen of the page on a big run, in both themes: axe finds nothing, the browser complains of nothing, and what it
// loads and draws stays within its bounds.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser, openPage } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, pageFolder, serveCarried, type CarriedPage } from "./support/carried-page.ts";

const screens = [
  ["runs", ""],
  ["board", "/runs/$run"],
  ["list", "/runs/$run?view=list"],
  ["timeline", "/runs/$run?view=timeline"],
  ["overview", "/runs/$run?d=1"],
  ["inspector", "/runs/$run?ticket=T-1"],
  ["agents", "/runs/$run/agents"],
  ["worker", "/runs/$run/tickets/T-1"],
  ["inbox", "/runs/$run/inbox"],
  ["all inboxes", "/inbox"],
  ["spend", "/runs/$run/spend"],
  ["models", "/runs/$run/models"],
  ["report", "/runs/$run/report"],
  ["past", "/runs/$run?at=900"],
] as const;

const mostElements = 4_000;

describeNeeding("chromium", "screens of the page", () => {
  let browser: Browser;
  let served: CarriedPage;
  const sample = makeBillingRun({ tickets: 500 });

  beforeAll(async () => {
    [browser, served] = await Promise.all([launchBrowser(), serveCarried(carry(sample))]);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  for (const theme of ["dark", "light"] as const)
    it.each(screens)(
      `PAGE1 %s, ${theme}: axe finds nothing, nothing fails, nothing is loaded from elsewhere`,
      async (_, path) => {
        const { page, complaints } = await openPage(browser, { theme });
        try {
          await page.goto(`${served.address}#${path.replace("$run", sample.run)}`);
          await page.locator("h1").first().waitFor({ state: "attached" });
          await page.waitForTimeout(400);
          expect(await findViolations(page)).toEqual([]);
          expect(complaints).toEqual([]);
          expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(mostElements);
        } finally {
          await page.context().close();
        }
      },
    );
});

const sizeOf = (file: string): number => gzipSync(readFileSync(join(pageFolder, file)), { level: 9 }).byteLength;

describe("the built page", () => {
  const kib = 1_000;
  const first = (): readonly string[] => [
    ...new Set(
      [...readFileSync(join(pageFolder, "index.html"), "utf8").matchAll(/assets\/[\w.-]+\.(?:js|css)/g)].flat(),
    ),
  ];

  it("PAGE2 loads at most 150 kB at first, packed", () => {
    const files = first();
    expect(files.length).toBeGreaterThan(1);
    expect(["index.html", ...files].reduce((sum, file) => sum + sizeOf(file), 0)).toBeLessThan(150 * kib);
  });

  it("PAGE2 loads at most 15 kB for a screen and 120 kB for an editor", () => {
    const parts = readdirSync(join(pageFolder, "assets")).filter(
      (file) => file.endsWith(".js") && !first().includes(`assets/${file}`),
    );
    const tooLarge = parts.filter((file) => sizeOf(join("assets", file)) > (/-screen-/.test(file) ? 15 : 120) * kib);
    expect(tooLarge).toEqual([]);
  });

  it("PAGE2 has two fonts of at most 100 kB together", () => {
    const fonts = readdirSync(join(pageFolder, "assets")).filter((file) => file.endsWith(".woff2"));
    expect(fonts).toHaveLength(2);
    expect(
      fonts.reduce((sum, file) => sum + readFileSync(join(pageFolder, "assets", file)).byteLength, 0),
    ).toBeLessThan(100 * kib);
  });
});
