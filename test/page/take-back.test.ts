// Answers taken back in a real browser, on real runs: nothing was sent, and what is not taken back arrives.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { finish, run, turn, write } from "../e2e/support/project.ts";
import { killLeftovers } from "../e2e/support/cli.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser } from "./support/browser.ts";
import { readyTo, startLive, type LiveRun } from "./support/live-run.ts";

describeNeeding("chromium", "answers that can be taken back", () => {
  let browser: Browser;
  let live: LiveRun;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await live.stop();
  });
  afterAll(async () => {
    killLeftovers();
    await browser.close();
  });

  const open = async () => {
    await live.openRequest();
    const opened = await live.visit(browser, "/inbox");
    opened.page.setDefaultTimeout(20_000);
    await readyTo(opened.page, "Approve");
    return opened;
  };

  it("INBOX9 a no is taken back with Z, its words are still there, and a yes is sent at once", async () => {
    live = await startLive([turn(write("a.txt", "a\n")), turn(finish())], "ask");
    const { page, complaints } = await open();
    await page.keyboard.press("Control+Backspace");
    await page.getByRole("textbox", { name: /^Why/ }).waitFor();
    await page.keyboard.type("Not there.");
    const given = performance.now();
    await page.keyboard.press("Control+Enter");
    const note = page.getByRole("complementary", { name: "Your last answer" });
    await note.getByText("Reject: write a.txt").waitFor();
    expect(performance.now() - given).toBeLessThan(1_000);
    await page.getByText("answered, not sent yet").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press("z");
    await note.waitFor({ state: "detached" });
    await page.waitForTimeout(6_000);
    expect(live.recorded("approval.answered")).toEqual([]);
    await page.keyboard.press("Control+Backspace");
    expect(await page.getByRole("textbox", { name: /^Why/ }).inputValue()).toBe("Not there.");
    await page.keyboard.press("Escape");
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Enter");
    expect((await live.done).code).toBe(0);
    expect(live.recorded("approval.answered").map(({ decision }) => decision)).toEqual(["approve"]);
    expect(complaints).toEqual([]);
  });

  it("INBOX9 a no that is left alone, and one whose page is closed, arrive", async () => {
    live = await startLive([turn(run("rm -rf out")), turn(run("rm -rf out2")), turn(finish())], "ask");
    const { page } = await open();
    const refuse = async (): Promise<void> => {
      await readyTo(page, "Approve");
      await page.keyboard.press("Control+Backspace");
      await page.getByRole("textbox", { name: /^Why/ }).waitFor();
      await page.keyboard.press("Control+Enter");
      await page.getByText("answered, not sent yet").waitFor();
    };
    await refuse();
    await page.getByText("out2").first().waitFor();
    await refuse();
    await page.close();
    await live.done;
    expect(live.recorded("approval.answered").map(({ decision }) => decision)).toEqual(["reject", "reject"]);
  });

  it("INBOX9 a key that is pressed twice, or held down, gives no second answer", async () => {
    live = await startLive([turn(run("rm -rf out")), turn(finish())], "ask");
    const { page } = await open();
    await page.keyboard.press("Control+Backspace");
    await page.getByRole("textbox", { name: /^Why/ }).waitFor();
    await page.keyboard.down("Control");
    await page.keyboard.down("Enter");
    for (let times = 0; times < 60; times += 1) {
      await page.waitForTimeout(30);
      await page.keyboard.down("Enter");
    }
    await page.keyboard.up("Enter");
    await page.keyboard.up("Control");
    await live.done;
    expect(live.recorded("approval.answered").map(({ decision }) => decision)).toEqual(["reject"]);
  });

  it("INBOX9 whoever wants it has approvals wait too", async () => {
    live = await startLive([turn(write("a.txt", "a\n")), turn(finish())], "ask");
    const { page } = await open();
    await page.keyboard.press("?");
    await page.getByRole("checkbox", { name: /Approvals wait 5 s too/ }).check();
    await page.keyboard.press("Escape");
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Approve: write a.txt").waitFor();
    await page.keyboard.press("z");
    await page.getByText("answered, not sent yet").waitFor({ state: "detached" });
    expect(live.recorded("approval.answered")).toEqual([]);
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Send now" }).click();
    expect((await live.done).code).toBe(0);
  });
});
