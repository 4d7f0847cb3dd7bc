// Models edited, applied and saved in a real browser on a real run; a run begun from the page, landed and aborted there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { killLeftovers, startTutti, tutti } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser, openPage, type Opened } from "./support/browser.ts";

describeNeeding("chromium", "what is set from the page", () => {
  let browser: Browser;
  let project: Project;
  let opened: Opened;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    project = makeProject();
    opened = await openPage(browser);
    ({ page } = opened);
  });
  afterEach(async () => {
    await page.context().close();
    killLeftovers();
    project.remove();
  });

  /** A comes to a gate with its first call, and its result is merged once that is answered. */
  const start = async (screen: string): Promise<{ readonly run: string; readonly done: () => Promise<unknown> }> => {
    const file = project.write("tickets.json", [ticket("A"), { ...ticket("B"), dependsOn: ["A"] }]);
    const turns = (id: string) => [turn(write(`${id}.txt`, `${id}\n`)), turn(finish())];
    const scenario = project.write("scenario.json", scenarioOf({ A: turns("a"), B: turns("b") }));
    const how = ["--model", "scripted/one", "--trust", "ask", "--no-sandbox", "--attended", "--json"];
    const running = startTutti(["run", file, "--repo", project.repo, "--scenario", scenario, ...how], project);
    const [, run = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
    await running.seen(/"type":"approval.requested"/);
    await enter(`/runs/${run}${screen}`);
    return { run, done: () => running.seen(/"type":"run.ended"/) };
  };

  const enter = async (way: string): Promise<void> => {
    const link = new URL((await tutti(["link", "--repo", project.repo], project)).stdout.trim());
    await page.goto(link.href);
    await page.locator("nav").first().waitFor();
    await page.goto(`${link.origin}${way}`);
  };

  /** Beside refusals, and the end of a server that ends with its run: the browser itself writes those down. */
  const expectedOnes = /status of 4\d\d|net::ERR_(?:INCOMPLETE_CHUNKED_ENCODING|CONNECTION_REFUSED)/;
  const complaints = (): readonly string[] => opened.complaints.filter((each) => !expectedOnes.test(each));

  it("TIER2 SAVE3 A-158 A-21 a ladder is edited, refused in its place, applied as an event, and saved in tutti.toml", async () => {
    const { run } = await start("/models");
    const first = page.getByRole("combobox", { name: "tier 3, rung 1" });
    await first.waitFor();
    const apply = page.getByRole("button", { name: /^Apply/ });
    expect([await first.inputValue(), await apply.isDisabled()]).toEqual(["scripted/one", true]);

    await page.getByRole("button", { name: "Add a rung to tier 3" }).click();
    const second = page.getByRole("combobox", { name: "tier 3, rung 2" });
    expect(await apply.isDisabled()).toBe(true);
    await page.keyboard.type("nobody/x");
    await page.keyboard.press("Control+Enter");
    await page
      .getByRole("alert")
      .getByText(/nobody/)
      .first()
      .waitFor();
    expect(await second.inputValue()).toBe("nobody/x");

    await second.fill("ollama/qwen");
    await page.getByRole("button", { name: "tier 3, rung 2: up" }).click();
    expect(await first.inputValue()).toBe("ollama/qwen");
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press("Control+Enter");
    await page.getByText("Changed, not applied").waitFor({ state: "detached" });
    const told = JSON.parse((await tutti(["models", run, "--repo", project.repo, "--json"], project)).stdout) as {
      readonly archetypes: readonly { readonly models: readonly string[] }[];
    };
    expect(told.archetypes.map(({ models }) => models)).toEqual([["ollama/qwen", "scripted/one"]]);

    await page.getByRole("button", { name: "tier 3, rung 2: remove" }).click();
    await page.getByRole("button", { name: "Save in tutti.toml" }).click();
    const dialog = page.getByRole("dialog", { name: "Save in tutti.toml" });
    await dialog.getByText("Will say").waitFor();
    expect(existsSync(join(project.repo, "tutti.toml"))).toBe(false);
    expect(await findViolations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.getByText(/^Saved in/).waitFor();
    expect(readFileSync(join(project.repo, "tutti.toml"), "utf8")).toBe('[tiers.3]\nmodels = ["ollama/qwen"]\n');
    await dialog.getByRole("button", { name: "Done" }).click();

    await page.getByRole("spinbutton", { name: "Lanes of the run" }).fill("3");
    await page.getByRole("button", { name: "Set lanes" }).click();
    await page
      .getByText("1 of 3 taken", { exact: false })
      .or(page.getByText("0 of 3 taken", { exact: false }))
      .waitFor();
    expect(complaints()).toEqual([]);
  }, 90_000);

  it("ACT2 PAGE50 a run is aborted from its report only with a reason, which is kept", async () => {
    const { done } = await start("/report");
    await page.getByRole("button", { name: "Abort the run" }).click();
    const dialog = page.getByRole("dialog", { name: "Abort the run?" });
    const abort = dialog.getByRole("button", { name: "Abort the run" });
    expect(await abort.isDisabled()).toBe(true);
    expect(await page.evaluate<number>("document.querySelectorAll('style').length")).toBe(0);
    await dialog.getByLabel("Why (kept with it)").fill("It is the wrong plan.");
    expect(await findViolations(page)).toEqual([]);
    await abort.click();
    await done();
    expect((await tutti(["log", "--repo", project.repo], project)).stdout).toContain("It is the wrong plan.");
    expect(complaints()).toEqual([]);
  }, 90_000);

  it("ACT1 ACT2 a run is begun from the page after its faults were told; another's result is landed from its report", async () => {
    const { run, done } = await start("/models");
    await page.getByRole("group", { name: "Trust of the run" }).getByText("Auto").click();
    const asked = JSON.parse((await tutti(["approvals", "--repo", project.repo, "--json"], project)).stdout) as {
      readonly approvals: readonly { readonly id: string }[];
    };
    await tutti(["approve", asked.approvals[0]?.id ?? "", "--repo", project.repo], project);
    await done();
    const server = startTutti(["serve", "--port", "0", "--json"], project);
    const [, address = ""] = await server.seen(/"page":"(http[^"]+)"/);
    await page.goto(address);
    await page.goto(`${new URL(address).origin}/runs/${run}/report`);
    await page.getByRole("button", { name: "Land the result" }).click();
    const landing = page.getByRole("dialog", { name: "Land the result" });
    await landing.getByRole("button", { name: "Land", exact: true }).click();
    await landing.getByText(/moved forward to it|by a merge/).waitFor();
    expect(existsSync(join(project.repo, "b.txt"))).toBe(true);

    await page.goto(new URL(address).origin);
    await page.getByRole("button", { name: "New run" }).click();
    const dialog = page.getByRole("dialog", { name: "New run" });
    await dialog.getByText("Tickets", { exact: true }).click();
    const text = dialog.getByLabel("A ticket file's JSON");
    await text.fill('[{"id": "C", "dependsOn": ["Z"]}]');
    await dialog.getByLabel("Models, first choice first").fill("ollama/none");
    const begin = dialog.getByRole("button", { name: "Begin" });
    await begin.click();
    await dialog.getByRole("alert").getByText(/Z/).first().waitFor();
    expect(await findViolations(page)).toEqual([]);
    await text.fill(JSON.stringify({ tickets: [ticket("C")] }));
    await dialog.getByRole("button", { name: "What would it take?" }).click();
    await dialog.getByLabel("What it is expected to take").waitFor();
    await begin.click();
    await page.waitForURL(/\/runs\/run_[0-9a-z]+/);
    expect(page.url()).not.toContain(run);
    await page.getByRole("option", { name: /C/ }).waitFor();
    expect(complaints()).toEqual([]);
  }, 120_000);
});
