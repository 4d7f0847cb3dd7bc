// The frame around the screens where room is short, and what it says beside the run.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { killLeftovers } from "../e2e/support/cli.ts";
import { finish, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser, openPage } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, serveCarried, type CarriedPage } from "./support/carried-page.ts";
import { readyTo, startLive } from "./support/live-run.ts";

describeNeeding("chromium", "the frame of the page", () => {
  const run = makeBillingRun({ tickets: 120 });
  let browser: Browser;
  let served: CarriedPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await serveCarried(carry(run));
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    killLeftovers();
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const allStatuses = "running,step_paused,failed,blocked,ready,pending,completed,cancelled";

  it.each([
    [1280, 800],
    [1440, 900],
    [1600, 950],
    [1920, 1080],
  ])("PAGE21 the toolbar is one line at %i by %i, with every status and the inspector", async (width, height) => {
    const { page } = await openPage(browser, { width, height });
    await page.goto(`${served.address}#/runs/${run.run}?d=3&ticket=T-40&status=${encodeURIComponent(allStatuses)}`);
    await page.getByRole("group", { name: "Show statuses" }).waitFor();
    await page.getByRole("complementary").first().waitFor();
    for (const view of ["graph", "list"]) {
      if (view === "list") await page.keyboard.press("v");
      const measured = await page.evaluate<{ statuses: number; height: number; over: number }>(`(() => {
        const bar = document.querySelector('[aria-label="Show statuses"]').parentElement;
        return {
          statuses: bar.querySelectorAll('[aria-label="Show statuses"] button').length,
          height: bar.offsetHeight,
          over: bar.scrollWidth - bar.clientWidth,
        };
      })()`);
      expect(measured, view).toEqual({ statuses: 8, height: 44, over: 0 });
    }
  });

  it("PAGE21 what has no room in the toolbar is in its menu", async () => {
    const { page } = await openPage(browser, { width: 1280, height: 800 });
    await page.goto(`${served.address}#/runs/${run.run}?d=3&ticket=T-40`);
    await page.getByRole("combobox", { name: "Density" }).selectOption("Compact");
    await page.locator('[role="option"][data-density="2"]').first().waitFor();
    await page.getByRole("button", { name: "More of the board" }).click();
    await page.getByRole("menuitem", { name: /^Trace/ }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("menuitem", { name: "Reporting" }).click();
    await page.waitForURL(/track=Reporting/);
  });

  it("PAGE21 the rail fits a window of 640 by 400", async () => {
    const { page } = await openPage(browser, { width: 640, height: 400 });
    await page.goto(`${served.address}#/runs/${run.run}`);
    const rail = page.getByRole("navigation", { name: "Main" });
    await rail.getByRole("link", { name: "Report" }).waitFor();
    const over = await page.evaluate<number>(`(() => {
      const rail = document.querySelector('nav[aria-label="Main"]');
      return rail.scrollHeight - rail.clientHeight;
    })()`);
    expect(over).toBe(0);
    expect(await findViolations(page)).toEqual([]);
  });

  it("PAGE20 an exported page imports nothing", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${served.address}#/`);
    await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
    expect(await page.getByRole("button", { name: "Import a run" }).count()).toBe(0);
  });

  it("PAGE19 what goes wrong beside the run stands in one line until it is closed", async () => {
    const live = await startLive([turn(write("a.txt", "a\n")), turn(finish())], "ask");
    await live.openRequest();
    const { page } = await live.visit(browser, "/inbox");
    await readyTo(page, "Approve");
    // What the server sends of a webhook that fails, as often as it does.
    await page.addInitScript(`globalThis.EventSource = class extends EventSource {
      constructor(...given) { super(...given); globalThis.stream = this; }
    };`);
    await page.reload();
    await readyTo(page, "Approve");
    const tell = (text: string) =>
      page.evaluate(
        `stream.dispatchEvent(new MessageEvent("notice", { data: ${JSON.stringify(JSON.stringify({ run: live.run, text }))} }))`,
      );
    const note = page.getByRole("status", { name: "Beside the run" });
    for (let times = 0; times < 3; times += 1) await tell("The webhook does not answer.");
    await note.getByText("The webhook does not answer. (3 times)").waitFor();
    await tell("A worktree could not be removed.");
    await note.getByText("A worktree could not be removed.").waitFor();
    expect(await note.getByText("The webhook does not answer.").count()).toBe(0);
    await note.getByRole("button", { name: "1 more" }).click();
    await note.getByText("The webhook does not answer.").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await note.getByRole("button", { name: "Close these notices" }).click();
    await tell("The webhook does not answer.");
    await tell("Another thing.");
    await note.getByText("Another thing.").waitFor();
    expect(await note.getByText("The webhook does not answer.").count()).toBe(0);
    await live.stop();
  });
});
