// The board of a real run: its plan is changed from it, several tickets are acted on at once, and what comes is shown.

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { killLeftovers, startTutti, tutti } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { launchBrowser, openPage, type Opened } from "./support/browser.ts";

describeNeeding("chromium", "the board of a run that is going", () => {
  let browser: Browser;
  let project: Project;
  let opened: Opened;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(async () => {
    await opened.page.context().close();
    killLeftovers();
    project.remove();
  });

  /** A and C come to a gate with their first call; B waits for A. */
  const start = async (query = ""): Promise<Page> => {
    const held = (id: string) => [turn(write(`${id}.txt`, `${id}\n`)), turn(finish())];
    const plan = [ticket("A"), { ...ticket("B"), dependsOn: ["A"] }, ticket("C")];
    const file = project.write("tickets.json", plan);
    const scenario = project.write(
      "scenario.json",
      scenarioOf({ A: held("a"), B: held("b"), C: held("c"), D: held("d") }),
    );
    const how = ["--model", "scripted/one", "--trust", "ask", "--no-sandbox", "--attended", "--json"];
    const running = startTutti(["run", file, "--repo", project.repo, "--scenario", scenario, ...how], project);
    const [, run = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
    await running.seen(/"type":"approval.requested"[\s\S]*"type":"approval.requested"/);
    const link = new URL((await tutti(["link", "--repo", project.repo], project)).stdout.trim());
    opened = await openPage(browser);
    const { page } = opened;
    await page.goto(link.href);
    await page.locator("nav").first().waitFor();
    await page.goto(`${link.origin}/runs/${run}${query}`);
    return page;
  };
  const card = (page: Page, words: RegExp) => page.getByRole("option", { name: words });

  it("BOARD12 a ticket is added from the board: first what the change would do, then the change, then the event", async () => {
    const page = await start();
    await card(page, /A.*Needs you/s).waitFor();
    await card(page, /B.*after A/s).waitFor();
    await page.getByRole("button", { name: "Change the plan" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the plan" });
    const send = dialog.getByRole("button", { name: "Change the plan" });
    await dialog.getByLabel("Id", { exact: true }).fill("D");
    await dialog.getByLabel("What is to be done").fill("Write d.txt.");
    await dialog.getByLabel("Waits for").fill("B");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Put it in" }).click();
    await dialog.getByLabel("Why the plan changes").fill("It was forgotten.");
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Show what it does" }).click();
    await dialog.getByRole("region", { name: "What the change would do" }).getByText("3 before, 4 after").waitFor();
    expect((await tutti(["status", "--repo", project.repo], project)).stdout).not.toMatch(/ D /);
    await send.click();
    await card(page, /D.*after B/s).waitFor();
    await dialog.waitFor({ state: "detached" });
    expect(opened.complaints).toEqual([]);
  }, 60_000);

  it("BOARD12 a change that cannot be is refused with every fault, and nothing is sent", async () => {
    const page = await start("?ticket=A");
    await page.getByRole("button", { name: "Change the plan" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the plan" });
    await dialog.getByText("Dependencies", { exact: true }).click();
    await dialog.getByLabel("Waits for, from now on").fill("B");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Change it" }).click();
    await dialog.getByLabel("Why the plan changes").fill("Round and round.");
    await dialog.getByRole("button", { name: "Show what it does" }).click();
    const refusal = dialog.getByRole("alert");
    await refusal
      .getByText(/rewire\[0\]/)
      .first()
      .waitFor();
    expect(await dialog.getByRole("button", { name: "Change the plan" }).isDisabled()).toBe(true);
  }, 60_000);

  it("BOARD13 tickets chosen in the list are aborted together, once it was asked", async () => {
    const page = await start("?view=list");
    for (const id of ["A", "C"]) await page.getByRole("checkbox", { name: `Choose ${id}` }).check();
    const bar = page.getByRole("region", { name: "Chosen tickets" });
    await bar.getByRole("button", { name: "Abort 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Abort 2 tickets" }).click();
    await page.getByRole("row", { name: /Cancelled.*\bA\b/s }).waitFor();
    await page.getByRole("row", { name: /Cancelled.*\bC\b/s }).waitFor();
    await page.getByRole("row", { name: /Pending.*\bB\b.*needs A/s }).waitFor();
    // The run ends with that, and its process with it.
    expect(opened.complaints.filter((each) => !each.includes("net::ERR"))).toEqual([]);
  }, 60_000);
});
