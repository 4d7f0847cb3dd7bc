// A run exported as one file, opened from the disk in a real browser that has no network.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { createPageFiles } from "../../src/adapters/page-files.ts";
import { makeCarriedPage, type CarriedRun } from "../../src/http/carried-page.ts";
import { describeNeeding } from "../support/needs.ts";
import { launchBrowser, openPage } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, pageFolder } from "./support/carried-page.ts";

const hostile = `</script><script>window.hit = 1</script><!-- <img src="https://example.org/x.png" onerror="window.hit = 1">`;

describeNeeding("chromium", "an exported run", () => {
  let browser: Browser;
  let folder: string;
  const sample = makeBillingRun({ tickets: 60 });

  const write = (carried: CarriedRun): string => {
    const path = join(folder, "run.html");
    writeFileSync(path, makeCarriedPage(createPageFiles(pageFolder), carried));
    return pathToFileURL(path).href;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tutti-carried-"));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("PAGE3 opens from a disk without a network, and shows any point of its past", async () => {
    const { page, complaints } = await openPage(browser);
    await page.context().setOffline(true);
    await page.goto(`${write(carry(sample))}#/runs/${sample.run}`);
    await page.getByText("Fence stale writers", { exact: false }).first().waitFor();
    const slider = page.getByRole("slider", { name: "Event shown" });
    expect(await slider.getAttribute("aria-valuetext")).toContain(`of ${sample.records.length}`);
    await slider.focus();
    await page.keyboard.press("PageDown");
    await page.getByRole("button", { name: "Go live" }).waitFor();
    await page.goto(`${write(carry(sample))}#/runs/${sample.run}/report`);
    await page.getByRole("heading", { name: "Move billing to an event-sourced ledger" }).waitFor();
    expect(await page.getByRole("button", { name: "Pause the run" }).isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("PAGE3 A-53 A-54 runs and loads nothing that the run's texts say", async () => {
    const carried = carry(sample);
    const records = carried.records.map((recorded) =>
      recorded.event.type === "turn.replied" ? { ...recorded, event: { ...recorded.event, text: hostile } } : recorded,
    );
    const { page, complaints } = await openPage(browser);
    await page.goto(
      `${write({ ...carried, records, card: { ...carried.card, title: hostile } })}#/runs/${sample.run}/tickets/T-1`,
    );
    await page.getByText("window.hit = 1").first().waitFor();
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
