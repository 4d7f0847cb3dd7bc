// A run exported as one file, opened from the disk in a real browser that has no network.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { createPageFiles } from "../../src/adapters/page-files.ts";
import { makeCarriedPage, type CarriedRun } from "../../src/http/carried-page.ts";
import { tutti } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { launchBrowser, openPage } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, pageFolder } from "./support/carried-page.ts";

const hostile = `</script><script>window.hit = 1</script><!-- <img src="https://example.org/x.png" onerror="window.hit = 1">`;

describeNeeding("chromium", "an exported run", () => {
  let browser: Browser;
  let folder: string;
  const sample = makeBillingRun({ tickets: 60 });

  const keep = (carried: CarriedRun): string => {
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
    await page.goto(`${keep(carry(sample))}#/runs/${sample.run}`);
    await page.getByText("Fence stale writers", { exact: false }).first().waitFor();
    const slider = page.getByRole("slider", { name: "Event shown" });
    expect(await slider.getAttribute("aria-valuetext")).toContain(`of ${sample.records.length}`);
    await slider.focus();
    await page.keyboard.press("PageDown");
    await page.getByRole("button", { name: "Go live" }).waitFor();
    await page.goto(`${keep(carry(sample))}#/runs/${sample.run}/report`);
    await page.getByRole("heading", { name: "Move billing to an event-sourced ledger" }).waitFor();
    expect(await page.getByRole("button", { name: "Pause the run" }).isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("PAGE50 PAGE3 opens every layer it has without a word against its policy, and writes no style sheet for one", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${keep(carry(sample))}#/runs/${sample.run}?at=900`);
    await page.getByRole("button", { name: "Go live" }).waitFor();
    for (const [key, name] of [
      ["Control+k", "Search"],
      ["?", "Keys"],
      ["c", "What changed between two points"],
    ] as const) {
      await page.keyboard.press(key);
      const layer = page.getByRole("dialog", { name });
      await layer.waitFor();
      expect(await page.evaluate<number>("document.querySelectorAll('style').length")).toBe(1);
      await page.keyboard.press("Escape");
      await layer.waitFor({ state: "detached" });
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("PAGE3 a real run is exported in a terminal and opens the same", async () => {
    const project = makeProject();
    try {
      const tickets = project.write("tickets.json", [ticket("A", { title: "Say hello" })]);
      const script = project.write(
        "scenario.json",
        scenarioOf({ A: [turn(write("hello.txt", "hello\n")), turn(finish())] }),
      );
      const flags = [
        "--model",
        "scripted/one",
        "--scenario",
        script,
        "--trust",
        "auto",
        "--no-sandbox",
        "--unattended",
      ];
      const done = await tutti(["run", tickets, "--repo", project.repo, ...flags, "--json"], project);
      expect(done.code, done.stderr).toBe(0);
      const file = join(folder, "real.html");
      const out = await tutti(["export", "--repo", project.repo, "--format", "html", "--out", file, "--json"], project);
      const { run } = JSON.parse(out.stdout) as { run: string };
      const { page, complaints } = await openPage(browser);
      await page.context().setOffline(true);
      await page.goto(`${pathToFileURL(file).href}#/runs/${run}/tickets/A`);
      await page.getByText("hello.txt").first().waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    } finally {
      project.remove();
    }
  });

  it("PAGE3 A-53 A-54 runs and loads nothing that the run's texts say", async () => {
    const carried = carry(sample);
    const records = carried.records.map((recorded) =>
      recorded.event.type === "turn.replied" ? { ...recorded, event: { ...recorded.event, text: hostile } } : recorded,
    );
    const { page, complaints } = await openPage(browser);
    await page.goto(
      `${keep({ ...carried, records, card: { ...carried.card, title: hostile } })}#/runs/${sample.run}/tickets/T-1`,
    );
    await page.getByText("window.hit = 1").first().waitFor();
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
