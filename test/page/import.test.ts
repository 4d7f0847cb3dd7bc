// A run is brought in on the page, from a file that is picked or dropped.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { killLeftovers, tutti } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser } from "./support/browser.ts";
import { openRun, startRun, type RealPage } from "./support/real-run.ts";

/** What a browser does when a file falls on the page. */
const dropped = (text: string): string => `{
  const held = new DataTransfer();
  held.items.add(new File([${JSON.stringify(text)}], "run.jsonl"));
  for (const type of ["dragover", "drop"])
    document.querySelector("main")
      .dispatchEvent(new DragEvent(type, { dataTransfer: held, bubbles: true, cancelable: true }));
}`;

describeNeeding("chromium", "importing a run on the page", () => {
  let browser: Browser;
  const projects: Project[] = [];
  let shown: RealPage | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await shown?.close();
    killLeftovers();
    for (const project of projects.splice(0)) project.remove();
  });

  const made = (): Project => {
    const project = makeProject();
    projects.push(project);
    return project;
  };
  const scenario = scenarioOf({ A: [turn(write("a.txt", "a\n")), turn(finish())] });

  /** A run that is over, as its lines. */
  const exported = async (): Promise<{ readonly run: string; readonly file: string }> => {
    const project = made();
    const of = await startRun(project, { work: [ticket("A")], scenario, trust: "auto" });
    await of.running.done;
    const file = join(project.folder, "run.jsonl");
    const out = await tutti(["export", of.id, "--format", "jsonl", "--out", file, "--repo", project.repo], project);
    expect(out.code, out.stderr).toBe(0);
    return { run: of.id, file };
  };

  it("PAGE20 a file is sent as it is, and its run opens; what is wrong with it is told with a remedy", async () => {
    const { run, file } = await exported();
    const host = await startRun(made(), { work: [ticket("A")], scenario, trust: "step" });
    shown = await openRun(browser, host);
    const { page, complaints } = shown;
    await page.goto(`${shown.origin}/`);
    const begin = page.getByRole("button", { name: "Import a run" });
    await begin.click();
    const layer = page.getByRole("dialog", { name: "Import a run" });
    const send = layer.getByRole("button", { name: "Import", exact: true });
    expect(await send.isDisabled()).toBe(true);

    const broken = `${file}.broken`;
    writeFileSync(broken, readFileSync(file, "utf8").replace("by the", "by no").replace('"A"', '"B"'));
    await layer.locator("input[type=file]").setInputFiles(broken);
    await send.click();
    await layer.getByRole("alert").waitFor();
    expect(await layer.getByRole("alert").innerText()).toMatch(/line|checksum/i);
    expect(await findViolations(page)).toEqual([]);

    await page.keyboard.press("Escape");
    await layer.waitFor({ state: "detached" });
    // Dropped anywhere on the screen.
    await page.evaluate(dropped(readFileSync(file, "utf8")));
    await layer.getByText("run.jsonl").first().waitFor();
    await send.click();
    await page.waitForURL(`**/runs/${run}`);
    await shown.card("A", /completed/i).waitFor();
    expect(complaints.filter((each) => !each.includes("status of 4"))).toEqual([]);
  });
});
