// Answering every kind of gate in a real browser, with the keyboard alone.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { finish, run, turn, write } from "../e2e/support/project.ts";
import { killLeftovers } from "../e2e/support/cli.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser } from "./support/browser.ts";
import { readyTo, startLive, type LiveRun } from "./support/live-run.ts";

const question = (words: string) => ({ tool: "ask", args: { question: words } });
const readBase = { tool: "read", args: { path: "src/base.txt" } };

describeNeeding("chromium", "the decision inbox in a browser", () => {
  let browser: Browser;
  let live: LiveRun;
  const start = async (...given: Parameters<typeof startLive>): Promise<LiveRun> => (live = await startLive(...given));

  /** From the board: two keys to the inbox; the third answers. */
  const toInbox = async (): Promise<{ page: Page; complaints: readonly string[] }> => {
    const opened = await live.visit(browser);
    opened.page.setDefaultTimeout(20_000);
    await opened.page.locator("h1").first().waitFor({ state: "attached" });
    await opened.page.keyboard.press("g");
    await opened.page.keyboard.press("i");
    return opened;
  };

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

  it("INBOX3 a waiting gate is approved in three keys from anywhere, and so is each of a worker in step mode", async () => {
    await start([turn(readBase), turn(finish())], "step");
    await live.openRequest();
    const { page, complaints } = await toInbox();
    for (const answer of ["Start worker", "Approve", "Pass output to model"]) {
      await readyTo(page, answer);
      expect(await findViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.keyboard.press("Control+Enter");
    }
    expect((await live.done).code).toBe(0);
    expect(live.recorded("approval.answered").map(({ decision }) => decision)).toEqual([
      "approve",
      "approve",
      "approve",
    ]);
  });

  it("INBOX3 A-96 the edited payload is the one that is executed", async () => {
    await start([turn(write("a.txt", "wrong\n")), turn(finish())], "ask");
    await live.openRequest();
    const { page, complaints } = await toInbox();
    await readyTo(page, "Approve");
    await page.keyboard.press("e");
    const editor = page.getByRole("textbox", { name: "Edit arguments" });
    await editor.waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"path": "a.txt", "content": 7}');
    await page.getByText("content has to be text").first().waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"path": "a.txt", "content": "right\\n"}');
    await readyTo(page, "Run with my arguments");
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.keyboard.press("Control+Enter");
    expect((await live.done).code).toBe(0);
    const branch = `tutti/${live.run}/integration`;
    const branches = live.project.git("for-each-ref", "--format=%(refname:short)").split("\n");
    const made = branches.find((each) => each === branch) ?? branches.find((each) => each.includes(live.run)) ?? "";
    expect(live.project.git("show", `${made}:a.txt`)).toBe("right");
  });

  it("INBOX3 a question is answered, and a call rejected with a reason the model is told", async () => {
    await start([turn(question("Which one?")), turn(run("rm -rf out")), turn(finish())], "ask");
    await live.openRequest();
    const { page } = await toInbox();
    await page.getByRole("textbox", { name: "Your answer" }).waitFor();
    await page.keyboard.press("e");
    await page.keyboard.type("The second.");
    await readyTo(page, "Send answer");
    await page.keyboard.press("Control+Enter");
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Backspace");
    await page.getByRole("textbox", { name: /^Why/ }).waitFor();
    await page.keyboard.type("Keep it.");
    await page.keyboard.press("Control+Enter");
    await live.done;
    expect(live.recorded("tool.returned").map(({ output }) => output)).toContain("The second.");
    expect(JSON.stringify(live.recorded("tool.refused"))).toContain("Keep it.");
  });

  it("INBOX3 an abort asks for a reason first", async () => {
    await start([turn(write("a.txt", "a")), turn(finish())], "ask");
    await live.openRequest();
    const { page } = await toInbox();
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Shift+Backspace");
    await page.keyboard.press("Control+Enter");
    expect(live.recorded("approval.answered")).toEqual([]);
    await page.keyboard.type("Not wanted.");
    await page.keyboard.press("Control+Enter");
    await live.done;
    expect(live.recorded("approval.answered")).toMatchObject([{ decision: "abort", reason: "Not wanted." }]);
  });

  it("INBOX3 H-05 an answer to another payload than the one in view is not taken, and nothing more is sent", async () => {
    await start([turn(write("a.txt", "a")), turn(finish())], "ask");
    const id = await live.openRequest();
    const { page } = await toInbox();
    await readyTo(page, "Approve");
    let sent = 0;
    await page.route("**/answer", async (route) => {
      sent += 1;
      const body = route.request().postDataJSON() as Record<string, unknown>;
      await route.continue({ postData: JSON.stringify({ ...body, digest: "0".repeat(64) }) });
    });
    await page.keyboard.press("Control+Enter");
    await page.getByText("This is no longer what you looked at").waitFor();
    await page.keyboard.press("Control+Enter");
    expect(sent).toBe(1);
    expect(await live.openRequest()).toBe(id);
    await page.unroute("**/answer");
    await page.getByRole("button", { name: "Show it again" }).focus();
    await page.keyboard.press("Enter");
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Enter");
    expect((await live.done).code).toBe(0);
  });

  it("INBOX2 what somebody else answers stays in view, with who answered it", async () => {
    await start([turn(write("a.txt", "a")), turn(run("true")), turn(finish())], "ask");
    const id = await live.openRequest();
    const { page } = await toInbox();
    await readyTo(page, "Approve");
    await live.ask("POST", `/api/runs/${live.run}/approvals/${id}/answer`, { decision: "approve", as: "mara" });
    await page.getByText(/mara.* approved this\./).waitFor();
    await page.getByText("a.txt").first().waitFor();
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("j");
    await readyTo(page, "Approve");
    await page.keyboard.press("Control+Enter");
    expect((await live.done).code).toBe(0);
  });

  it("MUT2 a message is rewritten, diffed word by word, and what waits is asked about anew", async () => {
    await start([turn(write("a.txt", "a")), turn(finish())], "ask");
    await live.openRequest();
    const { page, complaints } = await toInbox();
    await readyTo(page, "Approve");
    await page.keyboard.press("m");
    const box = page.getByRole("textbox", { name: "Message" });
    await box.waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("on the way");
    await page.locator("ins", { hasText: "the way" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await readyTo(page, "Save and go on");
    await page.keyboard.press("Control+Enter");
    await box.waitFor({ state: "detached" });
    await page.getByText("on the way").first().waitFor();
    await readyTo(page, "Approve");
    expect(live.recorded("message.edited")).toMatchObject([{ text: "on the way" }]);
    expect(complaints).toEqual([]);
    await page.keyboard.press("Control+Enter");
    expect((await live.done).code).toBe(0);
  });
});
