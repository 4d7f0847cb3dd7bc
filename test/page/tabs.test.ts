// More tabs than a browser opens connections to a server.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killLeftovers, startTutti, tutti, type Started } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { launchBrowser, openPage } from "./support/browser.ts";

/** As if the person looked into another tab, or came back; without a screen every tab counts as looked at. */
const turnTo = (state: "hidden" | "visible"): string => `
  Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"))`;

describeNeeding("chromium", "many tabs", () => {
  let browser: Browser;
  let project: Project;
  let running: Started;
  let run: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    project = makeProject();
    const scenario = project.write("scenario.json", scenarioOf({ A: [turn(write("a", "a")), turn(finish())] }));
    const how = ["--model", "scripted/one", "--trust", "ask", "--no-sandbox", "--attended", "--json"];
    const tickets = project.write("tickets.json", [ticket("A")]);
    running = startTutti(["run", tickets, "--repo", project.repo, "--scenario", scenario, ...how], project);
    [, run = ""] = await running.seen(/"run":"(run_\w+)"/);
    await running.seen(/approval\.requested/);
  });
  afterAll(async () => {
    await browser.close();
    killLeftovers();
    project.remove();
  });

  it("PAGE18 eight tabs: the last one works, and the first one is up to date when it is looked at again", async () => {
    const link = (await tutti(["link", "--repo", project.repo], project)).stdout.trim();
    const { page: first } = await openPage(browser);
    await first.goto(link);
    const board = (page: Page) => page.getByRole("button", { name: "Pause", exact: false }).first();
    await board(first).waitFor();
    const opened = [first];
    for (let tabs = 1; tabs < 8; tabs += 1) {
      await opened.at(-1)?.evaluate(turnTo("hidden"));
      const page = await first.context().newPage();
      // From the seventh on it waits until those in the background have given way.
      await page.goto(new URL(`/runs/${run}`, link).href, { timeout: 20_000 });
      await board(page).waitFor({ timeout: 20_000 });
      opened.push(page);
    }
    const last = opened.at(-1);
    const status = await last?.evaluate<number>(`fetch("/api/runs/${run}/commands", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "pause", reason: "tabs" }),
      signal: AbortSignal.timeout(3_000),
    }).then((response) => response.status)`);
    expect(status).toBe(200);
    const resume = (page: Page) => page.getByRole("button", { name: "Resume", exact: false }).first();
    if (last !== undefined) await resume(last).waitFor();
    // The second one gave way: the first in the background has the stream.
    const second = opened[1];
    expect(await second?.getByRole("button", { name: "Resume" }).count()).toBe(0);
    await second?.evaluate(turnTo("visible"));
    if (second !== undefined) await resume(second).waitFor({ timeout: 5_000 });
  });
});
