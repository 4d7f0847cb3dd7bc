// Screens of a real run with open requests: axe finds nothing in either theme, and a finger on a narrow screen is enough.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killLeftovers } from "../e2e/support/cli.ts";
import { finish, makeProject, run, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser } from "./support/browser.ts";
import { openRun, recordsOf, startRun, type RealRun } from "./support/real-run.ts";

describeNeeding("chromium", "a run that waits for somebody", () => {
  let browser: Browser;
  let project: Project;
  let of: RealRun;

  beforeAll(async () => {
    browser = await launchBrowser();
    project = makeProject();
    const asks = { tool: "finish", args: { outcome: "needs_input", summary: "Which colour?" } };
    const scenario = scenarioOf({
      A: [turn(write("a.txt", "one\ntwo\n")), turn(finish())],
      B: [turn(run("echo hello")), turn(finish())],
      C: [turn(asks), turn(finish())],
    });
    of = await startRun(project, { work: ["A", "B", "C"].map((id) => ticket(id)), scenario });
    await of.running.seen(/(?:"type":"approval\.requested"[\s\S]*){3}/);
  });
  afterAll(async () => {
    await browser.close();
    killLeftovers();
    project.remove();
  });

  it.each(["dark", "light"] as const)("PAGE1 %s: axe finds nothing where requests are open", async (theme) => {
    const there = await openRun(browser, of, { theme });
    const { page, press } = there;
    const look = async (screen: string) => expect(await findViolations(page), screen).toEqual([]);
    await there.gotoRun();
    await there.card("C", /needs you/i).waitFor();
    await look("board");
    await there.gotoRun("/inbox");
    await there.moveTo(/a\.txt/);
    await look("a call");
    await press("e");
    await page.getByRole("textbox", { name: "Edit arguments" }).waitFor();
    await look("the editor");
    await there.gotoRun("/inbox");
    await there.moveTo(/echo hello/);
    await press("Control+Shift+Backspace");
    await page.getByRole("textbox", { name: "Why" }).waitFor();
    await look("an abort");
    await there.gotoRun("/inbox");
    await there.moveTo(/Question/);
    await look("a question");
    await there.gotoRun("/tickets/A");
    await page.getByRole("log").getByText("needs you").waitFor();
    await look("a worker");
    await page.goto(`${there.origin}/inbox`);
    await page.getByRole("option").first().waitFor();
    await look("the inbox of all runs");
    expect(there.complaints).toEqual([]);
    await there.close();
  });

  it("PAGE12 A-171 on 360 pixels a finger finds the request, reads it and lets it", async () => {
    const there = await openRun(browser, of, { width: 360, height: 740, hasTouch: true });
    const { page } = there;
    await there.gotoRun();
    await page.getByText("Ticket A").first().waitFor();
    await page.getByRole("navigation").getByRole("link", { name: /Inbox/ }).tap();
    await page.getByRole("option").filter({ hasText: "a.txt" }).tap();
    await page.getByText("two").first().waitFor();
    await page.locator("button:enabled", { hasText: /^Approve/ }).tap();
    await of.running.seen(/"ticket\.completed","ticket":"A"/);
    expect((await recordsOf(of)).some(({ event }) => event.type === "approval.answered")).toBe(true);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(there.complaints).toEqual([]);
    await there.close();
  });
});
